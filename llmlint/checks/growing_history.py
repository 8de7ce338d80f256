"""LLM403: a history that grows with every turn, and is sent whole each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNSET, LinkedFile, ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for sink in file.prompted:
        histories = [source for source in sink.sources if source.kind == "history"]
        if histories and not _may_be_compacted(sink.call):
            source = min(histories, key=lambda source: len(source.callers))
            notes = [Note(place, "caller") for place in source.callers[:3]]
            if source.place is not None:
                notes.append(Note(source.place, "history"))
            severity = Severity.INFO if sink.call.is_local else None
            yield Problem(sink.call.site.callee, "whole", {"call": sink.call.label}, tuple(notes), severity)


def _may_be_compacted(call: ModelCall) -> bool:
    """Whether the provider is, or may be, asked to shorten what is too long."""
    setting = call.settings.get("compaction", UNSET)
    return setting.state not in ("absent", "none") and setting.value != "disabled"
