"""Questions about the tree of blocks that a file's facts hang in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from llmlint.facts import Block, Call, Change, Condition, Exit, FileFacts
from llmlint.values import Literal, Operation, Value

_Placed = TypeVar("_Placed", Call, Change, Exit)
_order = attrgetter("order")


def outward(facts: FileFacts, block: int, until: int = -1) -> Iterator[tuple[int, Block]]:
    """A block and those around it, as far as ``until`` (not included) or the end of the function."""
    while block >= 0 and block != until:
        fact = facts.blocks[block]
        yield block, fact
        if fact.kind == "function":
            return
        block = fact.parent


def is_inside(facts: FileFacts, block: int, outer: int) -> bool:
    """Whether ``block`` is ``outer`` or lies in it, in the same function."""
    while block > outer >= 0:  # a block is numbered after those around it
        fact = facts.blocks[block]
        if fact.kind == "function":
            return False
        block = fact.parent
    return block == outer >= 0


def numbers_inside(facts: FileFacts, placed: Sequence[_Placed], outer: int) -> Iterator[int]:
    """Which of a file's calls, changes or exits, that stand in their order, lie in a block of a function."""
    block = facts.blocks[outer]
    first = bisect_left(placed, block.start, key=_order)
    for number in range(first, bisect_right(placed, block.end, first, key=_order)):
        if is_inside(facts, placed[number].block, outer):
            yield number


def inside(facts: FileFacts, placed: Sequence[_Placed], outer: int) -> list[_Placed]:
    return [placed[number] for number in numbers_inside(facts, placed, outer)]


def innermost_loop(facts: FileFacts, block: int) -> int:
    """The index of the loop around a block, or -1."""
    return next((fact.index for _, fact in outward(facts, block) if fact.kind == "loop"), -1)


def conditions_of(facts: FileFacts, block: int, until: int) -> list[int]:
    """The conditions under which a block runs, out to ``until``."""
    return [fact.index for _, fact in outward(facts, block, until) if fact.kind == "branch"]


def is_given(facts: FileFacts, block: int, value: Value) -> bool:
    """Whether a block runs only where a value is something: ``if config:``, ``if config is not None:``."""
    return any(_asks_for(facts.conditions[number], value) for number in conditions_of(facts, block, -1))


def _asks_for(test: Condition, value: Value) -> bool:
    match test.value:
        case Operation("and", parts):
            return any(part is value for part in parts)
        case Operation("compare", (left, right)):
            return test.operator == "!=" and left is value and right == Literal(None)
    return test.value is value


def are_alternatives(facts: FileFacts, one: int, other: int) -> bool:
    """Whether two blocks lie in different branches of one ``if``."""
    return any(
        _is_opposite(facts.conditions[first].value, facts.conditions[second].value)
        for first in conditions_of(facts, one, -1)
        for second in conditions_of(facts, other, -1)
    )


def _is_opposite(one: Value, other: Value) -> bool:
    return any(
        isinstance(negated, Operation) and negated.operator == "not" and negated.operands[0] is value
        for negated, value in ((one, other), (other, one))
    )


def function_index(facts: FileFacts, block: int) -> int:
    """The function whose body a block lies in, or -1."""
    while block >= 0:
        fact = facts.blocks[block]
        if fact.kind == "function":
            return fact.index
        block = fact.parent
    return -1
