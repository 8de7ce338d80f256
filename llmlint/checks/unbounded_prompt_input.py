"""LLM402: all of a file, a page, a request or a table in a prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile

_KINDS = ("file", "page", "request", "table")


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for sink in file.prompted:
        whole = [s for s in sink.sources if s.kind in _KINDS and s.is_whole and not s.in_pieces]
        if whole:
            source = min(whole, key=lambda source: (source.is_likely_short, len(source.callers)))
            notes = [Note(place, "caller") for place in source.told_callers]
            if source.place is not None:
                notes.append(Note(source.place, source.kind))
            severity = Severity.INFO if sink.call.is_local or source.is_likely_short else None
            values = {"call": sink.call.label, "source": source.label}
            yield Problem(sink.call.site.callee, "whole", values, tuple(notes), severity)
