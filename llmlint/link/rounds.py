"""How often a loop's body runs at the most, where the code says so in a number."""

from __future__ import annotations

from llmlint.facts import Change, Condition, FileFacts
from llmlint.link.blocks import conditions_of
from llmlint.link.loops import LEAVING, Counts, LoopFacts
from llmlint.link.meanings import Located
from llmlint.link.numbers import number_of
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.values import CARRIED, Choice, Literal, Operation, Value
from llmlint.values import Sequence as SequenceValue

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MAX_DEPTH = 6


class Rounds:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def of(self, gathered: LoopFacts, counts: Counts) -> float | None:
        """The rounds of a loop in which what ``counts`` happens each time."""
        found = [*self._of_head(gathered, counts), *self._of_exits(gathered, counts)]
        return min(found, default=None)

    def _of_head(self, gathered: LoopFacts, counts: Counts) -> list[float]:
        facts, loop = gathered.facts, gathered.loop
        if loop.kind == "while" and not loop.always:
            steps = [change for change in gathered.changes if counts(change.block, change.order)]
            number = self._until(facts, facts.conditions[loop.condition], steps, fails=True)
            return [] if number is None else [number]
        found = [self._of_iterable(meaning) for meaning in self._meanings(gathered)]
        return [number for number in found[:1] if number is not None]

    def _meanings(self, gathered: LoopFacts) -> list[Located]:
        iterable = gathered.loop.iterable
        meanings = self.resolver.meanings(gathered.facts, iterable) if iterable is not None else ()
        return [meaning for meaning in meanings if isinstance(meaning, Located)]

    def _of_iterable(self, meaning: Located) -> float | None:
        if isinstance(meaning.value, SequenceValue):
            return float(len(meaning.value.items))
        return self._range(meaning.facts, meaning.value) if isinstance(meaning.value, Operation) else None

    def _range(self, facts: FileFacts, value: Operation) -> float | None:
        if value.operator in ("enumerate", "list", "reversed") and value.operands:
            inner = value.operands[0]
            return self._range(facts, inner) if isinstance(inner, Operation) else None
        numbers = [number_of(self.resolver, facts, operand) for operand in value.operands]
        if value.operator != "range" or not numbers or len(numbers) > 2 or None in numbers:
            return None
        first, last = (0.0, numbers[0]) if len(numbers) == 1 else numbers
        return max(0.0, (last or 0.0) - (first or 0.0))

    def _of_exits(self, gathered: LoopFacts, counts: Counts) -> list[float]:
        """``n += 1; if n >= 5: raise``."""
        facts = gathered.facts
        found = []
        for exit_ in gathered.exits:
            numbers = conditions_of(facts, exit_.block, gathered.loop.block)
            if exit_.kind in LEAVING and len(numbers) == 1 and counts(exit_.block, exit_.order):
                before = [change for change in gathered.changes if change.order < exit_.order]
                number = self._until(facts, facts.conditions[numbers[0]], before, fails=False)
                if number is not None:
                    found.append(number)
        return found

    def _until(self, facts: FileFacts, test: Condition, changes: list[Change], *, fails: bool) -> float | None:
        """The rounds until a comparison of a counter with a number holds, or fails."""
        if not test.operator or not isinstance(test.value, Operation):
            return None
        operands = test.value.operands
        if len(operands) != 2:
            return None
        operator = _OPPOSITES[test.operator] if fails else test.operator
        for counter, limit, comparison in (
            (operands[0], operands[1], operator),
            (operands[1], operands[0], _MIRRORED.get(operator, operator)),
        ):
            begin, end = _start(counter), number_of(self.resolver, facts, limit)
            name = next((name for name in test.compared if _steps_by_one(name, changes)), "")
            if begin is not None and end is not None and name:
                return _distance(begin, end, comparison)
        return None


def _distance(begin: float, end: float, comparison: str) -> float | None:
    """How many steps of one it takes from ``begin`` until ``n comparison end`` holds."""
    if comparison in (">=", "=="):
        return end - begin if end > begin else None
    if comparison == ">":
        return end - begin + 1 if end >= begin else None
    if comparison == "<=":
        return begin - end if begin > end else None
    return begin - end + 1 if comparison == "<" and begin >= end else None


def _steps_by_one(name: str, changes: list[Change]) -> bool:
    own = [change for change in changes if change.name == name]
    return len(own) == 1 and own[0].kind == "step" and _is_one(own[0].value)


def _is_one(value: Value | None) -> bool:
    if isinstance(value, Operation) and value.operator in "+-":
        return any(map(_is_one, value.operands))
    return isinstance(value, Literal) and value.value == 1


def _start(value: Value, depth: int = 0) -> float | None:
    """What a counter holds before the loop."""
    if isinstance(value, Choice) and CARRIED in value.options:
        numbers = [option.value for option in value.options if isinstance(option, Literal)]
        is_known = len(numbers) == 1 and len(value.options) == 2
        first = numbers[0] if is_known else None
        return float(first) if isinstance(first, int | float) and not isinstance(first, bool) else None
    if not isinstance(value, Operation) or depth >= _MAX_DEPTH:
        return None
    return next((found for part in parts_of(value) if (found := _start(part, depth + 1)) is not None), None)
