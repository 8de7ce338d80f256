"""How Python code is put together, by the ``ast`` of its text."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeGuard

from llmlint.facts import Span
from llmlint.languages.anatomy import Attempt, Entry, Import, Listing
from llmlint.languages.python.offsets import Offsets, place_of
from llmlint.source import line_starts

_WORDS = {True: "True", False: "False", None: "None"}
_FUTURE = "__future__"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_REST = re.compile(r"[ \t]*(?:[\r\n]|\Z)")
_READS = ("getenv", "get")


class PythonAnatomy:
    """``tree``: what was parsed of ``text``."""

    nothing: tuple[str, ...] = ("None",)

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.text = text
        self.tree = tree
        self._offsets = Offsets(text, line_starts(text))
        self._parents = dict(_children(tree))
        self._names: dict[ast.AST, frozenset[str]] = {}
        self._brackets: dict[Span, ast.Call | ast.Dict] = {}
        for node in self._parents:
            if isinstance(node, ast.Call | ast.Dict):
                self._brackets.setdefault(self.span(node), node)

    def span(self, node: ast.AST) -> Span:
        return Span(*self._offsets.of_ast(place_of(node)))

    # -- arguments and entries --------------------------------------------------------------------------------

    def listing(self, span: Span) -> Listing | None:
        node = self._brackets.get(span)
        if isinstance(node, ast.Call):
            return Listing(tuple(self._arguments(node)), span.end - 1, "{name}={value}")
        if isinstance(node, ast.Dict):
            return Listing(tuple(self._items(node)), span.end - 1, '"{name}": {value}')
        return None

    def listings(self, span: Span) -> Iterator[Listing]:
        inner = (other for other in self._brackets if span.start <= other.start and other.end <= span.end)
        return filter(None, map(self.listing, inner))

    def _arguments(self, node: ast.Call) -> Iterator[Entry]:
        for argument in sorted([*node.args, *node.keywords], key=place_of):
            span = self.span(argument)
            if isinstance(argument, ast.keyword):
                yield Entry(argument.arg or "", span, self.span(argument.value), argument.arg is None)
            else:
                yield Entry("", span, span, isinstance(argument, ast.Starred))

    def _items(self, node: ast.Dict) -> Iterator[Entry]:
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.span(item)
            if key is None:
                yield Entry("", Span(self.text.rindex("**", 0, value.start), value.end), value, True)
            else:
                name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
                yield Entry(name, Span(self.span(key).start, value.end), value)

    def value(self, span: Span) -> Span | None:
        for node, around in self._parents.items():
            if isinstance(node, ast.keyword) and self.span(node) == span:
                return self.span(node.value)
            if isinstance(around, ast.Assign | ast.AnnAssign) and around.value is not None and self._is_at(node, span):
                return self.span(around.value)
        entries = (
            entry for node in self._brackets.values() if isinstance(node, ast.Dict) for entry in self._items(node)
        )
        return next((entry.value for entry in entries if entry.span == span), None)

    def _is_at(self, node: ast.AST, span: Span) -> bool:
        return isinstance(node, ast.Name) and self.span(node) == span

    def literal(self, value: object) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{json.dumps(key)}: {self.literal(item)}' for key, item in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.literal, value))}]"
        return _WORDS[value] if isinstance(value, bool | None) else json.dumps(value, ensure_ascii=False)

    # -- loops ------------------------------------------------------------------------------------------------

    def attempt(self, start: int) -> Attempt | None:
        loop = self._loops.get(start)
        if loop is None or loop.orelse or not (isinstance(loop.test, ast.Constant) and loop.test.value):
            return None
        tries = [node for node in loop.body if isinstance(node, ast.Try)]
        if len(tries) != 1 or not _leaves_by_success(loop.body, tries[0]):
            return None
        going_on = [handler for handler in tries[0].handlers if not _leaves(handler.body) or _repeats(handler.body)]
        if not going_on or any(handler.body[0].lineno == handler.lineno for handler in going_on):
            return None
        scope = next(filter(_is_scope, self._around(loop)))
        handlers = tuple((self._beginning(handler.body), handler.name or "") for handler in going_on)
        end = self.span(loop).end if _promises_a_value(scope) and scope.body[-1] is loop else None
        return Attempt(Span(start, self.span(loop.test).end), self._names_in(scope), handlers, end)

    @cached_property
    def _loops(self) -> dict[int, ast.While]:
        """By where they begin."""
        return {self.span(node).start: node for node in self._parents if isinstance(node, ast.While)}

    def _names_in(self, scope: ast.AST) -> frozenset[str]:
        if scope not in self._names:
            self._names[scope] = frozenset(node.id for node in ast.walk(scope) if isinstance(node, ast.Name))
        return self._names[scope]

    def _beginning(self, body: Sequence[ast.stmt]) -> Span:
        """Where some statements begin, or all of them if they do nothing and nothing is said about that."""
        span = self.span(body[0])
        is_nothing = len(body) == 1 and isinstance(body[0], ast.Pass) and _REST.match(self.text, span.end) is not None
        return span if is_nothing else Span(span.start, span.start)

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while node is not self.tree:
            node = self._parents[node]
            yield node

    # -- keys -------------------------------------------------------------------------------------------------

    def key(self, span: Span) -> Span | None:
        node = next((n for n in self._parents if isinstance(n, ast.Constant) and self._holds(n, span)), None)
        if node is None or isinstance(self._parents[node], ast.Expr | ast.arguments | ast.Compare):
            return None
        around = self._parents[node]
        if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and around.func.attr in _READS:
            is_default = len(around.args) == 2 and around.args[1] is node and isinstance(around.args[0], ast.Constant)
            return self.span(around) if is_default else None
        if isinstance(around, ast.Call) and any(_is_variable(argument) for argument in around.args):
            return None
        if isinstance(around, ast.Assign) and any(isinstance(target, ast.Subscript) for target in around.targets):
            return None
        return self.span(node)

    def _holds(self, node: ast.Constant, span: Span) -> bool:
        """Whether a string is a key, or is what the argument at a span gives."""
        if not isinstance(node.value, str):
            return False
        own = self.span(node)
        is_inside = own.start < span.start and span.end < own.end and node.value == self.text[span.start : span.end]
        is_argument = isinstance(self._parents[node], ast.keyword) and self.span(self._parents[node]) == span
        return is_inside or is_argument

    # -- imports ----------------------------------------------------------------------------------------------

    def imports(self) -> Iterator[Import]:
        for node, around in self._parents.items():
            if isinstance(node, ast.ImportFrom) and node.module not in (None, _FUTURE) and not node.level:
                names = tuple((alias.name, alias.asname or alias.name, self.span(alias)) for alias in node.names)
                yield Import(node.module or "", self.span(node), self._scope(around), names)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name
                    yield Import(alias.name, self.span(node), self._scope(around), alias=name)

    def _scope(self, node: ast.AST) -> Span:
        while not _is_scope(node):
            node = self._parents[node]
        return self.span(node) if node is not self.tree else Span(0, len(self.text))

    def uses(self, name: str) -> int:
        """How often a name is read."""
        return sum(isinstance(node, ast.Name) and node.id == name for node in self._parents)

    def first_statement(self) -> Span | None:
        """The first statement at the top that is no docstring and no import from the future."""
        for index, node in enumerate(self.tree.body):
            is_docstring = not index and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == _FUTURE):
                return self.span(node)
        return None


def _children(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node and the one that it is a part of; not those inside formatted strings, whose places may be wrong."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for child in () if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node):
            yield child, node
            waiting.append(child)


def _is_scope(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.Module)


def _is_variable(node: ast.AST) -> bool:
    """Whether a text may name a variable of the environment, which what stands beside it is the value of."""
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and _VARIABLE.fullmatch(node.value) is not None
    )


def _promises_a_value(scope: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Whether a function says that it returns something."""
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) or scope.returns is None:
        return False
    return not (isinstance(scope.returns, ast.Constant) and scope.returns.value is None)


def _leaves_by_success(body: Sequence[ast.stmt], attempt: ast.Try) -> bool:
    """Whether a round in which nothing is raised is the last one."""
    before, after = body[: body.index(attempt)], body[body.index(attempt) + 1 :]
    if any(_repeats(part) for part in (before, attempt.body, attempt.orelse, attempt.finalbody, after)):
        return False
    return any(_leaves(part) for part in (attempt.body, attempt.orelse, after))


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether whoever comes to the end of some statements leaves the loop around them."""
    match body[-1:]:
        case [ast.Return() | ast.Break() | ast.Raise()]:
            return True
        case [ast.If(body=then, orelse=otherwise)]:
            return _leaves(then) and _leaves(otherwise)
        case [ast.With(body=inner) | ast.AsyncWith(body=inner)]:
            return _leaves(inner)
    return False


def _repeats(body: Iterable[ast.AST]) -> bool:
    """Whether some statements begin the next round of the loop around them."""
    loops = (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    return any(
        isinstance(node, ast.Continue) or (not isinstance(node, loops) and _repeats(ast.iter_child_nodes(node)))
        for node in body
    )
