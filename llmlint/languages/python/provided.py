"""Places by libcst's own provider, which takes longer than the parse: for what only libcst can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from llmlint.languages.python.positions import Offset


class Provided:
    """``module``: a tree of libcst's parser; ``starts``: where the lines of its text begin."""

    def __init__(self, module: cst.Module, starts: Sequence[int]) -> None:
        self._ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._starts = starts

    def of_call(self, node: cst.Call) -> Iterator[Offset]:
        return map(self.of_expression, (node, node.func, *node.args))

    def of_statement(self, node: cst.CSTNode) -> Iterator[Offset]:
        first, last = _head(node)
        start, end = self.of_expression(first)[0], self.of_expression(last)[1]
        is_bare = first is last and isinstance(first, cst.ExceptHandler)
        yield start, start + len("except") if is_bare else end
        for decorator in getattr(node, "decorators", ()):
            yield self.of_expression(decorator.decorator)

    def of_expression(self, node: cst.CSTNode) -> Offset:
        place = self._ranges[node]
        return self._at(place.start.line, place.start.column), self._at(place.end.line, place.end.column)

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column


def _head(statement: cst.CSTNode) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The first and last node of a statement's head."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement.name, statement.name
    if isinstance(statement, cst.While):
        return statement, statement.test
    if isinstance(statement, cst.For):
        return statement, statement.iter
    last = getattr(statement, "type", None)
    return statement, last or statement
