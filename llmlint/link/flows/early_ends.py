"""Loops that a counter, a budget or a deadline ends before they have read everything."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.flows.rounds import Rounds
from llmlint.link.loops import LoopAnalysis
from llmlint.values import Value


class EarlyEnds:
    """Says of what a loop goes over whether only a part of it is read."""

    def __init__(self, loops: LoopAnalysis, rounds: Rounds) -> None:
        self.loops = loops
        self.rounds = rounds
        self._ends: dict[tuple[str, int], bool] = {}

    def is_cut(self, facts: FileFacts, iterable: Value) -> bool:
        index = self.rounds.loop_over(facts, iterable)
        if index < 0 or facts.loops[index].kind != "for":
            return False
        if (facts.path, index) not in self._ends:
            self._ends[facts.path, index] = bool(self.loops.on_success(self.loops.gather(facts, index)).ceiling)
        return self._ends[facts.path, index]
