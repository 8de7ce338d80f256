"""Which loop goes over a value, and what has been gathered when it has."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.blocks import is_inside
from llmlint.link.flows.steps import ANY, Each, Path, Step
from llmlint.model_calls import Site
from llmlint.values import Operation, Value

_NUMBERING = frozenset({"enumerate", "zip"})


class Rounds:
    def __init__(self) -> None:
        self._by_iterable: dict[str, dict[int, int]] = {}

    def loop_over(self, facts: FileFacts, iterable: Value) -> int:
        """The loop that goes over a value, or -1."""
        if facts.path not in self._by_iterable:
            found = self._by_iterable[facts.path] = {}
            for index, loop in enumerate(facts.loops):
                if loop.iterable is not None:
                    found[id(loop.iterable)] = index
                    if isinstance(loop.iterable, Operation) and loop.iterable.operator in _NUMBERING:
                        found.update(dict.fromkeys(map(id, loop.iterable.operands), index))
        return self._by_iterable[facts.path].get(id(iterable), -1)

    def goes_over(self, facts: FileFacts, iterable: Value) -> bool:
        """Whether a loop over ``iterable`` takes all the keys of something, as ``range(len(pages))`` does."""
        if self.loop_over(facts, iterable) < 0:
            return False
        if not isinstance(iterable, Operation) or iterable.operator != "range":
            return True
        return any(isinstance(end, Operation) and end.operator == "len" for end in iterable.operands)

    def step(self, facts: FileFacts, iterable: Value) -> Step:
        """The step to an element of a value."""
        index = self.loop_over(facts, iterable)
        return Each(facts.path, facts.loops[index].block) if index >= 0 else ANY


def gathers(path: Path, site: Site) -> bool:
    """Whether what is given at a site is made of all the elements that loops have gone over: it does not stand in one
    of these loops."""
    return all(
        step.path != site.facts.path or not is_inside(site.facts, site.call.block, step.block)
        for step in path
        if isinstance(step, Each)
    )
