"""libcst's nodes without their layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import libcst as cst

Kind = TypeVar("Kind", bound=cst.CSTNode)
# The fields of nodes that hold layout, and what the others hold beside nodes.
_LAYOUT = frozenset(
    """
    colon comma dot equal first_colon footer header indent lbrace lbracket leading_lines lines_after_decorators lpar
    rbrace rbracket rpar second_colon semicolon separator trailing_comma
    """.split()
)
_PLAIN = frozenset({str, type(None), cst.MaybeSentinel})
_set = object.__setattr__


class _Fields(dict[type[cst.CSTNode], tuple[str, ...]]):
    def __missing__(self, kind: type[cst.CSTNode]) -> tuple[str, ...]:
        names = kind.__dataclass_fields__
        self[kind] = tuple(name for name in names if name not in _LAYOUT and "whitespace" not in name)
        return self[kind]


_FIELDS = _Fields()


def made(kind: type[Kind], **parts: object) -> Kind:
    """A node of which only the parts are set that facts are made of: its own constructor sets far more."""
    node = object.__new__(kind)
    for field, part in parts.items():
        _set(node, field, part)
    return node


def name(text: str) -> cst.Name:
    return made(cst.Name, value=text)


def optional_name(text: str | None) -> cst.Name | None:
    return name(text) if text is not None else None


def as_name(node: cst.CSTNode | None) -> cst.AsName | None:
    return made(cst.AsName, name=node) if node is not None else None


def dotted(text: str) -> cst.CSTNode:
    first, *others = text.split(".")
    node: cst.CSTNode = name(first)
    for other in others:
        node = made(cst.Attribute, value=node, attr=name(other))
    return node


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that a node holds, its layout aside; ``node.children`` would check it, and miss the layout."""
    for field in _FIELDS[type(node)]:
        part = getattr(node, field, None)
        for child in part if isinstance(part, list | tuple) else (part,):
            if type(child) not in _PLAIN:
                yield child


def verbatim(node: cst.SimpleString) -> str | None:
    """What stands between the quotes of a string that has no prefix and escapes nothing."""
    raw = node.value
    if raw[0] not in "\"'" or "\\" in raw:
        return None
    quotes = len(quotes_of(raw))
    return raw[quotes:-quotes]


def quotes_of(code: str) -> str:
    """Those that the code of a string, without its prefix, begins with."""
    return code[:3] if code[:3] in ('"""', "'''") else code[:1]
