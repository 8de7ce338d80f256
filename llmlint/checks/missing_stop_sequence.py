"""LLM102: a reply that only the model's own sense of an end stops, where a stop sequence is to be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile
from llmlint.model_calls import ModelCall

_GIVEN_UP = ("absent", "none")


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("stop")
        if option is None or not option.known or call.setting("stop").state not in _GIVEN_UP:
            continue
        if call.accepts_stop and call.writes_text and not _ends_otherwise(call):
            cap = _cap(call)
            values = {"call": call.label, "parameter": call.parameter("stop"), "model": call.model, "cap": cap}
            sequence = options["stop-sequence"]
            remedy = call.given(call.taken("stop"), [sequence], is_safe=False) if sequence else None
            yield Problem(call.site.callee, "capped" if cap else "absent", values, remedy=remedy)


def _ends_otherwise(call: ModelCall) -> bool:
    """Whether something else ends the reply: its form, a cap of one token, or whoever is given a model that this
    project never calls."""
    has_form = "structured" in call.operation.options and call.setting("structured").state not in _GIVEN_UP
    is_given_away = call.operation.builds and not call.users
    return has_form or is_given_away or call.setting("cap").value == 1


def _cap(call: ModelCall) -> str:
    """The cap of a call as a message names it, or nothing where it has none."""
    option, setting = call.operation.options.get("cap"), call.setting("cap")
    if option is None or (setting.state in _GIVEN_UP and option.default is None):
        return ""
    return f"{setting.name}={setting.value}" if isinstance(setting.value, int) else f"its {call.parameter('cap')}"
