"""Where a part of a text begins."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from llmlint.facts import Span
from llmlint.link.calls import FunctionKey
from llmlint.link.flows.histories import Growth
from llmlint.link.flows.steps import Path
from llmlint.model_calls import Site

# How many leaves an answer holds: enough for all but functions of which each may run any other.
_MAX_LEAVES = 50


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a part of a text begins.

    ``kind``: reply, file, page, request, input, table or encoded, brought in by the call at ``site``, of which ``path``
    is read; or parameter, for what ``path`` reads out of the parameter ``name`` of ``function``; or history, for what
    grows by ``growth``. ``in_pieces``: it was cut into pieces on the way; ``join``: the file and the span where encoded
    data joins a text.
    """

    kind: str
    site: Site | None = None
    function: FunctionKey = ("", -1)
    name: str = ""
    path: Path = ()
    in_pieces: bool = False
    join: tuple[str, Span] | None = None
    growth: Growth | None = None

    @property
    def subject(self) -> Hashable:
        """What the leaf says something of, however it is read."""
        return self.site or (self.function, self.name)


def distinct(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    found: dict[Leaf, None] = {}
    for leaf in leaves:
        found[leaf] = None
        if len(found) >= _MAX_LEAVES:
            break
    return tuple(found)


def passed_through(leaf: Leaf, parameter: Leaf) -> Leaf:
    """What was given for a parameter, as it comes out of the function that the parameter belongs to."""
    return replace(leaf, in_pieces=True) if parameter.in_pieces and not leaf.in_pieces else leaf
