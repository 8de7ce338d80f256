"""LLM106: a reply that the cap may have cut off, parsed as if it were whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile
from llmlint.model_calls import UNKNOWN, ModelCall, SettingValue


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        setting = _cap(call)
        if call.parses and setting.state == "known" and not call.reads_finish:
            values = {"call": call.label, "parameter": setting.name}
            notes = tuple(Note(parse.place, "parse") for parse in call.parses[:3])
            yield Problem(call.site.callee, "unchecked", values, notes)


def _cap(call: ModelCall) -> SettingValue:
    """The cap that a call runs with: its own, or the one that its model was built with."""
    maker = call.maker
    if "cap" in call.operation.options or maker is None:
        return call.setting("cap")
    setting, built = maker.setting("cap"), maker.site.place
    is_built_in = (
        setting.place is not None
        and setting.place.facts is built.facts
        and built.span.start <= setting.place.span.start < built.span.end
    )
    return setting if is_built_in else UNKNOWN
