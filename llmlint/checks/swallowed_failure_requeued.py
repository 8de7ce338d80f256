"""LLM507: a handler that catches a failed model call, or parse, and lets its message go back to the queue unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for failure in file.swallowed:
        consumer = failure.consumer
        if consumer.is_endless:
            target = consumer.reach.target
            values = {"library": consumer.library, "call": target.label}
            variant = "given-back" if failure.gives_back else "left"
            notes = (Note(consumer.place, "consumer", values), Note(target.site.callee, "call", values))
            yield Problem(failure.place, variant, values, notes, Severity.INFO if target.is_local else None)
