"""libcst's parser, without what no fact needs: that each node checks itself, and how a program is laid out."""

from __future__ import annotations

import ast
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from llmlint.languages.python.pieces import LONG, Pieces

_BLANK = cst.SimpleWhitespace("")
# Two thirds of a tree, and a tenth of the parse: of each of these one stands for all.
_SHARED: dict[type[cst.CSTNode], cst.CSTNode] = {
    cst.Comment: _BLANK,
    cst.EmptyLine: _BLANK,
    cst.Newline: _BLANK,
    cst.ParenthesizedWhitespace: _BLANK,
    cst.SimpleWhitespace: _BLANK,
    cst.TrailingWhitespace: _BLANK,
    cst.AssignEqual: cst.AssignEqual(),
    cst.Comma: cst.Comma(),
    cst.Dot: cst.Dot(),
    cst.LeftParen: cst.LeftParen(),
    cst.LeftSquareBracket: cst.LeftSquareBracket(),
    cst.RightParen: cst.RightParen(),
    cst.RightSquareBracket: cst.RightSquareBracket(),
}
_KINDS = {kind.__name__: kind for kind in _SHARED}
_MAKERS = {kind.__name__: lambda node=node, **_: node for kind, node in _SHARED.items()}

# What the parser makes is valid.
_validate = cst.CSTNode.__post_init__
_is_lean = False


def parse(text: str, starts: array[int], tree: ast.Module | None) -> cst.Module:
    """The tree of a program, without its layout. ``starts``: where its lines begin; ``tree``: how Python itself reads
    it, if it can. Raises ParserSyntaxError."""
    with _lean():
        if tree is not None and tree.body and len(starts) > LONG:
            with suppress(cst.ParserSyntaxError, ValueError):
                return Pieces(text, starts, cst.parse_module).module(tree)
        return cst.parse_module(text)


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that a node holds, its layout aside; ``node.children`` would check it, and miss the layout."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        for child in value if isinstance(value, list | tuple) else (value,):
            if isinstance(child, cst.CSTNode) and type(child) not in _SHARED:
                yield child


def verbatim(node: cst.SimpleString) -> str | None:
    """What stands between the quotes of a string that has no prefix and escapes nothing."""
    raw = node.value
    if raw[0] not in "\"'" or "\\" in raw:
        return None
    quotes = 3 if raw[:3] in ('"""', "'''") else 1
    return raw[quotes:-quotes]


def ranges_in(module: cst.Module, text: str) -> Mapping[cst.CSTNode, CodeRange]:
    """Where each node of ``module``, the tree of a text, stands: slow, and always right."""
    whole = cst.parse_module(text)
    ranges = MetadataWrapper(whole, unsafe_skip_copy=True).resolve(PositionProvider)
    return {ours: ranges[theirs] for ours, theirs in zip(_nodes(module), _nodes(whole), strict=True)}


def _nodes(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children_of(node))


@contextmanager
def _lean() -> Iterator[None]:
    """The parser asks ``libcst`` by name for the class of each node that it makes."""
    global _is_lean
    _is_lean = True
    vars(cst).update(_MAKERS)
    try:
        yield
    finally:
        vars(cst).update(_KINDS)
        _is_lean = False


def _check(node: cst.CSTNode) -> None:
    if not _is_lean:
        _validate(node)


# Once for all: a class that changes with every parse is slow to look up.
cst.CSTNode.__post_init__ = _check  # type: ignore[method-assign,assignment]
