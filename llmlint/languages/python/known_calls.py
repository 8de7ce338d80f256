"""Calls that are evaluated where they stand: builtins, methods of dicts and strings, imports made at run time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from llmlint.facts import Argument
from llmlint.languages.python.loops import key_of
from llmlint.languages.values import (
    BRACE_FIELD,
    choice,
    cut,
    filled,
    names_key,
    opened,
    operation,
    overlay,
    text,
    with_item,
)
from llmlint.values import (
    Attribute,
    Builtin,
    Element,
    Imported,
    Item,
    Literal,
    Mapping,
    Operation,
    Parameter,
    Text,
    This,
    Unknown,
    Value,
)
from llmlint.values import Sequence as SequenceValue

if TYPE_CHECKING:
    from llmlint.languages.python.values import Expressions

Arguments = tuple[Argument, ...]

# Builtins that call nothing of the project and whose result is plain: recording them would only cost.
_PLAIN_BUILTINS = frozenset(
    """
    abs all any bool bytes callable chr dir divmod enumerate float format frozenset hasattr hash hex id int
    isinstance issubclass len list max memoryview min oct ord pow print range repr reversed round set
    sorted str sum tuple type vars zip
    """.split()
)
_TEXT_BUILTINS = frozenset({"str", "repr", "format"})
_IMPORTED = frozenset(
    {
        ("importlib", "import_module"),
        ("typing", "cast"),
        ("typing_extensions", "cast"),
        ("types", "SimpleNamespace"),
        ("argparse", "Namespace"),
    }
)
_IMPORT_HELPER = re.compile(r"import|require|module|dependency", re.I)
_MODULE_NAME = re.compile(r"[a-z_]\w*(?:\.\w+)*")
# Functions and methods of loggers and consoles, which leave alone what they show.
_SHOWING = frozenset(
    {"print", "pprint", "log", "debug", "info", "warning", "warn", "error", "exception", "critical", "trace"}
)
_GROWING = frozenset({"append", "extend", "add", "insert", "appendleft", "put", "put_nowait", "push"})
_SHRINKING = frozenset({"pop", "popleft", "popitem", "remove", "discard", "clear", "get_nowait"})


class KnownCalls:
    """Evaluates what it can of the calls that ``expressions`` meets, and notes what they change."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def evaluate(self, node: cst.Call, callee: Value, arguments: Arguments) -> Value | None:
        """What a call gives, or None where it has to be recorded."""
        if type(callee) is Builtin:
            return self._builtin(callee.name, arguments, node)
        if type(callee) is Attribute:
            return self._method(node, callee, arguments)
        if type(callee) is Imported and (callee.module, callee.name) in _IMPORTED:
            return self._imported(callee.name, arguments)
        return None

    def module_of(self, callee: Value, arguments: Arguments) -> Value | None:
        """The module that a helper of the project's own imports by its name: ``require("openai")``."""
        name = arguments[0].value if arguments else None
        if type(name) is not Literal or not isinstance(name.value, str):
            return None
        is_import = _IMPORT_HELPER.search(getattr(callee, "name", "")) and _MODULE_NAME.fullmatch(name.value)
        return self.expressions.recorder.imported(name.value) if is_import else None

    def _imported(self, name: str, arguments: Arguments) -> Value | None:
        """``import_module("x")`` is an import, ``cast(T, x)`` a declaration, and a namespace a dict by another name."""
        if name == "import_module" and arguments and isinstance(arguments[0].value, Literal):
            return self.expressions.recorder.imported(str(arguments[0].value.value))
        if name == "cast" and len(arguments) == 2:
            return self.expressions.typed(arguments[1].value, arguments[0].value)
        return _dict_call(arguments) if name in ("SimpleNamespace", "Namespace") else None

    def _builtin(self, name: str, arguments: Arguments, node: cst.Call) -> Value | None:
        values = [argument.value for argument in arguments]
        if name == "dict":
            return _dict_call(arguments)
        if name == "getattr" and len(values) > 1 and type(values[1]) is Literal and isinstance(values[1].value, str):
            found = self.expressions.attribute(values[0], values[1].value)
            return choice((found, values[2])) if len(values) > 2 else found
        if name == "setattr" and node.args:
            self._escape(node.args[0].value, "set by setattr")
            self._note_set(values)
            return Literal(None)
        if name == "__import__" and values and isinstance(values[0], Literal):
            return self.expressions.recorder.imported(str(values[0].value))
        if name == "next" and node.args:
            self.expressions.recorder.change(key_of(node.args[0].value), "shrink")
            return Element(values[0])
        if name == "format" and len(values) == 2 and type(values[1]) is Literal:
            return filled(f"{{:{values[1].value}}}", BRACE_FIELD, values[:1])
        if name in _TEXT_BUILTINS:
            return text(values)
        if name == "float" and values == [Literal("inf")]:
            return Literal(float("inf"))
        if name == "slice":
            return _slice(arguments)
        if name == "zip":
            return _zipped(values)
        if name == "print" and any(names_key(value, self.expressions.recorder.facts.calls) for value in values):
            return None
        if name in _PLAIN_BUILTINS and not any(argument.stars for argument in arguments):
            return Operation(name, tuple(values))
        return None

    def _note_set(self, values: list[Value]) -> None:
        """``setattr(self, "turns", [])``; an attribute whose name can't be known has none."""
        if len(values) == 3:
            name = str(values[1].value) if type(values[1]) is Literal else ""
            held = Attribute(values[0], name)
            self.expressions.recorder.change(None, "set", values[2], (held, values[2]))

    def _method(self, node: cst.Call, callee: Attribute, arguments: Arguments) -> Value | None:
        """Methods of dicts, lists and strings whose effect on a variable matters."""
        base, name = callee.base, callee.name
        target = node.func.value if type(node.func) is cst.Attribute else node.func
        if name in _GROWING:
            added = text(Element(a.value) if name == "extend" else a.value for a in arguments)
            grown = _grown(base, name, arguments) if type(target) is cst.Name else base
            self.expressions.recorder.change(key_of(target), "grow", added, (base, grown))
            if grown is not base:
                self._replace(target, base, grown)
        elif name in _SHRINKING:
            self.expressions.recorder.change(key_of(target), "shrink", held=(base,))
        if type(base) is Mapping:
            return self._dict_method(target, base, name, arguments)
        if name == "__new__" and arguments and type(arguments[0].value) is This:
            return This(arguments[0].value.cls)
        if name == "format" and isinstance(base, Literal):
            named = [(argument.name, argument.value) for argument in arguments if argument.name is not None]
            value = filled(str(base.value), BRACE_FIELD, [a.value for a in arguments if a.name is None], named)
            return self.expressions.joined(node, (base, *(a.value for a in arguments)), value)
        if name == "format" and isinstance(base, Text):
            return text((base, *(argument.value for argument in arguments)))
        if name == "join" and isinstance(base, Literal) and arguments:
            joined = arguments[0].value
            return self.expressions.joined(node, (base, joined), text((Element(joined),)))
        if name == "update" and isinstance(target, cst.Name):
            self._replace(target, base, overlay(base, _dict_call(arguments)))
        if name == "setdefault" and type(base) is Parameter and len(arguments) == 2:
            key, default = arguments[0].value, arguments[1].value
            if type(key) is Literal:
                self._replace(target, base, overlay(with_item(Mapping(), str(key.value), default), base))
        return None

    def _dict_method(self, target: cst.BaseExpression, base: Mapping, name: str, arguments: Arguments) -> Value | None:
        values = [argument.value for argument in arguments]
        if name == "copy":
            return base
        if name in ("keys", "values", "items") and not base.rest:
            return SequenceValue(tuple(_entry(name, key, value) for key, value in base.items))
        if name == "update":
            self._replace(target, base, overlay(base, _dict_call(arguments)))
            return Literal(None)
        key = values[0] if values else None
        if not (type(key) is Literal and isinstance(key.value, str)):
            if name in ("setdefault", "pop"):
                self._replace(target, base, opened(base, "a computed key"))
            return None
        known = base.get(key.value)
        default = values[1] if len(values) > 1 else Literal(None)
        if name == "get" and known is None:
            return choice((Item(base, key), default)) if base.rest else default
        if name == "get":
            return self.expressions.item(base, key)
        if name == "pop":
            kept = tuple(item for item in base.items if item[0] != key.value)
            self._replace(target, base, Mapping(kept, base.rest))
            return known if known is not None else choice((Item(base, key), default))
        if name == "setdefault":
            if known is None:
                self._replace(target, base, with_item(base, key.value, default))
            return known if known is not None else default
        return None

    def _replace(self, target: cst.BaseExpression, old: Value, new: Value) -> None:
        if type(target) is cst.Name:
            self.expressions.scope.replace(target.value, old, new)

    def _escape(self, node: cst.BaseExpression, reason: str) -> None:
        """An object that something unseen may change from here on."""
        if type(node) is cst.Name:
            value = self.expressions.scope.get(node.value)
            if isinstance(value, Mapping):
                self.expressions.scope.replace(node.value, value, opened(value, reason))

    def escape_arguments(self, node: cst.Call) -> None:
        """A call whose result nobody uses is there for its effect: a dict given to it, and not only spread, may have
        changed. What is printed or logged has not."""
        name = node.func.attr if type(node.func) is cst.Attribute else node.func
        if type(name) is cst.Name and name.value in _SHOWING:
            return
        for argument in node.args:
            if not argument.star:
                self._escape(argument.value, "passed to a function that may change it")


