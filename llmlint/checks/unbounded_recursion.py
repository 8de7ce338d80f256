"""LLM207: a function that calls the model and then itself, with nothing that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for recursion in file.recursions:
        label = recursion.reach.label
        values = {
            "function": recursion.function.name,
            "through": f" through {', '.join(recursion.through)}" if recursion.through else "",
            "call": label,
        }
        notes = (Note(recursion.reach.target.site.callee, "call", {"call": label}),)
        severity = Severity.INFO if recursion.reach.target.is_local else None
        yield Problem(recursion.site.callee, "endless", values, notes, severity)
