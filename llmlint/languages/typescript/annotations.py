"""Declared types: the class whose objects an annotation promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.literals import string_in
from llmlint.languages.typescript.syntax import Node, arguments_of
from llmlint.languages.values import held
from llmlint.scripts import package
from llmlint.values import Builtin, ClassValue, Imported, Mapping, Operation, Typed, Unknown, Value

if TYPE_CHECKING:
    from llmlint.languages.typescript.values import Expressions

# Types that stand for the one in their brackets.
_WRAPPERS = frozenset({"Promise", "Readonly", "Partial", "Required", "NonNullable", "InstanceType", "Awaited"})
# Those that stand for things of it.
_COLLECTIONS = frozenset({"Array", "ReadonlyArray", "Set", "ReadonlySet", "Iterable", "AsyncIterable", "Iterator"})
# Those that hold things of the last one.
_MAPPINGS = frozenset({"Map", "Record", "WeakMap", "ReadonlyMap"})
_LOOKED_THROUGH = frozenset({"type_annotation", "readonly_type", "parenthesized_type", "optional_type"})


class Annotations:
    """Reads annotations by the names that ``expressions`` knows."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def of_parameter(self, node: Node | None) -> Value | None:
        """The class that the type of a parameter names; ``str`` where it is a text, or none."""
        return Builtin("str") if node is not None and _is_text(node) else self.of(node)

    def of(self, node: Node | None) -> Value | None:
        """The class that a type names, ``Promise``, ``X | null`` and brackets looked through."""
        if node is None:
            return None
        kind = node.type
        if kind == "type_identifier":
            return self._named(text_of(node))
        if kind in _LOOKED_THROUGH:
            inner = next(code_of(node), None)
            return self.of(inner)
        if kind == "union_type":
            return next((found for child in code_of(node) if (found := self.of(child)) is not None), None)
        if kind == "array_type":
            return self._collection(self.of(next(code_of(node), None)))
        if kind == "generic_type":
            return self._generic(node)
        if kind == "member_expression":
            return _imported(node)
        if kind == "type_query":
            inner = next(code_of(node), None)
            return (_imported(inner) or self.expressions.value(inner)) if inner is not None else None
        return None

    def _named(self, name: str) -> Value | None:
        value = self.expressions.scope.lookup(name)
        return value if isinstance(value, Imported | ClassValue) else None

    def _generic(self, node: Node) -> Value | None:
        name, given = node.child_by_field_name("name"), node.child_by_field_name("type_arguments")
        inner = [self.of(child) for child in code_of(given)] if given is not None else []
        first = next((found for found in inner if found is not None), None)
        word = text_of(name) if name is not None else ""
        if word in _WRAPPERS:
            return first
        if word in _COLLECTIONS:
            return self._collection(first)
        if word in _MAPPINGS:
            last = inner[-1] if len(inner) == 2 else None
            return Mapping(rest=held(Typed(Unknown("an item"), last))) if last is not None else None
        return self._named(word)

    def _collection(self, element: Value | None) -> Value | None:
        return Operation("collect", (Typed(Unknown("an element"), element),)) if element is not None else None


def _is_text(node: Node) -> bool:
    """``string``, also beside ``null`` and ``undefined``."""
    if node.type == "predefined_type":
        return text_of(node) == "string"
    inner = [child for child in code_of(node) if child.type != "literal_type"]
    return node.type in ("type_annotation", "union_type") and bool(inner) and all(map(_is_text, inner))


def _imported(node: Node) -> Imported | None:
    """``import("openai").OpenAI``, where a type is meant, which brings nothing in."""
    loaded, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    loader = loaded.child_by_field_name("function") if loaded is not None else None
    if loaded is None or name is None or loader is None or loader.type != "import":
        return None
    module = next((given for given in arguments_of(loaded) if given.type == "string"), None)
    return Imported(package(string_in(module)), text_of(name)) if module is not None else None
