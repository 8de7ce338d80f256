"""Lengths that code has measured, and the texts that they are of."""

from __future__ import annotations

import re

from llmlint.facts import FileFacts
from llmlint.values import Attribute, Operation, Result, Value

_COUNTER = re.compile(r"(?:^|_)(?:len|length|count|size|tokens?)(?:$|_)|[cC]ount|Tokens|Length")

_TOKENIZING = frozenset({"encode", "tokenize", "word_tokenize"})


def is_counter(name: str) -> bool:
    """Whether a function of this name says how long a text is."""
    return _COUNTER.search(name) is not None


def measured(facts: FileFacts, value: Value) -> list[Value]:
    """What ``size = len(text)`` has measured before."""
    if isinstance(value, Operation) and value.operator == "len" and value.operands:
        return with_behind(facts, value.operands[0])
    if isinstance(value, Result):
        call = facts.calls[value.call]
        if is_counter(getattr(call.callee, "name", "")) and call.arguments:
            return with_behind(facts, call.arguments[0].value)
    return []


def with_behind(facts: FileFacts, value: Value) -> list[Value]:
    """A text, and the one behind ``text.strip()`` or ``encoding.encode(text)``."""
    if isinstance(value, Result):
        call = facts.calls[value.call]
        if call.arguments and getattr(call.callee, "name", "") in _TOKENIZING:
            return [value, *with_behind(facts, call.arguments[0].value)]
        if isinstance(call.callee, Attribute):
            return [value, *with_behind(facts, call.callee.base)]
    return [value]
