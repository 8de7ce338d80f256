"""LLM101: a call whose reply nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile, ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("cap")
        if option is None or option.default is not None or not option.known:
            continue
        setting = call.setting("cap")
        if setting.state == "absent" or (setting.state in ("none", "partly") and option.none != "default"):
            place = setting.place or call.site.callee
            yield Problem(place, setting.state, _values(call, setting.name or option.name), severity=_severity(call))


def _values(call: ModelCall, parameter: str) -> dict[str, Any]:
    setting = call.setting("cap")
    value = setting.value if isinstance(setting.value, int) else "a number"
    reasoning = ", plus its reasoning budget" if call.reasons else ""
    return {"call": call.label, "parameter": parameter, "value": value, "reasoning": reasoning}


def _severity(call: ModelCall) -> Severity | None:
    return Severity.INFO if call.is_local else None
