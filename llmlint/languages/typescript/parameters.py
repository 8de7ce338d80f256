"""Parameters: what a function is called with, and what its patterns take out of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from llmlint.facts import ParameterFact
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.literals import string_in
from llmlint.languages.typescript.syntax import Node
from llmlint.languages.typescript.values import Expressions
from llmlint.languages.values import choice
from llmlint.values import Parameter, Unknown, Value

_TYPED = frozenset({"required_parameter", "optional_parameter"})
_MODIFIERS = frozenset({"accessibility_modifier", "readonly", "override_modifier"})


class Binding(NamedTuple):
    """A name or a pattern, and what is bound to it when the function begins. ``is_field``: it is a field of the object
    too, as in ``constructor(private client: OpenAI)``."""

    target: Node
    value: Value
    is_field: bool = False


class _Given(NamedTuple):
    """One parameter as it is written."""

    pattern: Node
    default: Node | None
    type: Node | None
    is_field: bool


class Parameters:
    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def of(self, node: Node, function: int) -> tuple[tuple[ParameterFact, ...], tuple[Binding, ...]]:
        """The parameters of a function, and what its body knows them as. Those that are taken out of an object are
        named ones: a call gives them by the keys of an object literal."""
        facts: list[ParameterFact] = []
        bindings: list[Binding] = []
        for place, given in enumerate(_written(node)):
            default = self._value(given.default)
            if given.pattern.type == "identifier":
                name = text_of(given.pattern)
                declared = self.expressions.annotations.of_parameter(given.type)
                facts.append(ParameterFact(name, "positional", default, declared))
                bindings.append(Binding(given.pattern, Parameter(function, name), given.is_field))
            elif given.pattern.type == "rest_pattern":
                inner = next(code_of(given.pattern), given.pattern)
                facts.append(ParameterFact(text_of(inner), "*"))
                bindings.append(Binding(inner, Parameter(function, text_of(inner))))
            elif given.pattern.type == "object_pattern":
                facts.append(ParameterFact(f"argument {place}", "positional", default))
                self._take_apart(given, function, facts, bindings)
            else:
                facts.append(ParameterFact(f"argument {place}", "positional", default))
                bindings.append(Binding(given.pattern, Parameter(function, f"argument {place}")))
        return tuple(facts), tuple(bindings)

    def _take_apart(self, given: _Given, function: int, facts: list[ParameterFact], bindings: list[Binding]) -> None:
        """``({ prompt, limit = 100, ...rest })``."""
        types = _property_types(given.type)
        for child in code_of(given.pattern):
            if child.type == "rest_pattern":
                inner = next(code_of(child), child)
                facts.append(ParameterFact(text_of(inner), "**"))
                bindings.append(Binding(inner, Parameter(function, text_of(inner))))
                continue
            name, target, default = _property(child)
            if target is not None:
                declared = self.expressions.annotations.of(types.get(name))
                facts.append(ParameterFact(name, "keyword", self._value(default), declared))
                bindings.append(Binding(target, Parameter(function, name)))

    def _value(self, node: Node | None) -> Value | None:
        return self.expressions.value(node) if node is not None else None

    def bind_inline(self, node: Node, values: Sequence[Value], bind: Callable[[Node, Value], None]) -> None:
        """Bind the parameters of a callback that runs where it is written."""
        for place, given in enumerate(_written(node)):
            value = values[place] if place < len(values) else Unknown("what a callback is given")
            if given.default is not None:
                value = choice((value, self.expressions.value(given.default)))
            if given.pattern.type == "identifier":
                self.expressions.scope.bind_temporarily(text_of(given.pattern), value)
            elif given.pattern.type != "rest_pattern":
                bind(given.pattern, value)


def _written(node: Node) -> Iterator[_Given]:
    single = node.child_by_field_name("parameter")
    listed = node.child_by_field_name("parameters")
    for child in [single] if single is not None else code_of(listed) if listed is not None else ():
        if child.type in _TYPED:
            pattern = child.child_by_field_name("pattern")
            is_field = any(part.type in _MODIFIERS for part in child.children)
            if pattern is not None and pattern.type != "this":
                yield _Given(pattern, child.child_by_field_name("value"), child.child_by_field_name("type"), is_field)
        elif child.type == "assignment_pattern":
            left = child.child_by_field_name("left")
            if left is not None:
                yield _Given(left, child.child_by_field_name("right"), None, False)
        else:
            yield _Given(child, None, None, False)


def _property(node: Node) -> tuple[str, Node | None, Node | None]:
    """The key, the target and the default of a part of an object pattern."""
    if node.type == "object_assignment_pattern":
        left = node.child_by_field_name("left")
        return text_of(left) if left is not None else "", left, node.child_by_field_name("right")
    if node.type != "pair_pattern":
        return text_of(node), node, None
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    name = "" if key is None else string_in(key) if key.type == "string" else text_of(key)
    if value is not None and value.type == "assignment_pattern":
        return name, value.child_by_field_name("left"), value.child_by_field_name("right")
    return name, value, None


def _property_types(node: Node | None) -> dict[str, Node]:
    """The declared types of the properties of an object type."""
    inner = next(code_of(node), None) if node is not None else None
    found = {}
    for child in code_of(inner) if inner is not None and inner.type == "object_type" else ():
        name, declared = child.child_by_field_name("name"), child.child_by_field_name("type")
        if name is not None and declared is not None:
            found[text_of(name)] = declared
    return found
