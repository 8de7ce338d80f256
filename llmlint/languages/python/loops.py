"""What loops turn on: the variables that a test compares, and the names that a body assigns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from llmlint.facts import Condition
from llmlint.languages.conditions import Deciding, Names, opposite_operator
from llmlint.values import Value

_MEMBERSHIP = frozenset((cst.In, cst.NotIn))
_STRINGS = frozenset((cst.SimpleString, cst.ConcatenatedString, cst.FormattedString))
_CONSTANTS = frozenset({"None", "True", "False"})
_COMPARISONS: dict[type[cst.BaseCompOp], str] = {
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.Is: "==",
    cst.IsNot: "!=",
}


def key_of(node: cst.BaseExpression) -> str | None:
    """The spelling by which loops follow a variable: ``n``, ``self.n``, ``state[n]``."""
    if type(node) is cst.Name:
        return node.value
    if type(node) is cst.Attribute:
        base = key_of(node.value)
        return f"{base}.{node.attr.value}" if base else None
    if type(node) is cst.Subscript and len(node.slice) == 1:
        base, index = key_of(node.value), node.slice[0].slice
        if base and isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString | cst.Name):
            return f"{base}[{index.value.value}]"
    return None


class _TestNames(Names[cst.BaseExpression]):
    def of_test(self, node: cst.BaseExpression) -> Deciding:
        if type(node) is cst.BooleanOperation:
            return self.both(node.left, node.right, is_and=type(node.operator) is cst.And)
        if type(node) is cst.UnaryOperation:
            holds_by, fails_by = self.of_test(node.expression)
            return (fails_by, holds_by) if type(node.operator) is cst.Not else (holds_by, fails_by)
        start = len(self.found)
        self._of_part(node)
        names = self.since(start)
        return names, names

    def _of_part(self, node: cst.BaseExpression) -> None:
        if type(node) is cst.Comparison:
            self._of_comparison(node)
        elif type(node) is cst.NamedExpr:
            self.of_test(node.target)
            self.of_test(node.value)
        elif type(node) is cst.Call:
            self._operand(node, "tested")
        else:
            self._name(node, "tested")

    def _of_comparison(self, node: cst.Comparison) -> None:
        if any(type(target.operator) in _MEMBERSHIP for target in node.comparisons):
            asked = "searched" if type(node.left) in _STRINGS else "contained"
            for target in node.comparisons:
                self._operand(target.comparator, asked)
            return
        for operand in (node.left, *(target.comparator for target in node.comparisons)):
            self._operand(operand, "compared")

    def _operand(self, node: cst.BaseExpression, asked: str) -> None:
        if type(node) is cst.BinaryOperation:
            self._operand(node.left, asked)
            self._operand(node.right, asked)
        elif type(node) is cst.NamedExpr:
            self._operand(node.target, asked)
            self._operand(node.value, asked)
        elif type(node) is cst.Call and type(node.func) is cst.Name and node.args:
            for argument in node.args:
                self._operand(argument.value, asked)
        else:
            self._name(node, asked)

    def _name(self, node: cst.BaseExpression, asked: str) -> None:
        key = key_of(node)
        if key not in _CONSTANTS:
            self.note(key, asked)


def condition(node: cst.BaseExpression, value: Value) -> Condition:
    """The test ``node``, whose value has been evaluated already."""
    return _TestNames().condition(node, value, _operator(node))


def _operator(node: cst.BaseExpression) -> str:
    if type(node) is cst.UnaryOperation and type(node.operator) is cst.Not:
        return opposite_operator(_operator(node.expression))
    if type(node) is cst.Comparison and len(node.comparisons) == 1:
        return _COMPARISONS.get(type(node.comparisons[0].operator), "")
    return ""


def is_always_true(node: cst.BaseExpression) -> bool:
    if type(node) is cst.Name:
        return node.value == "True"
    return type(node) is cst.Integer and node.value != "0"


def steps(target: cst.BaseExpression, value: cst.BaseExpression) -> str:
    """How ``target = value`` changes its variable: a step (``n = n + 1``), shrink (``x = x[1:].strip()``) or set."""
    key = key_of(target)
    if key and type(value) is cst.BinaryOperation:
        if key in (key_of(value.left), key_of(value.right)):
            return "step"
    while type(value) is cst.Call and type(value.func) is cst.Attribute:
        value = value.func.value
    if key and type(value) is cst.Subscript and key_of(value.value) == key:
        return "shrink"
    return "set"


def assigned_names(body: cst.BaseSuite) -> set[str]:
    """The plain names that a loop's body binds, nested functions aside."""
    return set(_assigned([body] if type(body) is cst.SimpleStatementSuite else body.body))


def _assigned(statements: Sequence[cst.CSTNode]) -> Iterator[str]:
    for statement in statements:
        if type(statement) is cst.SimpleStatementLine or type(statement) is cst.SimpleStatementSuite:
            for small in statement.body:
                yield from _assigned_by(small)
            continue
        if type(statement) is cst.FunctionDef or type(statement) is cst.ClassDef:
            continue
        if type(statement) is cst.For:
            yield from _targets(statement.target)
        elif type(statement) is cst.With:
            for item in statement.items:
                if item.asname:
                    yield from _targets(item.asname.name)
        yield from _nested(statement)


def _nested(statement: cst.CSTNode) -> Iterator[str]:
    for name in ("body", "orelse", "finalbody"):
        part = getattr(statement, name, None)
        if type(part) is cst.IndentedBlock:
            yield from _assigned(part.body)
        elif type(part) is cst.SimpleStatementSuite or type(part) is cst.If:
            yield from _assigned([part])
        elif type(part) is cst.Else or type(part) is cst.Finally:
            yield from _nested(part)
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from _nested(part)


def _assigned_by(statement: cst.CSTNode) -> Iterator[str]:
    if type(statement) is cst.Assign:
        for target in statement.targets:
            yield from _targets(target.target)
    elif type(statement) is cst.AugAssign or (type(statement) is cst.AnnAssign and statement.value):
        yield from _targets(statement.target)


def _targets(node: cst.BaseExpression) -> Iterator[str]:
    if type(node) is cst.Name:
        yield node.value
    elif type(node) is cst.Tuple or type(node) is cst.List:
        for element in node.elements:
            yield from _targets(element.value)
