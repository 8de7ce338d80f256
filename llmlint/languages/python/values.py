"""Expressions: what each one is worth, and the calls met on the way, in the order of evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from llmlint.facts import (
    Argument,
    Attribute,
    Builtin,
    ClassValue,
    Element,
    Imported,
    Item,
    Literal,
    Mapping,
    Operation,
    Patched,
    Text,
    Typed,
    Unknown,
    Value,
)
from llmlint.facts import Sequence as SequenceValue
from llmlint.languages.python.names import Scope
from llmlint.languages.python.positions import Positions
from llmlint.languages.recorder import Recorder
from llmlint.languages.values import MAX_ITEMS, choice, opened, operation, overlay, string, template, text, with_item

# Builtins that call nothing of the project and whose result is plain: recording them would only cost.
_PLAIN_BUILTINS = frozenset(
    """
    abs all any bool bytes callable chr dir divmod enumerate float format frozenset hasattr hash hex id int
    isinstance issubclass len list max memoryview min oct ord pow print range repr reversed round set slice
    sorted str sum tuple type vars zip
    """.split()
)
_TEXT_BUILTINS = frozenset({"str", "repr", "format"})
_GROWING = frozenset({"append", "extend", "add", "insert", "appendleft", "put", "put_nowait", "push"})
_SHRINKING = frozenset({"pop", "popleft", "popitem", "remove", "discard", "clear", "get_nowait"})
_NUMBER = Unknown("a number made at run time")


def key_of(node: cst.BaseExpression) -> str | None:
    """The spelling by which loops follow a variable: ``n``, ``self.n``, ``state[n]``."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = key_of(node.value)
        return f"{base}.{node.attr.value}" if base else None
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        base, index = key_of(node.value), node.slice[0].slice
        if base and isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString | cst.Name):
            return f"{base}[{index.value.value}]"
    return None


