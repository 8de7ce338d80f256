"""Functions, classes, lambdas and comprehensions: the code that opens scopes of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern

import libcst as cst

from llmlint.facts import Decorator, FileFacts, Function, Loop, ParameterFact
from llmlint.languages.definitions import Definer, Head
from llmlint.languages.outcomes import Outcome
from llmlint.languages.python.assignments import Assignments
from llmlint.languages.python.loops import condition, key_of
from llmlint.languages.python.values import Expressions
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Layer, Scope
from llmlint.languages.values import overlay
from llmlint.values import ClassValue, Element, FunctionValue, Mapping, Operation, Parameter, This, Value

_STATIC = frozenset({"staticmethod"})
_OF_CLASS = frozenset({"classmethod"})
# Class methods that say so by their names alone.
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_OVERLOAD = frozenset({"overload"})
# Parts of a property that another function of its name has opened.
_ACCESSORS = frozenset({"setter", "deleter"})
# Expressions that do nothing.
_SILENT = frozenset({cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis})
_ABSTRACT = frozenset({"abstractmethod", "abstractproperty"})


@dataclass(slots=True)
class _Head(Head):
    """``seen``: what the names of the module are bound to where the function is met, if that is of interest."""

    node: cst.FunctionDef
    seen: Layer | None


class Definitions(Definer[_Head]):
    """``walk`` is the visitor's way through a body."""

    def __init__(
        self,
        facts: FileFacts,
        recorder: Recorder,
        expressions: Expressions,
        assignments: Assignments,
        scopes: list[Scope],
        walk: Callable[[Sequence[cst.CSTNode]], Outcome],
    ) -> None:
        super().__init__(facts, recorder, expressions, assignments.attributes, scopes)
        self.expressions = expressions
        self.assignments = assignments
        self.walk = walk
        self.keep_snapshots = False
        expressions.handle(cst.Lambda, self._lambda)
        for kind in (cst.GeneratorExp, cst.ListComp, cst.SetComp):
            expressions.handle(kind, self._comprehension)
        expressions.handle(cst.DictComp, self._dict_comprehension)

    # -- functions --------------------------------------------------------------------------------------------

    def function(self, node: cst.FunctionDef) -> None:
        """Take a function's head in; its body waits."""
        name = node.name.value
        expressions = self.expressions
        decorators = [expressions.value(decorator.decorator) for decorator in node.decorators]
        span = expressions.positions.statement(node, len(decorators))
        index = self._number()
        parameters = tuple(self._parameters(node.params))
        return_type = expressions.type(node.returns.annotation) if node.returns else None
        scope = expressions.scope
        self._waiting.append(
            _Head(
                index,
                name,
                self._qualname(name),
                self.recorder.block,
                scope,
                self._cls,
                parameters,
                tuple(Decorator(value, span + 1 + place) for place, value in enumerate(decorators)),
                return_type,
                span,
                node,
                scope.snapshot() if self.keep_snapshots and scope.kind == "module" else None,
            )
        )
        if not _named(decorators, _OVERLOAD | _ACCESSORS):
            scope.bind(name, FunctionValue(index))

    def _body(self, head: _Head) -> None:
        scope = self._opened(head)
        scope.seen = head.seen or head.scope.seen
        self._bind_parameters(scope, head)
        with self.recorder.inside_function(head.number, head.block) as block:
            outcome = self.walk(head.node.body.body)
        is_async = head.node.asynchronous is not None
        self._close(head, block, outcome, is_abstract=_is_abstract(head), is_async=is_async)

    def _bind_parameters(self, scope: Scope, head: _Head) -> None:
        decorators = [decorator.value for decorator in head.decorators]
        is_method = head.cls >= 0 and not _named(decorators, _STATIC)
        is_class = _named(decorators, _OF_CLASS) or head.node.name.value in _CLASS_METHODS
        for place, parameter in enumerate(head.parameters):
            is_this = place == 0 and is_method
            given = This(head.cls, is_class) if is_this else Parameter(head.number, parameter.name)
            scope.bind(parameter.name, given)

    def _parameters(self, node: cst.Parameters) -> Iterator[ParameterFact]:
        for parameter in (*node.posonly_params, *node.params):
            yield self._parameter(parameter, "positional")
        if isinstance(node.star_arg, cst.Param):
            yield self._parameter(node.star_arg, "*")
        for parameter in node.kwonly_params:
            yield self._parameter(parameter, "keyword")
        if node.star_kwarg is not None:
            yield self._parameter(node.star_kwarg, "**")

    def _parameter(self, node: cst.Param, kind: str) -> ParameterFact:
        declared = self.expressions.type(node.annotation.annotation) if node.annotation else None
        default = self.expressions.value(node.default) if node.default is not None else None
        return ParameterFact(intern(node.name.value), kind, default, declared)

    def _lambda(self, node: cst.Lambda) -> Value:
        index = self._number()
        parameters = tuple(self._parameters(node.params))
        scope = self.expressions.scope
        scope.push()
        for parameter in parameters:
            scope.bind_temporarily(parameter.name, Parameter(index, parameter.name))
        with self.recorder.inside_function(index, self.recorder.block) as block:
            returned = self.expressions.value(node.body)
        scope.pop()
        self._functions[index] = Function(
            "<lambda>",
            self._qualname("<lambda>"),
            parameters,
            block,
            scope.index,
            -1,
            (),
            (returned,),
            None,
            frozenset(),
            False,
            False,
            False,
            False,
            -1,
        )
        return FunctionValue(index)

    # -- classes ----------------------------------------------------------------------------------------------

    def class_(self, node: cst.ClassDef) -> None:
        name = node.name.value
        expressions = self.expressions
        decorators = [expressions.value(decorator.decorator) for decorator in node.decorators]
        span = expressions.positions.statement(node, len(decorators))
        bases = tuple(expressions.value(base.value) for base in node.bases)
        for keyword in node.keywords:
            expressions.value(keyword.value)
        marks = tuple(Decorator(value, span + 1 + place) for place, value in enumerate(decorators))
        index = self._take_class(name, bases, marks, span, lambda _: self.walk(node.body.body))
        expressions.scope.bind(name, ClassValue(index))

    # -- comprehensions ---------------------------------------------------------------------------------------

    def _comprehension(self, node: cst.GeneratorExp | cst.ListComp | cst.SetComp) -> Value:
        return self._loop_over(node.for_in, [node.elt])

    def _dict_comprehension(self, node: cst.DictComp) -> Value:
        source = _filtered(node)
        made = self._loop_over(node.for_in, [node.key, node.value])
        return overlay(Mapping(), self.expressions.value(source)) if source is not None else made

    def _loop_over(self, clause: cst.CompFor, results: Sequence[cst.BaseExpression]) -> Value:
        self.expressions.scope.push()
        made = self._clause(clause, results)
        self.expressions.scope.pop()
        return Operation("collect", made)

    def _clause(self, clause: cst.CompFor, results: Sequence[cst.BaseExpression]) -> tuple[Value, ...]:
        expressions = self.expressions
        iterable = expressions.value(clause.iter)
        number = len(self.facts.loops)
        self.facts.loops.append(Loop("comprehension", self.recorder.block, iterable, -1, False, (), (), -1))
        with self.recorder.inside_loop(number) as block:
            self.facts.loops[number] = Loop("comprehension", block, iterable, -1, False, (), (), -1)
            self._bind_clause(clause.target, Element(iterable))
            for test in clause.ifs:
                self.recorder.condition(condition(test.test, expressions.value(test.test)))
                expressions.scope.limit(expressions.guards.of(test.test)[0])
            if clause.inner_for_in is not None:
                return self._clause(clause.inner_for_in, results)
            return tuple(expressions.value(result) for result in results)

    def _bind_clause(self, target: cst.BaseExpression, value: Value) -> None:
        if isinstance(target, cst.Name):
            self.expressions.scope.bind_temporarily(target.value, value)
        elif isinstance(target, cst.Tuple | cst.List):
            for index, element in enumerate(target.elements):
                self._bind_clause(element.value, self.assignments.part(value, index))


