"""Histories: lists and texts that grow with every round of a loop, or with every call, and that nothing cuts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmlint.facts import Change, Condition, FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import function_index, is_inside, outward
from llmlint.link.calls import FunctionKey, owner
from llmlint.link.flows.states import Key, States
from llmlint.link.loops import LEAVING, LoopAnalysis
from llmlint.link.meanings import ClassMeaning, External, InstanceMeaning
from llmlint.link.origins import Origin, is_text, may_be
from llmlint.link.pace import Pace
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.link.sizes import Sizes
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Element,
    Literal,
    Operation,
    Parameter,
    Result,
    Sequence,
    Text,
    This,
    Value,
    Variable,
)

_GROWING = frozenset({"grow", "step"})
# The methods that add to a list.
ADDING = frozenset({"append", "appendleft", "extend", "insert"})
_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "model_post_init"})
_LISTS = frozenset({"list", "list()", "collections.deque()"})
# What functions are called that shorten what they are given, where they themselves can't be read.
_SHORTENING = re.compile(
    r"trim|trunc|prun|compact|compress|condens|summar|shorten|shrink|evict|slid|window|reset|clear|forget|fit_|budget",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Growth:
    """Where something grows. ``held``: what it was before; ``loop``: the block of the open loop with whose rounds it
    grows, or -1 where it does with every call; ``function``: the function that adds to it; ``is_list``: things are
    added to a list, one by one."""

    path: str
    held: Value
    loop: int
    function: FunctionKey
    is_list: bool


class _Changes:
    """The changes of one file, by what they change."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.by_value: dict[Hashable, list[Change]] = defaultdict(list)
        self.by_name: dict[tuple[int, str], list[Change]] = defaultdict(list)
        # The first call that adds to each list.
        self.calls: dict[int, int] = {}
        for index, call in enumerate(facts.calls):
            if isinstance(call.callee, Attribute) and call.callee.name in ADDING:
                self.calls.setdefault(id(call.callee.base), index)
        for change in facts.changes:
            if change.name:
                self.by_name[function_index(facts, change.block), change.name].append(change)
            for value in change.held:
                self.by_value[_identity(value)].append(change)


