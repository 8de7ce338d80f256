"""Expressions: what each one is worth, and the calls met on the way, in the order of evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from llmlint.facts import Argument
from llmlint.languages.evaluator import Evaluator
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.annotations import Annotations
from llmlint.languages.typescript.guards import Guards
from llmlint.languages.typescript.known_calls import KnownCalls
from llmlint.languages.typescript.literals import number_in, string_in
from llmlint.languages.typescript.loops import operator_of, sides
from llmlint.languages.typescript.positions import Positions
from llmlint.languages.typescript.syntax import Node, arguments_of, name_of, plain
from llmlint.languages.values import MAX_ITEMS, choice, opened, operation, overlay, string, template
from llmlint.values import Builtin, Element, Literal, Mapping, Operation, Text, Unknown, Value, Variable
from llmlint.values import Sequence as SequenceValue

BROKEN = Unknown("a part that could not be parsed")
_CONSTANTS: dict[str, Value] = {
    "undefined": Literal(None),
    "Infinity": Literal(float("inf")),
    "NaN": Unknown("not a number"),
}
_COMPARED = frozenset({"<", "<=", ">", ">=", "==", "===", "!=", "!==", "in", "instanceof"})
_LEAVES = frozenset({"comment", "property_identifier", "jsx_text", "type_identifier", "predefined_type", "ERROR"})
_TYPES = frozenset({"type_annotation", "type_arguments", "type_parameters"})


class Property(NamedTuple):
    """A part of an object literal: ``key`` is None for what is spread into it, and where the key is computed."""

    key: str | None
    value: Value
    node: Node


class Expressions(Evaluator):
    """Evaluates the expressions of JavaScript and TypeScript."""

    def __init__(self, recorder: Recorder, positions: Positions, interest: frozenset[str], module: Scope) -> None:
        super().__init__(recorder, interest, module)
        self.positions = positions
        self.guards = Guards(recorder.facts, self)
        self.known_calls = KnownCalls(self)
        self.annotations = Annotations(self)
        self.named_function: Callable[[Node, str], Value] = lambda node, _: self.value(node)
        self._handlers: dict[str, Callable[[Node], Value]] = {
            "identifier": self._name,
            "this": self._name,
            "shorthand_property_identifier": self._name,
            "member_expression": self._member,
            "subscript_expression": self._subscript,
            "call_expression": self.call,
            "new_expression": self._new,
            "string": self._string,
            "template_string": self._template,
            "number": number_in,
            "true": lambda _: Literal(True),
            "false": lambda _: Literal(False),
            "null": lambda _: Literal(None),
            "undefined": lambda _: Literal(None),
            "object": self._object,
            "array": self._array,
            "spread_element": lambda node: Element(self.inner(node)),
            "regex": self._regex,
            "binary_expression": self._binary,
            "unary_expression": self._unary,
            "ternary_expression": self._conditional,
            "as_expression": self._cast,
            "satisfies_expression": self.inner,
            "non_null_expression": self.inner,
            "parenthesized_expression": self._sequence,
            "sequence_expression": self._sequence,
            "await_expression": self.inner,
            "yield_expression": self._yield,
        }

    def value(self, node: Node) -> Value:
        handler = self._handlers.get(node.type)
        return handler(node) if handler is not None else self._other(node)

    def handle(self, kinds: Iterable[str], handler: Callable[[Node], Value]) -> None:
        """Let others evaluate the expressions that bind names or open scopes."""
        self._handlers.update(dict.fromkeys(kinds, handler))

    def name_functions(self, named: Callable[[Node, str], Value]) -> None:
        """Let others take in the functions that are given a name where they stand."""
        self.named_function = named

    def inner(self, node: Node) -> Value:
        """The value of the expression that another one wraps."""
        inside = next(code_of(node), None)
        return self.value(inside) if inside is not None else Literal(None)

    def _other(self, node: Node) -> Value:
        for child in node.named_children:
            if child.type in self._handlers:
                self.value(child)
            elif child.type not in _LEAVES and child.type not in _TYPES:
                self._other(child)
        return Unknown()

    def _sequence(self, node: Node) -> Value:
        values = [self.value(child) for child in code_of(node) if child.type not in _TYPES]
        return values[-1] if values else Unknown()

    # -- leaves -----------------------------------------------------------------------------------------------

    def _name(self, node: Node) -> Value:
        name = text_of(node)
        known = _CONSTANTS.get(name)
        return known if known is not None else self.scope.limited(self.scope.lookup(name))

    def _string(self, node: Node) -> Value:
        content = string_in(node)
        if content in self.interest:
            self.reads.add(content)
        return string(content)

    def _template(self, node: Node) -> Value:
        parts: list[Value] = []
        written = ""
        for child in node.named_children:
            if child.type == "template_substitution":
                if written:
                    parts.append(string(written))
                parts.append(self.inner(child))
                written = ""
            else:
                written += text_of(child)
        if written:
            parts.append(string(written))
        if not any(child.type == "template_substitution" for child in node.named_children):
            return string(written)
        return self.joined(node, parts, template(parts))

    def joined(self, node: Node, parts: Sequence[Value], value: Value) -> Value:
        return self.join(parts, value, lambda: self.positions.node(node))

    def _regex(self, node: Node) -> Value:
        """A regular expression is an object made of its pattern."""
        pattern = node.child_by_field_name("pattern")
        source = Argument(None, string(text_of(pattern)) if pattern is not None else Text())
        return self.recorder.call(Builtin("RegExp"), (source,), self.positions.call(node, node, [node]))

    # -- names inside objects ---------------------------------------------------------------------------------

    def _member(self, node: Node) -> Value:
        base = node.child_by_field_name("object")
        found = self.value(base) if base is not None else Unknown()
        return self.scope.limited(self.attribute(found, name_of(node)))

    def attribute(self, base: Value, name: str) -> Value:
        if name == "length":
            return Operation("len", (base,))
        found = base.get(name) if type(base) is Mapping else None
        return found if found is not None else super().attribute(base, name)

    def _subscript(self, node: Node) -> Value:
        base, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        found = self.value(base) if base is not None else Unknown()
        return self.scope.limited(self.at(found, self.value(index) if index is not None else Unknown()))

    def at(self, base: Value, key: Value) -> Value:
        """What stands at a key or an index; ``client["chat"]`` is ``client.chat``."""
        if type(key) is Literal and isinstance(key.value, str) and type(base) is not Mapping:
            return self.attribute(base, key.value)
        return self.item(base, key)

    # -- containers -------------------------------------------------------------------------------------------

    def _object(self, node: Node) -> Value:
        return mapping_of(self.properties(node))

    def properties(self, node: Node) -> list[Property]:
        """The parts of an object literal, in order."""
        return [part for child in code_of(node) for part in self._property(child)]

    def _property(self, node: Node) -> Iterable[Property]:
        if node.type == "pair":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
            if key is not None and value is not None:
                name = self._key(key)
                yield Property(name, self.known_calls.named(value, name or ""), node)
        elif node.type == "shorthand_property_identifier":
            yield Property(self._key(node), self._name(node), node)
        elif node.type == "spread_element":
            yield Property(None, self.inner(node), node)
        elif node.type == "method_definition":
            key = node.child_by_field_name("name")
            yield Property(self._key(key) if key is not None else None, self.value(node), node)
        else:
            self._other(node)
            yield Property(None, BROKEN, node)

    def _key(self, node: Node) -> str | None:
        if node.type == "computed_property_name":
            key = self.inner(node)
            return key.value if type(key) is Literal and isinstance(key.value, str) else None
        name = string_in(node) if node.type == "string" else text_of(node)
        if name in self.interest:
            self.reads.add(name)
        return name

    def _array(self, node: Node) -> Value:
        values = [self.value(child) for child in code_of(node)]
        if len(values) > MAX_ITEMS:
            return SequenceValue((*values[:MAX_ITEMS], Unknown("more items")))
        return SequenceValue(tuple(values))

    # -- operators --------------------------------------------------------------------------------------------

    def _binary(self, node: Node) -> Value:
        operator = operator_of(node)
        left, right = map(self.value, sides(node))
        if operator == "&&":
            return Operation("and", (left, right))
        if operator in ("||", "??"):
            return right if type(left) is Literal and not left.value else choice((left, right))
        if operator in _COMPARED:
            return Operation("compare", (left, right))
        value = operation(operator, left, right)
        return self.joined(node, (left, right), value) if operator == "+" else value

    def _unary(self, node: Node) -> Value:
        operator, value = operator_of(node), self.value(node.named_children[-1])
        if operator == "!":
            return Operation("not", (value,))
        if operator == "-" and type(value) is Literal and type(value.value) in (int, float):
            return Literal(-value.value)  # type: ignore[operator]
        return value if operator == "+" else Operation(operator, (value,))

    def _conditional(self, node: Node) -> Value:
        test, body, orelse = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        if test is None or body is None or orelse is None:
            return self._other(node)
        within, beyond = self.guards.of(test)
        self.value(test)
        return choice((self._limited(body, within), self._limited(orelse, beyond)))

    def _limited(self, node: Node, values: list[Value]) -> Value:
        """An expression in which the lengths of ``values`` are bounded."""
        if not values:
            return self.value(node)
        self.scope.push()
        self.scope.limit(values)
        value = self.value(node)
        self.scope.pop()
        return value

    def _cast(self, node: Node) -> Value:
        parts = list(code_of(node))
        value = self.value(parts[0])
        return self.typed(value, self.annotations.of(parts[1])) if len(parts) > 1 else value

    def _yield(self, node: Node) -> Value:
        value = self.inner(node)
        is_from = any(child.type == "*" for child in node.children)
        self.yielded.append(Element(value) if is_from else value)
        return value if is_from else Unknown("sent into the generator")

    # -- calls ------------------------------------------------------------------------------------------------

    def call(self, node: Node) -> Value:
        callee_node = node.child_by_field_name("function")
        if callee_node is None:
            return self._other(node)
        special = self.known_calls.before(node, plain(callee_node))
        if special is not None:
            return special
        callee = self.value(callee_node)
        nodes, arguments = self.arguments(node)
        callee = self.known_calls.canonical(callee)
        evaluated = self.known_calls.evaluate(node, plain(callee_node), callee, arguments)
        if evaluated is not None:
            return evaluated
        return self.recorder.call(callee, arguments, self.positions.call(node, callee_node, nodes))

    def _new(self, node: Node) -> Value:
        constructor = node.child_by_field_name("constructor")
        if constructor is None:
            return self._other(node)
        callee = self.value(constructor)
        if callee == Builtin("Promise"):
            slept = self.known_calls.sleep(node)
            if slept is not None:
                return slept
        nodes, arguments = self.arguments(node)
        if callee in (Builtin("Set"), Builtin("Array")) and len(arguments) == 1:
            return Operation("list", (arguments[0].value,))
        return self.recorder.call(callee, arguments, self.positions.call(node, constructor, nodes))

    def arguments(self, node: Node) -> tuple[list[Node], tuple[Argument, ...]]:
        """The arguments of a call, and their nodes. The parts of an object literal are arguments of their own beside
        it: what other languages call keyword arguments."""
        nodes: list[Node] = []
        arguments: list[Argument] = []
        given = node.child_by_field_name("arguments")
        if given is not None and given.type == "template_string":
            return [given], (Argument(None, self.value(given)),)
        parts: list[Property] = []
        for child in arguments_of(node):
            stars = 0
            if child.type == "object":
                own = self.properties(child)
                parts += own
                value = mapping_of(own)
            elif child.type == "spread_element":
                value, stars = self.inner(child), 1
            else:
                value = self.value(child)
            nodes.append(child)
            arguments.append(Argument(None, value, stars))
        for part in parts:
            nodes.append(part.node)
            arguments.append(Argument(part.key, part.value, 0 if part.key is not None else 2))
        if node.has_error:
            nodes.append(node)
            arguments.append(Argument(None, BROKEN, 2))
        return nodes, tuple(arguments)

    def is_unbound(self, node: Node, name: str) -> bool:
        """Whether an identifier is a name that nothing in the file binds."""
        if node.type != "identifier" or text_of(node) != name:
            return False
        return self.scope.lookup(name) in (Builtin(name), Variable(0, name))


def mapping_of(parts: Sequence[Property]) -> Value:
    """The object that an object literal makes."""
    result: Value = Mapping()
    items: list[tuple[str, Value]] = []
    for part in parts:
        if part.key is not None and len(items) < MAX_ITEMS:
            items.append((part.key, part.value))
        elif part.node.type == "spread_element":
            result = overlay(overlay(result, Mapping(tuple(dict(items).items()))), part.value)
            items = []
        else:
            result = opened(overlay(result, Mapping(tuple(dict(items).items()))), "a computed key")
            items = []
    return overlay(result, Mapping(tuple(dict(items).items()))) if items else result
