"""LLM104: an output cap so high that it caps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    limit = options["oversized-cap"]
    for call in file.model_calls:
        setting = call.setting("cap")
        value = setting.value
        if setting.state == "known" and isinstance(value, int) and not isinstance(value, bool) and value > limit:
            values = {"call": call.label, "parameter": setting.name, "value": value, "limit": limit}
            yield Problem(setting.place or call.site.callee, "oversized", values)
