"""Functions of the project that check how long a text is, and the texts that were given to them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeGuard

from llmlint.facts import Condition, FileFacts, Function
from llmlint.link.blocks import conditions_of, function_index
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.origins import parts_of
from llmlint.link.results import argument_for
from llmlint.model_calls import Site
from llmlint.values import Attribute, FunctionValue, Literal, Operation, Parameter, Result, Sequence, This, Value

_COUNTER = re.compile(r"(?:^|_)(?:len|length|count|size|tokens?)(?:$|_)", re.I)
_MAX_DEPTH = 10
# What makes tokens of characters: ``len(text) // 4``.
_SHARES = frozenset({"//", "/", "*"})
# Methods that run whenever an object is made, and decorators of methods that a value has to pass on its way in.
_CONSTRUCTING = frozenset({"__init__", "__post_init__", "model_post_init"})
_VALIDATORS = frozenset({"field_validator", "validator", "validates"})

_Subject = Parameter | Attribute


class LengthChecks:
    """``check(text)`` that raises where a text is too long, ``if fits(text):``, and validators of fields."""

    def __init__(self, files: Mapping[str, FileFacts], graph: CallGraph) -> None:
        self.files = files
        self._fields: set[tuple[str, int, str]] = set()
        raising = dict(self._raising())
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

    def _raising(self) -> Iterator[tuple[FunctionKey, str]]:
        """The functions that raise where one of their parameters is too long, and that parameter."""
        for facts in self.files.values():
            for index, subject in _checking(facts):
                function = facts.functions[index]
                if isinstance(subject, Parameter):
                    yield (facts.path, index), subject.name
                    self._fields.update((facts.path, function.cls, name) for name in _validated(facts, function))
                elif function.name in _CONSTRUCTING:
                    self._fields.add((facts.path, function.cls, subject.name))

    def covers_field(self, facts: FileFacts, cls: int, name: str) -> bool:
        """Whether an object is not made where one of its fields is too long."""
        return (facts.path, cls, name) in self._fields

    def covers(self, facts: FileFacts, value: Value) -> bool:
        return bool(self._checked) and (facts.path, _identity(value)) in self._checked


def _checking(facts: FileFacts) -> Iterator[tuple[int, _Subject]]:
    """The functions that raise where something is too long: a parameter, or an attribute of the object."""
    for exit_ in facts.exits:
        index = function_index(facts, exit_.block)
        if exit_.kind == "raise" and index >= 0:
            for number in conditions_of(facts, exit_.block, facts.functions[index].block):
                test = facts.conditions[number]
                subject = _measured(facts, index, test.value)
                if subject is not None and not _asks_for_more(test):
                    yield index, subject


def _validated(facts: FileFacts, function: Function) -> Iterator[str]:
    """The fields that a method is the validator of: ``@field_validator("text")``."""
    for decorator in function.decorators:
        call = facts.calls[decorator.value.call] if isinstance(decorator.value, Result) else None
        if call is not None and getattr(call.callee, "name", "") in _VALIDATORS:
            for argument in call.arguments:
                if isinstance(argument.value, Literal):
                    yield str(argument.value.value)


def _asks_for_more(test: Condition) -> bool:
    """``if len(text) < 3: raise``."""
    is_left = isinstance(test.value, Operation) and _is_length(test.value.operands[0])
    return test.operator in (("<", "<=", "==") if is_left else (">", ">=", "=="))


def _telling(facts: FileFacts) -> Iterator[tuple[FunctionKey, str]]:
    """The functions that return whether one of their parameters is too long, by itself or among other things, and that
    parameter."""
    for index, function in enumerate(facts.functions):
        for returned in function.returns:
            for part in returned.items if isinstance(returned, Sequence) else (returned,):
                subject = _measured(facts, index, part)
                if isinstance(subject, Parameter):
                    yield (facts.path, index), subject.name


def _measured(facts: FileFacts, index: int, test: Value, depth: int = 0) -> _Subject | None:
    """The parameter or the attribute whose length a test compares with something."""
    if not isinstance(test, Operation) or depth > _MAX_DEPTH:
        return None
    if test.operator == "compare":
        found = (_length_of(facts, index, operand) for operand in test.operands)
    else:
        found = (_measured(facts, index, part, depth + 1) for part in test.operands)
    return next((subject for subject in found if subject is not None), None)


def _length_of(facts: FileFacts, index: int, value: Value) -> _Subject | None:
    given: tuple[Value, ...] = ()
    if isinstance(value, Operation) and value.operator in _SHARES:
        return _length_of(facts, index, value.operands[0])
    if _is_length(value):
        given = value.operands
    elif isinstance(value, Result):
        call = facts.calls[value.call]
        callee = call.callee
        own = facts.functions[callee.function].name if isinstance(callee, FunctionValue) else ""
        if _COUNTER.search(own or getattr(callee, "name", "")):
            given = tuple(argument.value for argument in call.arguments)
    for part in given:
        if isinstance(part, Parameter) and part.function == index:
            return part
        if isinstance(part, Attribute) and isinstance(part.base, This):
            return part
    return None


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
