"""LLM204: a retry of errors that no second attempt can help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for retry in file.retries:
        if not retry.reaches or (retry.attempts is not None and retry.attempts <= 1):
            continue
        place = retry.handler or retry.place
        severity = Severity.INFO if retry.is_local else None
        label = retry.reaches[0].label
        if retry.permanent:
            names = list(dict.fromkeys(name.rpartition(".")[2] for name in retry.permanent))[:2]
            values = {"names": " and ".join(names), "cover": "covers" if len(names) == 1 else "cover", "call": label}
            yield Problem(place, "permanent", values, severity=severity)
        elif retry.misses_quota:
            yield Problem(place, "quota", {"call": label}, severity=severity)
