"""Lengths that code has measured, and the texts that they are of."""

from __future__ import annotations

import re

from llmlint.facts import FileFacts
from llmlint.values import Attribute, Operation, Parameter, Result, Value

_COUNTER = re.compile(r"(?:^|_)(?:len|length|count|size|tokens?)(?:$|_)|[cC]ount|Tokens|Length")

_TOKENIZING = frozenset({"encode", "tokenize", "word_tokenize"})


# How large a file is, as ``path.stat().st_size`` and ``os.path.getsize(path)`` say it.
SIZE = "st_size"
SIZERS = frozenset({"getsize", "stat"})


def of_small_file(path: Value) -> Operation:
    """The path of a file that is known to be small."""
    return Operation("small file", (path,))


def paths_of(facts: FileFacts, path: Value) -> list[Value]:
    """A path, and the one that ``Path(name)`` was made of."""
    given = facts.calls[path.call].arguments if isinstance(path, Result) else ()
    return [path, *(argument.value for argument in given[:1])]


def is_counter(name: str) -> bool:
    """Whether a function of this name says how long a text is."""
    return _COUNTER.search(name) is not None


def measured(facts: FileFacts, value: Value) -> list[Value]:
    """What ``size = len(text)`` has measured before."""
    if isinstance(value, Operation) and value.operator == "len" and value.operands:
        return with_behind(facts, value.operands[0])
    if isinstance(value, Attribute) and value.name == "size" and isinstance(value.base, Parameter):
        return [of_small_file(value.base)]  # a file that comes with a request
    if isinstance(value, Attribute) and value.name == SIZE:
        value = value.base
    if isinstance(value, Result):
        call = facts.calls[value.call]
        name, given = getattr(call.callee, "name", ""), [argument.value for argument in call.arguments]
        if name in SIZERS:
            named = [call.callee.base] if isinstance(call.callee, Attribute) else []
            return [of_small_file(path) for file in (given or named)[:1] for path in paths_of(facts, file)]
        if is_counter(name) and given:
            return with_behind(facts, given[0])
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
