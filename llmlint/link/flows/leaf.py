"""Where a part of a text begins."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from llmlint.facts import Span
from llmlint.link.calls import FunctionKey
from llmlint.link.flows.histories import Growth
from llmlint.link.flows.messages import tells_first
from llmlint.link.flows.steps import Path
from llmlint.model_calls import Site

# How many leaves an answer holds: enough for all but functions of which each may run any other.
_MAX_LEAVES = 50


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a part of a text begins.

    ``kind``: reply, file, page, request, input, table or encoded, brought in by the call at ``site``, of which ``path``
    is read; or parameter, for what ``path`` reads out of the parameter ``name`` of ``function``; or history, for what
    grows by ``growth``. ``in_pieces``: it was cut into pieces on the way; ``is_picked``: of all that is read, the code
    picks a part by what it says; ``join``: the file and the span where encoded data joins a text; ``is_retold``: a text
    is written with it; ``is_instruction``: it tells the model what it is for, before anything is asked.
    """

    kind: str
    site: Site | None = None
    function: FunctionKey = ("", -1)
    name: str = ""
    path: Path = ()
    in_pieces: bool = False
    is_picked: bool = False
    join: tuple[str, Span] | None = None
    growth: Growth | None = None
    is_retold: bool = False
    is_instruction: bool = False

    @property
    def subject(self) -> Hashable:
        """What the leaf says something of, however it is read."""
        return self.site or (self.function, self.name)

    def marked(self, is_retold: bool, is_instruction: bool) -> Leaf:
        """The leaf, where a text is written with what it is a part of, or that tells the model what it is for."""
        marks = is_retold or self.is_retold, is_instruction or self.is_instruction
        if marks == (self.is_retold, self.is_instruction):
            return self
        return replace(self, is_retold=marks[0], is_instruction=marks[1])


def distinct(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    found: dict[Leaf, None] = {}
    for leaf in leaves:
        found[leaf] = None
        if len(found) >= _MAX_LEAVES:
            break
    return tuple(found)


def passed_through(leaf: Leaf, parameter: Leaf) -> Leaf:
    """What was given for a parameter, as it comes out of the function that the parameter belongs to."""
    is_instruction = parameter.is_instruction or tells_first(parameter.name)
    return cut(leaf.marked(parameter.is_retold, is_instruction), parameter.in_pieces, parameter.is_picked)


def cut(leaf: Leaf, in_pieces: bool, is_picked: bool) -> Leaf:
    """The leaf, where what it is a part of is cut into pieces, or where a part of it is picked."""
    marks = in_pieces or leaf.in_pieces, is_picked or leaf.is_picked
    if marks == (leaf.in_pieces, leaf.is_picked):
        return leaf
    return replace(leaf, in_pieces=marks[0], is_picked=marks[1])
