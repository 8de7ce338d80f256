"""LLM209: one model call for each thing of a collection that nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for nesting in file.nestings:
        if len(nesting.loops) == 1:
            notes = tuple(Note(place, "loop") for place in nesting.loops)
            yield Problem(nesting.reach.site.callee, "each", {"call": nesting.reach.label}, notes)
