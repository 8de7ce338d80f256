"""Loops that a counter, a budget or a deadline ends before they have read everything."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.loops import LoopAnalysis
from llmlint.values import Operation, Value

_NUMBERING = frozenset({"enumerate", "zip"})


class EarlyEnds:
    """Says of what a loop goes over whether only a part of it is read."""

    def __init__(self, loops: LoopAnalysis) -> None:
        self.loops = loops
        self._by_iterable: dict[str, dict[int, int]] = {}
        self._ends: dict[tuple[str, int], bool] = {}

    def is_cut(self, facts: FileFacts, iterable: Value) -> bool:
        index = self._loops_of(facts).get(id(iterable))
        if index is None:
            return False
        if (facts.path, index) not in self._ends:
            self._ends[facts.path, index] = bool(self.loops.on_success(self.loops.gather(facts, index)).ceiling)
        return self._ends[facts.path, index]

    def _loops_of(self, facts: FileFacts) -> dict[int, int]:
        """The number of the loop over each value that one goes over."""
        if facts.path not in self._by_iterable:
            found = self._by_iterable[facts.path] = {}
            for index, loop in enumerate(facts.loops):
                if loop.kind == "for" and loop.iterable is not None:
                    found[id(loop.iterable)] = index
                    if isinstance(loop.iterable, Operation) and loop.iterable.operator in _NUMBERING:
                        found.update(dict.fromkeys(map(id, loop.iterable.operands), index))
        return self._by_iterable[facts.path]
