"""LLM504: work that is handed out again before the time that it may take is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import UNLIMITED, LinkedFile
from llmlint.queues import Number, Queue
from llmlint.remedies import LimitTo
from llmlint.tasks import Task, TaskQueueSettings

# How many times the timeout of a function AWS advises as a visibility timeout, and the longest that there is.
_TIMES = 6
_LONGEST = 43_200


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    everywhere = options["queues-everywhere"]
    for settings in file.task_settings:
        if everywhere or (file.serves_model and not settings.runs_others):
            yield from _of_settings(settings)
    for task in file.tasks:
        if task.reach is not None or everywhere:
            yield from _of_task(task)
    for queue in file.queues:
        if everywhere or not queue.is_idle:
            yield from _of_queue(queue)


def _of_settings(settings: TaskQueueSettings) -> Iterator[Problem]:
    again, limit = settings.redelivery, settings.time_limit
    if settings.redelivers and _is_too_short(again, limit):
        place = again.place or limit.place or settings.place
        values = _values(settings, again, limit)
        if limit.value == UNLIMITED:
            yield Problem(place, "task-unlimited", values)
        else:
            yield Problem(place, "task", values, remedy=_doubled(again, limit))


def _doubled(again: Number, limit: Number) -> LimitTo | None:
    """What lets a task be run again after twice the time that it may take, where a number says when."""
    if again.place is None or limit.value is None:
        return None
    return LimitTo(again.place, again.name, int(limit.value * 2), is_safe=False, is_there=True)


def _of_task(task: Task) -> Iterator[Problem]:
    """A time limit of its own that goes beyond what the settings of its queue allow."""
    again, limit = task.redelivery, task.time_limit
    if again is not None and limit.place is not None and _is_too_short(again, limit):
        yield Problem(limit.place, "task", _values(task, again, limit))


def _of_queue(queue: Queue) -> Iterator[Problem]:
    """A queue's deadline against the timeouts of the functions that it is read by."""
    again = queue.deadline
    if again is None:
        return
    for worker in queue.workers:
        if _is_too_short(again, worker.timeout):
            seconds, limited = f"{again.value:,.0f}", f"{worker.timeout.value:,.0f}"
            values = {"redelivery": again.parameter, "seconds": seconds, "worker": worker.name, "limited": limited}
            note = Note(worker.timeout.place or worker.place, "timeout", {"limited": limited})
            variant = "queue" if again.place is not None else "queue-default"
            yield Problem(queue.place_of(again), variant, values, (note,), remedy=_longer(queue, again))
            return


def _longer(queue: Queue, again: Number) -> LimitTo | None:
    """What gives a queue the deadline that its functions take, if it can have one."""
    longest = max(worker.timeout.value or 0 for worker in queue.workers)
    seconds = min(int(longest * _TIMES), _LONGEST)
    return queue.limited(again, seconds) if longest < seconds else None


def _is_too_short(again: Number, limit: Number) -> bool:
    return again.value is not None and limit.value is not None and again.value <= limit.value


def _values(source: Task | TaskQueueSettings, again: Number, limit: Number) -> dict[str, Any]:
    return {
        "library": source.library,
        "redelivery": again.parameter,
        "seconds": f"{again.value:,.0f}",
        "limit": limit.parameter,
        "limited": f"{limit.value:,.0f}" if limit.value != UNLIMITED else "",
    }
