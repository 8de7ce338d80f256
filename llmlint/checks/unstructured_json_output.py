"""LLM103: JSON parsed out of free text, which the call never asked to be JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        option = call.operation.options.get("structured")
        parses = [parse for parse in call.parses if parse.is_text]
        is_free = call.setting("structured").state in ("absent", "none") and not call.is_fallback
        if option is None or not parses or not is_free:
            continue
        # A regular expression often only cuts out what is parsed next.
        parser = min(parses, key=lambda parse: parse.is_search).parser
        values = {"call": call.label, "parameter": option.name, "parser": parser}
        notes = tuple(Note(parse.place, "parse") for parse in parses[:3])
        remedy = call.given(*option.json, is_safe=False) if option.json else None
        yield Problem(call.site.callee, "absent", values, notes, Severity.INFO if call.is_local else None, remedy)
