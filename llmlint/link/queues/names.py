"""The names of queues: in addresses, put together from parts, and those that say what a queue is for."""

from __future__ import annotations

import re

ANYTHING = ".*"
_ADDRESS = re.compile(r"^(?:arn:|projects/|https?://)")
_LAST_PART = re.compile(r"[:/]([^:/]*)$")
_FOR_DEAD_LETTERS = re.compile(
    r"dlq|dead[-_ ]?letter|(?:^|[-_. ])dead(?:[-_. ]|$)|park(?:ed|ing)|poison|undeliver|redrive", re.I
)


def is_address(text: str) -> bool:
    """Whether a text is an ARN, a URL or a path of Google's, or the begin of one."""
    return _ADDRESS.match(text) is not None


def name_in(address: str) -> str:
    """The last part of an address; nothing where that is not whole."""
    match = _LAST_PART.search(address)
    return match[1] if match is not None else ""


def is_for_dead_letters(name: str) -> bool:
    """Whether a name, or a pattern of one, says that a queue keeps what others gave up on."""
    return _FOR_DEAD_LETTERS.search(name.replace("\\", "")) is not None
