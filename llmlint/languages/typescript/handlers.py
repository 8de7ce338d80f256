"""What a ``catch`` takes: one that begins by throwing on what is none of its business catches a class of errors."""

from __future__ import annotations

from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.loops import operator_of, sides
from llmlint.languages.typescript.syntax import Node, plain


def caught_classes(body: Node | None, name: str | None) -> tuple[list[Node], Node | None]:
    """The classes that ``if (!(error instanceof APIError)) throw error;`` lets through, and that statement; none where
    a handler does not begin with it."""
    first = next(code_of(body), None) if body is not None else None
    if first is None or name is None or first.type != "if_statement" or first.child_by_field_name("alternative"):
        return [], None
    test, consequence = first.child_by_field_name("condition"), first.child_by_field_name("consequence")
    if test is None or consequence is None or not _throws(consequence, name):
        return [], None
    classes = _let_through(plain(test), name)
    return classes, first if classes else None


def _throws(node: Node, name: str) -> bool:
    """Whether a statement does nothing but throw the exception again."""
    inside = list(code_of(node)) if node.type == "statement_block" else [node]
    thrown = next(code_of(inside[0]), None) if len(inside) == 1 and inside[0].type == "throw_statement" else None
    return thrown is not None and text_of(plain(thrown)) == name


def _let_through(test: Node, name: str) -> list[Node]:
    """The classes whose errors fail a test: ``!(e instanceof A)``, ``!(e instanceof A) && !(e instanceof B)``."""
    operator = operator_of(test)
    if test.type == "unary_expression" and operator == "!":
        return _classes(plain(test.named_children[-1]), name)
    if test.type == "binary_expression" and operator == "&&":
        left, right = (_let_through(plain(side), name) for side in sides(test))
        return [*left, *right] if left and right else []
    return []


def _classes(test: Node, name: str) -> list[Node]:
    if test.type != "binary_expression":
        return []
    left, right = map(plain, sides(test))
    operator = operator_of(test)
    if operator == "||":
        first, second = _classes(left, name), _classes(right, name)
        return [*first, *second] if first and second else []
    return [right] if operator == "instanceof" and text_of(left) == name else []
