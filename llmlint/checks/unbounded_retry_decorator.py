"""LLM202: a retry library told to retry, and never told to stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNLIMITED, LinkedFile, Retry
from llmlint.remedies import GiveArguments, NameArgument, Remedy


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for retry in file.retries:
        if retry.form == "loop" or (retry.attempts != UNLIMITED and not retry.misuse):
            continue
        reach = retry.reaches[0] if retry.reaches else None
        label = reach.label if reach is not None else "the call"
        values = {"library": retry.library, "parameter": retry.stop, "call": label}
        notes = (Note(reach.target.site.callee, "call", {"call": label}),) if reach is not None else ()
        severity = Severity.INFO if retry.is_local else None
        yield Problem(retry.place, retry.misuse or "endless", values, notes, severity, _remedy(retry))


def _remedy(retry: Retry) -> Remedy | None:
    if retry.made is None or not retry.ends_by:
        return None
    if retry.misuse:
        return NameArgument(retry.made, retry.stop)
    return GiveArguments(retry.made, retry.ends_by, is_safe=True, replaces=True)
