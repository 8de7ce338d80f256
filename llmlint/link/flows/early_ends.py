"""Loops that end before they have read everything: by a counter, a budget or a deadline, or by what they read."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.blocks import conditions_of, innermost_loop, inside
from llmlint.link.flows.rounds import Rounds
from llmlint.link.loops import LoopAnalysis
from llmlint.link.origins import parts_of
from llmlint.values import Attribute, Element, Item, Result, Value

_MAX_DEPTH = 10


class EarlyEnds:
    """Says of what a loop goes over whether only a part of it is read."""

    def __init__(self, loops: LoopAnalysis, rounds: Rounds) -> None:
        self.loops = loops
        self.rounds = rounds
        self._ends: dict[tuple[str, int], bool] = {}
        self._picks: dict[tuple[str, int], bool] = {}

    def is_cut(self, facts: FileFacts, iterable: Value) -> bool:
        index = self.rounds.loop_over(facts, iterable)
        if index < 0 or facts.loops[index].kind != "for":
            return False
        if (facts.path, index) not in self._ends:
            self._ends[facts.path, index] = bool(self.loops.on_success(self.loops.gather(facts, index)).ceiling)
        return self._ends[facts.path, index]

    def is_picked(self, facts: FileFacts, iterable: Value) -> bool:
        """Whether what a loop reads tells it to end, as in ``if line.startswith("##"): break``: it reads a section."""
        index = self.rounds.loop_over(facts, iterable)
        if index < 0 or facts.loops[index].kind != "for":
            return False
        if (facts.path, index) not in self._picks:
            self._picks[facts.path, index] = self._is_left(facts, index)
        return self._picks[facts.path, index]

    def _is_left(self, facts: FileFacts, index: int) -> bool:
        block = facts.loops[index].block
        return any(
            self._reads(facts, facts.conditions[number].value, index, 0)
            for exit_ in inside(facts, facts.exits, block)
            if exit_.kind == "return" or (exit_.kind == "break" and innermost_loop(facts, exit_.block) == index)
            for number in conditions_of(facts, exit_.block, block)
        )

    def _reads(self, facts: FileFacts, value: Value, index: int, depth: int) -> bool:
        """Whether a test asks what something says that the loop goes over."""
        parts = parts_of(value)
        match value:
            case Element(base):
                return self.rounds.loop_over(facts, base) == index
            case Item(base, key):
                parts = (base, key)
            case Attribute():
                return False
            case Result(call):
                made = facts.calls[call]
                parts = tuple(argument.value for argument in made.arguments)
                if isinstance(made.callee, Attribute):
                    parts = (made.callee.base, *parts)
        return depth < _MAX_DEPTH and any(self._reads(facts, part, index, depth + 1) for part in parts)
