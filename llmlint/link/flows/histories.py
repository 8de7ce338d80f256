"""Histories: lists and texts that grow with every round of a loop, or with every call, and that nothing cuts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from llmlint.facts import Change, Condition, FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import function_index, is_inside, outward
from llmlint.link.calls import FunctionKey, owner
from llmlint.link.flows.growing import Changes, adds_message, grows, identity, is_of_text, is_said
from llmlint.link.flows.shortening import Shortenings
from llmlint.link.flows.states import Key, States, holder_of
from llmlint.link.flows.turns import CONSTRUCTORS, Spot, Turns, is_of_this, loops_around
from llmlint.link.loops import LEAVING, LoopAnalysis
from llmlint.link.meanings import ClassMeaning, External, InstanceMeaning
from llmlint.link.origins import Origin
from llmlint.link.pace import Pace
from llmlint.link.resolver import Resolver
from llmlint.link.sizes import Sizes
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Imported,
    Literal,
    Operation,
    Parameter,
    Result,
    Sequence,
    Text,
    Value,
    Variable,
)

_LISTS = frozenset({"list", "list()", "collections.deque()", "json.load()", "json.loads()"})


@dataclass(frozen=True, slots=True)
class Growth:
    """Where something grows. ``change``: by which statement; ``loop``: the block of the open loop with whose rounds it
    grows, or -1 where it does with every call; ``spot``: where it is added to; ``is_list``: things that are no messages
    are added to a list, one by one; ``holder``: the object that it belongs to, as the function knows it that reads it;
    ``has_reply``: what the model says is added to it."""

    path: str
    change: Change
    loop: int
    spot: Spot
    is_list: bool
    holder: Value | None = None
    has_reply: bool = False


class Histories:
    def __init__(self, resolver: Resolver, loops: LoopAnalysis, sizes: Sizes, pace: Pace) -> None:
        self.resolver = resolver
        self.loops = loops
        self.turns = Turns(resolver, loops, sizes, pace)
        self.states = States(resolver)
        self._changes = {path: Changes(facts) for path, facts in resolver.files.items() if facts.changes}
        self._rounds: dict[int, tuple[Growth, ...]] = {}
        self._cut_blocks: dict[tuple[str, int, str], set[int]] = {}
        self._callers: Mapping[FunctionKey, Iterable[Site]] = resolver.results.callers
        self._growing: dict[Key, dict[FunctionKey, Growth]] = defaultdict(dict)
        self._shortenings = Shortenings(self.states, self._changes.values())
        self._cut: set[Key] = self._shortenings.cut
        self._begun: dict[Key, int] = defaultdict(int)
        self._note_states()
        self._note_counted()

    def of(self, facts: FileFacts, value: Value) -> Iterator[Growth]:
        """Where the list or text that ``value`` reads grows, and nothing cuts it."""
        changes = self._changes.get(facts.path)
        if changes is not None:
            for change in changes.of(value):
                if grows(change) and is_of_text(change):
                    yield from self._with_rounds(changes, change)
        key = self.states.key(facts, value)
        if key in self._growing and self._lasts(key) and self._is_plain(facts, value):
            yield from (replace(growth, holder=holder_of(facts, value)) for growth in self._growing[key].values())

    def grows_parameter(self, key: FunctionKey, name: str) -> Growth | None:
        """Where a function adds to a list that it is given, once for each call, and leaves it at that."""
        changes = self._changes.get(key[0])
        if changes is None:
            return None
        found = changes.of(Parameter(key[1], name))
        if not all(map(grows, found)):
            return None
        for change in found:
            is_list = id(change.held[0]) in changes.calls or not isinstance(change.value, Text | Literal)
            if is_list and is_of_text(change) and not _is_in_loop(changes.facts, change.block):
                return replace(self._growth(changes.facts, change), has_reply=self._keep_reply(changes.facts, found))
        return None

    def _keep_reply(self, facts: FileFacts, changes: Iterable[Change]) -> bool:
        added = [change.value for change in changes if change.value is not None]
        return any(Origin.REPLY in self.loops.origins.of(facts, value) for value in added)

    def outlives(self, site: Site, facts: FileFacts, value: Value) -> bool:
        """Whether a list that a call is given is there for the next call too, as long as this one left it."""
        key = self.states.key(facts, value)
        if key is not None:
            return self._lasts(key) and self._goes_on(key, site, holder_of(facts, value))
        changes = self._changes.get(facts.path)
        made = changes.of(value) if changes is not None else []
        around = [block for block in loops_around(site.facts, site.call.block) if self.turns.is_open(site.facts, block)]
        if not around or not (made or isinstance(value, Parameter)):
            return False
        return all(grows(change) or not is_inside(facts, change.block, around[0]) for change in made)

    def kept_by(self, site: Site) -> Hashable | None:
        """What a call is made on, where that keeps all that it is told, and is told more again and again."""
        facts, callee = site.facts, site.call.callee
        if not isinstance(callee, Attribute):
            return None
        key = self.states.key(facts, callee.base)
        if key is not None:
            return key if self.outlives(site, facts, callee.base) else None
        if not isinstance(callee.base, Result):
            return None
        made = facts.calls[callee.base.call].block
        around = loops_around(facts, site.call.block)
        is_told_more = any(self.turns.is_open(facts, block) and not is_inside(facts, made, block) for block in around)
        return (facts.path, callee.base.call) if is_told_more else None

    def seen_from(self, growth: Growth, site: Site) -> Growth:
        """What a method says of its object's history, as the function knows it that calls the method."""
        callee, holder = site.call.callee, growth.holder
        if holder is None or not isinstance(callee, Attribute) or not is_of_this(holder):
            return growth
        return replace(growth, holder=callee.base)

    def place(self, growth: Growth) -> Place | None:
        """The call that adds something, or else the head of the loop or the function in which that happens."""
        facts = self.resolver.files[growth.path]
        index = self._changes[growth.path].calls.get(id(growth.change.held[0]))
        if index is not None:
            return Site(facts, index).callee
        head = (
            facts.loops[facts.blocks[growth.loop].index]
            if growth.loop >= 0
            else facts.functions[growth.spot.function[1]]
        )
        return Place(facts, facts.span(head.span)) if head.span >= 0 else None

    def feeds(self, growth: Growth, site: Site) -> bool:
        """Whether what grows is read at a site as often as it grows."""
        if growth.loop >= 0:
            return site.facts.path == growth.path and is_inside(site.facts, site.call.block, growth.loop)
        key = self._key_of(self.resolver.files[growth.path], growth.change)
        return key is not None and self._goes_on(key, site, growth.holder, growth.spot)

    def _goes_on(self, key: Key, site: Site, holder: Value | None, grown: Spot | None = None) -> bool:
        """Whether a call reads again and again what lasts, and what grows where it is ``grown``, or by the call."""
        if key[0] == "session":
            return True
        reader = Spot(owner(site), site.call.block) if holder is None else self.turns.spot(site, holder)
        is_there = holder is None or reader.born >= 0 or self.states.is_held(site.facts, holder)
        return is_there and self.turns.follow(grown or reader, reader, self._home(key))

    def _home(self, key: Key) -> FunctionKey | None:
        """The function that makes what a function in it keeps between its calls."""
        if key[0] != "variable" or not key[2]:
            return None
        functions = self.resolver.files[str(key[1])].functions
        return next(((str(key[1]), index) for index, found in enumerate(functions) if found.scope == key[2]), None)

    # -- with every round -------------------------------------------------------------------------------------

    def _with_rounds(self, changes: Changes, change: Change) -> tuple[Growth, ...]:
        """How a change makes something grow with the rounds of the loops around it."""
        if id(change) not in self._rounds:
            self._rounds[id(change)] = tuple(self._open_rounds(changes, change))
        return self._rounds[id(change)]

    def _open_rounds(self, changes: Changes, change: Change) -> Iterator[Growth]:
        facts = changes.facts
        if not self._goes_uncut(facts, change):
            return
        if change.value is not None and not is_said(facts, change.value, self.loops.origins):
            return
        cut = self._cut_in(changes, function_index(facts, change.block), change.name)
        for loop in loops_around(facts, change.block):
            if loop in cut or _is_last(facts, change, loop) or self._sorts(facts, change, loop):
                return
            if self.turns.is_open(facts, loop):
                yield self._growth(facts, change, loop)

    def _goes_uncut(self, facts: FileFacts, change: Change) -> bool:
        """Whether nothing cuts what a change adds to, where other functions read it, too; of what an unread file holds,
        that can't be known."""
        key = self._key_of(facts, change)
        return self._lasts(key) if key is not None else not isinstance(change.held[0], Imported)

    def _sorts(self, facts: FileFacts, change: Change, block: int) -> bool:
        """``for source in sources: topics.append(Topic(source))``: objects made of what there was before, and of
        nothing that the model or somebody says in the loop."""
        loop, added = facts.loops[facts.blocks[block].index], change.value
        made = added.parts[0] if isinstance(added, Text) and len(added.parts) == 1 else added
        if loop.kind != "for" or not isinstance(made, Result):
            return False
        site, origins = Site(facts, made.call), self.loops.origins
        given = [argument.value for argument in site.call.arguments]
        is_object = getattr(site.call.callee, "name", "")[:1].isupper() or any(
            isinstance(meaning, ClassMeaning) for meaning in self.resolver.results.callees(site)
        )
        return is_object and not any(
            Origin.INPUT in origins.of(facts, value)
            or any(is_inside(facts, reply.call.block, block) for reply in origins.replies(facts, value))
            for value in given
        )

    def _cut_in(self, changes: Changes, function: int, name: str) -> set[int]:
        """The blocks in which a variable is cut, or begun anew."""
        key = (changes.facts.path, function, name)
        if key not in self._cut_blocks:
            own = changes.by_name[function, name]
            held = {identity(value) for change in own for value in change.held}
            cuts = [change.block for change in own if not grows(change)]
            for site, value in self._shortenings.calls.get(changes.facts.path, ()):
                if identity(value) in held:
                    cuts.append(site.call.block)
            self._cut_blocks[key] = {number for cut in cuts for number, _ in outward(changes.facts, cut)}
        return self._cut_blocks[key]

    def _growth(self, facts: FileFacts, change: Change, loop: int = -1) -> Growth:
        held, function = change.held[0], (facts.path, function_index(facts, change.block))
        holder = holder_of(facts, held)
        spot = Spot(function, change.block, holder is not None and is_of_this(holder))
        is_list = self._is_added_to(facts, change) and not adds_message(change)
        return Growth(facts.path, change, loop, spot, is_list)

    def _is_added_to(self, facts: FileFacts, change: Change) -> bool:
        return id(change.held[0]) in self._changes[facts.path].calls

    # -- with every call --------------------------------------------------------------------------------------

    def _note_states(self) -> None:
        for changes in self._changes.values():
            facts = changes.facts
            for change in changes.all:
                key = self._key_of(facts, change)
                if key is None or _is_begun_with_state(change):
                    continue
                is_first = key[0] != "session" and self._is_first(facts, change, key)
                if grows(change, partial(self._is_at, facts, key)):
                    if is_of_text(change) and not is_first:
                        # One place for each function is enough to say where something grows.
                        function = facts.path, function_index(facts, change.block)
                        self._growing[key].setdefault(function, self._growth(facts, change))
                elif change.kind == "shrink":
                    self._cut.add(key)
                elif not is_first:
                    self._note_set(change, key)

    def _key_of(self, facts: FileFacts, change: Change) -> Key | None:
        """The key of what a change changes, or of a variable that inner functions read as well."""
        if not change.held:
            return None
        key = self.states.key(facts, change.held[0])
        if key is not None or not change.name.isidentifier():
            return key
        function = function_index(facts, change.block)
        scope = facts.functions[function].scope if function >= 0 else 0
        return ("variable", facts.path, scope, change.name) if change.name in facts.scopes[scope].bindings else None

    def _note_counted(self) -> None:
        """``if len(self.turns) < limit: self.ask()``: what grows there grows no further."""
        growing = {growth.spot.function for found in self._growing.values() for growth in found.values()}
        for site in (site for function in growing for site in self._callers.get(function, ())):
            for test in _tests_around(site):
                for value in _counted(test.value) if test.operator not in (">", ">=") else ():
                    key = self.states.key(site.facts, value)
                    if key in self._growing and any(site in self._callers.get(by, ()) for by in self._growing[key]):
                        self._cut.add(key)

    def _lasts(self, key: Key) -> bool:
        is_remade = key[0] == "attribute" and key[1:3] in self._shortenings.remade
        return key not in self._cut and self._begun[key] < 2 and not is_remade

    def _is_plain(self, facts: FileFacts, value: Value) -> bool:
        """Whether something is a list or a text, and no object that may keep it short by itself."""
        return not any(
            isinstance(meaning, InstanceMeaning)
            or (isinstance(meaning, External) and meaning.chain and not _is_list(meaning))
            for meaning in self.resolver.meanings(facts, value)
        )

    def _is_at(self, facts: FileFacts, key: Key, value: Value) -> bool:
        return self.states.key(facts, value) == key

    def _note_set(self, change: Change, key: Key) -> None:
        """A session and a mapping are filled when they are first asked; all else is begun anew, or cut."""
        is_begun = key[0] == "session" or key[-1] == "[]"
        if is_begun and isinstance(change.value, Sequence | Literal):
            self._begun[key] += 1
        else:
            self._cut.add(key)

    def _is_first(self, facts: FileFacts, change: Change, key: Key) -> bool:
        """Whether a change is made once, before anything is asked: in the module, in a constructor, or where a function
        makes what it keeps for those in it."""
        function = function_index(facts, change.block)
        is_begun = function < 0 or facts.functions[function].name in CONSTRUCTORS
        is_begun = is_begun or self._home(key) == (facts.path, function)
        return is_begun and not _is_in_loop(facts, change.block)