class Histories:
    def __init__(self, resolver: Resolver, loops: LoopAnalysis, sizes: Sizes, pace: Pace) -> None:
        self.resolver = resolver
        self.loops = loops
        self.sizes = sizes
        self.pace = pace
        self.states = States(resolver)
        self._changes = {path: _Changes(facts) for path, facts in resolver.files.items() if facts.changes}
        self._open: dict[tuple[str, int], bool] = {}
        self._rounds: dict[int, tuple[Growth, ...]] = {}
        self._cut_blocks: dict[tuple[str, int, str], set[int]] = {}
        self._callers: Mapping[FunctionKey, Iterable[Site]] = resolver.results.callers
        self._growing: dict[Key, dict[FunctionKey, Growth]] = defaultdict(dict)
        self._cut: set[Key] = set()
        self._begun: dict[Key, int] = defaultdict(int)
        self._shortened: dict[str, list[tuple[Site, Value]]] = defaultdict(list)
        self._note_states()
        self._note_counted()
        self._note_shortened()

    def of(self, facts: FileFacts, value: Value) -> Iterator[Growth]:
        """Where the list or text that ``value`` reads grows, and nothing cuts it."""
        changes = self._changes.get(facts.path)
        if changes is not None:
            for change in changes.by_value.get(_identity(value), ()):
                if change.kind in _GROWING and _is_text(change):
                    yield from self._with_rounds(changes, change)
        key = self.states.key(facts, value)
        if (
            key in self._growing
            and self._lasts(key)
            and self.states.is_held(facts, value)
            and self._is_plain(facts, value)
        ):
            yield from self._growing[key].values()

    def grows_parameter(self, key: FunctionKey, name: str) -> Growth | None:
        """Where a function adds to a list that it is given, once for each call, and leaves it at that."""
        changes = self._changes.get(key[0])
        if changes is None:
            return None
        found = changes.by_value.get(_identity(Parameter(key[1], name)), ())
        if any(change.kind not in _GROWING for change in found):
            return None
        for change in found:
            is_list = id(change.held[0]) in changes.calls or not isinstance(change.value, Text | Literal)
            if is_list and _is_text(change) and not _is_in_loop(changes.facts, change.block):
                return self._growth(changes.facts, change)
        return None

    def outlives(self, site: Site, facts: FileFacts, value: Value) -> bool:
        """Whether a list that a call is given is there for the next call too, as long as this one left it."""
        key = self.states.key(facts, value)
        if key is not None:
            return self._lasts(key) and self.states.is_held(facts, value)
        changes = self._changes.get(facts.path)
        made = changes.by_value.get(_identity(value), ()) if changes is not None else ()
        around = [block for block in _loops_around(site.facts, site.call.block) if self._is_open(site.facts, block)]
        return bool(made and around) and not any(
            change.kind not in _GROWING and is_inside(facts, change.block, around[0]) for change in made
        )

    def is_kept(self, growth: Growth, site: Site) -> bool:
        """Whether what a method says of its object's history holds for the object that it was called on."""
        callee, held = site.call.callee, growth.held
        is_own = growth.loop < 0 and isinstance(held, Attribute) and isinstance(held.base, This)
        return not (is_own and isinstance(callee, Attribute)) or self.states.is_held(site.facts, callee.base)

    def place(self, growth: Growth) -> Place | None:
        """The call that adds something, or else the head of the loop or the function in which that happens."""
        facts = self.resolver.files[growth.path]
        index = self._changes[growth.path].calls.get(id(growth.held))
        if index is not None:
            return Site(facts, index).callee
        head = facts.loops[facts.blocks[growth.loop].index] if growth.loop >= 0 else facts.functions[growth.function[1]]
        return Place(facts, facts.span(head.span)) if head.span >= 0 else None

    def feeds(self, growth: Growth, site: Site) -> bool:
        """Whether what grows is read at a site as often as it grows."""
        if growth.loop >= 0:
            return site.facts.path == growth.path and is_inside(site.facts, site.call.block, growth.loop)
        reader = owner(site)
        if reader == growth.function:
            return True
        callers = {owner(caller) for caller in self._callers.get(growth.function, ())}
        above = {owner(caller) for caller in self._callers.get(reader, ())}
        return reader in callers or growth.function in above or bool(callers & above)

    # -- with every round -------------------------------------------------------------------------------------

    def _with_rounds(self, changes: _Changes, change: Change) -> tuple[Growth, ...]:
        """How a change makes something grow with the rounds of the loops around it."""
        if id(change) not in self._rounds:
            self._rounds[id(change)] = tuple(self._open_rounds(changes, change))
        return self._rounds[id(change)]

    def _open_rounds(self, changes: _Changes, change: Change) -> Iterator[Growth]:
        facts = changes.facts
        cut = self._cut_in(changes, function_index(facts, change.block), change.name)
        for loop in _loops_around(facts, change.block):
            if loop in cut or _is_last(facts, change, loop) or self._sorts(facts, change, loop):
                return
            if self._is_open(facts, loop):
                yield self._growth(facts, change, loop)

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

    def _cut_in(self, changes: _Changes, function: int, name: str) -> set[int]:
        """The blocks in which a variable is cut, or begun anew."""
        key = (changes.facts.path, function, name)
        if key not in self._cut_blocks:
            own = changes.by_name[function, name]
            held = {_identity(value) for change in own for value in change.held}
            cuts = [change.block for change in own if change.kind not in _GROWING]
            for site, value in self._shortened.get(changes.facts.path, ()):
                if _identity(value) in held:
                    cuts.append(site.call.block)
            self._cut_blocks[key] = {number for cut in cuts for number, _ in outward(changes.facts, cut)}
        return self._cut_blocks[key]

    def _growth(self, facts: FileFacts, change: Change, loop: int = -1) -> Growth:
        function, is_list = (facts.path, function_index(facts, change.block)), self._is_added_to(facts, change)
        return Growth(facts.path, change.held[0], loop, function, is_list)

    def _is_added_to(self, facts: FileFacts, change: Change) -> bool:
        return id(change.held[0]) in self._changes[facts.path].calls

    def _is_open(self, facts: FileFacts, block: int) -> bool:
        """Whether nothing bounds the rounds of a loop; one that a person or an event paces goes on as they like. One
        that the reply alone ends has no ceiling, which is another rule's finding: with one, the history is short."""
        key = (facts.path, block)
        if key not in self._open:
            index = facts.blocks[block].index
            loop = facts.loops[index]
            verdict = self.loops.on_success(self.loops.gather(facts, index))
            if self.sizes.is_endless(facts, loop):
                goes_on = verdict.by_reply == verdict.is_open or self.pace.is_set(facts, block)
            else:
                goes_on = loop.kind == "for" and not self.sizes.is_bounded(facts, loop)
            self._open[key] = goes_on and not verdict.ceiling
        return self._open[key]

    # -- with every call --------------------------------------------------------------------------------------

    def _note_states(self) -> None:
        for changes in self._changes.values():
            facts = changes.facts
            for change in changes.facts.changes:
                key = self.states.key(facts, change.held[0]) if change.held else None
                if key is None or _is_begun_with_state(change):
                    continue
                function = function_index(facts, change.block)
                if change.kind in _GROWING or self._adds_to_itself(facts, change, key):
                    if _is_text(change) and (key[0] == "session" or not self._is_first(facts, function)):
                        # One place for each function is enough to say where something grows.
                        self._growing[key].setdefault((facts.path, function), self._growth(facts, change))
                elif change.kind == "shrink":
                    self._cut.add(key)
                elif key[0] == "session" or not self._is_first(facts, function):
                    self._note_set(change, key)

    def _note_counted(self) -> None:
        """``if len(self.turns) < limit: self.ask()``: what grows there grows no further."""
        growing = {growth.function for found in self._growing.values() for growth in found.values()}
        for site in (site for function in growing for site in self._callers.get(function, ())):
            for test in _tests_around(site):
                for value in _counted(test.value) if test.operator not in (">", ">=") else ():
                    key = self.states.key(site.facts, value)
                    if key in self._growing and any(site in self._callers.get(by, ()) for by in self._growing[key]):
                        self._cut.add(key)

    def _lasts(self, key: Key) -> bool:
        return key not in self._cut and self._begun[key] < 2

    def _is_plain(self, facts: FileFacts, value: Value) -> bool:
        """Whether something is a list or a text, and no object that may keep it short by itself."""
        return not any(
            isinstance(meaning, InstanceMeaning)
            or (isinstance(meaning, External) and meaning.chain and not _is_list(meaning))
            for meaning in self.resolver.meanings(facts, value)
        )

    def _note_set(self, change: Change, key: Key) -> None:
        """A session and a mapping are filled when they are first asked; all else is begun anew, or cut."""
        is_begun = key[0] == "session" or key[-1] == "[]"
        if is_begun and isinstance(change.value, Sequence | Literal):
            self._begun[key] += 1
        else:
            self._cut.add(key)

    def _is_first(self, facts: FileFacts, function: int) -> bool:
        """Whether the code of a function runs once, before anything is asked."""
        return function < 0 or facts.functions[function].name in _CONSTRUCTORS

    def _adds_to_itself(self, facts: FileFacts, change: Change, key: Key) -> bool:
        """``self.turns = [*self.turns, turn]``."""
        items = change.value.items if isinstance(change.value, Sequence) else ()
        return any(isinstance(item, Element) and self.states.key(facts, item.base) == key for item in items)

    # -- what shortens a list where it lies -------------------------------------------------------------------

    def _note_shortened(self) -> None:
        """The calls that shorten a list which they are given, by what they are known to do or by their names."""
        for facts in self.resolver.files.values():
            for index, call in enumerate(facts.calls):
                name = getattr(call.callee, "name", "")
                if name and _SHORTENING.search(name):
                    for argument in call.arguments:
                        self._note_shortening(Site(facts, index), argument.value)
        for changes in self._changes.values():
            for change in changes.facts.changes:
                value = change.held[0] if change.held else None
                if isinstance(value, Parameter) and change.kind not in _GROWING:
                    self._note_callers(changes.facts, value)

    def _note_callers(self, facts: FileFacts, parameter: Parameter) -> None:
        function = facts.functions[parameter.function]
        for site in self._callers.get((facts.path, parameter.function), ()):
            argument = argument_for(site, function, parameter.name)
            if argument is not None:
                self._note_shortening(site, argument.value)

    def _note_shortening(self, site: Site, value: Value) -> None:
        self._shortened[site.facts.path].append((site, value))
        key = self.states.key(site.facts, value)
        if key is not None:
            self._cut.add(key)


