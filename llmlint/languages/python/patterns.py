"""Match statements: what their patterns bind, and which of them take all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from llmlint.values import Builtin, Item, Literal, Operation, Unknown, Value

if TYPE_CHECKING:
    from llmlint.languages.python.values import Expressions

Captured = Iterator[tuple[str, Value]]

_NOT_KNOWN = Unknown("matched by a pattern")
# The types that a pattern takes whole: ``case str(name):``.
_PLAIN = frozenset({"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})


def after(value: Value, index: int) -> Value:
    """What of a list is left from ``index`` on."""
    return Item(value, Operation("slice", (Literal(index), Literal(None), Literal(None))))


def takes_all(pattern: cst.MatchPattern | None) -> bool:
    """``case _:`` or ``case name:``."""
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None


def takes_texts(pattern: cst.MatchPattern | None) -> bool:
    """Whether no text gets past a pattern: ``case str() as name:``."""
    if isinstance(pattern, cst.MatchClass):
        return isinstance(pattern.cls, cst.Name) and pattern.cls.value == "str"
    return takes_all(pattern) or (isinstance(pattern, cst.MatchAs) and takes_texts(pattern.pattern))


def captured(pattern: cst.MatchPattern, value: Value, expressions: Expressions) -> Captured:
    """The names that a pattern binds, with the parts of ``value`` that it takes for them."""
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            if name is not None:
                yield name.value, value
            if inner is not None:
                yield from captured(inner, value, expressions)
        case cst.MatchOr(patterns=choices):
            for choice in choices:
                yield from captured(choice.pattern, value, expressions)
        case cst.MatchSequence(patterns=elements):
            yield from _of_sequence(elements, value, expressions)
        case cst.MatchMapping(elements=items, rest=rest):
            if rest is not None:
                yield rest.value, value
            for item in items:
                key = expressions.value(item.key)
                yield from captured(item.pattern, expressions.item(value, key), expressions)
        case cst.MatchClass():
            yield from _of_object(pattern, value, expressions)


def _of_sequence(
    elements: Sequence[cst.MatchSequenceElement | cst.MatchStar], value: Value, expressions: Expressions
) -> Captured:
    star = next((place for place, element in enumerate(elements) if isinstance(element, cst.MatchStar)), len(elements))
    for place, element in enumerate(elements):
        if isinstance(element, cst.MatchStar):
            if element.name is not None:
                yield element.name.value, after(value, place)
        else:
            index = Literal(place if place < star else place - len(elements))
            yield from captured(element.value, expressions.item(value, index), expressions)


def _of_object(pattern: cst.MatchClass, value: Value, expressions: Expressions) -> Captured:
    """``case Document(name, text=text):``"""
    cls = expressions.value(pattern.cls)
    is_whole = isinstance(cls, Builtin) and cls.name in _PLAIN
    for element in pattern.patterns:
        yield from captured(element.value, value if is_whole else _NOT_KNOWN, expressions)
    for named in pattern.kwds:
        yield from captured(named.pattern, expressions.attribute(value, named.key.value), expressions)


def is_written(pattern: cst.MatchPattern) -> bool:
    """Whether what a pattern takes stands in the code: ``case "yes" | "no":``."""
    if isinstance(pattern, cst.MatchOr):
        return all(is_written(element.pattern) for element in pattern.patterns)
    return isinstance(pattern, cst.MatchValue) and isinstance(pattern.value, cst.SimpleString)
