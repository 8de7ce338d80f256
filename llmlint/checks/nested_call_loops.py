"""LLM208: a model call for every pair of things in two loops that nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for nesting in file.nestings:
        if len(nesting.loops) >= 2:
            values = {"call": nesting.reach.label, "loops": len(nesting.loops)}
            notes = tuple(Note(place, "loop") for place in nesting.loops)
            yield Problem(nesting.reach.site.callee, "nested", values, notes)
