"""Where the nodes of ``ast`` stand in a text, as offsets: ``ast`` counts columns in bytes of UTF-8."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

Place = tuple[int, int, int, int]

_NAME = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+(\w+)")


class Offsets:
    """``starts``: where the lines of a text begin."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self.text = text
        self._starts = starts
        self._wide = frozenset[int]() if text.isascii() else _wide_lines(text, starts)

    def of_ast(self, place: Place) -> tuple[int, int]:
        line, column, end_line, end_column = place
        return self._from_bytes(line, column), self._from_bytes(end_line, end_column)

    def of_node(self, node: ast.AST) -> tuple[int, int]:
        line, column, end_line, end_column = place_of(node)
        if line in self._wide or end_line in self._wide:
            return self._from_bytes(line, column), self._from_bytes(end_line, end_column)
        return self._starts[line - 1] + column, self._starts[end_line - 1] + end_column

    def of_name(self, node: ast.AST) -> tuple[int, int]:
        """The name of a function or class."""
        start = self.of_node(node)[0]
        match = _NAME.match(self.text, start)
        return match.span(1) if match else (start, start)

    def code_of(self, node: ast.AST) -> str:
        start, end = self.of_node(node)
        return self.text[start:end]

    def _from_bytes(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if line not in self._wide:
            return start + column
        before = self.text[start : start + column]
        return start + len(before.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def place_of(node: ast.AST) -> Place:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def _wide_lines(text: str, starts: Sequence[int]) -> frozenset[int]:
    """The lines in which columns in bytes are not those in code points."""
    ends = [*starts[1:], len(text)]
    lines = enumerate(zip(starts, ends, strict=True), 1)
    return frozenset(line for line, (start, end) in lines if not text[start:end].isascii())
