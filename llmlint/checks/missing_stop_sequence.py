"""LLM102: a reply that only the model's own sense of an end stops, where a stop sequence is to be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("stop")
        if (
            option is None
            or not option.known
            or not call.accepts_stop
            or call.setting("stop").state not in ("absent", "none")
        ):
            continue
        if "structured" in call.operation.options and call.setting("structured").state not in ("absent", "none"):
            continue
        values = {"call": call.label, "parameter": option.name, "model": call.model}
        yield Problem(call.site.callee, "absent", values)
