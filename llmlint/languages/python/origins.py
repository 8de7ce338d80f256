"""Places by what the nodes of a tree were made of: at once, but for what stands in formatted strings."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

import libcst as cst

from llmlint.languages.python.offsets import Offsets, place_of
from llmlint.languages.python.positions import Offset
from llmlint.languages.python.trees import Statements
from llmlint.languages.python.trees.expressions import arguments_of
from llmlint.languages.python.trees.nodes import children_of

_MODULE = cst.Module([])


class Origins:
    """By what ``trees`` has made the nodes of a module of."""

    def __init__(self, module: cst.Module, trees: Statements, offsets: Offsets) -> None:
        # Kept, as it is by their identity that its nodes are known.
        self._module = module
        self._origins = trees.origins
        self._strings = trees.strings.read
        self._offsets = offsets
        self._searched: _Spaceless | None = None

    def of_call(self, node: cst.Call) -> Iterable[Offset]:
        origin = self._origins.get(id(node))
        if isinstance(origin, ast.Call):
            return map(self._offsets.of_node, [origin, origin.func, *arguments_of(origin)])
        return self._in_string(node, node.func, *(argument.value for argument in node.args))

    def of_statement(self, node: cst.CSTNode) -> Iterable[Offset]:
        origin = self._origins[id(node)]
        decorators = [self._offsets.of_node(decorator) for decorator in getattr(origin, "decorator_list", ())]
        return [_head(origin, self._offsets), *decorators]

    def of_expression(self, node: cst.CSTNode) -> Offset:
        if isinstance(node, cst.DictElement):
            return self.of_expression(node.key)[0], self.of_expression(node.value)[1]
        origin = self._origins.get(id(node))
        return self._offsets.of_node(origin) if origin is not None else self._in_string(node)[0]

    def _in_string(self, node: cst.CSTNode, *parts: cst.CSTNode) -> list[Offset]:
        """An expression in a formatted string and its parts: before Python 3.12 ``ast`` may be wrong about them, so
        that their code is looked for. All of the string, where it is not found."""
        start, end = self._offsets.of_node(self._inside[id(node)])
        if self._searched is None or self._searched.start != start:
            self._searched = _Spaceless(self._offsets.text, start, end)
        return self._searched.places(node, parts) or [(start, end)] * (1 + len(parts))

    @cached_property
    def _inside(self) -> dict[int, ast.AST]:
        """The strings that expressions stand in, by the identity of these."""
        return {id(inner): origin for string, origin in self._strings for inner in _below(string)}


def _below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for child in children_of(node):
        yield child
        yield from _below(child)


def _head(node: ast.AST, offsets: Offsets) -> Offset:
    """A loop or a handler up to its colon; the name of a function or class."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return offsets.of_name(node)
    head: ast.AST | None = None
    if isinstance(node, ast.While):
        head = node.test
    elif isinstance(node, ast.For | ast.AsyncFor):
        head = node.iter
    elif isinstance(node, ast.ExceptHandler):
        head = node.type
    line, column, *_ = place_of(node)
    end = place_of(head)[2:] if head is not None else (line, column + len("except"))
    return offsets.of_ast((line, column, *end))


class _Spaceless:
    """A string without its spaces, which the code of a node lacks too. Equal calls in it follow each other."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start = start
        self._offsets = [offset for offset in range(start, end) if not text[offset].isspace()]
        self._text = "".join(text[start:end].split())
        self._searched: dict[str, int] = {}

    def places(self, node: cst.CSTNode, parts: Iterable[cst.CSTNode]) -> list[Offset]:
        """An expression and its parts; nothing where it does not stand here."""
        code = _code_of(node)
        at = self._text.find(code, self._searched.get(code, 0))
        if at < 0:
            return []
        self._searched[code] = at + len(code)
        found = [self._place(at, code)]
        for node in parts:
            part = _code_of(node)
            at = self._text.find(part, at)
            found.append(self._place(at, part))
            at += len(part)
        return found

    def _place(self, at: int, code: str) -> Offset:
        return self._offsets[at], self._offsets[at + len(code) - 1] + 1


def _code_of(node: cst.CSTNode) -> str:
    return "".join(_MODULE.code_for_node(node).split())
