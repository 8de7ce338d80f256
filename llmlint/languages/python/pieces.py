"""A long program parsed piece by piece, for less time and memory: libcst's parser remembers all that it has tried in a
text."""

from __future__ import annotations

import ast
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import libcst as cst

# Shorter programs are as fast to parse whole.
LONG = 500
# The lines of a piece, unless a statement is longer.
_PIECE = 200

_Parse = Callable[[str], cst.Module]
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Pieces:
    """``starts``: where the lines of a text begin; ``parse``: what parses a piece."""

    def __init__(self, text: str, starts: array[int], parse: _Parse) -> None:
        self._text = text
        self._starts = starts
        self._parse = parse

    def module(self, tree: ast.Module) -> cst.Module:
        """The tree of the text. Raises ParserSyntaxError."""
        return cst.Module([*self._statements(tree.body, 1, len(self._starts) + 1)])

    def _statements(self, nodes: Sequence[ast.stmt], begin: int, end: int) -> Iterator[_Statement]:
        """The statements from a line to another."""
        indent = nodes[0].col_offset
        for node, following in zip(nodes, [*map(_first_line, nodes[1:]), end], strict=True):
            first = _first_line(node)
            if (node.end_lineno or end) >= following:
                continue
            if isinstance(node, ast.ClassDef) and following - first > _PIECE:
                yield from self._piece(begin, first, indent)
                yield self._class(node, first, following)
                begin = following
            elif following - begin > _PIECE:
                yield from self._piece(begin, following, indent)
                begin = following
        yield from self._piece(begin, end, indent)

    def _class(self, node: ast.ClassDef, first: int, end: int) -> _Statement:
        begin = _first_line(node.body[0])
        head = f"{self._lines(first, begin)}{' ' * (node.col_offset + 1)}pass\n"
        [found] = self._parsed(head, node.col_offset)
        object.__setattr__(found.body, "body", [*self._statements(node.body, begin, end)])
        return found

    def _piece(self, begin: int, end: int, indent: int) -> Sequence[_Statement]:
        return self._parsed(self._lines(begin, end), indent) if begin < end else ()

    def _parsed(self, text: str, indent: int) -> Sequence[_Statement]:
        if not indent:
            return self._parse(text).body
        [around] = self._parse(f"if 1:\n{text}").body
        return cast(Sequence[_Statement], cast(cst.If, around).body.body)

    def _lines(self, begin: int, end: int) -> str:
        """The lines from one to before another, from 1."""
        last = self._starts[end - 1] if end <= len(self._starts) else None
        return self._text[self._starts[begin - 1] : last]


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", ())
    return min(node.lineno, *(decorator.lineno for decorator in decorators)) if decorators else node.lineno
