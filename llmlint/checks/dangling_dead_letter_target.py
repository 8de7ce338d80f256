"""LLM506: what comes too often is sent to a queue that this configuration does not declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for target in file.dead_letters:
        if target.state in ("written", "missing") and (options["queues-everywhere"] or not target.is_of_idle):
            yield Problem(target.place, target.state, {"name": target.name})
