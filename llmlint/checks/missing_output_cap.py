"""LLM101: a call whose reply nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile, ModelCall, Passed


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("cap")
        if option is None or option.default is not None or not option.known or not call.writes_text:
            continue
        missing = ("absent",) if option.none == "default" else ("absent", "none")
        if call.setting("cap").state in missing or (option.none != "default" and call.setting("cap").state == "partly"):
            yield _problem(call)
        yield from _of_callers(call, [passed for passed in call.passed if passed.setting.state in missing])


def _of_callers(call: ModelCall, missing: list[Passed]) -> Iterator[Problem]:
    """A cap that callers should have given: said of each, or of the call itself if none of them gives it."""
    values = {"call": call.label, "parameter": call.parameter("cap"), "reasoning": _reasoning(call)}
    severity = Severity.INFO if call.is_local else None
    if len(missing) < len(call.passed):
        for passed in missing:
            yield Problem(passed.place, "left-out", values, (Note(call.site.callee, "call"),), severity)
    elif missing:
        notes = tuple(Note(passed.place, "caller") for passed in missing[:3])
        yield Problem(call.site.callee, "never-passed", values, notes, severity)


def _problem(call: ModelCall) -> Problem:
    setting = call.setting("cap")
    values = {
        "call": call.label,
        "parameter": call.parameter("cap"),
        "nothing": call.nothing,
        "value": setting.value if isinstance(setting.value, int) else "a number",
        "reasoning": _reasoning(call),
    }
    variant = "absent-local" if setting.state == "absent" and call.is_local else setting.state
    severity = Severity.INFO if call.is_local else None
    return Problem(setting.place or call.site.callee, variant, values, severity=severity)


def _reasoning(call: ModelCall) -> str:
    return ", plus its reasoning budget" if call.reasons else ""
