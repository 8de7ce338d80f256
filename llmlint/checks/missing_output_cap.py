"""LLM101: a call whose reply nothing bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Place, Problem, Severity
from llmlint.linked import LinkedFile
from llmlint.model_calls import ModelCall, SettingValue
from llmlint.remedies import Remedy


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in filter(_is_open, file.model_calls):
        setting = call.setting("cap")
        if _is_missing(call, setting) or (setting.state == "partly" and _may_be_none(call)):
            problem = _problem(call, setting.state, setting.place or call.site.callee)
            yield problem._replace(remedy=_remedy(call, setting, options))
        elif call.passed and all(_is_missing(call, passed.cap) for passed in call.passed):
            yield _problem(call, "never-passed", call.site.callee, *(passed.place for passed in call.passed[:3]))
    for passed in file.passed:
        call = passed.call
        is_given_elsewhere = not all(_is_missing(call, other.cap) for other in call.passed)
        if is_given_elsewhere and _is_open(call) and _is_missing(call, passed.cap):
            yield _problem(call, "left-out", passed.place, call.site.callee)


def _remedy(call: ModelCall, setting: SettingValue, options: Mapping[str, Any]) -> Remedy | None:
    """The cap that the configuration asks for; more of it for a model that thinks before it answers."""
    if not options["output-cap"] or setting.state == "partly":
        return None
    thinking = call.thinking(options["reasoning-allowance"])
    if thinking is None:
        return None
    cap = options["output-cap"] + thinking
    return call.given(call.taken("cap"), cap, is_safe=call.is_at_home or call.is_elsewhere)


def _is_open(call: ModelCall) -> bool:
    """Whether a reply is text that only a cap bounds."""
    option = call.operation.options.get("cap")
    return option is not None and option.default is None and option.known and call.writes_text


def _is_missing(call: ModelCall, setting: SettingValue) -> bool:
    return setting.state == "absent" or (setting.state == "none" and _may_be_none(call))


def _may_be_none(call: ModelCall) -> bool:
    """Whether an explicit None is no cap, and not the SDK's own."""
    return call.operation.options["cap"].none != "default"


def _problem(call: ModelCall, variant: str, place: Place, *related: Place) -> Problem:
    value = call.setting("cap").value
    values = {
        "call": call.label,
        "parameter": call.parameter("cap"),
        "nothing": call.nothing,
        "value": value if isinstance(value, int) else "a number",
        "reasoning": ", plus its reasoning budget" if call.reasons else "",
    }
    notes = tuple(Note(other, "caller" if variant == "never-passed" else "call") for other in related)
    if variant == "absent" and call.is_local:
        variant = "absent-local"
    return Problem(place, variant, values, notes, Severity.INFO if call.is_local else None)
