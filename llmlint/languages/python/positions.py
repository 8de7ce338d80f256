"""Where calls and statements stand, found after the walk.

libcst's trees carry no positions, and its position providers cost more than the parse. ``ast`` gives them for a
tenth of it: both trees hold the same calls and statements, so the n-th call of a function in one is the n-th in the
other. Where ``ast`` can't read the file (syntax newer than the running Python), libcst's own provider is asked.
"""

from __future__ import annotations

import ast
import re
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import libcst as cst
from libcst.metadata import CodeRange

from llmlint.languages.python.parsing import ranges_in
from llmlint.source import PARTS

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_STATEMENTS = frozenset({*_FUNCTIONS, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler})
_FORMATTED = frozenset(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))
# What holds no call and no statement, and what stands in lists of nodes beside them.
_LEAVES = frozenset({ast.Name, ast.Constant, ast.MatchSingleton, type(None)})
_UNRECORDED = -1
_NAME = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+(\w+)")
_MODULE = cst.Module([])

Place = tuple[int, int, int, int]


@dataclass(slots=True)
class _Unit:
    """The code of the module, or of one function's body: the order inside it is the same in both trees."""

    calls: list[tuple[int, cst.Call]] = field(default_factory=list)
    statements: list[tuple[int, cst.CSTNode]] = field(default_factory=list)


class Positions:
    """Numbers the spans that facts refer to, and finds them all at the end."""

    def __init__(self) -> None:
        self._units = [_Unit()]
        self._unit = self._units[0]
        self._expressions: list[tuple[int, cst.CSTNode]] = []
        self._size = 0

    def open_unit(self) -> None:
        """Start on a function's body. Bodies are walked in the order in which their functions were met."""
        self._unit = _Unit()
        self._units.append(self._unit)

    def call(self, node: cst.Call) -> int:
        """Spans for a call, its callee and its arguments; calls must be numbered as their parentheses close."""
        return self._take(self._unit.calls, node, 2 + len(node.args))

    def skip_call(self, node: cst.Call) -> None:
        """Count a call that no fact refers to."""
        self._unit.calls.append((_UNRECORDED, node))

    def mark(self) -> int:
        return len(self._unit.calls)

    def swap(self, first: int, second: int) -> None:
        """Put the calls numbered since mark ``second`` before those since mark ``first``: code that runs in
        another order than it is written."""
        calls = self._unit.calls
        calls[first:] = calls[second:] + calls[first:second]

    def statement(self, node: cst.CSTNode, decorators: int = 0) -> int:
        """Spans for a statement's head and its decorators; statements must be numbered as they begin."""
        return self._take(self._unit.statements, node, 1 + decorators)

    def expression(self, node: cst.CSTNode) -> int:
        """A span for any other expression. To find one costs more than all calls of a file: for rare ones only."""
        self._expressions.append((self._size, node))
        self._size += 1
        return self._size - 1

    def _take(
        self,
        numbered: list[tuple[int, cst.Call]] | list[tuple[int, cst.CSTNode]],
        node: cst.Call | cst.CSTNode,
        count: int,
    ) -> int:
        number = self._size
        self._size += count
        numbered.append((number, node))  # type: ignore[arg-type]
        return number

    def find(self, text: str, starts: Sequence[int], module: cst.Module, tree: ast.Module | None) -> array[int]:
        """Start and end offset of every span, in the order of their numbers. Lets go of the trees."""
        spans = array("I", bytes(8 * self._size))
        offsets = Offsets(text, starts)
        is_paired = tree is not None and self._pair(_tree_units(tree), offsets, spans)
        if not is_paired or self._expressions:
            ranges = ranges_in(module, text)
            for number, node in self._expressions:
                _store(spans, number, [offsets.of_range(ranges[node])])
            if not is_paired:
                self._provide(ranges, offsets, spans)
        self._units.clear()
        self._expressions.clear()
        self._unit = _Unit()
        return spans

    def _pair(self, units: list[_TreeUnit], offsets: Offsets, spans: array[int]) -> bool:
        """Fill in the spans from ``ast``; False where the two trees do not hold the same things."""
        if [(len(u.calls), len(u.statements)) for u in units] != [
            (len(u.calls), len(u.statements)) for u in self._units
        ]:
            return False
        for ours, theirs in zip(self._units, units, strict=True):
            for (number, node), (*_, call, string) in zip(ours.calls, theirs.calls, strict=True):
                if number != _UNRECORDED and string is not None:
                    _store(spans, number, offsets.of_code(node, place_of(string)))
                elif number != _UNRECORDED:
                    _store(spans, number, map(offsets.of_node, _parts_of(call)))
            for (number, _), statement in zip(ours.statements, theirs.statements, strict=True):
                decorators = [offsets.of_node(node) for node in getattr(statement, "decorator_list", ())]
                _store(spans, number, [_head(statement, offsets), *decorators])
        return True

    def _provide(self, ranges: Mapping[cst.CSTNode, CodeRange], offsets: Offsets, spans: array[int]) -> None:
        for unit in self._units:
            for number, call in unit.calls:
                if number != _UNRECORDED:
                    nodes = [call, call.func, *call.args]
                    _store(spans, number, [offsets.of_range(ranges[node]) for node in nodes])
            for number, statement in unit.statements:
                decorators = [offsets.of_range(ranges[d.decorator]) for d in getattr(statement, "decorators", ())]
                first, last = _head_nodes(statement)
                start, end = offsets.of_range(ranges[first])[0], offsets.of_range(ranges[last])[1]
                bare = first is last and isinstance(first, cst.ExceptHandler)
                _store(spans, number, [(start, start + len("except") if bare else end), *decorators])


