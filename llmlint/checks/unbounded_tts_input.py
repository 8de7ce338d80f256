"""LLM401: a text of any length, read aloud and billed by the character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile, Source, TextSink


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for sink in file.spoken:
        if sink.sources:
            yield _problem(sink, min(sink.sources, key=lambda source: (source.in_pieces, len(source.callers))))


def _problem(sink: TextSink, source: Source) -> Problem:
    limit = sink.call.operation.limit
    values = {
        "call": sink.call.label,
        "parameter": sink.call.operation.input or "text",
        "source": source.label,
        "limit": f"{limit:,}",
    }
    notes = [Note(place, "caller") for place in source.told_callers]
    if source.place is not None:
        notes.append(Note(source.place, source.kind))
    variant = "pieces" if source.in_pieces else "limited" if limit else "unlimited"
    severity = Severity.INFO if sink.call.is_local or source.in_pieces else None
    return Problem(sink.call.site.callee, variant, values, tuple(notes), severity)
