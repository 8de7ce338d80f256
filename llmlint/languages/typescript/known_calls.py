"""Calls that are evaluated where they stand: builtins, methods of lists and strings, modules loaded by a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.facts import Argument
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.literals import string_in
from llmlint.languages.typescript.syntax import FUNCTIONS, Node, arguments_of, key_of, name_of, plain, whole
from llmlint.languages.values import MAX_ITEMS, names_key, opened, operation, overlay, text
from llmlint.scripts import package
from llmlint.values import (
    Attribute,
    Builtin,
    Element,
    Imported,
    Item,
    Literal,
    Mapping,
    Operation,
    Result,
    Text,
    This,
    Value,
)
from llmlint.values import Sequence as SequenceValue

if TYPE_CHECKING:
    from llmlint.languages.typescript.values import Expressions

Arguments = tuple[Argument, ...]

SLEEP = Imported(package("timers/promises"), "setTimeout")
_GROWING = frozenset({"push", "unshift", "add", "set", "enqueue"})
_SHRINKING = frozenset({"pop", "shift", "splice", "delete", "clear", "dequeue"})
_SLICING = frozenset({"slice", "substring"})
# Methods by the names that the vocabulary of facts has for them.
_CANONICAL = {
    "trim": "strip",
    "trimStart": "lstrip",
    "trimEnd": "rstrip",
    "toLowerCase": "lower",
    "toUpperCase": "upper",
    "replaceAll": "replace",
    "normalize": "translate",
    "padStart": "rjust",
    "padEnd": "ljust",
}
# What compilers and bundlers put around a module that they load.
_INTEROP = frozenset(
    """
    __importDefault __importStar __toESM _interopRequireDefault _interopRequireWildcard _interop_require_default
    _interop_require_wildcard
    """.split()
)
# Methods that ask whether something is in what they are called on.
_ASKING = frozenset({"includes", "has"})
_SEARCHING = frozenset({"match", "matchAll", "search"})
# Functions of the language that call nothing of the project and whose result is plain.
_PLAIN = frozenset({"Number", "parseInt", "parseFloat", "Boolean", "BigInt", "Symbol", "isNaN", "isFinite"})
_VIEWS = frozenset({"keys", "values", "entries", "fromEntries", "getOwnPropertyNames"})
_SAME = frozenset({("Object", "freeze"), ("Object", "seal"), ("Promise", "resolve")})


class KnownCalls:
    """Evaluates what it can of the calls that ``expressions`` meets, and notes what they change."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    # -- before the arguments ---------------------------------------------------------------------------------

    def before(self, node: Node, callee: Node) -> Value | None:
        """A call that is no ordinary one: of a module's loader, or of a base class's constructor."""
        given = arguments_of(node)
        is_loader = callee.type == "import" or self.expressions.is_unbound(callee, "require")
        if is_loader and given and given[0].type in ("string", "template_string"):
            if given[0].type == "string":
                return self.expressions.recorder.imported(package(string_in(given[0])))
            self.expressions.value(given[0])
            return None
        if callee.type == "super":
            made = self.super_object(callee)
            nodes, arguments = self.expressions.arguments(node)
            constructor = Attribute(made, "__init__")
            return self.expressions.recorder.call(
                constructor, arguments, self.expressions.positions.call(node, callee, nodes)
            )
        return None

    def super_object(self, node: Node) -> Value:
        return self.expressions.recorder.call(Builtin("super"), (), self.expressions.positions.call(node, node, []))

    def canonical(self, callee: Value) -> Value:
        if type(callee) is Attribute and callee.name in _CANONICAL:
            return Attribute(callee.base, _CANONICAL[callee.name])
        return callee

    def named(self, node: Node, name: str) -> Value:
        """The value of an expression that is given a name where it stands: a function goes by it."""
        function = plain(node)
        return (
            self.expressions.named_function(function, name)
            if function.type in FUNCTIONS
            else (self.expressions.value(node))
        )

    # -- with them --------------------------------------------------------------------------------------------

    def evaluate(self, node: Node, callee_node: Node, callee: Value, arguments: Arguments) -> Value | None:
        """What a call gives, or None where it has to be recorded."""
        values = [argument.value for argument in arguments if argument.name is None and argument.stars < 2]
        if name_of(callee_node) in _INTEROP and values:
            return values[0]
        if type(callee) is Builtin:
            return self._function(callee.name, values)
        if type(callee) is not Attribute:
            return None
        if type(callee.base) is Builtin:
            return self._of_namespace(callee.base.name, callee.name, arguments_of(node), values)
        target = callee_node.child_by_field_name("object")
        self._note_change(target, callee, values)
        return self._method(node, callee_node, callee, values)

    def _function(self, name: str, values: list[Value]) -> Value | None:
        if name == "String":
            return text(values)
        if name in _PLAIN:
            return Operation(name, tuple(values))
        return values[0] if name == "structuredClone" and values else None

    def _of_namespace(self, base: str, name: str, nodes: list[Node], values: list[Value]) -> Value | None:
        """``Object.entries(x)``, ``Math.min(a, b)``."""
        if base == "Math":
            return Operation(name, tuple(values))
        if base == "console" and not any(names_key(value, self.expressions.recorder.facts.calls) for value in values):
            return Literal(None)
        if (base, name) in _SAME and values:
            return values[0]
        if base == "Object" and name in _VIEWS and values:
            return self._view(name, values[0])
        if base == "Object" and name == "assign" and values:
            return self._assign(nodes[0], values)
        if (base, name) == ("Array", "from") and values:
            length = values[0].get("length") if isinstance(values[0], Mapping) else None
            if len(values) == 1 or length is not None:
                return Operation("range", (length,)) if length is not None else Operation("list", (values[0],))
        return None

    def _view(self, name: str, value: Value) -> Value:
        if not isinstance(value, Mapping) or value.rest or name == "fromEntries":
            return Operation("list", (value,))
        if name == "keys":
            return SequenceValue(tuple(Literal(key) for key, _ in value.items))
        if name == "values":
            return SequenceValue(tuple(item for _, item in value.items))
        return SequenceValue(tuple(SequenceValue((Literal(key), item)) for key, item in value.items))

    def _assign(self, target: Node, values: list[Value]) -> Value:
        """``Object.assign(options, more)``."""
        result = values[0]
        for added in values[1:]:
            result = overlay(result, added)
        if target.type == "identifier":
            self.expressions.scope.replace(text_of(target), values[0], result)
        return result

    def _note_change(self, target: Node | None, callee: Attribute, values: list[Value]) -> None:
        recorder = self.expressions.recorder
        if callee.name in _GROWING:
            grown = callee.base
            if type(grown) is SequenceValue and callee.name in ("push", "unshift", "add"):
                grown = operation("+", grown, SequenceValue(tuple(values[:MAX_ITEMS])))
            recorder.change(key_of(target), "grow", text(values), (callee.base, grown))
            if grown is not callee.base and target is not None and target.type == "identifier":
                self.expressions.scope.replace(text_of(target), callee.base, grown)
        elif callee.name in _SHRINKING:
            recorder.change(key_of(target), "shrink", held=(callee.base,))

    def _method(self, node: Node, callee_node: Node, callee: Attribute, values: list[Value]) -> Value | None:
        base, name = callee.base, callee.name
        if name in _SLICING and values:
            return Item(
                base, Operation("slice", (values[0], values[1] if len(values) > 1 else Literal(None), Literal(None)))
            )
        if name == "substr" and values:
            end = operation("+", values[0], values[1]) if len(values) > 1 else Literal(None)
            return Item(base, Operation("slice", (values[0], end, Literal(None))))
        if name == "filter" and values == [Builtin("Boolean")]:
            return base
        if name == "at" and len(values) == 1:
            return self.expressions.at(base, values[0])
        if name == "toString":
            return text((base,)) if values[:1] != [Literal("base64")] else self._encoded(node, callee_node, base)
        if name == "repeat" and values:
            return operation("*", base, values[0])
        if name == "concat" and values:
            return self._concatenated(node, base, values)
        if name == "join" and len(values) < 2:
            return text((Element(base),))
        if name in _ASKING and len(values) == 1 and not isinstance(base, This):
            return Operation("compare", (values[0], base))
        if name in _SEARCHING and values and self._is_regex(values[0]):
            found = Attribute(values[0], "exec")
            position = self.expressions.positions.call(node, callee_node, [callee_node])
            return self.expressions.recorder.call(found, (Argument(None, base),), position)
        return None

    def _encoded(self, node: Node, callee_node: Node, base: Value) -> Value:
        """``buffer.toString("base64")``."""
        position = self.expressions.positions.call(node, callee_node, [callee_node])
        return self.expressions.recorder.call(Builtin("btoa"), (Argument(None, base),), position)

    def _concatenated(self, node: Node, base: Value, values: list[Value]) -> Value:
        result = base
        for value in values:
            result = operation("+", result, value)
        return self.expressions.joined(node, (base, *values), result) if isinstance(result, Text) else result

    def _is_regex(self, value: Value) -> bool:
        calls = self.expressions.recorder.facts.calls
        return isinstance(value, Result) and calls[value.call].callee == Builtin("RegExp")

    def escape_arguments(self, node: Node) -> None:
        """A call whose result nobody uses is there for its effect: an object given to it may have changed. What is
        printed has not."""
        callee = node.child_by_field_name("function")
        printed = callee is not None and text_of(callee).startswith("console.")
        for argument in () if printed else arguments_of(node):
            value = self.expressions.scope.get(text_of(argument)) if argument.type == "identifier" else None
            if isinstance(value, Mapping):
                changed = opened(value, "passed to a function that may change it")
                self.expressions.scope.replace(text_of(argument), value, changed)

    # -- waiting ----------------------------------------------------------------------------------------------

    def sleep(self, node: Node) -> Value | None:
        """``new Promise((resolve) => setTimeout(resolve, ms))``: how the language waits."""
        given = arguments_of(node)
        body = given[0].child_by_field_name("body") if given and given[0].type in FUNCTIONS else None
        while body is not None and body.type in ("statement_block", "expression_statement", "return_statement"):
            inside = list(code_of(body))
            body = inside[0] if len(inside) == 1 else None
        call = whole(body) if body is not None else None
        callee = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        if call is None or callee is None or name_of(callee) != "setTimeout":
            return None
        delay = arguments_of(call)[1:2]
        arguments = tuple(Argument(None, self.expressions.value(each)) for each in delay)
        position = self.expressions.positions.call(node, callee, delay)
        return self.expressions.recorder.call(SLEEP, arguments, position)
