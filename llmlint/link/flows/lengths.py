"""Declarations that say how long a text may be."""

from __future__ import annotations

from llmlint.facts import FileFacts, Operation, Result, Typed, Value

_MAXIMA = frozenset({"max_length", "max_len", "maxlength"})


def is_short(declared: Value | None) -> bool:
    """Whether a declared type, or a tested value, has a maximum length."""
    return isinstance(declared, Operation) and declared.operator == "bounded"


def sets_length(facts: FileFacts, value: Value | None) -> bool:
    """Whether a field is declared with a maximum length: ``Field(max_length=400)``, ``CharField(max_length=200)``."""
    if isinstance(value, Typed):
        return is_short(value.type) or sets_length(facts, value.value)
    if isinstance(value, Result):
        return any(argument.name in _MAXIMA for argument in facts.calls[value.call].arguments)
    return is_short(value)
