"""The vocabulary of remedies: what a check would have changed, in terms of facts. ``fixes`` turns them into edits.

An ``is_safe`` remedy changes nothing but the bound that is missing: what went well before goes well after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmlint.findings import Place


@dataclass(frozen=True, slots=True)
class Code:
    """A call as a library's catalogue writes it: ``tenacity.stop_after_attempt(5)``."""

    text: str


@dataclass(frozen=True, slots=True)
class GiveArguments:
    """Give arguments to the call at ``place``, or to the decorator that stands there bare. ``arguments``: dotted names
    (``config.max_output_tokens``) and values, plain ones or ``Code``; ``positional``: the names of what the call takes
    by position. ``replaces``: whatever an argument says already; otherwise no more than ``None`` is replaced."""

    place: Place
    arguments: tuple[tuple[str, Any], ...]
    is_safe: bool
    replaces: bool = False
    positional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameArgument:
    """Pass by its name what the call at ``place`` is given by position."""

    place: Place
    name: str
    is_safe: bool = True


@dataclass(frozen=True, slots=True)
class LimitTo:
    """Give a limit a number: the argument or entry at ``place`` is it or holds it; or what stands there lacks it, or
    the value of the variable there does, unless it ``is_there``. ``name``: what the limit is called in its holder."""

    place: Place
    name: str
    value: int
    is_safe: bool
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class BoundLoop:
    """Let the loop whose head is at ``place`` make a number of attempts, and raise what the last one raised."""

    place: Place
    attempts: int
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class ReadVariable:
    """Read from an environment variable what is written out at ``place``, or is given by the argument there."""

    place: Place
    variable: str
    is_safe: bool = False


Remedy = GiveArguments | NameArgument | LimitTo | BoundLoop | ReadVariable
