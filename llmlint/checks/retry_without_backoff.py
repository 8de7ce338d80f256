"""LLM203: a failed request that is sent again at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile, Retry
from llmlint.remedies import GiveArguments, Remedy


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for retry in file.retries:
        if not retry.is_for_requests or retry.wait not in ("none", "fixed") or not retry.reaches:
            continue
        if retry.attempts is not None and retry.attempts <= 1:
            continue
        place = retry.handler or retry.place
        values = {"call": retry.reaches[0].label}
        severity = Severity.INFO if retry.wait == "fixed" or retry.is_local else None
        yield Problem(place, retry.wait, values, severity=severity, remedy=_remedy(retry))


def _remedy(retry: Retry) -> Remedy | None:
    if retry.made is None or not retry.waits_by:
        return None
    return GiveArguments(retry.made, retry.waits_by, is_safe=True, replaces=retry.replaces_wait)
