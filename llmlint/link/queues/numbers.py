"""The numbers that declarations set: a maximum of receives, a time in seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from llmlint.declarations import Row, Table
from llmlint.link.configurations import Leaf
from llmlint.queues import NO_LIMIT, Number
from llmlint.resources import Duration, Receives

_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?\Z")
_SHORT = re.compile(r"(-?\d+(?:\.\d+)?)(s|m|h)?\Z")
_SECONDS = {None: 1, "": 1, "s": 1, "m": 60, "h": 3600}
# What switches off what would be there.
_OFF = (None, "", False, Table(()), Row(()))


def receives_of(receives: Receives, read: Callable[[str], list[Leaf]]) -> Number:
    """How often a queue hands out one message, by what ``read`` finds at each place."""
    if any(_is_on(leaf) for place in receives.or_else for leaf in read(place)):
        return Number(None, receives.parameter)
    default = receives.default
    policies = [leaf for place in receives.policy for leaf in read(place) if _is_on(leaf)]
    if receives.policy:
        states = {_is_there(read(place)) for place in receives.policy}
        if states == {False}:
            return Number(default, receives.parameter)
        if None in states:
            return Number(None, receives.parameter)
        default = receives.within
    found = _most([leaf for place in receives.places for leaf in read(place)], receives, default)
    return replace(found, holder=policies[0].place if len(policies) == 1 else None) if policies else found


def _most(leaves: Sequence[Leaf], receives: Receives, default: float) -> Number:
    """The most receives that there may be, once there is a policy if it takes one."""
    numbers = [_number(leaf, default) for leaf in leaves]
    if not numbers or None in numbers:
        return Number(None, receives.parameter)
    values = [_unlimited(number, receives.unlimited) for number in numbers if number is not None]
    most = max(values)
    if most == NO_LIMIT and min(values) < most:
        return Number(None, receives.parameter)
    deciding = leaves[values.index(most)]
    return _set(most, receives.places[0], deciding)


def _unlimited(number: float, meanings: frozenset[str]) -> float:
    is_off = (number < 0 and "negative" in meanings) or (number == 0 and "zero" in meanings)
    return NO_LIMIT if is_off else number


def number_in(leaves: Sequence[Leaf], duration: Duration) -> Number:
    """A time in seconds; the shortest, where there are several ways."""
    numbers = [_number(leaf, duration.default) for leaf in leaves]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        return Number(None, duration.parameter)
    deciding = leaves[known.index(min(known))]
    return _set(min(known), duration.parameter, deciding)


def _set(value: float, parameter: str, leaf: Leaf) -> Number:
    """A number with the place at which it is set, or with what would hold it."""
    return Number(value, parameter, *((None, leaf.place) if leaf.is_nothing else (leaf.place, None)))


def _is_there(leaves: Sequence[Leaf]) -> bool | None:
    """Whether something is set, whatever the conditions; None where that can't be known."""
    states = {_is_on(leaf) for leaf in leaves}
    return None if len(states) > 1 or not all(leaf.is_known or leaf.is_nothing for leaf in leaves) else states == {True}


def _is_on(leaf: Leaf) -> bool:
    return leaf.node is not None and leaf.node.content not in _OFF


def _number(leaf: Leaf, default: float) -> float | None:
    """The number that a value is: also as a text, with a unit, or as a duration of ISO 8601."""
    content = leaf.node.content if leaf.node is not None else None
    if content is None or content == "":
        return default
    if isinstance(content, int | float) and not isinstance(content, bool):
        return float(content)
    if not isinstance(content, str):
        return None
    short = _SHORT.match(content)
    if short is not None:
        return float(short[1]) * _SECONDS[short[2]]
    iso = _ISO.match(content)
    if iso is None or not any(iso.groups()):
        return None
    return sum(float(part or 0) * unit for part, unit in zip(iso.groups(), (3600, 60, 1), strict=True))
