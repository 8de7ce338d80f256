"""LLM503: a task that a queue runs again each time it fails, and never gives up on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNLIMITED, LinkedFile, Reach
from llmlint.remedies import LimitTo
from llmlint.tasks import Task, TaskQueueSettings

# The attempts that an edit allows.
_FEW = 5


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    everywhere, most = options["queues-everywhere"], options["most-attempts"]
    for task in file.tasks:
        if not task.settings and (task.reach is not None or everywhere):
            yield from _of_task(task, most)
    for settings in file.task_settings:
        if everywhere or (file.serves_model and not settings.runs_others):
            yield from _of_settings(settings, most)


def _of_task(task: Task, most: int) -> Iterator[Problem]:
    values = {"library": task.library, "task": task.label, "parameter": task.attempts.parameter}
    notes, severity = _notes(task.reach), _severity(task.reach)
    attempts = task.attempts
    if attempts.value == UNLIMITED:
        variant = "set" if attempts.place is not None else "unset"
        remedy = LimitTo(attempts.place, attempts.parameter, _FEW, is_safe=True) if attempts.place is not None else None
        yield Problem(attempts.place or task.place, variant, values, notes, severity, remedy)
    elif attempts.value is not None and attempts.value > most:
        values["attempts"] = f"{attempts.value:,.0f}"
        yield Problem(attempts.place or task.place, "many", values, notes, severity)
    elif task.uncounted and any(task.switches.values()):
        values["settings"] = " and ".join(task.uncounted)
        yield Problem(task.place, "uncounted", values, notes, severity or Severity.WARNING)


def _of_settings(settings: TaskQueueSettings, most: int) -> Iterator[Problem]:
    attempts = settings.attempts
    values = {"library": settings.library, "task": "a task", "name": settings.name, "parameter": attempts.parameter}
    if attempts.value == UNLIMITED and settings.ignored_by:
        yield Problem(settings.place, "ignored", {**values, "ignored": settings.ignored_by})
    elif attempts.value == UNLIMITED:
        variant = "set" if attempts.place is not None else "unset"
        place = attempts.place or settings.place
        yield Problem(place, variant, values, remedy=LimitTo(place, attempts.parameter, _FEW, is_safe=True))
    elif attempts.value is not None and attempts.value > most:
        yield Problem(attempts.place or settings.place, "many", {**values, "attempts": f"{attempts.value:,.0f}"})
    elif settings.uncounted:
        values["settings"] = " and ".join(settings.uncounted)
        yield Problem(settings.place, "uncounted", values, severity=Severity.WARNING)


def _notes(reach: Reach | None) -> tuple[Note, ...]:
    return (Note(reach.target.site.callee, "call", {"call": reach.target.label}),) if reach is not None else ()


def _severity(reach: Reach | None) -> Severity | None:
    return Severity.INFO if reach is not None and reach.target.is_local else None
