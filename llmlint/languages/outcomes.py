"""The ways in which code can end."""

from __future__ import annotations

from enum import Flag, auto


class Outcome(Flag):
    """It falls through to what follows, or it leaves."""

    NONE = 0
    FALL = auto()
    CONTINUE = auto()
    BREAK = auto()
    RETURN = auto()
    RAISE = auto()

    @property
    def names(self) -> frozenset[str]:
        return frozenset((way.name or "").lower() for way in _WAYS if way in self)


_WAYS = (Outcome.FALL, Outcome.CONTINUE, Outcome.BREAK, Outcome.RETURN, Outcome.RAISE)
