"""libcst's parser, without what no fact needs: that each node checks itself, and how a program is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

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
_CHECK = cst.CSTNode.__post_init__


def parse(text: str) -> cst.Module:
    """The tree of a program, without its layout. Raises ParserSyntaxError."""
    with _lean():
        return cst.parse_module(text)


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that a node holds, its layout aside; ``node.children`` would check it, and miss the layout."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        for child in value if isinstance(value, list | tuple) else (value,):
            if isinstance(child, cst.CSTNode) and type(child) not in _SHARED:
                yield child


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
    """What the parser makes is valid; and it asks ``libcst`` by name for the class of each node that it makes."""
    cst.CSTNode.__post_init__ = _unchecked  # type: ignore[method-assign,assignment]
    for kind, node in _SHARED.items():
        setattr(cst, kind.__name__, _always(node))
    try:
        yield
    finally:
        cst.CSTNode.__post_init__ = _CHECK  # type: ignore[method-assign]
        for kind in _SHARED:
            setattr(cst, kind.__name__, kind)


def _unchecked(_: cst.CSTNode) -> None:
    pass


def _always(node: cst.CSTNode) -> Callable[..., cst.CSTNode]:
    return lambda **_: node
