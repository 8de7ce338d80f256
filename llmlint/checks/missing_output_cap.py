"""LLM101: a call whose reply nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile, ModelCall


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("cap")
        if option is None or option.default is not None or not option.known or not call.writes_text:
            continue
        setting = call.setting("cap")
        if setting.state == "absent" or (setting.state in ("none", "partly") and option.none != "default"):
            yield _problem(call)


def _problem(call: ModelCall) -> Problem:
    setting = call.setting("cap")
    values = {
        "call": call.label,
        "parameter": call.parameter("cap"),
        "value": setting.value if isinstance(setting.value, int) else "a number",
        "reasoning": ", plus its reasoning budget" if call.reasons else "",
    }
    variant = "absent-local" if setting.state == "absent" and call.is_local else setting.state
    severity = Severity.INFO if call.is_local else None
    return Problem(setting.place or call.site.callee, variant, values, severity=severity)
