"""LLM302: a key that is shipped to everybody who opens the page or the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for exposure in file.exposures:
        if exposure.sink == "page" and exposure.is_whole:
            yield Problem(exposure.place, "page", {"name": exposure.name})
