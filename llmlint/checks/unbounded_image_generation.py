"""LLM406: images made as often as a loop or a chat wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile
from llmlint.model_calls import ModelCall
from llmlint.values import Literal

_NUMBERS = ("n", "num_images", "number_of_images", "num_outputs")


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for run in file.image_runs:
        notes = (*(Note(place, "caller") for place in run.callers[:3]), Note(run.place, run.repeated_by))
        yield Problem(run.call.site.callee, run.repeated_by, {"call": run.call.label}, notes, _severity(run.call))
    for call in file.model_calls:
        if call.operation.kind == "image" and call.operation.is_billed:
            yield from _many(call, options["images-at-once"])


def _many(call: ModelCall, limit: int) -> Iterator[Problem]:
    """A number of images, written down, that is above a few."""
    for number, argument in call.site.arguments:
        value = argument.value.value if isinstance(argument.value, Literal) else None
        if argument.name in _NUMBERS and isinstance(value, int) and value > limit:
            values = {"call": call.label, "parameter": argument.name, "value": value, "limit": limit}
            yield Problem(call.site.argument(number), "many", values, severity=_severity(call))


def _severity(call: ModelCall) -> Severity | None:
    return Severity.INFO if call.is_local else None
