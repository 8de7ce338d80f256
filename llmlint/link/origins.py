"""Where a value comes from: a model's reply, a clock, a caught exception, the object's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Flag, auto
from typing import TypeGuard

from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.blocks import function_index, outward
from llmlint.link.meanings import FunctionMeaning, Meaning
from llmlint.model_calls import Site
from llmlint.values import (
    CARRIED,
    Attribute,
    Builtin,
    Caught,
    Choice,
    ClassValue,
    Element,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Mapping,
    Missing,
    Operation,
    Parameter,
    Patched,
    Result,
    Text,
    This,
    Typed,
    Unknown,
    Value,
    Variable,
)
from llmlint.values import Sequence as SequenceValue

_MAX_DEPTH = 40
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//"})


class Origin(Flag):
    """``STATE``: attributes of an object that the function did not make, and variables outside of it, which anybody may
    change. What an object's method makes of a reply is the reply's."""

    NONE = 0
    REPLY = auto()
    CLOCK = auto()
    INPUT = auto()
    CAUGHT = auto()
    PARAMETER = auto()
    STATE = auto()
    UNKNOWN = auto()


class Origins:
    """``reaches``: whether a call ends in a model call; ``paths``: what outside function a call is of; ``callees``: all
    that it may be a call of."""

    def __init__(
        self,
        libraries: Libraries,
        reaches: Callable[[Site], bool],
        paths: Callable[[Site], tuple[str, ...]],
        callees: Callable[[Site], Sequence[Meaning]],
    ) -> None:
        self.libraries = libraries
        self.reaches = reaches
        self.paths = paths
        self.callees = callees
        self._returned: dict[tuple[str, int], Origin] = {}
        self._open: set[tuple[str, int]] = set()
        # By the identity of values, which are kept with what is known of them.
        self._known: dict[tuple[str, int], tuple[Value, Origin]] = {}
        # Whether what is being worked out hangs on something that is not known yet, or lies too deep.
        self._is_provisional = False

    def of(self, facts: FileFacts, value: Value, depth: int = 0) -> Origin:
        if isinstance(value, Literal | Builtin | Imported | FunctionValue | ClassValue | Missing):
            return Origin.NONE
        if depth > _MAX_DEPTH:
            self._is_provisional = True
            return Origin.UNKNOWN
        key = (facts.path, id(value))
        if key in self._known:
            return self._known[key][1]
        was_provisional, self._is_provisional = self._is_provisional, False
        found = self._find(facts, value, depth)
        if not self._is_provisional:
            self._known[key] = (value, found)
        self._is_provisional = self._is_provisional or was_provisional
        return found

    def _find(self, facts: FileFacts, value: Value, depth: int) -> Origin:
        if isinstance(value, Attribute):
            return self._of_attribute(facts, value, depth + 1)
        if isinstance(value, Element):
            return self.of(facts, value.base, depth + 1)
        if isinstance(value, Item):
            part = self._of_part(facts, value)
            return part or self.of(facts, value.base, depth + 1) | self.of(facts, value.key, depth + 1)
        if isinstance(value, Result):
            return self._of_result(facts, Site(facts, value.call), depth + 1)
        if isinstance(value, Choice):
            return self._of_all(facts, value.options, depth)
        if isinstance(value, Text):
            return self._of_all(facts, value.parts, depth)
        if isinstance(value, Operation):
            return self._of_all(facts, value.operands, depth)
        if isinstance(value, SequenceValue):
            return self._of_all(facts, value.items, depth)
        if isinstance(value, Mapping):
            return self._of_all(facts, [*(item for _, item in value.items), *value.rest], depth)
        if isinstance(value, Patched):
            return self._of_all(facts, [value.base, *(item for _, item in value.items)], depth)
        if isinstance(value, Typed):
            return self.of(facts, value.value, depth + 1)
        return self._of_name(value)

    def _of_attribute(self, facts: FileFacts, value: Attribute, depth: int) -> Origin:
        base = value.base
        while isinstance(base, Patched):
            base = base.base
        found = self.of(facts, base, depth)
        return found | Origin.STATE if Origin.PARAMETER in found else found

    def _of_name(self, value: Value) -> Origin:
        if value == CARRIED:
            return Origin.NONE
        if isinstance(value, This | Variable):
            return Origin.STATE
        if isinstance(value, Parameter):
            return Origin.PARAMETER
        if isinstance(value, Caught):
            return Origin.CAUGHT
        return Origin.UNKNOWN if isinstance(value, Unknown) else Origin.NONE

    def _of_all(self, facts: FileFacts, values: Iterable[Value], depth: int) -> Origin:
        found = Origin.NONE
        for value in values:
            found |= self.of(facts, value, depth + 1)
        return found

    def _of_result(self, facts: FileFacts, site: Site, depth: int) -> Origin:
        if self.reaches(site):
            return self._of_functions(site) or Origin.REPLY
        for path in self.paths(site):
            if path in self.libraries.clocks:
                return Origin.CLOCK
            if path in self.libraries.inputs:
                return Origin.INPUT
        call = site.call
        found = self._of_all(facts, [argument.value for argument in call.arguments], depth)
        if isinstance(call.callee, Attribute):
            base = self.of(facts, call.callee.base, depth)
            found |= base & ~Origin.STATE if Origin.REPLY in found else base
        elif isinstance(call.callee, Parameter | Variable | Unknown):
            found |= Origin.UNKNOWN
        return found or Origin.UNKNOWN

    def _of_part(self, facts: FileFacts, value: Item) -> Origin:
        """``seen, done = world.step(action)``: where ``done`` comes from, where that is surely not the reply."""
        match value:
            case Item(Result(call), Literal(int(place))) if self.reaches(Site(facts, call)):
                found = Origin.NONE
                for callee in self.callees(Site(facts, call)):
                    own = self._of_place(callee, place)
                    if not own or own & (Origin.REPLY | Origin.UNKNOWN | Origin.PARAMETER):
                        return Origin.NONE
                    found |= own
                return found
        return Origin.NONE

    def _of_place(self, callee: Meaning, place: int) -> Origin:
        """Where one of the things comes from that a function of the project returns together."""
        if not isinstance(callee, FunctionMeaning):
            return Origin.NONE
        found = Origin.NONE
        for returned in callee.facts.functions[callee.index].returns:
            if not isinstance(returned, SequenceValue) or not 0 <= place < len(returned.items):
                return Origin.NONE
            found |= self.of(callee.facts, returned.items[place])
        return found

    def _of_functions(self, site: Site) -> Origin:
        """What decides on the result of functions of the project, where that is surely not the reply."""
        found = Origin.NONE
        for callee in self.callees(site):
            if not isinstance(callee, FunctionMeaning):
                return Origin.NONE
            own = self._of_returned(callee.facts, callee.index)
            if not own or own & (Origin.REPLY | Origin.UNKNOWN | Origin.PARAMETER):
                return Origin.NONE
            found |= own
        return found

    def _of_returned(self, facts: FileFacts, index: int) -> Origin:
        """What a function returns, and what decides what it returns."""
        key = (facts.path, index)
        self._is_provisional = self._is_provisional or key in self._open
        if key not in self._returned:
            self._open.add(key)
            self._returned[key] = Origin.REPLY
            function = facts.functions[index]
            found = Origin.REPLY if function.is_generator else self._of_all(facts, function.returns, 0)
            for exit_ in facts.exits:
                if exit_.kind == "return" and function_index(facts, exit_.block) == index:
                    found |= self.deciding(facts, exit_.block, function.block)
            self._returned[key] = found
            self._open.discard(key)
        return self._returned[key]

    def deciding(self, facts: FileFacts, block: int, until: int) -> Origin:
        """What decides whether code gets to a block: the tests and the loops around it, out to ``until``."""
        found = Origin.NONE
        for _, fact in outward(facts, block, until):
            if fact.kind == "branch":
                found |= self.of(facts, facts.conditions[fact.index].value)
            elif fact.kind == "loop":
                iterable = facts.loops[fact.index].iterable
                found |= self.of(facts, iterable) if iterable is not None else Origin.UNKNOWN
        return found

    def replies(self, facts: FileFacts, value: Value, depth: int = 0) -> list[Site]:
        """The calls ending in a model call whose replies ``value`` is made of."""
        if depth > _MAX_DEPTH:
            return []
        if isinstance(value, Result):
            site = Site(facts, value.call)
            if self.reaches(site):
                return [site]
            inner = [argument.value for argument in site.call.arguments]
            if isinstance(site.call.callee, Attribute):
                inner.append(site.call.callee.base)
            return [found for part in inner for found in self.replies(facts, part, depth + 1)]
        return [found for part in parts_of(value) for found in self.replies(facts, part, depth + 1)]


def is_made_of(facts: FileFacts, value: Value, is_source: Callable[[Value], bool]) -> bool:
    """Whether a value is a source, or made of one, by way of calls too."""
    waiting, seen = [value], set[int]()
    while waiting:
        part = waiting.pop()
        if is_source(part):
            return True
        if id(part) not in seen:
            seen.add(id(part))
            waiting.extend(ingredients(facts, part))
    return False


def ingredients(facts: FileFacts, value: Value) -> tuple[Value, ...]:
    """What a value is made of, the arguments of calls included: ``OpenAI(api_key=key)`` is made of the key."""
    if not isinstance(value, Result):
        return parts_of(value)
    call = facts.calls[value.call]
    return (call.callee, *(argument.value for argument in call.arguments))


def may_be(value: Value, is_kind: Callable[[Value], bool]) -> bool:
    """Whether a value, or one of those that it is chosen from or put together of, is of some kind."""
    if isinstance(value, Choice):
        return any(may_be(option, is_kind) for option in value.options)
    if isinstance(value, Operation) and value.operator == "+":
        return any(may_be(operand, is_kind) for operand in value.operands)
    return is_kind(value)


def is_text(value: Value) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, str)
    return isinstance(value, Text) or (isinstance(value, Operation) and value.operator == "format")


def is_arithmetic(value: Value) -> TypeGuard[Operation]:
    return isinstance(value, Operation) and value.operator in _ARITHMETIC


def parts_of(value: Value) -> tuple[Value, ...]:
    """The values that a value is made of, calls aside."""
    if isinstance(value, Attribute | Item | Element):
        return (value.base,)
    if isinstance(value, Choice):
        return value.options
    if isinstance(value, Text):
        return value.parts
    if isinstance(value, Operation):
        return value.operands
    if isinstance(value, SequenceValue):
        return value.items
    if isinstance(value, Mapping):
        return (*(item for _, item in value.items), *value.rest)
    if isinstance(value, Typed):
        return (value.value,)
    return (value.base,) if isinstance(value, Patched) else ()
