"""Literals: the numbers and strings that a source spells out."""

from __future__ import annotations

import re

from llmlint.languages.syntax_trees import text_of
from llmlint.languages.typescript.syntax import Node
from llmlint.values import Literal, Unknown, Value

_NUMBER = Unknown("a number made at run time")
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r": ""}


def number_in(node: Node) -> Value:
    text = text_of(node).replace("_", "").removesuffix("n")
    try:
        value: int | float = int(text, 0)
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            return _NUMBER
    return Literal(value) if abs(value) < 1e18 else _NUMBER


def string_in(node: Node) -> str:
    """What a string literal says."""
    text = text_of(node)[1:-1]
    return _ESCAPED.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _CONTROL.get(match[4], match[4])
    point = int(code, 16)
    return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\N{REPLACEMENT CHARACTER}"
