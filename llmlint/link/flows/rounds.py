"""Which loop goes over a value, and what has been gathered when it has."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.blocks import is_inside
from llmlint.link.flows.steps import ANY, Each, Form, Path, Step
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
    of these loops. An element of a list is all of what it was made of, unless that is an element itself."""
    around = [step for step in path if isinstance(step, Each) and _is_around(step, site)]
    is_part = any(step is Form.JOINED or (isinstance(step, Each) and not step.is_made) for step in path)
    return not around or (all(step.is_made for step in around) and not is_part)


def settled(path: Path, site: Site) -> Path:
    """A path as the callers of the function around a site see it: what is read one by one there, in a loop of that
    function, is so whatever they do."""
    return tuple(
        step._replace(block=-1) if isinstance(step, Each) and _is_around(step, site) else step for step in path
    )


def _is_around(step: Each, site: Site) -> bool:
    is_loop = step.block >= 0
    return not is_loop or (step.path == site.facts.path and is_inside(site.facts, site.call.block, step.block))
