"""LLM104: an output cap so high that it caps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        setting = call.setting("cap")
        thinking = call.thinking(options["reasoning-allowance"])
        if setting.state != "known" or type(setting.value) is not int or thinking is None:
            continue
        limit = options["oversized-cap"]
        if setting.value > limit + thinking:
            values = {"parameter": setting.name, "value": setting.value, "limit": limit, "thinking": thinking}
            variant = "oversized-thinking" if thinking else "oversized"
            yield Problem(setting.place or call.site.callee, variant, values)