def _head_nodes(statement: cst.CSTNode) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The first and last node of the same head as ``_head`` finds."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        return statement.name, statement.name
    if isinstance(statement, cst.While):
        return statement, statement.test
    if isinstance(statement, cst.For):
        return statement, statement.iter
    last = getattr(statement, "type", None)
    return statement, last or statement


def _store(spans: array[int], number: int, places: Iterable[tuple[int, int]]) -> None:
    for index, (start, end) in enumerate(places, number):
        spans[2 * index] = start
        spans[2 * index + 1] = end


class Offsets:
    """Lines and columns to offsets; ``ast`` counts columns in UTF-8 bytes, libcst in code points."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self._text = text
        self._starts = starts
        self._wide = frozenset[int]() if text.isascii() else _wide_lines(text, starts)
        self._string: _Spaceless | None = None

    def of_ast(self, place: Place) -> tuple[int, int]:
        line, column, end_line, end_column = place
        return self._from_bytes(line, column), self._from_bytes(end_line, end_column)

    def of_node(self, node: ast.AST) -> tuple[int, int]:
        line, column, end_line, end_column = place_of(node)
        if line in self._wide or end_line in self._wide:
            return self._from_bytes(line, column), self._from_bytes(end_line, end_column)
        return self._starts[line - 1] + column, self._starts[end_line - 1] + end_column

    def of_range(self, place: CodeRange) -> tuple[int, int]:
        return self._at(place.start.line, place.start.column), self._at(place.end.line, place.end.column)

    def of_name(self, line: int, column: int) -> tuple[int, int]:
        """The name of the function or class that begins at a place."""
        start = self._from_bytes(line, column)
        match = _NAME.match(self._text, start)
        return match.span(1) if match else (start, start)

    def of_code(self, call: cst.Call, within: Place) -> list[tuple[int, int]]:
        """A call in a formatted string, with its callee and arguments: there ``ast`` may be wrong, so that their code
        is looked for. All of the string, where it is not found."""
        start, end = self.of_ast(within)
        if self._string is None or self._string.start != start:
            self._string = _Spaceless(self._text, start, end)
        return self._string.places(call) or [(start, end)] * (2 + len(call.args))

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _from_bytes(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if line not in self._wide:
            return start + column
        before = self._text[start : start + column]
        return start + len(before.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def _wide_lines(text: str, starts: Sequence[int]) -> frozenset[int]:
    """The lines in which columns in bytes are not those in code points."""
    ends = [*starts[1:], len(text)]
    lines = enumerate(zip(starts, ends, strict=True), 1)
    return frozenset(line for line, (start, end) in lines if not text[start:end].isascii())


class _Spaceless:
    """A string without its spaces, which the code of a node lacks too. Equal calls in it follow each other."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start = start
        self._offsets = [offset for offset in range(start, end) if not text[offset].isspace()]
        self._text = "".join(text[start:end].split())
        self._searched: dict[str, int] = {}

    def places(self, call: cst.Call) -> list[tuple[int, int]]:
        """A call, its callee and its arguments; nothing where it does not stand here."""
        code = _code_of(call)
        at = self._text.find(code, self._searched.get(code, 0))
        if at < 0:
            return []
        self._searched[code] = at + len(code)
        found = [self._place(at, code)]
        for node in (call.func, *(argument.value for argument in call.args)):
            part = _code_of(node)
            at = self._text.find(part, at)
            found.append(self._place(at, part))
            at += len(part)
        return found

    def _place(self, at: int, code: str) -> tuple[int, int]:
        return self._offsets[at], self._offsets[at + len(code) - 1] + 1


