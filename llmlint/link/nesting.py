"""Model calls under loops whose sizes nothing bounds, counted through the functions of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import outward
from llmlint.link.calls import CallGraph, FunctionKey, owner
from llmlint.link.loops import LoopAnalysis
from llmlint.link.reach import ReachIndex
from llmlint.linked import Nesting, Reach, Site

_MAX_STEPS = 4


class NestingFinder:
    def __init__(
        self, files: Mapping[str, FileFacts], graph: CallGraph, reach: ReachIndex, loops: LoopAnalysis
    ) -> None:
        self.files = files
        self.reach = reach
        self.loops = loops
        self._targets: dict[Site, list[FunctionKey]] = {}
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback and edge.is_certain:
                    self._targets.setdefault(Site(edge.site.facts, edge.site.index), []).append(edge.target)
        self._by_function: dict[FunctionKey, list[Reach]] = {}
        for path in files:
            for found in reach.by_file.get(path, ()):
                self._by_function.setdefault(owner(found.site), []).append(found)
        self._inner: dict[FunctionKey, tuple[Place, ...]] = {}

    def of_file(self, facts: FileFacts) -> Iterator[Nesting]:
        for reach in self.reach.of_file(facts):
            around = self._around(reach.site)
            if around:
                yield Nesting((*around, *self._within(reach.site, 0)), reach)

    def _around(self, site: Site) -> tuple[Place, ...]:
        """The open loops around a call in its own function, outermost first."""
        facts = site.facts
        found = []
        for _, block in outward(facts, site.call.block):
            if block.kind == "loop":
                loop = facts.loops[block.index]
                if (
                    loop.kind != "while"
                    and not self.loops.is_bounded(facts, loop)
                    and self._has_size(facts, block.index)
                ):
                    found.append(site.place if loop.span < 0 else Place(facts, facts.span(loop.span)))
        return tuple(reversed(found))

    def _has_size(self, facts: FileFacts, index: int) -> bool:
        """Whether a loop runs over data, rather than for ever or once for each attempt of a retry."""
        return not self.loops.is_endless(facts, facts.loops[index])

    def _within(self, site: Site, steps: int) -> tuple[Place, ...]:
        """The open loops inside the functions that a call leads to, on the way to the model."""
        if steps >= _MAX_STEPS:
            return ()
        deepest: tuple[Place, ...] = ()
        for key in self._targets.get(Site(site.facts, site.index), ()):
            inner = self._of_function(key, steps + 1)
            deepest = max(deepest, inner, key=len)
        return deepest

    def _of_function(self, key: FunctionKey, steps: int) -> tuple[Place, ...]:
        if key in self._inner:
            return self._inner[key]
        self._inner[key] = ()
        deepest: tuple[Place, ...] = ()
        for reach in self._by_function.get(key, ()):
            deepest = max(deepest, (*self._around(reach.site), *self._within(reach.site, steps)), key=len)
        self._inner[key] = deepest
        return deepest
