"""Functions of the project that check how long a text is, and the texts that were given to them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeGuard

from llmlint.facts import Condition, FileFacts
from llmlint.link.blocks import conditions_of, function_index
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.origins import parts_of
from llmlint.link.results import argument_for
from llmlint.linked import Site
from llmlint.values import Attribute, Operation, Parameter, Result, Value

_COUNTER = re.compile(r"(?:^|_)(?:len|length|count|size|tokens?)(?:$|_)", re.I)
_MAX_DEPTH = 10


class LengthChecks:
    """``check(text)`` that raises where a text is too long, and ``if fits(text):``."""

    def __init__(self, files: Mapping[str, FileFacts], graph: CallGraph) -> None:
        self.files = files
        raising = {key: name for facts in files.values() for key, name in _raising(facts)}
        telling = {key: name for facts in files.values() for key, name in _telling(facts)}
        asked = {path: _asked(facts) for path, facts in files.items()} if telling else {}
        self._checked: set[tuple[str, Hashable]] = set()
        for edges in graph.edges.values() if raising or telling else ():
            for edge in edges:
                if edge.target in raising:
                    self._note(edge.site, edge.target, raising[edge.target])
                elif edge.target in telling and edge.site.index in asked[edge.site.facts.path]:
                    self._note(edge.site, edge.target, telling[edge.target])

    def _note(self, site: Site, target: FunctionKey, name: str) -> None:
        argument = argument_for(site, self.files[target[0]].functions[target[1]], name)
        if argument is not None:
            self._checked.add((site.facts.path, _identity(argument.value)))

    def covers(self, facts: FileFacts, value: Value) -> bool:
        return bool(self._checked) and (facts.path, _identity(value)) in self._checked


def _raising(facts: FileFacts) -> Iterator[tuple[FunctionKey, str]]:
    """The functions that raise where one of their parameters is too long, and that parameter."""
    for exit_ in facts.exits:
        index = function_index(facts, exit_.block)
        if exit_.kind == "raise" and index >= 0:
            for number in conditions_of(facts, exit_.block, facts.functions[index].block):
                test = facts.conditions[number]
                name = _measured(facts, index, test.value)
                if name and not _asks_for_more(test):
                    yield (facts.path, index), name


def _asks_for_more(test: Condition) -> bool:
    """``if len(text) < 3: raise``."""
    is_left = isinstance(test.value, Operation) and _is_length(test.value.operands[0])
    return test.operator in (("<", "<=", "==") if is_left else (">", ">=", "=="))


def _telling(facts: FileFacts) -> Iterator[tuple[FunctionKey, str]]:
    """The functions that return whether one of their parameters is too long, and that parameter."""
    for index, function in enumerate(facts.functions):
        for returned in function.returns:
            name = _measured(facts, index, returned)
            if name:
                yield (facts.path, index), name


def _measured(facts: FileFacts, index: int, test: Value, depth: int = 0) -> str:
    """The parameter whose length a test compares with something."""
    if not isinstance(test, Operation) or depth > _MAX_DEPTH:
        return ""
    if test.operator == "compare":
        return next((name for operand in test.operands if (name := _length_of(facts, index, operand))), "")
    return next((name for part in test.operands if (name := _measured(facts, index, part, depth + 1))), "")


def _length_of(facts: FileFacts, index: int, value: Value) -> str:
    given: tuple[Value, ...] = ()
    if _is_length(value):
        given = value.operands
    elif isinstance(value, Result):
        call = facts.calls[value.call]
        if _COUNTER.search(getattr(call.callee, "name", "")):
            given = tuple(argument.value for argument in call.arguments)
    parameter = next((part for part in given if isinstance(part, Parameter) and part.function == index), None)
    return parameter.name if parameter is not None else ""


def _is_length(value: Value) -> TypeGuard[Operation]:
    return isinstance(value, Operation) and value.operator == "len"


def _asked(facts: FileFacts) -> set[int]:
    """The calls on whose results a branch or a loop hangs."""
    found: set[int] = set()
    waiting = [(test.value, 0) for test in facts.conditions]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Result):
            found.add(value.call)
        elif depth < _MAX_DEPTH:
            waiting += [(part, depth + 1) for part in parts_of(value)]
    return found


def _identity(value: Value) -> Hashable:
    """What tells a value from others: how a variable is spelled, or the value itself."""
    if isinstance(value, Attribute):
        return _identity(value.base), value.name
    return value
