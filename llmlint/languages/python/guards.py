"""Tests of a length or a class: which values are known to be short, or of a type, where one holds or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from llmlint.facts import FileFacts
from llmlint.languages.lengths import SIZE, SIZERS, is_counter, measured, of_small_file, with_behind
from llmlint.languages.python.loops import key_of
from llmlint.languages.values import choice
from llmlint.values import Attribute, Operation, Parameter, Value, Variable

if TYPE_CHECKING:
    from llmlint.languages.python.values import Expressions

_BELOW = (cst.LessThan, cst.LessThanEqual, cst.Equal)
_ABOVE = (cst.GreaterThan, cst.GreaterThanEqual, cst.NotEqual)
_MIRRORED: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.GreaterThan,
    cst.LessThanEqual: cst.GreaterThanEqual,
    cst.GreaterThan: cst.LessThan,
    cst.GreaterThanEqual: cst.LessThanEqual,
}

_TESTS = frozenset((cst.Comparison, cst.BooleanOperation, cst.UnaryOperation))

Values = list[Value]


class Guards:
    """Reads tests such as ``len(text) > 400``, without evaluating what they call a second time."""

    def __init__(self, facts: FileFacts, expressions: Expressions) -> None:
        self.facts = facts
        self.expressions = expressions
        # The tests that have been given names, each with what is known where it holds and where it does not.
        self._named: dict[int, tuple[Value, tuple[Values, Values]]] = {}

    def name(self, value: Value, node: cst.BaseExpression) -> None:
        """Remember the test ``node``, which gave ``value``: ``is_long = len(text) > 400``."""
        if type(node) in _TESTS:
            self._named[id(value)] = (value, self.of(node))

    def of(self, test: cst.BaseExpression) -> tuple[Values, Values]:
        """What is known of values where ``test`` holds, and where it does not."""
        if type(test) is cst.BooleanOperation:
            left, right = self.of(test.left), self.of(test.right)
            if type(test.operator) is cst.And:
                return left[0] + right[0], []
            return [], left[1] + right[1]
        if type(test) is cst.UnaryOperation and type(test.operator) is cst.Not:
            within, beyond = self.of(test.expression)
            return beyond, within
        if type(test) is cst.Comparison:
            return self._of_comparison(test)
        if type(test) is cst.Name:
            _, known = self._named.get(id(self.expressions.value(test)), (None, ([], [])))
            return known
        return self._of_type(test), []

    def _of_type(self, test: cst.BaseExpression) -> Values:
        """``isinstance(client, OpenAI)``."""
        if not (type(test) is cst.Call and type(test.func) is cst.Name and test.func.value == "isinstance"):
            return []
        if len(test.args) != 2 or key_of(test.args[0].value) is None:
            return []
        named = test.args[1].value
        classes = [element.value for element in named.elements] if isinstance(named, cst.Tuple) else [named]
        if any(key_of(node) is None for node in classes):
            return []
        value = self.expressions.value(test.args[0].value)
        types = [declared for node in classes if (declared := self.expressions.type(node)) is not None]
        is_narrowed = isinstance(value, Parameter | Attribute | Variable) and len(types) == len(classes)
        return [Operation("isinstance", (value, choice(types)))] if is_narrowed else []

    def _of_comparison(self, test: cst.Comparison) -> tuple[Values, Values]:
        within: Values = []
        beyond: Values = []
        left = test.left
        for target in test.comparisons:
            operator = type(target.operator)
            for node, compared in ((left, operator), (target.comparator, _MIRRORED.get(operator, operator))):
                if compared in _BELOW:
                    within.extend(self._measured(node))
                elif compared in _ABOVE:
                    beyond.extend(self._measured(node))
            left = target.comparator
        return within, beyond if len(test.comparisons) == 1 else []

    def _measured(self, node: cst.BaseExpression) -> Values:
        """What an operand is the length of: the variable, and the text that it was made of."""
        if type(node) is cst.Await:
            node = node.expression
        if type(node) is cst.NamedExpr:
            node = node.value
        if type(node) is cst.BinaryOperation and isinstance(node.operator, cst.Add):
            return [*self._measured(node.left), *self._measured(node.right)]
        if type(node) is cst.Attribute and node.attr.value == SIZE:
            node = node.value
        if type(node) is cst.Call:
            name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            if isinstance(name, cst.Name) and name.value in SIZERS:
                return self._small_files(node.args[0].value if node.args else getattr(node.func, "value", None))
            if isinstance(name, cst.Name) and is_counter(name.value) and node.args:
                subject = self._subject(node.args[0].value)
                return with_behind(self.facts, subject) if subject is not None else []
        elif (type(node) is cst.Name or type(node) is cst.Attribute) and key_of(node) is not None:
            return measured(self.facts, self.expressions.value(node))
        return []

    def _small_files(self, node: cst.BaseExpression | None) -> Values:
        """The path, and the name, of a file whose size is asked: ``Path(name).stat()``."""
        if type(node) is cst.Call and node.args:
            node = node.args[0].value
        return [of_small_file(self.expressions.value(node))] if node is not None and key_of(node) else []

    def _subject(self, node: cst.BaseExpression) -> Value | None:
        """The variable behind ``text.strip()`` or ``encoding.encode(text)``."""
        while isinstance(node, cst.Call):
            given = node.args[0].value if node.args else None
            if isinstance(node.func, cst.Attribute) and (node.func.attr.value != "encode" or given is None):
                node = node.func.value
            elif given is not None:
                node = given
            else:
                return None
        return self.expressions.value(node) if key_of(node) is not None else None
