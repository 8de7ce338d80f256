"""LLM405: a prompt that is kept in the provider's cache, and is another one each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for miss in file.cache_misses:
        yield Problem(miss.place, miss.kind, {"call": miss.call.label}, (Note(miss.source, "new"),))
