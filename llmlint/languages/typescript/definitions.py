"""Functions, methods and classes: the code that opens scopes of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from llmlint.facts import Decorator, FileFacts, ParameterFact
from llmlint.languages.definitions import Definer, Head
from llmlint.languages.outcomes import Outcome
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.assignments import Assignments
from llmlint.languages.typescript.parameters import Binding, Parameters
from llmlint.languages.typescript.syntax import FUNCTIONS, Node, plain
from llmlint.languages.typescript.values import Expressions
from llmlint.values import Builtin, ClassValue, FunctionValue, This, Unknown, Value

ANONYMOUS = "<function>"
_THIS = ParameterFact("this", "positional")
# The name that the vocabulary of facts has for a constructor.
_CONSTRUCTOR = "__init__"
_FIELDS = frozenset({"public_field_definition", "field_definition"})
_METHODS = frozenset({"method_definition", "abstract_method_signature"})


@dataclass(slots=True)
class _Head(Head):
    node: Node
    is_static: bool
    bindings: tuple[Binding, ...]


class Definitions(Definer[_Head]):
    """``walk`` is the visitor's way through a body. ``leaving``: what a ``return`` in the function that is walked is to
    the code around it."""

    def __init__(
        self,
        facts: FileFacts,
        recorder: Recorder,
        expressions: Expressions,
        assignments: Assignments,
        scopes: list[Scope],
        walk: Callable[[Sequence[Node]], Outcome],
    ) -> None:
        super().__init__(facts, recorder, expressions, assignments.attributes, scopes)
        self.expressions = expressions
        self.assignments = assignments
        self.walk = walk
        self.leaving = "return"
        self._parameters = Parameters(expressions)
        expressions.handle([*FUNCTIONS, "method_definition"], lambda node: self.function(node, ""))
        expressions.handle(["class"], self.class_)
        expressions.name_functions(self.function)

    # -- functions --------------------------------------------------------------------------------------------

    def declare(self, node: Node) -> None:
        """``function ask() {}`` binds its name."""
        name = node.child_by_field_name("name")
        if name is not None:
            self.expressions.scope.bind(text_of(name), self.function(node, text_of(name)))

    def function(
        self,
        node: Node,
        name: str,
        cls: int = -1,
        decorators: Sequence[Node] = (),
        marks: Sequence[str] = (),
    ) -> FunctionValue:
        """Take a function's head in; its body waits. ``cls``: the class whose method it is; ``marks``: ``staticmethod``
        or ``property``."""
        expressions = self.expressions
        values = [expressions.inner(decorator) for decorator in decorators]
        own = node.child_by_field_name("name")
        name = name or (text_of(own) if own is not None else ANONYMOUS)
        span = expressions.positions.node(own) if own is not None else expressions.positions.head(node, None)
        spans = [expressions.positions.node(decorator) for decorator in decorators]
        index = self._number()
        is_static = "staticmethod" in marks
        facts, bindings = self._parameters.of(node, index)
        self._waiting.append(
            _Head(
                index,
                name,
                self._qualname(name),
                self.recorder.block,
                expressions.scope,
                cls,
                (_THIS, *facts) if cls >= 0 and not is_static else facts,
                (
                    *(Decorator(value, place) for value, place in zip(values, spans, strict=True)),
                    *(Decorator(Builtin(mark), span) for mark in marks),
                ),
                expressions.annotations.of(node.child_by_field_name("return_type")),
                span,
                node,
                is_static,
                bindings,
            )
        )
        return FunctionValue(index)

    def _body(self, head: _Head) -> None:
        scope = self._opened(head)
        self.leaving = "return"
        if head.cls >= 0:
            scope.bind("this", This(head.cls, head.is_static))
        elif head.node.type != "arrow_function":
            scope.bind("this", Unknown("what a function is called on"))
        body = head.node.child_by_field_name("body")
        with self.recorder.inside_function(head.number, head.block) as block:
            self._bind(head.bindings, head.cls)
            outcome = self._walk_body(body)
        is_async = any(child.type == "async" for child in head.node.children)
        self._close(head, block, outcome, is_abstract=head.cls >= 0 and body is None, is_async=is_async)

    def _bind(self, bindings: Iterable[Binding], cls: int) -> None:
        for binding in bindings:
            self.assignments.bind(binding.target, binding.value)
            if binding.is_field and cls >= 0:
                self.assignments.attributes[cls].setdefault(text_of(binding.target), []).append(binding.value)

    def _walk_body(self, body: Node | None) -> Outcome:
        if body is None:
            return Outcome.FALL
        if body.type == "statement_block":
            return self.walk(body.named_children)
        self.returns.append(self.expressions.value(body))
        return Outcome.RETURN

    def inline(self, node: Node, given: Sequence[Value], *, in_loop: bool = False) -> tuple[list[Value], Outcome]:
        """Walk a callback where it is written, as if its body stood there: what it returns, and how it ends. Its
        parameters are ``given``; ``in_loop``: a ``return`` goes on with the next round of the loop around it."""
        outer = self.returns, self.leaving
        self.returns, self.leaving = [], "continue" if in_loop else ""
        self._parameters.bind_inline(node, given, self.assignments.bind)
        outcome = self._walk_body(node.child_by_field_name("body"))
        returned, (self.returns, self.leaving) = self.returns, outer
        if Outcome.RETURN in outcome:
            outcome = (outcome & ~Outcome.RETURN) | Outcome.FALL
        return returned, outcome

    # -- classes ----------------------------------------------------------------------------------------------

    def class_(self, node: Node) -> Value:
        expressions = self.expressions
        own = node.child_by_field_name("name")
        name = text_of(own) if own is not None else "<class>"
        decorators = [child for child in node.children if child.type == "decorator"]
        values = [expressions.inner(decorator) for decorator in decorators]
        span = expressions.positions.node(own) if own is not None else expressions.positions.head(node, None)
        spans = [expressions.positions.node(decorator) for decorator in decorators]
        bases = tuple(expressions.value(base) for base in _bases(node))
        marks = tuple(Decorator(value, place) for value, place in zip(values, spans, strict=True))
        body = node.child_by_field_name("body")
        index = self._take_class(name, bases, marks, span, lambda cls: self._members(body, cls))
        if own is not None:
            expressions.scope.bind(name, ClassValue(index))
        return ClassValue(index)

    def _members(self, body: Node | None, cls: int) -> None:
        self.expressions.scope.layers[-1]["this"] = This(cls)
        decorators: list[Node] = []
        for child in body.named_children if body is not None else ():
            if child.type == "decorator":
                decorators.append(child)
            elif child.type in _METHODS:
                self._method(child, cls, decorators)
                decorators = []
            elif child.type in _FIELDS:
                self._field(child, cls)
                decorators = []
            elif child.type == "class_static_block":
                inner = child.child_by_field_name("body")
                self.walk(inner.named_children if inner is not None else ())

    def _method(self, node: Node, cls: int, decorators: Sequence[Node]) -> None:
        own = node.child_by_field_name("name")
        if own is None:
            return
        name = _CONSTRUCTOR if text_of(own) == "constructor" else text_of(own)
        words = {child.type for child in node.children}
        marks = [mark for word, mark in (("static", "staticmethod"), ("get", "property")) if word in words]
        value = self.function(node, name, cls, decorators, marks)
        if "set" not in words:
            self.expressions.scope.bind(name, value)

    def _field(self, node: Node, cls: int) -> None:
        own = node.child_by_field_name("name") or node.child_by_field_name("property")
        if own is None:
            return
        expressions, name = self.expressions, text_of(own)
        declared = expressions.annotations.of(node.child_by_field_name("type"))
        if declared is not None:
            expressions.scope.types[name] = declared
        value_node = node.child_by_field_name("value")
        function = plain(value_node) if value_node is not None else None
        if function is not None and function.type in FUNCTIONS:
            expressions.scope.bind(name, self.function(function, name, cls))
        elif value_node is not None:
            expressions.scope.bind(name, expressions.typed(expressions.value(value_node), declared))


def _bases(node: Node) -> list[Node]:
    """The classes that a class extends."""
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    if heritage is None:
        return []
    clause = next((child for child in heritage.named_children if child.type == "extends_clause"), None)
    if clause is None:
        return [child for child in code_of(heritage) if child.type not in ("implements_clause", "extends_clause")]
    return clause.children_by_field_name("value")
