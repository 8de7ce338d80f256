"""LLM104: an output cap so high that it caps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile, ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        setting = call.setting("cap")
        thinking = _thinking(call, options["reasoning-allowance"])
        if setting.state != "known" or type(setting.value) is not int or thinking is None:
            continue
        limit = options["oversized-cap"]
        if setting.value > limit + thinking:
            values = {"parameter": setting.name, "value": setting.value, "limit": limit, "thinking": thinking}
            variant = "oversized-thinking" if thinking else "oversized"
            yield Problem(setting.place or call.site.callee, variant, values)


def _thinking(call: ModelCall, allowance: int) -> int | None:
    """How many tokens of the cap are for thinking; None where that can't be known."""
    option, setting = call.operation.options.get("thinking"), call.setting("thinking")
    if option is None or (setting.state in ("absent", "none") and option.default is None):
        return allowance if call.reasons else 0
    if setting.state in ("absent", "none") or setting.value == "disabled":
        return 0
    if type(setting.value) is int:
        return max(setting.value, 0)
    return allowance if setting.state == "known" else None
