"""LLM605: a budget that tells somebody what was spent, and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for budget in file.budgets:
        if not budget.acts:
            number = f"{budget.threshold:g}{' %' if budget.relative else ''}" if budget.threshold is not None else ""
            yield Problem(budget.place, "at" if number else "silent", {"label": budget.label, "threshold": number})
