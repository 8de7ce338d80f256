"""LLM406: images made as often as a loop or a chat wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile
from llmlint.model_calls import ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for run in file.image_runs:
        notes = (*(Note(place, "caller") for place in run.callers[:3]), Note(run.place, run.repeated_by))
        yield Problem(run.call.site.callee, run.repeated_by, {"call": run.call.label}, notes, _severity(run.call))
    for call in file.model_calls:
        if call.operation.kind == "image" and call.operation.is_billed:
            number, limit = call.setting("images"), options["images-at-once"]
            if number.state == "known" and isinstance(number.value, int) and number.value > limit:
                values = {"call": call.label, "parameter": number.name, "value": number.value, "limit": limit}
                yield Problem(number.place or call.site.callee, "many", values, severity=_severity(call))


def _severity(call: ModelCall) -> Severity | None:
    return Severity.INFO if call.is_local else None
