"""Loops that count: ``for (let i = 0; i < n; i++)`` goes over a range."""

from __future__ import annotations

from typing import NamedTuple

from llmlint.languages.scopes import Scope
from llmlint.languages.syntax_trees import text_of
from llmlint.languages.typescript.literals import number_in
from llmlint.languages.typescript.loops import assigned_names, operator_of, sides
from llmlint.languages.typescript.syntax import Node, plain
from llmlint.languages.typescript.values import Expressions
from llmlint.languages.values import operation
from llmlint.values import Element, Literal, Operation, Value

_UP = frozenset({"<", "<=", "!==", "!="})
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Counter(NamedTuple):
    name: str
    iterable: Value

    def bind(self, scope: Scope) -> None:
        scope.bind(self.name, Element(self.iterable))


def counted(loop: Node, test: Node | None, expressions: Expressions) -> Counter | None:
    """The counter of a ``for`` statement; None where it ends in another way."""
    increment = loop.child_by_field_name("increment")
    step = _step(plain(increment)) if increment is not None else None
    if step is None or test is None or plain(test).type != "binary_expression":
        return None
    name, up = step
    left, right = sides(plain(test))
    operator = operator_of(plain(test))
    if text_of(plain(left)) != name:
        left, right, operator = right, left, _MIRRORED.get(operator, operator)
    start = expressions.scope.get(name)
    if text_of(plain(left)) != name or start is None or name in assigned_names(loop.child_by_field_name("body")):
        return None
    if up == 0:
        return Counter(name, Operation("range", (start,))) if operator in (">", ">=") else None
    if operator not in _UP:
        return None
    bound = expressions.value(right)
    if operator == "<=":
        bound = operation("+", bound, Literal(1))
    ends = (bound,) if start == Literal(0) else (start, bound)
    return Counter(name, Operation("range", ends if up == 1 else (start, bound, Literal(up))))


def _step(node: Node) -> tuple[str, float] | None:
    """The variable that an increment changes, and by how much it rises; 0 for one that falls."""
    if node.type == "update_expression":
        target, operator = node.child_by_field_name("argument"), operator_of(node)
    elif node.type == "augmented_assignment_expression":
        target, operator = node.child_by_field_name("left"), operator_of(node)
    else:
        return None
    if target is None or target.type != "identifier" or operator not in ("++", "--", "+=", "-="):
        return None
    if operator == "+=":
        right = node.child_by_field_name("right")
        amount = number_in(right) if right is not None and right.type == "number" else None
        if not isinstance(amount, Literal) or not isinstance(amount.value, int | float):
            return None
        return text_of(target), amount.value
    return text_of(target), 1 if operator == "++" else 0
