"""LLM304: tests that ask a model for real on every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Place, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for test in file.live_tests:
        yield Problem(test.place, "test", {"test": test.test, "call": test.label})
    for shared in file.shared_secrets:
        note = Note(shared.deployed, "deployed")
        yield Problem(shared.place, "shared", {"name": shared.name, "job": shared.job}, (note,))
    if file.text is None:
        return
    for job in file.text.jobs:
        for host, span in job.calls:
            yield Problem(Place(file.text, span), "workflow", {"job": job.name, "host": host})