def _code_of(node: cst.CSTNode) -> str:
    return "".join(_MODULE.code_for_node(node).split())


# -- the same order, out of ast -------------------------------------------------------------------------------


# Where a call ends: line, column and, in a formatted string, its place among those that end there; the call; and the
# outermost formatted string that it stands in, where its own position may be off.
_TreeCall = tuple[int, int, int, ast.Call, "ast.AST | None"]


@dataclass(slots=True)
class _TreeUnit:
    calls: list[_TreeCall] = field(default_factory=list)
    statements: list[ast.AST] = field(default_factory=list)


def _tree_units(tree: ast.Module) -> list[_TreeUnit]:
    units: list[_TreeUnit] = []
    waiting: deque[list[ast.AST]] = deque([list(tree.body)])
    while waiting:
        unit, functions = _walk_unit(waiting.popleft())
        units.append(unit)
        waiting.extend(list(function.body) for function in functions)
    return units


def _walk_unit(nodes: list[ast.AST]) -> tuple[_TreeUnit, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    unit = _TreeUnit()
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    while nodes:
        node = nodes.pop()
        kind = type(node)
        if kind in _LEAVES:
            continue
        if isinstance(node, ast.Call):
            unit.calls.append((node.end_lineno or 0, node.end_col_offset or 0, 0, node, None))
        elif kind in _STATEMENTS:
            unit.statements.append(node)
            if isinstance(node, _FUNCTIONS):
                functions.append(node)
                nodes.extend([*node.decorator_list, node.args, *getattr(node, "type_params", ())])
                if node.returns:
                    nodes.append(node.returns)
                continue
        elif kind in _FORMATTED:
            unit.calls.extend(_formatted_calls(node))
            continue
        for name in PARTS[kind]:
            part = getattr(node, name)
            if type(part) is list:
                nodes.extend(part)
            else:
                nodes.append(part)
    unit.calls.sort(key=_closes)
    unit.statements.sort(key=_begins)
    functions.sort(key=_begins)
    return unit, functions


_closes = itemgetter(0, 1, 2)


def _begins(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _formatted_calls(string: ast.AST) -> list[_TreeCall]:
    """The calls inside a formatted string, as their parentheses close."""
    _, _, line, column = place_of(string)
    return [(line, column, index, node, string) for index, node in enumerate(_calls_in(string))]


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        yield from _calls_in(child)
    if isinstance(node, ast.Call):
        yield node


def _parts_of(call: ast.Call) -> list[ast.AST]:
    """The call, its callee and its arguments, as they are written."""
    arguments: list[ast.AST] = [*call.args, *call.keywords]
    if call.args and call.keywords:
        arguments.sort(key=_begins)
    return [call, call.func, *arguments]


def _head(node: ast.AST, offsets: Offsets) -> tuple[int, int]:
    """A loop or a handler up to its colon; the name of a function or class."""
    line, column = _begins(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return offsets.of_name(line, column)
    head: ast.AST | None = None
    if isinstance(node, ast.While):
        head = node.test
    elif isinstance(node, ast.For | ast.AsyncFor):
        head = node.iter
    elif isinstance(node, ast.ExceptHandler):
        head = node.type
    end = place_of(head)[2:] if head is not None else (line, column + len("except"))
    return offsets.of_ast((line, column, *end))


def place_of(node: ast.AST) -> Place:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
