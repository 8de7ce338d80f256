"""Tests of a length: which values a test keeps short, where it holds and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.facts import FileFacts
from llmlint.languages.lengths import is_counter, measured, with_behind
from llmlint.languages.typescript.loops import COMPARISONS, operator_of, sides
from llmlint.languages.typescript.syntax import Node, arguments_of, name_of, plain, whole
from llmlint.values import Value

if TYPE_CHECKING:
    from llmlint.languages.typescript.values import Expressions

_BELOW = frozenset({"<", "<=", "=="})
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

Values = list[Value]


class Guards:
    """Reads tests such as ``text.length > 400``, without evaluating what they call a second time."""

    def __init__(self, facts: FileFacts, expressions: Expressions) -> None:
        self.facts = facts
        self.expressions = expressions
        # The tests that have been given names, each with what is known where it holds and where it does not.
        self._named: dict[int, tuple[Value, tuple[Values, Values]]] = {}

    def name(self, value: Value, node: Node) -> None:
        """Remember the test ``node``, which gave ``value``: ``const isLong = text.length > 400``."""
        if whole(node).type in ("binary_expression", "unary_expression"):
            self._named[id(value)] = (value, self.of(node))

    def of(self, test: Node) -> tuple[Values, Values]:
        """The values that are bounded where ``test`` holds, and where it does not."""
        test = plain(test)
        operator = operator_of(test)
        if test.type == "unary_expression" and operator == "!":
            within, beyond = self.of(test.named_children[0])
            return beyond, within
        if test.type == "identifier":
            _, known = self._named.get(id(self.expressions.value(test)), (None, ([], [])))
            return known
        if test.type != "binary_expression":
            return [], []
        left, right = sides(test)
        if operator == "&&":
            return self.of(left)[0] + self.of(right)[0], []
        if operator == "||":
            return [], self.of(left)[1] + self.of(right)[1]
        compared = COMPARISONS.get(operator)
        return self._of_comparison(compared, left, right) if compared is not None else ([], [])

    def _of_comparison(self, operator: str, left: Node, right: Node) -> tuple[Values, Values]:
        within: Values = []
        beyond: Values = []
        for node, compared in ((left, operator), (right, _MIRRORED.get(operator, operator))):
            (within if compared in _BELOW else beyond).extend(self._measured(whole(node)))
        return within, beyond

    def _measured(self, node: Node) -> Values:
        """What an operand is the length of: the variable, and the text that it was made of."""
        if node.type == "member_expression" and name_of(node) == "length":
            subject = self._subject(node.child_by_field_name("object"))
            return with_behind(self.facts, subject) if subject is not None else []
        if node.type == "call_expression":
            callee = node.child_by_field_name("function")
            given = arguments_of(node)
            if callee is not None and given and is_counter(name_of(callee)):
                subject = self._subject(given[0])
                return with_behind(self.facts, subject) if subject is not None else []
        elif node.type in ("identifier", "member_expression"):
            return measured(self.facts, self.expressions.value(node))
        return []

    def _subject(self, node: Node | None) -> Value | None:
        """The variable behind ``text.trim()`` or ``encoder.encode(text)``."""
        node = whole(node) if node is not None else None
        while node is not None and node.type == "call_expression":
            callee, given = node.child_by_field_name("function"), arguments_of(node)
            if (
                callee is not None
                and callee.type == "member_expression"
                and not (name_of(callee) == "encode" and given)
            ):
                node = callee.child_by_field_name("object")
            else:
                node = given[0] if given else None
            node = whole(node) if node is not None else None
        if node is None or node.type not in ("identifier", "member_expression"):
            return None
        return self.expressions.value(node)
