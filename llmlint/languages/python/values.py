"""Expressions: what each one is worth, and the calls met on the way, in the order of evaluation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from sys import intern
from typing import Any

import libcst as cst

from llmlint.facts import Argument
from llmlint.languages.evaluator import Evaluator
from llmlint.languages.python.annotations import TYPING, WRAPPERS, Annotations
from llmlint.languages.python.guards import Guards
from llmlint.languages.python.known_calls import KnownCalls
from llmlint.languages.python.loops import steps
from llmlint.languages.python.positions import Positions
from llmlint.languages.python.trees.nodes import children_of, verbatim
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.values import (
    MAX_ITEMS,
    choice,
    cut,
    opened,
    operation,
    overlay,
    string,
    template,
)
from llmlint.values import Element, Imported, Literal, Mapping, Operation, Text, Unknown, Value
from llmlint.values import Sequence as SequenceValue

_NUMBER = Unknown("a number made at run time")
# The end of a format that says how many characters are shown.
_PRECISION = re.compile(r"\.(\d+|\*)[a-zA-Z%]?$")


class Expressions(Evaluator):
    """Evaluates libcst's expressions."""

    def __init__(self, recorder: Recorder, positions: Positions, interest: frozenset[str], module: Scope) -> None:
        super().__init__(recorder, interest, module)
        self.positions = positions
        self.guards = Guards(recorder.facts, self)
        self.known_calls = KnownCalls(self)
        self.annotations = Annotations(self)
        self._handlers: dict[type[cst.CSTNode], Callable[[Any], Value]] = {
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Call: self._call,
            cst.SimpleString: self._string,
            cst.ConcatenatedString: self._concatenated,
            cst.FormattedString: self._formatted,
            cst.Integer: self._number,
            cst.Float: self._number,
            cst.Dict: self._dict,
            cst.List: self._sequence,
            cst.Tuple: self._sequence,
            cst.Set: self._sequence,
            cst.Subscript: self._subscript,
            cst.BinaryOperation: self._binary,
            cst.BooleanOperation: self._boolean,
            cst.Comparison: self._comparison,
            cst.UnaryOperation: self._unary,
            cst.IfExp: self._conditional,
            cst.Await: self._await,
            cst.Yield: self._yield,
            cst.NamedExpr: self._named,
            cst.StarredElement: self._starred,
        }

    def value(self, node: cst.BaseExpression) -> Value:
        handler = self._handlers.get(type(node))
        return handler(node) if handler else self._other(node)

    def handle(self, kind: type[cst.CSTNode], handler: Callable[[Any], Value]) -> None:
        """Let the visitor evaluate the expressions that open scopes of their own."""
        self._handlers[kind] = handler

    def _other(self, node: cst.CSTNode) -> Value:
        for child in children_of(node):
            if isinstance(child, cst.BaseExpression):
                self.value(child)
            else:
                self._other(child)
        return Unknown()

    # -- leaves -----------------------------------------------------------------------------------------------

    def _name(self, node: cst.Name) -> Value:
        name = node.value
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        return self.scope.limited(self.scope.lookup(name))

    def _number(self, node: cst.Integer | cst.Float) -> Value:
        try:
            value = int(node.value, 0) if type(node) is cst.Integer else float(node.value)
        except ValueError:
            return _NUMBER
        return Literal(value) if abs(value) < 1e18 else _NUMBER

    def _string(self, node: cst.SimpleString) -> Value:
        raw, content = node.value, verbatim(node)
        if content is not None:
            if content in self.interest:
                self.reads.add(content)
            return string(content)
        if "b" in node.prefix or len(raw) > 1000:
            return Text(written=len(raw))
        evaluated = node.evaluated_value
        return string(evaluated) if isinstance(evaluated, str) else Text()

    def _concatenated(self, node: cst.ConcatenatedString) -> Value:
        return operation("+", self.value(node.left), self.value(node.right))

    def _formatted(self, node: cst.FormattedString) -> Value:
        parts: list[Value] = []
        for part in node.parts:
            if type(part) is cst.FormattedStringExpression:
                parts.append(self._shown(part))
            elif type(part) is cst.FormattedStringText:
                parts.append(string(part.value))
        return self.joined(node, parts, template(parts))

    def _shown(self, part: cst.FormattedStringExpression) -> Value:
        """What an f-string shows of a value: ``{text:.400}`` shows the beginning."""
        value, spec = self.value(part.expression), ""
        nested: Value = Literal(None)
        for piece in part.format_spec or ():
            if isinstance(piece, cst.FormattedStringExpression):
                nested = self.value(piece.expression)
                spec += "*"
            elif isinstance(piece, cst.FormattedStringText):
                spec += piece.value
        most = _PRECISION.search(spec)
        if most is None:
            return value
        return cut(value, nested if most[1] == "*" else Literal(int(most[1])))

    def joined(self, node: cst.CSTNode, parts: Sequence[Value], value: Value) -> Value:
        return self.join(parts, value, lambda: self.positions.expression(node))

    # -- names inside objects ---------------------------------------------------------------------------------

    def _attribute(self, node: cst.Attribute) -> Value:
        return self.scope.limited(self.attribute(self.value(node.value), node.attr.value))

    def _subscript(self, node: cst.Subscript) -> Value:
        base = self.value(node.value)
        if type(base) is Imported and base.module in TYPING and base.name in WRAPPERS:
            declared = self.type(node)
            return declared if declared is not None else Unknown("a type")
        return self.scope.limited(self.item(base, self.value_of_index(node)))

    def value_of_index(self, node: cst.Subscript) -> Value:
        keys = [self._index(element.slice) for element in node.slice]
        return keys[0] if len(keys) == 1 else SequenceValue(tuple(keys))

    def _index(self, node: cst.BaseSlice) -> Value:
        if type(node) is cst.Slice:
            bounds = [self.value(bound) if bound else Literal(None) for bound in (node.lower, node.upper, node.step)]
            return Operation("slice", tuple(bounds))
        return self.value(node.value) if type(node) is cst.Index else Unknown()

    # -- containers -------------------------------------------------------------------------------------------

    def _dict(self, node: cst.Dict) -> Value:
        result: Value = Mapping()
        items: list[tuple[str, Value]] = []
        for element in node.elements:
            if type(element) is cst.DictElement:
                key, value = self.value(element.key), self.value(element.value)
                if type(key) is Literal and isinstance(key.value, str) and len(items) < MAX_ITEMS:
                    items.append((key.value, value))
                else:
                    result = opened(overlay(result, Mapping(tuple(items))), "a computed key")
                    items = []
            else:
                result = overlay(overlay(result, Mapping(tuple(items))), self.value(element.value))
                items = []
        return overlay(result, Mapping(tuple(dict(items).items()))) if items else result

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        values = [
            self.value(element) if type(element) is cst.StarredElement else self.value(element.value)
            for element in node.elements
        ]
        if len(values) > MAX_ITEMS:
            return SequenceValue((*values[:MAX_ITEMS], Unknown("more items")))
        return SequenceValue(tuple(values))

    def _starred(self, node: cst.StarredElement) -> Value:
        return Element(self.value(node.value))

    # -- operators --------------------------------------------------------------------------------------------

    def _binary(self, node: cst.BinaryOperation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if self._may_grow(node.left, left) or self._may_grow(node.right, right):
            return Operation(operator_of(node.operator), (left, right))
        value = operation(operator_of(node.operator), left, right)
        return self.joined(node, (left, right), value) if type(node.operator) in _JOINING else value

    def _may_grow(self, node: cst.BaseExpression, value: Value) -> bool:
        """Whether a list has a name, and stands in a loop that may add to it: joined to another, it stays itself."""
        return type(value) is SequenceValue and type(node) is cst.Name and self.recorder.loops > 0

    def _boolean(self, node: cst.BooleanOperation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if type(node.operator) is cst.And:
            return Operation("and", (left, right))
        return right if type(left) is Literal and not left.value else choice((left, right))

    def _comparison(self, node: cst.Comparison) -> Value:
        operands = [self.value(node.left), *(self.value(target.comparator) for target in node.comparisons)]
        return Operation("compare", tuple(operands))

    def _unary(self, node: cst.UnaryOperation) -> Value:
        value = self.value(node.expression)
        if type(node.operator) is cst.Not:
            return Operation("not", (value,))
        if isinstance(node.operator, cst.Minus) and type(value) is Literal and type(value.value) in (int, float):
            return Literal(-value.value)  # type: ignore[operator]
        return value if isinstance(node.operator, cst.Plus) else Operation("-", (value,))

    def _conditional(self, node: cst.IfExp) -> Value:
        within, beyond = self.guards.of(node.test)
        body = self._limited(node.body, within)
        self.value(node.test)
        return choice((body, self._limited(node.orelse, beyond)))

    def _limited(self, node: cst.BaseExpression, values: list[Value]) -> Value:
        """An expression in which the lengths of ``values`` are bounded."""
        if not values:
            return self.value(node)
        self.scope.push()
        self.scope.limit(values)
        value = self.value(node)
        self.scope.pop()
        return value

    def _await(self, node: cst.Await) -> Value:
        return self.value(node.expression)

    def _yield(self, node: cst.Yield) -> Value:
        if isinstance(node.value, cst.From):
            inner = self.value(node.value.item)
            self.yielded.append(Element(inner))
            return inner
        self.yielded.append(self.value(node.value) if node.value is not None else Literal(None))
        return Unknown("sent into the generator")

    def _named(self, node: cst.NamedExpr) -> Value:
        value = self.value(node.value)
        if isinstance(node.target, cst.Name):
            self.scope.bind(node.target.value, value)
            self.recorder.change(node.target.value, steps(node.target, node.value), value)
        return value

    # -- calls ------------------------------------------------------------------------------------------------

    def _call(self, node: cst.Call) -> Value:
        callee = self.value(node.func)
        arguments = tuple(
            Argument(intern(arg.keyword.value) if arg.keyword else None, self.value(arg.value), len(arg.star))
            for arg in node.args
        )
        evaluated = self.known_calls.evaluate(node, callee, arguments)
        if evaluated is not None:
            return evaluated
        result = self.recorder.call(callee, arguments, self.positions.call(node))
        module = self.known_calls.module_of(callee, arguments)
        return result if module is None else choice((result, module))

    # -- declarations -----------------------------------------------------------------------------------------

    def type(self, node: cst.BaseExpression) -> Value | None:
        return self.annotations.of(node)


_JOINING = (cst.Add, cst.Modulo)
_CONSTANTS: dict[str, Value] = {"None": Literal(None), "True": Literal(True), "False": Literal(False)}
_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.PowerAssign: "**",
    cst.BitOrAssign: "|",
    cst.BitAndAssign: "&",
}


def operator_of(node: cst.CSTNode) -> str:
    return _OPERATORS.get(type(node), "?")