def _filtered(node: cst.DictComp) -> cst.BaseExpression | None:
    """The dict of which ``{k: v for k, v in d.items() if v is not None}`` keeps the items, all that matter."""
    clause, target, items = node.for_in, node.for_in.target, getattr(node.for_in.iter, "func", None)
    if not isinstance(items, cst.Attribute) or items.attr.value != "items" or key_of(items.value) is None:
        return None
    names = [key_of(element.value) for element in target.elements] if isinstance(target, cst.Tuple) else []
    is_kept = clause.inner_for_in is None and names == [key_of(node.key), key_of(node.value)]
    return items.value if is_kept else None


def _named(decorators: Sequence[Value], names: frozenset[str]) -> bool:
    return any(getattr(value, "name", None) in names for value in decorators)


def _is_abstract(head: _Head) -> bool:
    """Whether a body only says that a subclass has to provide it."""
    if _named([decorator.value for decorator in head.decorators], _ABSTRACT):
        return True
    return head.cls >= 0 and all(map(_says_nothing, head.node.body.body))


def _says_nothing(statement: cst.CSTNode) -> bool:
    if type(statement) is cst.SimpleStatementLine or type(statement) is cst.SimpleStatementSuite:
        return all(map(_says_nothing, statement.body))
    if type(statement) is cst.Raise:
        raised = statement.exc.func if isinstance(statement.exc, cst.Call) else statement.exc
        return isinstance(raised, cst.Name) and raised.value == "NotImplementedError"
    if type(statement) is cst.Expr:
        return type(statement.value) in _SILENT
    return type(statement) is cst.Pass
