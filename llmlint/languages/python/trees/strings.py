"""The nodes of strings. libcst reads those of which ``ast`` tells too little: what is put together of several strings,
and formatted strings that show more than names, as ``ast`` may be wrong before Python 3.12 about where the rest stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import libcst as cst

from llmlint.languages.python.offsets import Offsets
from llmlint.languages.python.trees.nodes import made, quotes_of

# Braces that stand for themselves, and what a formatted string shows.
_FIELD = re.compile(r"\{\{|\}\}|(\{[^{}]*\})")


class Strings:
    """``read``: what libcst has read, each with what it was made of."""

    def __init__(self, offsets: Offsets) -> None:
        self.read: list[tuple[cst.CSTNode, ast.AST]] = []
        self._offsets = offsets

    def plain(self, node: ast.Constant) -> cst.CSTNode:
        code = self._offsets.code_of(node)
        return made(cst.SimpleString, value=code) if _content(code) is not None else self.any(node)

    def formatted(self, node: ast.JoinedStr, expression: Callable[[ast.expr], cst.CSTNode]) -> cst.CSTNode:
        """``expression`` makes the nodes of what a string shows."""
        content = _content(self._offsets.code_of(node))
        fields = [value for value in node.values if isinstance(value, ast.FormattedValue)]
        found = [match.span() for match in _FIELD.finditer(content or "") if match[1]]
        if content is None or len(found) != len(fields) or not all(map(_is_simple, fields)):
            return self.any(node)
        parts, begin = list[cst.CSTNode](), 0
        for field, (start, end) in zip(fields, found, strict=True):
            parts += _texts(content[begin:start])
            parts.append(_field(field, expression))
            begin = end
        return made(cst.FormattedString, parts=[*parts, *_texts(content[begin:])])

    def any(self, node: ast.AST) -> cst.CSTNode:
        """Raises ParserSyntaxError."""
        string = cst.parse_expression(f"({self._offsets.code_of(node)})")
        self.read.append((string, node))
        return string


def _content(code: str) -> str | None:
    """What stands between the quotes of one string; None for several."""
    body = code.lstrip("bBfFrRuU")
    quotes = quotes_of(body)
    end = body.find(quotes, len(quotes))
    return body[len(quotes) : end] if end == len(body) - len(quotes) else None


def _is_simple(field: ast.FormattedValue) -> bool:
    shown: ast.expr = field.value
    while isinstance(shown, ast.Attribute):
        shown = shown.value
    return isinstance(shown, ast.Name) and all(isinstance(part, ast.Constant) for part in _spec(field))


def _spec(field: ast.FormattedValue) -> list[ast.expr]:
    return field.format_spec.values if isinstance(field.format_spec, ast.JoinedStr) else []


def _field(field: ast.FormattedValue, expression: Callable[[ast.expr], cst.CSTNode]) -> cst.CSTNode:
    spec = [text for part in _spec(field) if isinstance(part, ast.Constant) for text in _texts(str(part.value))]
    return made(cst.FormattedStringExpression, expression=expression(field.value), format_spec=spec or None)


def _texts(text: str) -> list[cst.CSTNode]:
    return [made(cst.FormattedStringText, value=text)] if text else []
