"""tree-sitter's trees: the parsers, and the few questions that every part of the walk asks of a node."""

from __future__ import annotations

from functools import cache

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from llmlint.languages.syntax_trees import code_of, text_of

__all__ = ["FUNCTIONS", "Node", "arguments_of", "key_of", "name_of", "parser", "plain", "whole"]

_GRAMMARS = {
    "javascript": tree_sitter_javascript.language,
    "typescript": tree_sitter_typescript.language_typescript,
    "tsx": tree_sitter_typescript.language_tsx,
}
# Wrappers that change nothing of what is inside them.
_WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})


@cache
def parser(grammar: str) -> Parser:
    return Parser(Language(_GRAMMARS[grammar]()))


def plain(node: Node) -> Node:
    """An expression without parentheses, casts and ``!`` around it."""
    while node.type in _WRAPPERS and node.named_child_count:
        inner = node.named_child(0)
        if inner is None:
            break
        node = inner
    return node


def whole(node: Node) -> Node:
    """An expression without ``await`` and whatever else leaves it as it is."""
    node = plain(node)
    while node.type == "await_expression" and node.named_child_count:
        node = plain(node.named_children[0])
    return node


def name_of(node: Node) -> str:
    """The name of the property that a member expression reads, or of an identifier."""
    if node.type == "member_expression":
        found = node.child_by_field_name("property")
        return text_of(found) if found is not None else ""
    return text_of(node) if node.type in ("identifier", "this") else ""


def arguments_of(node: Node) -> list[Node]:
    """The arguments of a call, comments left out; those of a tagged template are not looked for."""
    given = node.child_by_field_name("arguments")
    if given is None or given.type != "arguments":
        return []
    return list(code_of(given))


def key_of(node: Node | None) -> str | None:
    """The spelling by which loops follow a variable: ``n``, ``this.n``, ``state[n]``; a length is its list's."""
    if node is None:
        return None
    node = whole(node)
    if node.type in ("identifier", "this"):
        return text_of(node)
    if node.type == "member_expression":
        base, name = key_of(node.child_by_field_name("object")), name_of(node)
        return base if name in ("length", "size") or base is None else f"{base}.{name}"
    if node.type == "subscript_expression":
        base, index = key_of(node.child_by_field_name("object")), node.child_by_field_name("index")
        if base and index is not None and index.type in ("identifier", "string"):
            return f"{base}[{text_of(index)}]"
    return None
