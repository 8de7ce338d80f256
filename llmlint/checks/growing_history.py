"""LLM403: a history that grows with every turn, and is sent whole each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile
from llmlint.model_calls import UNSET, ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for history in file.histories:
        if not _may_be_compacted(history.call):
            notes = [Note(place, "sent") for place in history.callers[-1:]]
            if history.growth is not None:
                notes.append(Note(history.growth, "history"))
            severity = Severity.INFO if history.call.is_local or history.is_retold else None
            yield Problem(history.place, "whole", {"call": history.call.label}, tuple(notes), severity)


def _may_be_compacted(call: ModelCall) -> bool:
    """Whether the provider is, or may be, asked to shorten what is too long."""
    setting = call.settings.get("compaction", UNSET)
    return setting.state not in ("absent", "none") and setting.value != "disabled"
