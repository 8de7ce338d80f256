"""LLM303: a key that is printed, logged, raised or sent back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for exposure in file.exposures:
        if not exposure.is_whole:
            yield Problem(exposure.place, "beginning", {"name": exposure.name}, severity=Severity.INFO)
        elif exposure.sink in ("log", "exception", "response"):
            yield Problem(exposure.place, exposure.sink, {"name": exposure.name})
