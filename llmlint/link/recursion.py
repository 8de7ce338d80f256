"""Functions that reach a model call and call themselves with nothing that counts the calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from llmlint.facts import Condition, FileFacts, Function
from llmlint.link.blocks import conditions_of, function_index, is_inside, outward
from llmlint.link.bodies import Bodies
from llmlint.link.calls import KEEPERS, TAKING, CallGraph, Edge, FunctionKey, owner
from llmlint.link.limits import Limits
from llmlint.link.meanings import NOTHING
from llmlint.link.origins import Origin, Origins, is_arithmetic, is_made_of, parts_of
from llmlint.link.reach import ReachIndex
from llmlint.link.results import argument_for
from llmlint.linked import Reach, Recursion
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    Item,
    Literal,
    Operation,
    Parameter,
    Result,
    Sequence,
    This,
    Typed,
    Unknown,
    Value,
)

_MAX_CYCLE = 3
_MAX_DEPTH = 20
_SAME_THINGS = frozenset({"enumerate", "reversed", "sorted", "list", "tuple", "zip"})


class RecursionFinder:
    def __init__(
        self,
        files: Mapping[str, FileFacts],
        graph: CallGraph,
        reach: ReachIndex,
        origins: Origins,
        limits: Limits,
        bodies: Bodies,
    ) -> None:
        self.files = files
        self.reach = reach
        self.origins = origins
        self.limits = limits
        self.bodies = bodies
        self._edges: dict[FunctionKey, list[Edge]] = defaultdict(list)
        for edges in graph.edges.values():
            for edge in edges:
                if edge.is_certain and not edge.is_callback and edge.target in reach.reached:
                    self._edges[owner(edge.site)].append(edge)

    def of_file(self, facts: FileFacts) -> Iterator[Recursion]:
        for index, function in enumerate(facts.functions):
            key = (facts.path, index)
            for edge in self._edges.get(key, ()):
                cycle = self._back(edge, key)
                if cycle is not None and self._is_driven(facts, edge) and not self._is_bounded(cycle):
                    through = [self._function(step.target).name for step in cycle[:-1]]
                    names = tuple(name for name in through if not name.startswith("<"))
                    reach = Reach(edge.site, self.reach.reached[key], key in self.reach.certain)
                    yield Recursion(edge.site, function, names, reach)

    def _function(self, key: FunctionKey) -> Function:
        return self.files[key[0]].functions[key[1]]

    def _back(self, first: Edge, goal: FunctionKey) -> list[Edge] | None:
        """The shortest way from a call back to the function that makes it."""
        paths = [[first]]
        for _ in range(_MAX_CYCLE):
            longer: list[list[Edge]] = []
            for path in paths:
                if path[-1].target == goal:
                    return path
                longer.extend([*path, edge] for edge in self._edges.get(path[-1].target, ()) if edge not in path)
            paths = longer[:50]
        return None

    def _is_driven(self, facts: FileFacts, edge: Edge) -> bool:
        """Whether a failure or the model's reply decides that the call is made."""
        function = function_index(facts, edge.site.call.block)
        if (facts.path, function) in self.reach.waits:
            return False
        tests = conditions_of(facts, edge.site.call.block, facts.functions[function].block)
        if any(self._asks_what_is_left(facts, facts.conditions[number].value) for number in tests):
            return False
        for number, block in outward(facts, edge.site.call.block):
            if block.kind == "branch":
                origin = self.origins.of(facts, facts.conditions[block.index].value)
                if origin & (Origin.STATE | Origin.UNKNOWN):
                    return False
                if Origin.REPLY in origin:
                    return True
            if block.kind == "handler":
                if self._may_leave_first(facts, edge, number) or self._notes_first(facts, edge, number):
                    return False
                attempt = facts.tries[facts.handlers[block.index].number]
                if self._try_reaches(facts, attempt.block, function):
                    return _asks_the_same(edge)
        return self._is_left_to_reply(facts, edge, function)

    def _asks_what_is_left(self, facts: FileFacts, test: Value) -> bool:
        """``chain = self.chains.pop(name)``: whether a test looks at what was taken out of an object, and is gone the
        next time."""

        def is_taken_out(part: Value) -> bool:
            callee = facts.calls[part.call].callee if isinstance(part, Result) else None
            return (
                isinstance(callee, Attribute)
                and callee.name in TAKING
                and Origin.STATE in self.origins.of(facts, callee.base)
            )

        return is_made_of(facts, test, is_taken_out)

    def _is_left_to_reply(self, facts: FileFacts, edge: Edge, function: int) -> bool:
        """``if "GOOD" in reply: return text`` before the call: the function comes to it unless the reply is good."""
        origins = [
            self.origins.of(facts, facts.conditions[number].value)
            for exit_ in self.bodies.exits(facts, function)
            if exit_.order < edge.site.call.order and exit_.kind in ("return", "raise")
            for number in conditions_of(facts, exit_.block, facts.functions[function].block)
        ]
        return any(Origin.REPLY in origin for origin in origins) and not any(
            origin & (Origin.STATE | Origin.UNKNOWN) for origin in origins
        )

    def _may_leave_first(self, facts: FileFacts, edge: Edge, handler: int) -> bool:
        """Whether a handler gives up before it comes to the call, for a reason that can't be known."""
        return any(
            self.origins.of(facts, facts.conditions[number].value) & (Origin.STATE | Origin.UNKNOWN)
            for exit_ in facts.exits
            if exit_.order < edge.site.call.order and is_inside(facts, exit_.block, handler)
            for number in conditions_of(facts, exit_.block, handler)
        )

    def _notes_first(self, facts: FileFacts, edge: Edge, handler: int) -> bool:
        """Whether a handler adds something to its object, which may change what is sent next, before the call: more
        than the exception itself."""
        return any(
            isinstance(site.call.callee, Attribute)
            and site.call.callee.name in KEEPERS
            and Origin.STATE in self.origins.of(facts, site.call.callee.base)
            and not any(Origin.CAUGHT in self.origins.of(facts, argument.value) for _, argument in site.arguments)
            for site in self.bodies.calls(facts, function_index(facts, handler))
            if site.call.order < edge.site.call.order and is_inside(facts, site.call.block, handler)
        )

    def _try_reaches(self, facts: FileFacts, block: int, function: int) -> bool:
        """Whether a try statement holds a model call, or something that is done to a reply."""
        return any(
            is_inside(facts, reach.site.call.block, block)
            for reach in self.reach.of_file(facts)
            if function_index(facts, reach.site.call.block) == function
        ) or any(
            is_inside(facts, site.call.block, block)
            and any(Origin.REPLY in self.origins.of(facts, argument.value) for _, argument in site.arguments)
            for site in self.bodies.calls(facts, function)
        )

    def _is_bounded(self, cycle: list[Edge]) -> bool:
        compared = {name for edge in cycle for name in self._compared(edge.target)}
        return any(
            self._remembers(owner(edge.site)) or self._counts_down(edge, compared) or self._shuts_off(edge, following)
            for edge, following in zip(cycle, [*cycle[1:], cycle[0]], strict=True)
        )

    def _remembers(self, key: FunctionKey) -> bool:
        """Whether a function compares a count that it keeps, or asks whether something has been seen before."""
        facts = self.files[key[0]]
        return self.limits.of_function(facts, key[1]) == "raise" or any(
            self._asks_what_was_seen(facts, facts.conditions[block.index])
            or self._compares_count(facts, facts.conditions[block.index])
            for block in facts.blocks
            if block.kind == "branch" and function_index(facts, block.parent) == key[1]
        )

    def _asks_what_was_seen(self, facts: FileFacts, test: Condition) -> bool:
        return bool(test.contained) and any(
            Origin.REPLY not in self.origins.of(facts, comparison.operands[-1])
            for comparison in _comparisons(test.value)
        )

    def _compares_count(self, facts: FileFacts, test: Condition) -> bool:
        """Whether a test compares an attribute that is counted up, or of which can't be known whether it is."""
        if not any("." in name for name in test.compared):
            return False
        if self.limits.counts(facts, test.value):
            return True
        return any(
            isinstance(operand, Attribute) and self._may_count(facts, operand)
            for comparison in _comparisons(test.value)
            if not any(isinstance(other, Literal) and isinstance(other.value, str) for other in comparison.operands)
            for operand in comparison.operands
        )

    def _may_count(self, facts: FileFacts, value: Attribute) -> bool:
        if Origin.REPLY in self.origins.of(facts, value):
            return False
        return not isinstance(value.base, This) or self.limits.resolver.meanings(facts, value) == NOTHING

    def _counts_down(self, edge: Edge, compared: set[str]) -> bool:
        """Whether an argument shrinks, counts, or is nothing that can be followed. ``compared``: what the functions of
        the circle compare."""
        target = self._function(edge.target)
        for parameter in target.parameters:
            argument = argument_for(edge.site, target, parameter.name)
            if argument is None:
                continue
            value = argument.value
            if is_arithmetic(value):
                if parameter.name in compared or not self._is_text(value):
                    return parameter.name in compared
            elif _is_part(value):
                return True
        return any(
            argument.stars == 1 or (argument.name in compared and is_arithmetic(argument.value))
            for _, argument in edge.site.arguments
        )

    def _shuts_off(self, edge: Edge, following: Edge) -> bool:
        """``ask(text, retry=False)``, where ``if retry`` decides that the function called goes on round the circle."""
        facts, index = self.files[edge.target[0]], edge.target[1]
        function = facts.functions[index]
        given = {
            parameter.name: bool(argument.value.value)
            for parameter in function.parameters
            if (argument := argument_for(edge.site, function, parameter.name)) is not None
            and isinstance(argument.value, Literal)
        }

        def truths(block: int) -> list[bool | None]:
            return [
                _truth(facts.conditions[number].value, given) for number in conditions_of(facts, block, function.block)
            ]

        call = following.site.call
        return bool(given) and (
            False in truths(call.block)
            or any(
                exit_.order < call.order and exit_.kind in ("return", "raise") and _all_hold(truths(exit_.block))
                for exit_ in self.bodies.exits(facts, index)
            )
        )

    def _compared(self, key: FunctionKey) -> set[str]:
        facts = self.files[key[0]]
        return {
            name
            for block in facts.blocks
            if block.kind == "branch" and function_index(facts, block.parent) == key[1]
            for name in (*facts.conditions[block.index].compared, *facts.conditions[block.index].tested)
        }

    def _is_text(self, value: Operation) -> bool:
        return not any(isinstance(part, Literal) and isinstance(part.value, int | float) for part in value.operands)


