"""LLM201: a loop that sends a failing request again for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNLIMITED, LinkedFile
from llmlint.remedies import BoundLoop

_ATTEMPTS = 5


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for retry in file.retries:
        if retry.form == "loop" and retry.attempts == UNLIMITED:
            target = retry.reaches[0]
            notes = [Note(target.site.callee, "call", {"call": target.label})]
            if retry.handler is not None:
                notes.append(Note(retry.handler, "handler"))
            severity = Severity.INFO if retry.is_local else None
            remedy = BoundLoop(retry.place, _ATTEMPTS)
            yield Problem(retry.place, "endless", {"call": target.label}, tuple(notes), severity, remedy)
