"""Outlines Python programs. Out of ``ast``, which is quick, and only to choose what to read: no fact comes of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from llmlint.outline import MODULE, Class, Dotted, Function, Mention, Outline
from llmlint.source import PARTS, python_tree

_TRIES = tuple(getattr(ast, name) for name in ("Try", "TryStar") if hasattr(ast, name))
# What says nothing, and what says nothing where nothing is done with it.
_SILENT = frozenset((ast.Constant,))
_UNUSED = _SILENT | {ast.Name}
# What goes on with a dotted name.
_LINKS: dict[type, str] = {ast.Attribute: "value", ast.Call: "func", ast.Await: "value"}
_NAMES = frozenset((ast.Name, ast.Attribute))
_UNPACKED = frozenset((ast.Tuple, ast.List, ast.Starred))
_TEXTS = frozenset((ast.Constant, ast.JoinedStr))
_PLAIN = _TEXTS | {ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp}
_COUNTED = frozenset((ast.Tuple, ast.List, ast.Set, ast.Constant))
_TEXT = "str"
# What a dotted name keeps of a long one: its end.
_KEPT = 8

# The same few names stand everywhere: one of each will do.
_shared = lru_cache(maxsize=1 << 14)(Dotted)


def read(data: bytes) -> Outline | None:
    """The outline of a Python program, or None where ``ast`` does not read it."""
    tree = python_tree(data.decode("utf-8-sig", "replace"))
    if tree is None:
        return None
    outline = Outline()
    _Walk(outline).over(tree)
    return outline


class _Place(NamedTuple):
    """Where a node stands; ``cls``: the class whose body it is part of, without a function in between."""

    function: int = MODULE
    cls: int = -1
    is_repeated: bool = False
    how: str = ""
    receiver: Dotted | None = None
    to: tuple[Dotted, ...] = ()


class _Walk:
    """Goes over a tree without recursion, as deep as it may be."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self._waiting: list[tuple[ast.AST, _Place]] = []

    def over(self, tree: ast.Module) -> None:
        self._waiting.append((tree, _Place()))
        while self._waiting:
            node, place = self._waiting.pop()
            _HANDLERS.get(type(node), _Walk._other)(self, node, place)

    def _add(self, nodes: Iterable[ast.AST | None], place: _Place) -> None:
        silent = _SILENT if place.how else _UNUSED
        self._waiting.extend([(node, place) for node in nodes if node is not None and type(node) not in silent])

    def _other(self, node: ast.AST, place: _Place) -> None:
        self._display(node, _plain(place))

    def _display(self, node: ast.AST, place: _Place) -> None:
        for name in PARTS[type(node)]:
            part = getattr(node, name)
            if type(part) is list:
                self._add(part, place)
            elif isinstance(part, ast.AST):
                self._waiting.append((part, place))

    # -- imports and definitions ------------------------------------------------------------------------------

    def _import(self, node: ast.Import, _: _Place) -> None:
        for alias in node.names:
            self.outline.imports[alias.asname or alias.name.split(".")[0]].append((alias.name, ""))

    def _import_from(self, node: ast.ImportFrom, _: _Place) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            self.outline.imports[alias.asname or alias.name].append((module, alias.name))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: _Place) -> None:
        decorators = tuple(filter(None, map(_dotted, node.decorator_list)))
        number = len(self.outline.functions)
        self.outline.functions.append(Function(node.name, place.function, place.cls, decorators))
        if place.cls >= 0:
            self.outline.classes[place.cls].methods[node.name] = number
        arguments = node.args
        self._add((*node.decorator_list, *arguments.defaults, *arguments.kw_defaults), place)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg not in ("self", "cls"):
                declared = argument.annotation
                known = _dotted(declared) if type(declared) in _NAMES else None
                self.outline.values[number, argument.arg].append(known)
        for name in ast.walk(node.returns) if node.returns is not None else ():
            if isinstance(name, ast.Name):
                self._mention(_shared(name.id), _Place(number), "kept")
        self._add(node.body, _Place(number))

    def _class(self, node: ast.ClassDef, place: _Place) -> None:
        self.outline.classes.append(Class(node.name, tuple(filter(None, map(_dotted, node.bases)))))
        self._add((*node.decorator_list, *node.bases, *node.keywords), place)
        self._add(node.body, _Place(place.function, len(self.outline.classes) - 1))

    # -- loops ------------------------------------------------------------------------------------------------

    def _for(self, node: ast.For | ast.AsyncFor, place: _Place) -> None:
        self._bind(node.target, None, place)
        self._add((node.iter, *node.orelse), place)
        counts = not _is_counted(node.iter) or any(isinstance(each, _TRIES) for each in ast.walk(node))
        self._add(node.body, _repeated(place) if counts else place)

    def _while(self, node: ast.While, place: _Place) -> None:
        self._add(node.orelse, place)
        self._add((node.test, *node.body), _repeated(place))

    def _comprehension(self, node: Any, place: _Place) -> None:
        first = node.generators[0].iter
        inner = _plain(place) if len(node.generators) == 1 and _is_counted(first) else _repeated(place)
        self._add([first], _plain(place))
        for generator in node.generators:
            self._bind(generator.target, None, place)
            self._add((*generator.ifs, generator.iter if generator.iter is not first else None), inner)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self._add(parts, inner)

    # -- names ------------------------------------------------------------------------------------------------

    def _bind(self, target: ast.AST, value: Dotted | None, place: _Place) -> None:
        for each in ast.walk(target) if type(target) in _UNPACKED else (target,):
            if isinstance(each, ast.Name):
                known = value if each is target else None
                self.outline.values[place.function, each.id].append(known)

    def _with(self, node: ast.withitem, place: _Place) -> None:
        self._keep([node.optional_vars] if node.optional_vars else [], node.context_expr, None, place)

    def _assign(self, node: Any, place: _Place) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        self._keep(targets, node.value, getattr(node, "annotation", None), place)

    def _keep(self, targets: list[ast.expr], value: ast.AST | None, declared: ast.AST | None, place: _Place) -> None:
        is_none = value is None or (isinstance(value, ast.Constant) and value.value is None)
        known = _dotted(declared) if is_none and type(declared) in _NAMES else _value(value)
        for target in targets:
            if known is not None or not is_none or declared is not None:
                self._bind(target, known, place)
        to = tuple(filter(None, map(_dotted, targets)))
        self._add([value], _Place(place.function, place.cls, place.is_repeated, "kept", None, to))

    def _return(self, node: ast.Return, place: _Place) -> None:
        self._add([node.value], _Place(place.function, -1, place.is_repeated, "kept"))

    def _call(self, node: ast.Call, place: _Place) -> None:
        callee = _dotted(node.func)
        if callee is not None:
            self._mention(callee, place, "called")
        self._behind(node.func, place)
        if node.args or node.keywords:
            given = _Place(place.function, place.cls, place.is_repeated, "given", callee)
            self._add(node.args, given)
            self._add([keyword.value for keyword in node.keywords], given)

    def _attribute(self, node: ast.Attribute, place: _Place) -> None:
        dotted = _dotted(node)
        if dotted is not None and isinstance(node.ctx, ast.Load):
            self._mention(dotted, place, place.how)
        self._behind(node, place)

    def _behind(self, node: ast.AST, place: _Place) -> None:
        """Go on to what a dotted name begins with, where that is no name."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            self._add([node], _plain(place))

    def _name(self, node: ast.Name, place: _Place) -> None:
        if place.how and isinstance(node.ctx, ast.Load):
            self._mention(_shared(node.id), place, place.how)

    def _mention(self, dotted: Dotted, place: _Place, how: str) -> None:
        mention = Mention(dotted, place.function, place.is_repeated, how, place.receiver, place.to)
        for name in dict.fromkeys((dotted.root, *dotted.names)) if dotted.names else (dotted.root,):
            self.outline.mentions[name].append(mention)


_HANDLERS: dict[type, Callable[[_Walk, Any, _Place], None]] = {
    ast.Import: _Walk._import,
    ast.ImportFrom: _Walk._import_from,
    ast.FunctionDef: _Walk._function,
    ast.AsyncFunctionDef: _Walk._function,
    ast.ClassDef: _Walk._class,
    ast.For: _Walk._for,
    ast.AsyncFor: _Walk._for,
    ast.While: _Walk._while,
    ast.ListComp: _Walk._comprehension,
    ast.SetComp: _Walk._comprehension,
    ast.GeneratorExp: _Walk._comprehension,
    ast.DictComp: _Walk._comprehension,
    ast.withitem: _Walk._with,
    ast.Assign: _Walk._assign,
    ast.AnnAssign: _Walk._assign,
    ast.NamedExpr: _Walk._assign,
    ast.Return: _Walk._return,
    ast.Call: _Walk._call,
    ast.Attribute: _Walk._attribute,
    ast.Name: _Walk._name,
    ast.Constant: lambda walk, node, place: None,
    **dict.fromkeys(
        (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.Await, ast.IfExp, ast.BoolOp), _Walk._display
    ),
}


def _plain(place: _Place) -> _Place:
    return _Place(place.function, place.cls, place.is_repeated) if place.how else place


def _repeated(place: _Place) -> _Place:
    return _Place(place.function, -1, is_repeated=True)


def _dotted(node: Any) -> Dotted | None:
    names: list[str] = []
    while (kind := type(node)) in _LINKS:
        if kind is ast.Attribute:
            names.append(node.attr)
            if len(names) > _KEPT:
                return _shared("", tuple(reversed(names)))
        node = getattr(node, _LINKS[kind])
    if kind is ast.Name:
        return _shared(node.id, tuple(reversed(names)))
    if kind is ast.Subscript:
        below = _dotted(node.value)
        return _shared("", (*(below.names if below else ()), *reversed(names))[-_KEPT:])
    return _shared("", tuple(reversed(names))) if names and kind not in _TEXTS else None


def _value(node: ast.AST | None) -> Dotted | None:
    """What a value is, as far as its first name tells; texts and collections are of no more interest than ``str``."""
    return _shared(_TEXT) if type(node) in _PLAIN else _dotted(node)


def _is_counted(node: ast.AST) -> bool:
    """Whether the code itself says how many things a loop goes over."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("range", "enumerate"):
        return all(_is_counted(argument) for argument in node.args)
    return type(node) in _COUNTED