def _is_begun_with_state(change: Change) -> bool:
    """``text = self.text; text += more``: a new text, next to which the one that lasts stays as it is."""
    begun = change.held[0]
    is_own = isinstance(begun, Variable) and begun.name == change.name
    return change.name.isidentifier() and not is_own and any(isinstance(held, Text) for held in change.held[1:])


def _is_list(made: External) -> bool:
    """Whether something from outside the project is a list, read or made, or a deque with room for everything."""
    site = made.chain[-1] if made.chain else None
    return made.path in _LISTS and not (site is not None and any(a.name == "maxlen" for a in site.call.arguments))


def _tests_around(site: Site) -> Iterator[Condition]:
    """The tests that have to hold for a call to be made, those of loops included."""
    facts = site.facts
    for _, block in outward(facts, site.call.block):
        if block.kind == "branch":
            yield facts.conditions[block.index]
        elif block.kind == "loop" and facts.loops[block.index].condition >= 0:
            yield facts.conditions[facts.loops[block.index].condition]


def _counted(test: Value) -> Iterator[Value]:
    """What a test counts, as in ``len(turns) < limit``; whether there is anything says nothing of how long it gets."""
    match test:
        case Operation("compare", operands):
            is_limit = not any(isinstance(other, Literal) and other.value in (0, 1) for other in operands)
            lengths = (one for one in operands if is_limit and isinstance(one, Operation) and one.operator == "len")
            yield from (length.operands[0] for length in lengths)
        case Operation("and", parts):
            yield from (value for part in parts for value in _counted(part))


def _is_last(facts: FileFacts, change: Change, loop: int) -> bool:
    """Whether the code that makes a change goes on to leave the loop."""
    around = {number for number, _ in outward(facts, change.block, loop)} | {loop}
    return any(exit_.kind in LEAVING and exit_.block in around and exit_.order > change.order for exit_ in facts.exits)


def _is_in_loop(facts: FileFacts, block: int) -> bool:
    return next(loops_around(facts, block), -1) >= 0
