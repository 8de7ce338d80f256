"""Functions that reach a model call and call themselves with nothing that counts the calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from llmlint.facts import FileFacts, Function, Literal, Operation, Parameter, Value
from llmlint.link.blocks import conditions_of, function_index, is_inside, outward
from llmlint.link.calls import CallGraph, Edge, FunctionKey, owner
from llmlint.link.origins import Origin, Origins, parts_of
from llmlint.link.reach import ReachIndex
from llmlint.link.results import argument_for
from llmlint.linked import Reach, Recursion

_MAX_CYCLE = 3


class RecursionFinder:
    def __init__(self, files: Mapping[str, FileFacts], graph: CallGraph, reach: ReachIndex, origins: Origins) -> None:
        self.files = files
        self.reach = reach
        self.origins = origins
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
                    names = tuple(self._function(step.target).name for step in cycle[:-1])
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
        for number, block in outward(facts, edge.site.call.block):
            if block.kind == "branch":
                origin = self.origins.of(facts, facts.conditions[block.index].value)
                if origin & (Origin.STATE | Origin.UNKNOWN):
                    return False
                if Origin.REPLY in origin:
                    return True
            if block.kind == "handler":
                if self._may_leave_first(facts, edge, number):
                    return False
                attempt = facts.tries[facts.handlers[block.index].number]
                if self._try_reaches(facts, attempt.block, function):
                    return True
        return False

    def _may_leave_first(self, facts: FileFacts, edge: Edge, handler: int) -> bool:
        """Whether a handler gives up before it comes to the call, for a reason that can't be known."""
        return any(
            self.origins.of(facts, facts.conditions[number].value) & (Origin.STATE | Origin.UNKNOWN)
            for exit_ in facts.exits
            if exit_.order < edge.site.call.order and is_inside(facts, exit_.block, handler)
            for number in conditions_of(facts, exit_.block, handler)
        )

    def _try_reaches(self, facts: FileFacts, block: int, function: int) -> bool:
        return any(
            any(number == block for number, _ in outward(facts, reach.site.call.block))
            for reach in self.reach.of_file(facts)
            if function_index(facts, reach.site.call.block) == function
        )

    def _is_bounded(self, cycle: list[Edge]) -> bool:
        compared = {name for edge in cycle for name in self._compared(edge.target)}
        return any(self._remembers(owner(edge.site)) or self._counts_down(edge, compared) for edge in cycle)

    def _remembers(self, key: FunctionKey) -> bool:
        """Whether a function compares some state, or asks whether something has been seen before."""
        facts = self.files[key[0]]
        for block in facts.blocks:
            if block.kind == "branch" and function_index(facts, block.parent) == key[1]:
                condition = facts.conditions[block.index]
                if condition.contained or any("." in name for name in condition.compared):
                    return True
        return False

    def _counts_down(self, edge: Edge, compared: set[str]) -> bool:
        """Whether an argument shrinks, counts, or is nothing that can be followed. ``compared``: what the functions of
        the circle compare."""
        target = self._function(edge.target)
        for parameter in target.parameters:
            argument = argument_for(edge.site, target, parameter.name)
            if argument is None:
                continue
            value = argument.value
            if isinstance(value, Operation) and value.operator in ("+", "-", "*", "/", "//"):
                if parameter.name in compared or not self._is_text(value):
                    return parameter.name in compared
            elif self._is_part(value):
                return True
        return any(argument.stars == 1 for _, argument in edge.site.arguments)

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

    def _is_part(self, value: Value) -> bool:
        """Whether a value is a piece of a parameter: recursion over a tree ends where the tree does."""
        if isinstance(value, Parameter):
            return False
        inner = parts_of(value)
        return any(isinstance(part, Parameter) or self._is_part(part) for part in inner) and not hasattr(value, "parts")
