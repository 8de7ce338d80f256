"""Model calls under loops whose sizes nothing bounds, counted through the functions of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from llmlint.facts import Condition, Exit, FileFacts, Function, Loop
from llmlint.findings import Place
from llmlint.link.blocks import conditions_of, innermost_loop, inside, is_inside, outward
from llmlint.link.calls import CallGraph, FunctionKey, owner
from llmlint.link.handlers import goes_on
from llmlint.link.loops import LEAVING, LoopAnalysis
from llmlint.link.origins import Origin, parts_of
from llmlint.link.reach import ReachIndex
from llmlint.link.results import argument_for
from llmlint.link.retry_errors import Words
from llmlint.link.sizes import Sizes
from llmlint.linked import Nesting, Reach
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    Item,
    Literal,
    Operation,
    Parameter,
    Result,
    This,
    Value,
    Variable,
)

_MAX_STEPS = 4
# Whether a comparison asks for another thing than the one named.
_OPPOSITE = {"==": False, "is": False, "!=": True, "is not": True}


class NestingFinder:
    def __init__(
        self,
        files: Mapping[str, FileFacts],
        graph: CallGraph,
        reach: ReachIndex,
        loops: LoopAnalysis,
        sizes: Sizes,
        words: Words,
    ) -> None:
        self.files = files
        self.reach = reach
        self.loops = loops
        self.sizes = sizes
        self.alternatives = words["alternatives"]
        self._targets: dict[Site, list[FunctionKey]] = {}
        self._certain: dict[Site, list[FunctionKey]] = {}
        self._callees: dict[FunctionKey, list[FunctionKey]] = {}
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback:
                    self._targets.setdefault(edge.site.plain, []).append(edge.target)
                    self._callees.setdefault(owner(edge.site), []).append(edge.target)
                if not edge.is_callback and edge.is_certain:
                    self._certain.setdefault(edge.site.plain, []).append(edge.target)
        self._by_function: dict[FunctionKey, list[Reach]] = {}
        for facts in files.values():
            for found in reach.of_file(facts):
                self._by_function.setdefault(owner(found.site), []).append(found)
        self._inner: dict[FunctionKey, list[tuple[Site, tuple[Place, ...]]]] = {}
        self._surely: dict[FunctionKey, bool] = {}
        self._open: dict[tuple[str, int], bool] = {}

    def of_file(self, facts: FileFacts) -> Iterator[Nesting]:
        for reach in self.reach.of_file(facts):
            around = self._around(reach.site)
            if around and self._surely_calls(reach.site):
                yield Nesting(_joined(around, self._within(reach.site, 0)), reach)

    # -- whether a model is called ----------------------------------------------------------------------------

    def _surely_calls(self, site: Site) -> bool:
        """Whether a call ends in a model call whichever function it turns out to be of."""
        targets = self._targets.get(site.plain)
        if not targets:
            return True
        if self._is_any_function(site, targets):
            return False
        concrete = [key for key in targets if not self.files[key[0]].functions[key[1]].is_abstract]
        return bool(concrete) and all(
            self._surely_reaches(key) and not self._is_switched_off(site, key) for key in concrete
        )

    def _is_any_function(self, site: Site, targets: Sequence[FunctionKey]) -> bool:
        """``self.tool.run(text)``, where functions of other names are kept in ``run``: there may be any others."""
        callee = site.call.callee
        if not isinstance(callee, Attribute | Item | Result):
            return False
        names = {self.files[path].functions[index].name for path, index in targets}
        return len(names) > 1 and names.isdisjoint((getattr(callee, "name", ""), "__init__"))

    def _surely_reaches(self, key: FunctionKey) -> bool:
        if key not in self._surely:
            self._surely[key] = False
            self._surely[key] = any(
                (target is None or self._surely_calls(site)) and not self._is_optional(site, key)
                for site, target in self.reach.ways.get(key, ())
            )
        return self._surely[key]

    def _is_optional(self, site: Site, key: FunctionKey) -> bool:
        """``if self.index: self.index.embed(text)``, where the object is made without one, and none is set here."""
        facts, function = site.facts, site.facts.functions[key[1]]
        tests = (facts.conditions[number].value for number in conditions_of(facts, site.call.block, function.block))
        switches = {
            value.name
            for value in tests
            if isinstance(value, Attribute)
            and isinstance(value.base, This)
            and Literal(None) in facts.classes[value.base.cls].attributes.get(value.name, ())
        }
        return any(
            not any(c.name == f"self.{name}" and is_inside(facts, c.block, function.block) for c in facts.changes)
            for name in switches
        )

    def _is_switched_off(self, site: Site, key: FunctionKey) -> bool:
        """Whether all that leads on to a model stands under tests that what is given here does not meet."""
        ways = self.reach.ways.get(key, ())
        return bool(ways) and all(self._is_left_out(site, key, inner) for inner, _ in ways)

    def _is_left_out(self, site: Site, key: FunctionKey, inner: Site) -> bool:
        """Whether a call in a function is not made when ``site`` calls it: a test before it asks for something else
        than what a parameter is given here, or is left to."""
        return False in self._outcomes(site, key, inner)

    def _outcomes(self, site: Site, key: FunctionKey, inner: Site) -> list[bool | None]:
        """What comes of the tests before a call in a function, when ``site`` calls the function."""
        facts, function = inner.facts, inner.facts.functions[key[1]]
        return [
            _outcome(facts.conditions[number], site, key[1], function)
            for number in conditions_of(facts, inner.call.block, function.block)
        ]

    # -- the loops --------------------------------------------------------------------------------------------

    def _around(self, site: Site) -> tuple[Place, ...]:
        """The open loops around a call in its own function, outermost first."""
        facts = site.facts
        found: list[Place] = []
        inside: Value | None = None
        for _, block in outward(facts, site.call.block):
            if block.kind == "loop":
                loop = facts.loops[block.index]
                is_batch = isinstance(inside, Element) and inside.base is loop.iterable
                if not is_batch and self._is_open(facts, block.index) and not self._is_once(site, loop, block.index):
                    found.append(site.place if loop.span < 0 else Place(facts, facts.span(loop.span)))
                    inside = loop.iterable
        return tuple(reversed(found))

    def _is_open(self, facts: FileFacts, index: int) -> bool:
        key = (facts.path, index)
        if key not in self._open:
            loop = facts.loops[index]
            self._open[key] = (
                loop.kind != "while"
                and not self.sizes.is_bounded(facts, loop)
                and not self.sizes.is_endless(facts, loop)
                and not self.sizes.is_retried(facts, loop)
                and not self._runs_over_reply(facts, loop)
                and not self.loops.is_cut_short(facts, index)
            )
        return self._open[key]

    def _runs_over_reply(self, facts: FileFacts, loop: Loop) -> bool:
        """``for chunk in client.responses.create(stream=True)``, ``for choice in reply.choices``."""
        value = loop.iterable
        if isinstance(value, Attribute) and value.name in self.alternatives:
            return Origin.REPLY in self.loops.origins.of(facts, value.base)
        if not isinstance(value, Result):
            return False
        site = Site(facts, value.call)
        return any(reach.target.site == site for reach in self.reach.sites.get(site, ()))

    def _within(self, site: Site, steps: int) -> tuple[Place, ...]:
        """The open loops inside the functions that a call leads to, on the way to the model."""
        if steps >= _MAX_STEPS:
            return ()
        return max(
            (self._loops_of(site, key, steps) for key in self._certain.get(site.plain, ())),
            key=len,
            default=(),
        )

    def _loops_of(self, site: Site, key: FunctionKey, steps: int) -> tuple[Place, ...]:
        """The open loops inside a function on the way to the model: the most of what it always does, and the least of
        what it does one of."""
        always: list[tuple[Place, ...]] = []
        sometimes: list[tuple[Place, ...]] = []
        for inner, loops in self._of_function(key, steps + 1):
            outcomes = self._outcomes(site, key, inner)
            if False not in outcomes and not (loops and self._leads_back(inner, owner(site))):
                (sometimes if None in outcomes else always).append(loops)
        return max(always, key=len) if always else min(sometimes, key=len, default=())

    def _leads_back(self, site: Site, goal: FunctionKey) -> bool:
        """Whether a call ends in the function that led to it: what the loops of a recursion repeat counts once."""
        waiting = [*self._targets.get(site.plain, ())]
        seen = set(waiting)
        while waiting:
            key = waiting.pop()
            if key == goal:
                return True
            new = {target for target in self._callees.get(key, ()) if target not in seen}
            seen |= new
            waiting.extend(new)
        return False

    def _of_function(self, key: FunctionKey, steps: int) -> list[tuple[Site, tuple[Place, ...]]]:
        """The calls of a function that surely end in a model call, each with the open loops that it runs in."""
        if key not in self._inner:
            self._inner[key] = []
            self._inner[key] = [
                (reach.site, _joined(self._around(reach.site), self._within(reach.site, steps)))
                for reach in self._by_function.get(key, ())
                if self._surely_calls(reach.site)
            ]
        return self._inner[key]

    # -- what ends them ---------------------------------------------------------------------------------------

    def _is_once(self, site: Site, loop: Loop, index: int) -> bool:
        return self._is_left(site, loop, index) or _is_kept(site, loop)

    def _is_left(self, site: Site, loop: Loop, index: int) -> bool:
        """Whether the loop is left once the call has been made: ``for model in models: try: return ask(model)``."""
        facts = site.facts
        return any(
            exit_.kind in LEAVING
            and exit_.order > site.call.order
            and (exit_.kind != "break" or innermost_loop(facts, exit_.block) == index)
            and (_follows(site, exit_) or self._takes_first(site, exit_, loop))
            for exit_ in inside(facts, facts.exits, loop.block)
        )

    def _takes_first(self, site: Site, exit_: Exit, loop: Loop) -> bool:
        """``try: text = ask(model)``, ``if text: break``: the first one that neither fails nor gives nothing."""
        facts = site.facts
        is_tried = any(
            fact.kind == "try" and any(map(goes_on, self.loops.handlers_of(facts, facts.tries[fact.index])))
            for _, fact in outward(facts, site.call.block, loop.block)
        )
        around = conditions_of(facts, site.call.block, loop.block)
        tests = [number for number in conditions_of(facts, exit_.block, loop.block) if number not in around]
        is_given = [self._asks_for_reply(site, facts.conditions[number]) for number in tests]
        return is_tried and exit_.kind in ("break", "return") and bool(tests) and all(is_given)

    def _asks_for_reply(self, site: Site, test: Condition) -> bool:
        """Whether a test holds because a call has given something: ``if text``, ``if not is_empty(text)``."""
        value = test.value
        is_negated = isinstance(value, Operation) and value.operator == "not"
        asked = value.operands[0] if is_negated and isinstance(value, Operation) else value
        is_other_call = isinstance(asked, Result) and asked.call != site.index
        is_made = any(reply.index == site.index for reply in self.loops.origins.replies(site.facts, asked))
        return test.asks_for_truth and is_made and is_negated == is_other_call


def _joined(around: tuple[Place, ...], within: tuple[Place, ...]) -> tuple[Place, ...]:
    """Loops and those inside them, each once: a function that calls itself comes back to its own."""
    known = {(place.facts.path, place.span) for place in around}
    return (*around, *(place for place in within if (place.facts.path, place.span) not in known))


def _is_kept(site: Site, loop: Loop) -> bool:
    """``if not helper: helper = make()``: a call that is made in the first round only."""
    facts = site.facts
    changes = inside(facts, facts.changes, loop.block)
    kept = {change.name for change in changes if change.value == Result(site.index)}
    lost = {change.name for change in changes if change.block != site.call.block}
    tests = [facts.conditions[number] for number in conditions_of(facts, site.call.block, loop.block)]
    return any((kept - lost).intersection((*test.tested, *test.compared)) for test in tests)


def _follows(site: Site, exit_: Exit) -> bool:
    """Whether code that has come through a call gets to an exit: in a block around the call, or in the ``else`` of its
    try statement."""
    facts = site.facts
    fact = facts.blocks[exit_.block]
    block = facts.tries[fact.index].block if fact.kind == "else" else exit_.block
    return is_inside(facts, site.call.block, block)


def _outcome(test: Condition, site: Site, index: int, function: Function) -> bool | None:
    """Whether a test holds when ``site`` calls the function (``if verbose``, ``if mode == "plan"``), or None where what
    is given decides on it and can't be known. A test of something else may hold."""
    value, is_opposite = test.value, False
    while isinstance(value, Operation) and value.operator == "not":
        value, is_opposite = value.operands[0], not is_opposite
    if isinstance(value, Parameter):
        given = _given(value, site, index, function)
        return bool(given.value) != is_opposite if isinstance(given, Literal) else None
    if test.operator in _OPPOSITE and isinstance(value, Operation) and isinstance(value.operands[1], Literal):
        given, wanted = _given(_as_given(value.operands[0]), site, index, function), value.operands[1]
        if isinstance(given, Literal):
            return (given.value == wanted.value) != _OPPOSITE[test.operator]
        if wanted.value is None and given is not None and not isinstance(given, Parameter | Variable):
            return _OPPOSITE[test.operator]
    return None if _is_given(value) else True


def _is_given(value: Value) -> bool:
    """Whether a value is, or is made of, what a function is given."""
    return isinstance(value, Parameter) or any(map(_is_given, parts_of(value)))


def _as_given(value: Value) -> Value:
    """A parameter as the caller gives it, where the function may have put something else in its place."""
    options = value.options if isinstance(value, Choice) else ()
    return next((option for option in options if isinstance(option, Parameter)), value)


def _given(value: Value, site: Site, index: int, function: Function) -> Value | None:
    """What a parameter of a function is when ``site`` calls it: what is given, or its default."""
    if not isinstance(value, Parameter) or value.function != index or any(a.stars for _, a in site.arguments):
        return None
    parameter = next((parameter for parameter in function.parameters if parameter.name == value.name), None)
    argument = argument_for(site, function, value.name)
    return argument.value if argument else parameter.default if parameter else None
