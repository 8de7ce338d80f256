"""Declared types: the class whose objects an annotation promises."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

import libcst as cst

from llmlint.languages.python.trees.nodes import verbatim
from llmlint.languages.values import held
from llmlint.values import Builtin, Imported, Literal, Mapping, Operation, Typed, Unknown, Value

if TYPE_CHECKING:
    from llmlint.languages.python.values import Expressions

TYPING = frozenset({"typing", "typing_extensions"})
# Declarations that stand for the first type in their brackets.
WRAPPERS = frozenset(
    {"Optional", "Annotated", "Union", "ClassVar", "Final", "Required", "NotRequired", "SkipValidation", "InstanceOf"}
)
# Those that stand for things of the first type in them.
_COLLECTIONS = frozenset(
    """
    list List set Set frozenset FrozenSet tuple Tuple deque Deque Sequence MutableSequence Iterable Iterator
    AsyncIterable AsyncIterator Collection ContextVar
    """.split()
)
# Those that hold things of the last type in them.
_MAPPINGS = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "WeakValueDictionary"}
)
# Those that stand for nothing of the types in them.
_OTHERS = frozenset({"Generator", "AsyncGenerator", "Callable", "Type", "Literal", "Awaitable", "Coroutine"})
# What a name stands for that tells no class.
_UNTOLD = frozenset((Builtin, Literal))
# A quoted type that can be read without a call or a string in it.
_QUOTED = re.compile(r"[\w.\[\], |]+")

_BOUNDED = Operation("bounded", (Unknown("a text with a maximum length"),))


class Annotations:
    """Reads annotations by the names that ``expressions`` knows."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def of(self, node: cst.BaseExpression) -> Value | None:
        """The class that an annotation names, ``Optional``, ``Annotated``, ``X | None`` and quotes looked through."""
        if type(node) is cst.Name or type(node) is cst.Attribute:
            value = self.expressions.value(node)
            return None if type(value) in _UNTOLD else value
        if type(node) is cst.SimpleString:
            return self._quoted(node)
        if type(node) is cst.BinaryOperation:
            left, right = self.of(node.left), self.of(node.right)
            return left if left is not None else right
        if type(node) is cst.Subscript:
            return self._subscript(node)
        self.expressions.value(node)
        return _BOUNDED if _sets_length(node) else None

    def _subscript(self, node: cst.Subscript) -> Value | None:
        name = node.value.attr.value if isinstance(node.value, cst.Attribute) else getattr(node.value, "value", "")
        inner = [self.of(element.slice.value) for element in node.slice if isinstance(element.slice, cst.Index)]
        first = next((found for found in inner if found is not None), None)
        if name == "Annotated":
            first = first or self._of_metadata(node)
        if name in WRAPPERS:
            return first
        if name in _COLLECTIONS:
            return Operation("collect", (Typed(Unknown("an element"), first),)) if first is not None else None
        if name in _MAPPINGS:
            last = inner[-1] if len(inner) == 2 else None
            if last is None or (isinstance(last, Imported) and last.module in TYPING):
                return None
            return Mapping(rest=held(Typed(Unknown("an item"), last)))
        return self.of(node.value) if name and name[:1].isupper() and name not in _OTHERS else None

    def _of_metadata(self, node: cst.Subscript) -> Value | None:
        """``Annotated[str, Field(max_length=400)]``."""
        return _BOUNDED if any(_sets_length(getattr(e.slice, "value", None)) for e in node.slice) else None

    def _quoted(self, node: cst.SimpleString) -> Value | None:
        content = verbatim(node) or node.evaluated_value
        if not isinstance(content, str) or not _QUOTED.fullmatch(content):
            return None
        if content.isidentifier() and not iskeyword(content):
            return self.of(cst.Name(content))
        try:
            return self.of(cst.parse_expression(content))
        except cst.ParserSyntaxError:
            return None


def _sets_length(node: cst.BaseExpression | None) -> bool:
    """``constr(max_length=400)``, ``Field(max_length=400)``."""
    return isinstance(node, cst.Call) and any(arg.keyword and arg.keyword.value == "max_length" for arg in node.args)
