"""LLM206: a loop that goes on until the model says that it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNLIMITED, LinkedFile, LoopSite
from llmlint.model_calls import ModelCall
from llmlint.operations import Option

# A framework's default above this is a fuse, not a ceiling.
_NO_CEILING = 1000
# Their replies say nothing, so they can't say stop.
_WORDLESS = ("tts", "image", "video", "embedding", "prediction")


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    endless = {retry.place.span for retry in file.retries if retry.form == "loop" and retry.attempts == UNLIMITED}
    for loop in file.loops:
        if _runs_away(loop) and loop.place.span not in endless:
            reach = min(loop.reaches, key=lambda reach: reach.target.operation.kind in _WORDLESS)
            notes = (Note(reach.site.callee, "call", {"call": reach.label}),)
            severity = Severity.INFO if all(reach.target.is_local for reach in loop.reaches) else None
            yield Problem(loop.place, "endless", {"call": reach.label}, notes, severity)
    for call in file.model_calls:
        option = call.operation.options.get("steps")
        if option is not None and not call.is_cut_short and not call.is_waited_for:
            yield from _steps(call, option, options["max-agent-steps"])


def _runs_away(loop: LoopSite) -> bool:
    return loop.awaits_reply and not loop.ceiling and not loop.is_open and not loop.is_paced


def _steps(call: ModelCall, option: Option, limit: int) -> Iterator[Problem]:
    """An agent framework's own loop, and the parameter that is its ceiling."""
    setting = call.setting("steps")
    place = setting.place or call.site.callee
    parameter = setting.name if setting.name in option.call else option.name
    values = {"call": call.label, "parameter": parameter, "limit": limit, "value": setting.value}
    severity = Severity.INFO if call.is_local else None
    if setting.state == "known" and isinstance(setting.value, int | float) and not isinstance(setting.value, bool):
        if setting.value == 0 and option.zero:
            yield Problem(place, "switched-off", values, severity=severity)
        elif setting.value > limit:
            variant = "unlimited" if setting.value == UNLIMITED else "high"
            yield Problem(place, variant, values, severity=severity)
    elif setting.state == "none" and option.none != "default":
        yield Problem(place, "switched-off", {**values, "value": None}, severity=severity)
    elif setting.state == "absent" or (setting.state == "none" and option.none == "default"):
        if option.known and option.default is None:
            yield Problem(place, "absent", values, severity=severity)
        elif option.default is not None and option.default >= _NO_CEILING:
            yield Problem(place, "default", {**values, "value": f"{option.default:g}"}, severity=severity)
