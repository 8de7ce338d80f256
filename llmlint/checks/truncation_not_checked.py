"""LLM106: a reply that the cap may have cut off, parsed as if it were whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        capped = call.maker if call.maker is not None and "cap" not in call.operation.options else call
        setting = capped.setting("cap")
        if call.parses and setting.state == "known" and not call.reads_finish:
            values = {"call": call.label, "parameter": setting.name}
            notes = tuple(Note(parse.place, "parse") for parse in call.parses[:3])
            yield Problem(call.site.callee, "unchecked", values, notes)