class Expressions:
    """Evaluates expressions in ``scope``; the visitor moves it from scope to scope."""

    def __init__(self, recorder: Recorder, positions: Positions, interest: frozenset[str], module: Scope) -> None:
        self.recorder = recorder
        self.positions = positions
        self.interest = interest
        self.scope = module
        self.reads: set[str] = set()
        self.yielded: list[Value] = []
        self._handlers: dict[type[cst.CSTNode], Callable[[Any], Value]] = {
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Call: self._call,
            cst.SimpleString: self._string,
            cst.ConcatenatedString: self._concatenated,
            cst.FormattedString: self._formatted,
            cst.Integer: self._number,
            cst.Float: self._number,
            cst.Dict: self._dict,
            cst.List: self._sequence,
            cst.Tuple: self._sequence,
            cst.Set: self._sequence,
            cst.Subscript: self._subscript,
            cst.BinaryOperation: self._binary,
            cst.BooleanOperation: self._boolean,
            cst.Comparison: self._comparison,
            cst.UnaryOperation: self._unary,
            cst.IfExp: self._conditional,
            cst.Await: self._await,
            cst.Yield: self._yield,
            cst.NamedExpr: self._named,
            cst.StarredElement: self._starred,
        }

    def value(self, node: cst.BaseExpression) -> Value:
        handler = self._handlers.get(type(node))
        return handler(node) if handler else self._other(node)

    def handle(self, kind: type[cst.CSTNode], handler: Callable[[Any], Value]) -> None:
        """Let the visitor evaluate the expressions that open scopes of their own."""
        self._handlers[kind] = handler

    def _other(self, node: cst.CSTNode) -> Value:
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                self.value(child)
            else:
                self._other(child)
        return Unknown()

    # -- leaves -----------------------------------------------------------------------------------------------

    def _name(self, node: cst.Name) -> Value:
        name = node.value
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        return self.scope.lookup(name)

    def _number(self, node: cst.Integer | cst.Float) -> Value:
        try:
            value: int | float = node.evaluated_value
        except ValueError:
            return _NUMBER
        return Literal(value) if abs(value) < 1e18 else _NUMBER

    def _string(self, node: cst.SimpleString) -> Value:
        raw = node.value
        if raw[0] in "\"'" and "\\" not in raw:
            quotes = 3 if raw[:3] in ('"""', "'''") else 1
            content = raw[quotes:-quotes]
            if content in self.interest:
                self.reads.add(content)
            return string(content)
        if "b" in node.prefix or len(raw) > 1000:
            return Text()
        evaluated = node.evaluated_value
        return string(evaluated) if isinstance(evaluated, str) else Text()

    def _concatenated(self, node: cst.ConcatenatedString) -> Value:
        return operation("+", self.value(node.left), self.value(node.right))

    def _formatted(self, node: cst.FormattedString) -> Value:
        parts: list[Value] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                parts.append(self.value(part.expression))
                for nested in part.format_spec or ():
                    if isinstance(nested, cst.FormattedStringExpression):
                        self.value(nested.expression)
            elif isinstance(part, cst.FormattedStringText):
                parts.append(string(part.value))
        return template(parts)

    # -- names inside objects ---------------------------------------------------------------------------------

    def _attribute(self, node: cst.Attribute) -> Value:
        return self.attribute(self.value(node.value), node.attr.value)

    def attribute(self, base: Value, name: str) -> Value:
        if name in self.interest:
            self.reads.add(name)
        if type(base) is Imported and not base.name:
            return Imported(base.module, name)
        if type(base) is Patched:
            for key, value in base.items:
                if key == name:
                    return value
        return Attribute(base, name)

    def _subscript(self, node: cst.Subscript) -> Value:
        return self.item(self.value(node.value), self.value_of_index(node))

    def item(self, base: Value, key: Value) -> Value:
        if type(key) is Literal:
            if isinstance(key.value, str):
                if key.value in self.interest:
                    self.reads.add(key.value)
                found = base.get(key.value) if type(base) is Mapping else None
                if found is not None:
                    return found
            elif type(base) is SequenceValue and isinstance(key.value, int):
                if -len(base.items) <= key.value < len(base.items):
                    return base.items[key.value]
        return Item(base, key)

    def value_of_index(self, node: cst.Subscript) -> Value:
        keys = [self._index(element.slice) for element in node.slice]
        return keys[0] if len(keys) == 1 else SequenceValue(tuple(keys))

    def _index(self, node: cst.BaseSlice) -> Value:
        if isinstance(node, cst.Slice):
            bounds = [self.value(bound) if bound else Literal(None) for bound in (node.lower, node.upper, node.step)]
            return Operation("slice", tuple(bounds))
        return self.value(node.value) if isinstance(node, cst.Index) else Unknown()

    # -- containers -------------------------------------------------------------------------------------------

    def _dict(self, node: cst.Dict) -> Value:
        result: Value = Mapping()
        items: list[tuple[str, Value]] = []
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key, value = self.value(element.key), self.value(element.value)
                if type(key) is Literal and isinstance(key.value, str) and len(items) < MAX_ITEMS:
                    items.append((key.value, value))
                else:
                    result = opened(overlay(result, Mapping(tuple(items))), "a computed key")
                    items = []
            else:
                result = overlay(overlay(result, Mapping(tuple(items))), self.value(element.value))
                items = []
        return overlay(result, Mapping(tuple(dict(items).items()))) if items else result

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> Value:
        values = [
            self.value(element) if type(element) is cst.StarredElement else self.value(element.value)
            for element in node.elements
        ]
        if len(values) > MAX_ITEMS:
            return SequenceValue((*values[:MAX_ITEMS], Unknown("more items")))
        return SequenceValue(tuple(values))

    def _starred(self, node: cst.StarredElement) -> Value:
        return Element(self.value(node.value))

    # -- operators --------------------------------------------------------------------------------------------

    def _binary(self, node: cst.BinaryOperation) -> Value:
        left = self.value(node.left)
        return operation(operator_of(node.operator), left, self.value(node.right))

    def _boolean(self, node: cst.BooleanOperation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.operator, cst.And):
            return Operation("and", (left, right))
        return right if type(left) is Literal and not left.value else choice((left, right))

    def _comparison(self, node: cst.Comparison) -> Value:
        operands = [self.value(node.left), *(self.value(target.comparator) for target in node.comparisons)]
        return Operation("compare", tuple(operands))

    def _unary(self, node: cst.UnaryOperation) -> Value:
        value = self.value(node.expression)
        if isinstance(node.operator, cst.Not):
            return Operation("not", (value,))
        if isinstance(node.operator, cst.Minus) and type(value) is Literal and type(value.value) in (int, float):
            return Literal(-value.value)  # type: ignore[operator]
        return value if isinstance(node.operator, cst.Plus) else Operation("-", (value,))

    def _conditional(self, node: cst.IfExp) -> Value:
        body = self.value(node.body)
        self.value(node.test)
        return choice((body, self.value(node.orelse)))

    def _await(self, node: cst.Await) -> Value:
        return self.value(node.expression)

    def _yield(self, node: cst.Yield) -> Value:
        if isinstance(node.value, cst.From):
            inner = self.value(node.value.item)
            self.yielded.append(Element(inner))
            return inner
        self.yielded.append(self.value(node.value) if node.value is not None else Literal(None))
        return Unknown("sent into the generator")

    def _named(self, node: cst.NamedExpr) -> Value:
        value = self.value(node.value)
        if isinstance(node.target, cst.Name):
            self.scope.bind(node.target.value, value)
            self.recorder.change(node.target.value, "set", value)
        return value

    # -- calls ------------------------------------------------------------------------------------------------

    def _call(self, node: cst.Call) -> Value:
        callee = self.value(node.func)
        arguments = tuple(
            Argument(arg.keyword.value if arg.keyword else None, self.value(arg.value), len(arg.star))
            for arg in node.args
        )
        if type(callee) is Builtin:
            folded = self._builtin(callee.name, arguments, node)
            if folded is not None:
                self.positions.skip_call(node)
                return folded
        elif type(callee) is Attribute:
            folded = self._method(node, callee, arguments)
            if folded is not None:
                self.positions.skip_call(node)
                return folded
        return self.recorder.call(callee, arguments, self.positions.call(node))

    def _builtin(self, name: str, arguments: tuple[Argument, ...], node: cst.Call) -> Value | None:
        values = [argument.value for argument in arguments]
        if name == "dict":
            return _dict_call(arguments)
        if name == "getattr" and len(values) > 1 and type(values[1]) is Literal and isinstance(values[1].value, str):
            found = self.attribute(values[0], values[1].value)
            return choice((found, values[2])) if len(values) > 2 else found
        if name == "setattr" and node.args:
            self._escape(node.args[0].value, "set by setattr")
            return Literal(None)
        if name == "next" and node.args:
            self.recorder.change(key_of(node.args[0].value), "shrink")
            return Element(values[0])
        if name in _TEXT_BUILTINS:
            return text(values)
        if name == "float" and values == [Literal("inf")]:
            return Literal(float("inf"))
        if name in _PLAIN_BUILTINS and not any(argument.stars for argument in arguments):
            return Operation(name, tuple(values))
        return None

    def _method(self, node: cst.Call, callee: Attribute, arguments: tuple[Argument, ...]) -> Value | None:
        """Methods of dicts, lists and strings whose effect on a variable matters."""
        base, name = callee.base, callee.name
        target = node.func.value if isinstance(node.func, cst.Attribute) else node.func
        if name in _GROWING:
            self.recorder.change(key_of(target), "grow")
        elif name in _SHRINKING:
            self.recorder.change(key_of(target), "shrink")
        if type(base) is Mapping:
            return self._dict_method(target, base, name, arguments)
        if name == "format" and isinstance(base, Literal | Text):
            return text((base, *(argument.value for argument in arguments)))
        if name == "join" and isinstance(base, Literal) and arguments:
            return text((Element(arguments[0].value),))
        if name == "update" and isinstance(target, cst.Name):
            self._replace(target, base, overlay(base, _dict_call(arguments)))
        return None

    def _dict_method(
        self, target: cst.BaseExpression, base: Mapping, name: str, arguments: tuple[Argument, ...]
    ) -> Value | None:
        values = [argument.value for argument in arguments]
        if name == "copy":
            return base
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
        if name == "get":
            return self.item(base, key) if known is not None or not base.rest else choice((Item(base, key), default))
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
        if isinstance(target, cst.Name):
            self.scope.replace(target.value, old, new)

    def _escape(self, node: cst.BaseExpression, reason: str) -> None:
        """An object that something unseen may change from here on."""
        if isinstance(node, cst.Name):
            value = self.scope.get(node.value)
            if isinstance(value, Mapping):
                self.scope.replace(node.value, value, opened(value, reason))

    def escape_arguments(self, node: cst.Call) -> None:
        """A call whose result nobody uses is there for its effect: a dict given to it may have changed."""
        for argument in node.args:
            self._escape(argument.value, "passed to a function that may change it")

    # -- types ------------------------------------------------------------------------------------------------

    def type(self, node: cst.BaseExpression) -> Value | None:
        """The class that an annotation names, ``Optional``, ``Annotated``, ``X | None`` and quotes looked through."""
        if isinstance(node, cst.Name | cst.Attribute):
            value = self.value(node)
            return (
                value
                if isinstance(value, Imported | ClassValue | Attribute) or not isinstance(value, Builtin | Literal)
                else None
            )
        if isinstance(node, cst.SimpleString):
            return self._quoted_type(node)
        if isinstance(node, cst.BinaryOperation):
            left, right = self.type(node.left), self.type(node.right)
            return left if left is not None else right
        if isinstance(node, cst.Subscript):
            return self._subscript_type(node)
        self.value(node)
        return None

    def _subscript_type(self, node: cst.Subscript) -> Value | None:
        name = node.value.attr.value if isinstance(node.value, cst.Attribute) else getattr(node.value, "value", "")
        inner = [self.type(element.slice.value) for element in node.slice if isinstance(element.slice, cst.Index)]
        if name in ("Optional", "Annotated", "Union", "ClassVar", "Final", "SkipValidation", "InstanceOf"):
            return next((found for found in inner if found is not None), None)
        return self.type(node.value) if name and name[:1].isupper() and name not in _CONTAINERS else None

    def _quoted_type(self, node: cst.SimpleString) -> Value | None:
        content = node.evaluated_value
        words = content.split("[")[-1].split("|")[0].strip("] ").split(".") if isinstance(content, str) else []
        if not words or not all(word.isidentifier() for word in words):
            return None
        value = self.scope.lookup(words[0])
        for word in words[1:]:
            value = self.attribute(value, word)
        return None if isinstance(value, Builtin) else value

    def typed(self, value: Value, declared: Value | None) -> Value:
        return Typed(value, declared) if declared is not None and not isinstance(value, Literal) else value


_CONSTANTS: dict[str, Value] = {"None": Literal(None), "True": Literal(True), "False": Literal(False)}
_CONTAINERS = frozenset(
    """
    List Dict Set Tuple Sequence Iterable Iterator AsyncIterator AsyncIterable Generator AsyncGenerator Mapping
    Callable Type Literal Awaitable Coroutine FrozenSet Collection MutableMapping DefaultDict Deque
    """.split()
)
_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.PowerAssign: "**",
    cst.BitOrAssign: "|",
    cst.BitAndAssign: "&",
}


def operator_of(node: cst.CSTNode) -> str:
    return _OPERATORS.get(type(node), "?")


def _dict_call(arguments: tuple[Argument, ...]) -> Value:
    """What ``dict(...)`` or the arguments of ``update(...)`` amount to."""
    result: Value = Mapping()
    for argument in arguments:
        if argument.name is not None:
            result = with_item(result, argument.name, argument.value)
        else:
            result = overlay(result, argument.value)
    return result
