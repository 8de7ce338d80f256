"""What ends a retry or a task, as the files of the catalogue say it: a parameter, what it counts, its default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmlint.schema import OneOf

# The values that may switch a limit off; the last is a function that gives back the same whatever it is given.
OFF = ("none", "zero", "negative", "true", "always")
LIMIT = {
    "parameter": str,
    "position?": int,
    "counts": OneOf("attempts", "retries", "seconds", "condition", "presence", "waits"),
    "default?": (int, float, str),
    "unlimited?": [OneOf(*OFF)],
}
UNLIMITED_WORD = "unlimited"


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that may end a retry. ``counts``: attempts, retries (after the first), seconds, condition (a stop
    object, or a number of retries), presence (any value bounds) or waits (a list of pauses, one for each retry).
    ``default``: a number, ``unlimited``, or None for a bound that is no number. ``unlimited``: the values that switch
    the limit off."""

    parameter: str
    position: int
    counts: str
    default: float | str | None
    unlimited: frozenset[str]


def limit_of(entry: dict[str, Any]) -> Limit:
    return Limit(
        entry["parameter"],
        entry.get("position", -1),
        entry["counts"],
        entry.get("default", UNLIMITED_WORD),
        frozenset(entry.get("unlimited", ())),
    )