def _is_begun_with_state(change: Change) -> bool:
    """``text = self.text; text += more``: a new text, next to which the one that lasts stays as it is."""
    begun = change.held[0]
    is_own = isinstance(begun, Variable) and begun.name == change.name
    return change.name.isidentifier() and not is_own and any(isinstance(held, Text) for held in change.held[1:])


def _is_list(made: External) -> bool:
    """Whether something from outside the project is a list, or a deque with room for everything."""
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


def _loops_around(facts: FileFacts, block: int) -> Iterator[int]:
    """The blocks of the loops around a block, innermost first."""
    for number, fact in outward(facts, block):
        if fact.kind == "loop" and facts.loops[fact.index].kind != "comprehension":
            yield number


def _is_last(facts: FileFacts, change: Change, loop: int) -> bool:
    """Whether the code that makes a change goes on to leave the loop."""
    around = {number for number, _ in outward(facts, change.block, loop)} | {loop}
    return any(exit_.kind in LEAVING and exit_.block in around and exit_.order > change.order for exit_ in facts.exits)


def _is_in_loop(facts: FileFacts, block: int) -> bool:
    return next(_loops_around(facts, block), -1) >= 0


def _is_text(change: Change) -> bool:
    """Whether what grows is a list or a text, and not a number."""
    return change.kind == "grow" or any(map(_holds_text, change.held))


def _holds_text(value: Value) -> bool:
    return may_be(value, lambda part: is_text(part) or isinstance(part, Sequence))


def _identity(value: Value) -> Hashable:
    """What tells a value from others: itself, where two that are equal are the same variable."""
    return value if isinstance(value, Parameter) else id(value)