def _asks_the_same(edge: Edge) -> bool:
    """Whether what failed is tried again as it was: what a call makes of it, such as its half, may come to an end."""
    return not any(
        is_made_of(edge.site.facts, argument.value, lambda part: isinstance(part, Result | Unknown))
        for _, argument in edge.site.arguments
        if not (is_arithmetic(argument.value) or argument.stars == 2)
    )


def _is_part(value: Value) -> bool:
    """Whether a value is a piece of a parameter, or of a list: recursion over a tree ends where the tree does."""
    if isinstance(value, Choice):
        return any(map(_is_part, value.options))
    if isinstance(value, Sequence):
        return bool(value.items) and all(map(_is_part, value.items))
    if isinstance(value, Element) and isinstance(value.base, Sequence):
        return _is_part(value.base)
    if isinstance(value, Item) and isinstance(value.key, Operation) and value.key.operator == "slice":
        return True
    return isinstance(value, Attribute | Item | Element) and _begins_with_parameter(value.base, 0)


def _begins_with_parameter(value: Value, depth: int) -> bool:
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, Parameter):
        return True
    if isinstance(value, Attribute | Item | Element):
        return _begins_with_parameter(value.base, depth + 1)
    if isinstance(value, Choice):
        return any(_begins_with_parameter(option, depth + 1) for option in value.options)
    if isinstance(value, Typed):
        return _begins_with_parameter(value.value, depth + 1)
    return (
        isinstance(value, Operation)
        and value.operator in _SAME_THINGS
        and any(_begins_with_parameter(operand, depth + 1) for operand in value.operands)
    )


def _truth(value: Value, given: Mapping[str, bool]) -> bool | None:
    """Whether a test holds where the truth of some parameters is given; None where that does not decide it."""
    match value:
        case Parameter(name=name):
            return given.get(name)
        case Typed(inner):
            return _truth(inner, given)
        case Operation("not", (inner,)):
            held = _truth(inner, given)
            return None if held is None else not held
        case Operation("and", operands):
            parts = [_truth(operand, given) for operand in operands]
            return False if False in parts else None if None in parts else True
    return None


def _all_hold(truths: list[bool | None]) -> bool:
    return bool(truths) and all(truths)


def _comparisons(value: Value, depth: int = 0) -> Iterator[Operation]:
    """The comparisons that a test is made of."""
    if isinstance(value, Operation) and value.operator == "compare":
        yield value
    elif depth < _MAX_DEPTH:
        for part in parts_of(value):
            yield from _comparisons(part, depth + 1)
