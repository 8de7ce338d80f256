"""The nodes of expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from llmlint.languages.python.offsets import Offsets, place_of
from llmlint.languages.python.trees.nodes import made, name, optional_name
from llmlint.languages.python.trees.operators import OPERATORS
from llmlint.languages.python.trees.strings import Strings

_ASYNCHRONOUS = cst.Asynchronous()
_STAR = cst.ParamStar()
_NUMBERS: dict[type, type[cst.CSTNode]] = {int: cst.Integer, float: cst.Float, complex: cst.Imaginary}


class UnknownSyntaxError(Exception):
    """Syntax that the running Python reads and llmlint does not."""


class Expressions:
    """Makes the nodes of expressions. ``origins``: of what each was made, by the identity of the node."""

    def __init__(self, offsets: Offsets) -> None:
        self.origins: dict[int, ast.AST] = {}
        self.strings = Strings(offsets)
        self._offsets = offsets

    def expression(self, node: ast.AST) -> cst.CSTNode:
        maker = _MAKERS.get(type(node))
        if maker is None:
            raise UnknownSyntaxError(type(node).__name__)
        expression = maker(self, node)
        self.origins[id(expression)] = node
        return expression

    def optional(self, node: ast.AST | None) -> cst.CSTNode | None:
        return self.expression(node) if node is not None else None

    # -- leaves -----------------------------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> cst.CSTNode:
        return name(node.id)

    def _formatted(self, node: ast.JoinedStr) -> cst.CSTNode:
        return self.strings.formatted(node, self.expression)

    def _template(self, node: ast.AST) -> cst.CSTNode:
        return self.strings.any(node)

    def _constant(self, node: ast.Constant) -> cst.CSTNode:
        value = node.value
        if value is None or type(value) is bool:
            return name(str(value))
        if value is ...:
            return made(cst.Ellipsis)
        if type(value) is str or type(value) is bytes:
            return self.strings.plain(node)
        return made(_NUMBERS[type(value)], value=self._offsets.code_of(node))

    # -- operations -------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> cst.CSTNode:
        return made(cst.Attribute, value=self.expression(node.value), attr=name(node.attr))

    def _call(self, node: ast.Call) -> cst.CSTNode:
        func = self.expression(node.func)
        return made(cst.Call, func=func, args=[self.argument(argument) for argument in arguments_of(node)])

    def argument(self, node: ast.expr | ast.keyword) -> cst.Arg:
        if isinstance(node, ast.keyword):
            star = "**" if node.arg is None else ""
            return made(cst.Arg, value=self.expression(node.value), keyword=optional_name(node.arg), star=star)
        if type(node) is ast.Starred:
            return made(cst.Arg, value=self.expression(node.value), keyword=None, star="*")
        return made(cst.Arg, value=self.expression(node), keyword=None, star="")

    def _subscript(self, node: ast.Subscript) -> cst.CSTNode:
        value = self.expression(node.value)
        several = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        keys = several if len(several) > 1 else [node.slice]
        return made(
            cst.Subscript, value=value, slice=[made(cst.SubscriptElement, slice=self._key(key)) for key in keys]
        )

    def _key(self, node: ast.expr) -> cst.BaseSlice:
        if type(node) is ast.Slice:
            lower, upper, step = map(self.optional, (node.lower, node.upper, node.step))
            return made(cst.Slice, lower=lower, upper=upper, step=step)
        if type(node) is ast.Starred:
            return made(cst.Index, value=self.expression(node.value), star="*")
        return made(cst.Index, value=self.expression(node), star=None)

    def _binary(self, node: ast.BinOp) -> cst.CSTNode:
        left, right = self.expression(node.left), self.expression(node.right)
        return made(cst.BinaryOperation, left=left, operator=OPERATORS[type(node.op)], right=right)

    def _boolean(self, node: ast.BoolOp) -> cst.CSTNode:
        operator = OPERATORS[type(node.op)]
        first, *others = map(self.expression, node.values)
        for other in others:
            first = made(cst.BooleanOperation, left=first, operator=operator, right=other)
        return first

    def _comparison(self, node: ast.Compare) -> cst.CSTNode:
        left = self.expression(node.left)
        targets = [
            made(cst.ComparisonTarget, operator=OPERATORS[type(operator)], comparator=self.expression(comparator))
            for operator, comparator in zip(node.ops, node.comparators, strict=True)
        ]
        return made(cst.Comparison, left=left, comparisons=targets)

    def _unary(self, node: ast.UnaryOp) -> cst.CSTNode:
        return made(cst.UnaryOperation, operator=OPERATORS[type(node.op)], expression=self.expression(node.operand))

    def _conditional(self, node: ast.IfExp) -> cst.CSTNode:
        test, body, orelse = map(self.expression, (node.test, node.body, node.orelse))
        return made(cst.IfExp, test=test, body=body, orelse=orelse)

    def _await(self, node: ast.Await) -> cst.CSTNode:
        return made(cst.Await, expression=self.expression(node.value))

    def _yield(self, node: ast.Yield) -> cst.CSTNode:
        return made(cst.Yield, value=self.optional(node.value))

    def _yield_from(self, node: ast.YieldFrom) -> cst.CSTNode:
        return made(cst.Yield, value=made(cst.From, item=self.expression(node.value)))

    def _assigned(self, node: ast.NamedExpr) -> cst.CSTNode:
        return made(cst.NamedExpr, target=self.expression(node.target), value=self.expression(node.value))

    # -- containers -------------------------------------------------------------------------------------------

    def _list(self, node: ast.List) -> cst.CSTNode:
        return made(cst.List, elements=self._elements(node.elts))

    def _tuple(self, node: ast.Tuple) -> cst.CSTNode:
        return made(cst.Tuple, elements=self._elements(node.elts))

    def _set(self, node: ast.Set) -> cst.CSTNode:
        return made(cst.Set, elements=self._elements(node.elts))

    def _starred(self, node: ast.Starred) -> cst.CSTNode:
        return made(cst.StarredElement, value=self.expression(node.value))

    def _elements(self, nodes: Sequence[ast.expr]) -> list[cst.CSTNode]:
        return [
            self.expression(node) if type(node) is ast.Starred else made(cst.Element, value=self.expression(node))
            for node in nodes
        ]

    def _dict(self, node: ast.Dict) -> cst.CSTNode:
        elements = [
            made(cst.DictElement, key=self.expression(key), value=self.expression(value))
            if key is not None
            else made(cst.StarredDictElement, value=self.expression(value))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return made(cst.Dict, elements=elements)

    def _generator(self, node: ast.GeneratorExp) -> cst.CSTNode:
        return made(cst.GeneratorExp, elt=self.expression(node.elt), for_in=self._clauses(node.generators))

    def _list_comprehension(self, node: ast.ListComp) -> cst.CSTNode:
        return made(cst.ListComp, elt=self.expression(node.elt), for_in=self._clauses(node.generators))

    def _set_comprehension(self, node: ast.SetComp) -> cst.CSTNode:
        return made(cst.SetComp, elt=self.expression(node.elt), for_in=self._clauses(node.generators))

    def _dict_comprehension(self, node: ast.DictComp) -> cst.CSTNode:
        key, value = self.expression(node.key), self.expression(node.value)
        return made(cst.DictComp, key=key, value=value, for_in=self._clauses(node.generators))

    def _clauses(self, nodes: Sequence[ast.comprehension]) -> cst.CompFor:
        first, *others = nodes
        return made(
            cst.CompFor,
            target=self.expression(first.target),
            iter=self.expression(first.iter),
            ifs=[made(cst.CompIf, test=self.expression(test)) for test in first.ifs],
            inner_for_in=self._clauses(others) if others else None,
            asynchronous=_ASYNCHRONOUS if first.is_async else None,
        )

    # -- functions --------------------------------------------------------------------------------------------

    def _lambda(self, node: ast.Lambda) -> cst.CSTNode:
        return made(cst.Lambda, params=self.parameters(node.args), body=self.expression(node.body))

    def parameters(self, node: ast.arguments) -> cst.Parameters:
        plain = [*node.posonlyargs, *node.args]
        defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(node.defaults)), *node.defaults]
        parameters = list(map(self._parameter, plain, defaults))
        count = len(node.posonlyargs)
        return made(
            cst.Parameters,
            params=parameters[count:],
            star_arg=self._parameter(node.vararg, None, "*") if node.vararg else _STAR if node.kwonlyargs else None,
            kwonly_params=list(map(self._parameter, node.kwonlyargs, node.kw_defaults)),
            star_kwarg=self._parameter(node.kwarg, None, "**") if node.kwarg else None,
            posonly_params=parameters[:count],
        )

    def _parameter(self, node: ast.arg, default: ast.expr | None, star: str = "") -> cst.Param:
        annotation = self.annotation(node.annotation)
        return made(cst.Param, name=name(node.arg), annotation=annotation, default=self.optional(default), star=star)

    def annotation(self, node: ast.expr | None) -> cst.Annotation | None:
        return made(cst.Annotation, annotation=self.expression(node)) if node is not None else None


def arguments_of(node: ast.Call) -> list[ast.expr | ast.keyword]:
    """The arguments of a call, in the order in which they are written."""
    arguments: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    if node.args and node.keywords:
        arguments.sort(key=place_of)
    return arguments


_MAKERS: dict[type[ast.AST], Callable[[Expressions, Any], cst.CSTNode]] = {
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Call: Expressions._call,
    ast.Constant: Expressions._constant,
    ast.JoinedStr: Expressions._formatted,
    ast.Dict: Expressions._dict,
    ast.List: Expressions._list,
    ast.Tuple: Expressions._tuple,
    ast.Set: Expressions._set,
    ast.Starred: Expressions._starred,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._binary,
    ast.BoolOp: Expressions._boolean,
    ast.Compare: Expressions._comparison,
    ast.UnaryOp: Expressions._unary,
    ast.IfExp: Expressions._conditional,
    ast.Await: Expressions._await,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield_from,
    ast.NamedExpr: Expressions._assigned,
    ast.Lambda: Expressions._lambda,
    ast.GeneratorExp: Expressions._generator,
    ast.ListComp: Expressions._list_comprehension,
    ast.SetComp: Expressions._set_comprehension,
    ast.DictComp: Expressions._dict_comprehension,
}
if hasattr(ast, "TemplateStr"):
    _MAKERS[ast.TemplateStr] = Expressions._template
