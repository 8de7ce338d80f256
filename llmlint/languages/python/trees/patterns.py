"""The nodes of patterns in match statements."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import libcst as cst

from llmlint.languages.python.trees.expressions import Expressions
from llmlint.languages.python.trees.nodes import made, name, optional_name


class Patterns(Expressions):
    def pattern(self, node: ast.pattern) -> cst.CSTNode:
        return _MAKERS[type(node)](self, node)

    def _match_value(self, node: ast.MatchValue) -> cst.CSTNode:
        return made(cst.MatchValue, value=self.expression(node.value))

    def _match_singleton(self, node: ast.MatchSingleton) -> cst.CSTNode:
        return made(cst.MatchSingleton, value=name(str(node.value)))

    def _match_sequence(self, node: ast.MatchSequence) -> cst.CSTNode:
        return made(cst.MatchList, patterns=list(map(self._match_element, node.patterns)))

    def _match_star(self, node: ast.MatchStar) -> cst.CSTNode:
        return made(cst.MatchStar, name=optional_name(node.name))

    def _match_element(self, node: ast.pattern) -> cst.CSTNode:
        if type(node) is ast.MatchStar:
            return self.pattern(node)
        return made(cst.MatchSequenceElement, value=self.pattern(node))

    def _match_mapping(self, node: ast.MatchMapping) -> cst.CSTNode:
        elements = [
            made(cst.MatchMappingElement, key=self.expression(key), pattern=self.pattern(pattern))
            for key, pattern in zip(node.keys, node.patterns, strict=True)
        ]
        return made(cst.MatchMapping, elements=elements, rest=optional_name(node.rest))

    def _match_class(self, node: ast.MatchClass) -> cst.CSTNode:
        keywords = [
            made(cst.MatchKeywordElement, key=name(key), pattern=self.pattern(pattern))
            for key, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True)
        ]
        return made(
            cst.MatchClass,
            cls=self.expression(node.cls),
            patterns=list(map(self._match_element, node.patterns)),
            kwds=keywords,
        )

    def _match_as(self, node: ast.MatchAs) -> cst.CSTNode:
        pattern = self.pattern(node.pattern) if node.pattern is not None else None
        return made(cst.MatchAs, pattern=pattern, name=optional_name(node.name))

    def _match_or(self, node: ast.MatchOr) -> cst.CSTNode:
        return made(
            cst.MatchOr,
            patterns=[made(cst.MatchOrElement, pattern=self.pattern(pattern)) for pattern in node.patterns],
        )


_MAKERS: dict[type[ast.AST], Callable[[Patterns, Any], cst.CSTNode]] = {
    ast.MatchValue: Patterns._match_value,
    ast.MatchSingleton: Patterns._match_singleton,
    ast.MatchSequence: Patterns._match_sequence,
    ast.MatchStar: Patterns._match_star,
    ast.MatchMapping: Patterns._match_mapping,
    ast.MatchClass: Patterns._match_class,
    ast.MatchAs: Patterns._match_as,
    ast.MatchOr: Patterns._match_or,
}
