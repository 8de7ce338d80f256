"""Where calls and statements stand: numbered in the walk, and found after it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Protocol

import libcst as cst

# The offsets at which something starts and ends.
Offset = tuple[int, int]


class Places(Protocol):
    """Where the nodes of a tree stand."""

    def of_call(self, node: cst.Call) -> Iterable[Offset]:
        """A call, its callee and its arguments."""

    def of_statement(self, node: cst.CSTNode) -> Iterable[Offset]:
        """A loop or a handler up to its colon, or the name of a function or class; and its decorators."""

    def of_expression(self, node: cst.CSTNode) -> Offset: ...


class Positions:
    """Numbers the spans that facts refer to, and finds them all at the end."""

    def __init__(self) -> None:
        self._calls: list[tuple[int, cst.Call]] = []
        self._statements: list[tuple[int, cst.CSTNode]] = []
        self._expressions: list[tuple[int, cst.CSTNode]] = []
        self._size = 0

    def call(self, node: cst.Call) -> int:
        """Spans for a call, its callee and its arguments."""
        self._calls.append((self._size, node))
        return self._take(2 + len(node.args))

    def statement(self, node: cst.CSTNode, decorators: int = 0) -> int:
        """Spans for a statement's head and its decorators."""
        self._statements.append((self._size, node))
        return self._take(1 + decorators)

    def expression(self, node: cst.CSTNode) -> int:
        self._expressions.append((self._size, node))
        return self._take(1)

    def _take(self, count: int) -> int:
        self._size += count
        return self._size - count

    def find(self, places: Places) -> array[int]:
        """Start and end offset of every span, in the order of their numbers. Lets go of the tree."""
        spans = array("I", bytes(8 * self._size))
        for number, call in self._calls:
            _store(spans, number, places.of_call(call))
        for number, statement in self._statements:
            _store(spans, number, places.of_statement(statement))
        for number, expression in self._expressions:
            _store(spans, number, [places.of_expression(expression)])
        for numbered in (self._calls, self._statements, self._expressions):
            numbered.clear()
        return spans


def _store(spans: array[int], number: int, places: Iterable[Offset]) -> None:
    for index, (start, end) in enumerate(places, number):
        spans[2 * index] = start
        spans[2 * index + 1] = end
