"""What a Python program that is not read says at a glance: what it imports, defines and names, and what stands around
each name. Out of ``ast``, which is quick, and only to choose what to read: no fact comes from here."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

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
# Files up to this many bytes are mostly there to hand on what they import.
SMALL = 2_000
# What a dotted name keeps of a long one: its end.
_KEPT = 8
MODULE = -1


class Dotted(NamedTuple):
    """``root.a().b``, without what is called on the way; ``root`` is empty for what begins with no name."""

    root: str
    names: tuple[str, ...] = ()

    @property
    def last(self) -> str:
        return self.names[-1] if self.names else self.root


# The same few names stand everywhere: one of each will do.
_shared = lru_cache(maxsize=1 << 14)(Dotted)


class Mention(NamedTuple):
    """A dotted name in a function, or in the module. ``how``: called, given (to what ``receiver`` calls), kept (bound
    to the names ``to``, or returned) or nothing of these."""

    dotted: Dotted
    function: int
    is_repeated: bool
    how: str
    receiver: Dotted | None
    to: tuple[Dotted, ...]

    @property
    def is_returned(self) -> bool:
        return self.how == "kept" and not self.to and self.function != MODULE


@dataclass(frozen=True, slots=True)
class Function:
    """``around`` and ``cls``: the function and the class that it stands in, or -1."""

    name: str
    around: int
    cls: int
    decorators: tuple[Dotted, ...]


@dataclass(frozen=True, slots=True)
class Class:
    name: str
    bases: tuple[Dotted, ...]
    methods: dict[str, int] = field(default_factory=dict)


class Outline:
    """``imports``: the modules and the names in them that a local name stands for; ``mentions``: those of each word;
    ``values``: what a name is bound to in a function or the module, None for what is no dotted name."""

    def __init__(self, tree: ast.Module) -> None:
        self.imports: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.mentions: dict[str, list[Mention]] = defaultdict(list)
        self.values: dict[tuple[int, str], list[Dotted | None]] = defaultdict(list)
        _Walk(self).over(tree)

    @property
    def digest(self) -> str:
        """Of all that it says, as long as it has not been asked."""
        return blake2b(repr(vars(self)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def around(self, function: int) -> Iterator[int]:
        """A function and those that it stands in, the innermost first."""
        while function != MODULE:
            yield function
            function = self.functions[function].around

    def class_of(self, function: int) -> int:
        """The class whose ``self`` a function reads, or -1."""
        return next((cls for each in self.around(function) if (cls := self.functions[each].cls) >= 0), -1)

    def values_of(self, name: str, function: int) -> list[Dotted | None]:
        """What a name is bound to, where a function reads it."""
        scopes = (*self.around(function), MODULE)
        return next((self.values[scope, name] for scope in scopes if (scope, name) in self.values), [])

    @property
    def hands_on(self) -> bool:
        """Whether the file is there for others to import what it imports."""
        return not self.functions or (MODULE, "__all__") in self.values

    def uses(self, word: str) -> bool:
        """Whether a name with ``word`` in it is mentioned, and is no method of the same object. ``(`` after the word:
        the name ends with it and is called; ``.`` before it: it is the whole name."""
        bare = word.strip(".(")
        for name, mentions in self.mentions.items():
            if bare in name and (name == bare or word[0] != ".") and (name.endswith(bare) or word[-1] != "("):
                if any(self._is_used(mention, name, word) for mention in mentions):
                    return True
        return any(bare in base.last for cls in self.classes for base in cls.bases)

    def _is_used(self, mention: Mention, name: str, word: str) -> bool:
        is_own = mention.dotted.root == "self" and len(mention.dotted.names) == 1
        cls = self.class_of(mention.function) if is_own else -1
        if cls >= 0 and name in self.classes[cls].methods:
            return False
        return word[-1] != "(" or (mention.how == "called" and mention.dotted.last == name)

    def defines(self, name: str) -> bool:
        """Whether the file has a function of that name that is no method."""
        return any(function.name == name and function.cls < 0 for function in self.functions)

    @cached_property
    def repeating(self) -> set[str]:
        """The names of the functions in which something that has a plain name is called again and again."""
        return {
            self.functions[function].name
            for name, mentions in self.mentions.items()
            for mention in mentions
            if mention.is_repeated and mention.how == "called" and mention.dotted == (name, ())
            for function in self.around(mention.function)
        }

    @cached_property
    def packages(self) -> set[str]:
        """The packages that the file imports."""
        return {module.split(".")[0] for meanings in self.imports.values() for module, _ in meanings}

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """What the functions of each name call, by the last part of its name."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, mentions in self.mentions.items():
            for mention in mentions:
                if mention.how == "called" and mention.dotted.last == name:
                    for each in self.around(mention.function):
                        found[self.functions[each].name].add(name)
        return found

    @cached_property
    def _callers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for caller, names in self._called.items():
            for name in names:
                found[name].add(caller)
        return found

    def called_by(self, names: Iterable[str]) -> set[str]:
        """What functions so called call, or a function of the file that they call does."""
        return _closure(self._called, names)

    def callers_of(self, names: Iterable[str]) -> set[str]:
        """The names of the functions that call something so called, or a function of the file that does."""
        return _closure(self._callers, names)


def _closure(steps: Mapping[str, AbstractSet[str]], names: Iterable[str]) -> set[str]:
    """What can be come to in one step or more."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def read(data: bytes) -> Outline | None:
    """The outline of a Python program, or None where ``ast`` does not read it."""
    tree = python_tree(data.decode("utf-8-sig", "replace"))
    return Outline(tree) if tree is not None else None


def sight(data: bytes, outline: Outline | None) -> str:
    """The digest of all that a look at a file can tell; empty where more than its outline tells."""
    return outline.digest if outline is not None and len(data) >= SMALL else ""


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
