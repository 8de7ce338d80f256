"""Which changes of lists and texts add to what was there before, and which begin it anew or cut it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable

from llmlint.facts import Change, FileFacts
from llmlint.link.blocks import function_index
from llmlint.link.origins import Origin, Origins, is_text, may_be
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    Imported,
    Literal,
    Mapping,
    Operation,
    Parameter,
    Result,
    Sequence,
    Text,
    Typed,
    Value,
)

# The methods that add to a list.
ADDING = frozenset({"append", "appendleft", "extend", "insert"})
# Methods that tell something to an object, which keeps of it what it likes: no list has them.
_TELLING = frozenset({"add", "put", "put_nowait"})
_GROWING = frozenset({"grow", "step"})


class Changes:
    """The changes of one file, by what they change."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.by_value: dict[Hashable, list[Change]] = defaultdict(list)
        self.by_name: dict[tuple[int, str], list[Change]] = defaultdict(list)
        # The first call that adds to each list.
        self.calls: dict[int, int] = {}
        told: set[int] = set()
        for index, call in enumerate(facts.calls):
            if isinstance(call.callee, Attribute) and call.callee.name in ADDING:
                self.calls.setdefault(id(call.callee.base), index)
            elif isinstance(call.callee, Attribute) and call.callee.name in _TELLING:
                told.add(id(call.callee.base))
        self.all = [c for c in facts.changes if c.kind != "grow" or not c.held or id(c.held[0]) not in told]
        for change in self.all:
            if change.name:
                self.by_name[function_index(facts, change.block), change.name].append(change)
            for value in change.held:
                self.by_value[identity(value)].append(change)

    def of(self, value: Value) -> list[Change]:
        """The changes of what a value is, before or after them."""
        return self.by_value.get(identity(value), [])


def grows(change: Change, is_old: Callable[[Value], bool] | None = None) -> bool:
    """Whether a change adds to what was there before. ``is_old``: tells what reads that, beside what was held."""
    if change.kind in _GROWING:
        return True
    before, value = change.held[0] if change.held else None, change.value
    if before is None or value is None or value is before:
        return False
    return _keeps(value, lambda part: part is before or (is_old is not None and is_old(part)))


def is_of_text(change: Change) -> bool:
    """Whether what grows is a list or a text, and not a number."""
    return change.kind == "grow" or any(map(_holds_text, change.held))


def adds_message(change: Change) -> bool:
    """Whether messages of a chat are added: who says something, and what."""
    added = change.value.parts if isinstance(change.value, Text) else (change.value,)
    return any(isinstance(part, Mapping) and {"role", "content"} <= dict(part.items).keys() for part in added)


def is_said(facts: FileFacts, value: Value, origins: Origins) -> bool:
    """Whether what is added may be something new each time, rather than a text of the program: ``"Go on."``,
    ``translate("go-on", language)``."""
    if origins.of(facts, value) & ~(Origin.PARAMETER | Origin.CLOCK):
        return True
    match value:
        case Literal() | Parameter() | Imported():
            return False
        case Result(call):
            given = [argument.value for argument in facts.calls[call].arguments]
            return not given[:1] or not isinstance(given[0], Literal) or any(is_said(facts, g, origins) for g in given)
        case Mapping(items):
            return any(is_said(facts, part, origins) for _, part in items)
        case Text(parts) | Sequence(parts) | Choice(parts) | Operation("+", parts):
            return any(is_said(facts, part, origins) for part in parts)
    return True


def identity(value: Value) -> Hashable:
    """What tells a value from others: itself, where two that are equal are the same variable."""
    return value if isinstance(value, Parameter) else id(value)


def _keeps(value: Value, is_old: Callable[[Value], bool]) -> bool:
    """Whether a list or a text is made of something, and of more: ``f"{old} {more}"``, ``[*old, more]``."""
    match value:
        case Text(parts) | Operation("+", parts):
            return any(is_old(part) or _keeps(part, is_old) for part in parts)
        case Sequence(items):
            kept = [item.base for item in items if isinstance(item, Element)]
            return any(is_old(base) or _keeps(base, is_old) for base in kept)
        case Element(Sequence(items)):
            return any(is_old(item) or _keeps(item, is_old) for item in items)
        case Typed(inner):
            return _keeps(inner, is_old)
    return False


def _holds_text(value: Value) -> bool:
    return may_be(value, lambda part: is_text(part) or isinstance(part, Sequence))
