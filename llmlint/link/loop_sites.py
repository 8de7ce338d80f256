"""Loops that reach model calls: which of them send one again when it fails, and what ends the others."""

from __future__ import annotations

from collections import defaultdict

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import outward
from llmlint.link.loops import LoopAnalysis
from llmlint.link.pace import Pace
from llmlint.link.retries import RetryFinder
from llmlint.link.retry_loops import RetryLoops
from llmlint.linked import LinkedFile, LoopSite, Reach


class LoopSites:
    def __init__(self, loops: LoopAnalysis, retries: RetryFinder, retry_loops: RetryLoops, pace: Pace) -> None:
        self.loops = loops
        self.retries = retries
        self.retry_loops = retry_loops
        self.pace = pace

    def note(self, file: LinkedFile) -> None:
        """Tell a file what its loops repeat, and what ends them."""
        facts = file.facts
        for index, reaches in sorted(self._inside(facts).items()):
            loop = facts.loops[index]
            if loop.kind == "comprehension":
                continue
            gathered = self.loops.gather(facts, index)
            iterated = self.retries.of_iterated(facts, gathered, reaches)
            if iterated is not None:
                file.retries.append(iterated)
                continue
            file.retries.extend(self.retry_loops.find(gathered, reaches))
            verdict = self.loops.on_success(gathered)
            file.loops.append(
                LoopSite(
                    Place(facts, facts.span(loop.span)),
                    reaches,
                    verdict.ceiling if self.retries.sizes.is_endless(facts, loop) else "finite",
                    verdict.by_reply,
                    verdict.is_open,
                    self.pace.is_set(facts, loop.block),
                )
            )

    def _inside(self, facts: FileFacts) -> dict[int, list[Reach]]:
        """What reaches a model call in each loop."""
        found: dict[int, list[Reach]] = defaultdict(list)
        for reach in self.retries.reach.of_file(facts):
            for _, block in outward(facts, reach.site.call.block):
                if block.kind == "loop":
                    found[block.index].append(reach)
        return found
