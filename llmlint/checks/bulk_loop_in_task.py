"""LLM505: a task, or a queue's handler, that calls a model for each item of a batch, and repeats all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for batch in file.batches:
        target = batch.reach.target
        values = {"runner": batch.runner, "task": batch.label, "batch": batch.batch, "call": batch.reach.label}
        notes = (Note(batch.told, "told", values), Note(target.site.callee, "call", values))
        variant = "records" if batch.batch == "Records" else "task"
        yield Problem(batch.place, variant, values, notes, Severity.INFO if target.is_local else None)