def _grown(base: Value, method: str, arguments: Arguments) -> Value:
    """A list that a method has added to; in what order does not matter to those who ask."""
    if type(base) is not SequenceValue or not arguments or arguments[-1].stars:
        return base
    added = arguments[-1].value
    return operation("+", base, added if method == "extend" else SequenceValue((added,)))


def _slice(arguments: Arguments) -> Value:
    """``slice(400)`` and ``slice(0, 400)``, as ``[:400]`` and ``[0:400]`` are."""
    none = Literal(None)
    match [argument.value for argument in arguments if not argument.stars]:
        case [stop]:
            return Operation("slice", (none, stop, none))
        case [start, stop, *step]:
            return Operation("slice", (start, stop, *(step[:1] or [none])))
    return Unknown("a slice")


def _zipped(values: list[Value]) -> Value:
    """``zip(words, range(100))`` takes no more than the first hundred of each."""
    ranges = [value for value in values if type(value) is Operation and value.operator == "range"]
    if not ranges:
        return Operation("zip", tuple(values))
    end = ranges[0].operands[min(1, len(ranges[0].operands) - 1)]
    return Operation("zip", tuple(value if value in ranges else cut(value, end) for value in values))


def _entry(method: str, key: str, value: Value) -> Value:
    """What iterating over ``d.keys()``, ``d.values()`` or ``d.items()`` yields for one item."""
    if method == "items":
        return SequenceValue((Literal(key), value))
    return Literal(key) if method == "keys" else value


def _dict_call(arguments: Arguments) -> Value:
    """What ``dict(...)`` or the arguments of ``update(...)`` amount to."""
    result: Value = Mapping()
    for argument in arguments:
        if argument.name is not None:
            result = with_item(result, argument.name, argument.value)
        else:
            result = overlay(result, argument.value)
    return result
