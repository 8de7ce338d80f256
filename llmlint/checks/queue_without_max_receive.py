"""LLM501: a queue hands a message that fails out again without an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem, Severity
from llmlint.linked import LinkedFile

# The receives that an edit allows.
_FEW = 5


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    everywhere, most = options["queues-everywhere"], options["max-receives"]
    for queue in file.queues:
        receives = queue.receives
        if queue.is_idle and not everywhere:
            continue
        if queue.is_dead_letter or not queue.is_named or receives.value is None or receives.value <= most:
            continue
        values = {"label": queue.label, "parameter": receives.parameter}
        place, remedy = queue.place_of(receives), queue.limited(receives, _FEW)
        if not queue.is_unlimited:
            yield Problem(place, "many", {**values, "number": f"{receives.value:,.0f}"}, remedy=remedy)
        elif receives.place is None:
            severity = None if queue.is_certain else Severity.INFO
            yield Problem(queue.place, "unset", values, severity=severity, remedy=remedy)
        else:
            yield Problem(place, "switched-off", values, remedy=remedy)
