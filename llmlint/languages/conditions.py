"""What tests turn on: the variables that they ask for, and which of those can decide them alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from llmlint.facts import Condition
from llmlint.values import Operation, Value

_OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

Deciding = tuple[frozenset[str], frozenset[str]]
Node = TypeVar("Node")


class Names(ABC, Generic[Node]):
    """The variables of one test, each with what the test asks of it: compared, tested, contained or searched.

    A front end takes in its own nodes with ``of_test``, and puts what ``and`` and ``or`` join together with ``both``.
    """

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    @abstractmethod
    def of_test(self, node: Node) -> Deciding:
        """Take in a test; any one of which variables can make it hold, and any one of which can make it fail."""

    def note(self, name: str | None, asked: str) -> None:
        if name:
            self.found.append((name, asked))

    def since(self, start: int, end: int | None = None) -> frozenset[str]:
        return frozenset(name for name, _ in self.found[start:end])

    def both(self, left: Node, right: Node, *, is_and: bool) -> Deciding:
        """Two tests joined: ``limit and n >= limit`` asks whether there is a limit before it asks whether it has been
        reached."""
        start = len(self.found)
        one = self.of_test(left)
        middle = len(self.found)
        other = self.of_test(right)
        alone = (one[0], other[0]) if is_and else (one[1], other[1])
        both = alone[0] & alone[1]
        first, second = self.since(start, middle), self.since(middle)
        if first and first <= second:
            both |= alone[1]
        either = one[1] | other[1] if is_and else one[0] | other[0]
        return (both, either) if is_and else (either, both)

    def condition(self, node: Node, value: Value, operator: str) -> Condition:
        """The test ``node``, whose value has been evaluated already."""
        holds_by, fails_by = self.of_test(node)
        asked: dict[str, tuple[str, ...]] = {}
        for name, kind in self.found:
            asked[kind] = (*asked.get(kind, ()), name)
        return Condition(value, **asked, holds_by=holds_by, fails_by=fails_by, operator=operator)


def opposite(test: Condition) -> Condition:
    """What an ``else`` asks."""
    return Condition(
        Operation("not", (test.value,)),
        test.compared,
        test.tested,
        test.contained,
        test.searched,
        holds_by=test.fails_by,
        fails_by=test.holds_by,
        operator=opposite_operator(test.operator),
    )


def opposite_operator(operator: str) -> str:
    return _OPPOSITES.get(operator, "")
