"""LLM502: a consumer that calls a model for a message however often it has been delivered before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for consumer in file.consumers:
        if consumer.is_endless:
            target = consumer.reach.target
            values = {"library": consumer.library, "call": target.label}
            variant = "not-requested" if consumer.counts else "not-counted"
            notes = (Note(target.site.callee, "call", values),)
            yield Problem(consumer.place, variant, values, notes, Severity.INFO if target.is_local else None)
