"""What every front end on tree-sitter asks of a node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar


class _Syntax(Protocol):
    """A node of tree-sitter, as far as it is asked here."""

    @property
    def type(self) -> str: ...

    @property
    def text(self) -> bytes | None: ...

    @property
    def named_children(self) -> list[Any]: ...


Node = TypeVar("Node", bound=_Syntax)


def text_of(node: _Syntax) -> str:
    text = node.text
    return text.decode("utf-8", "replace") if text is not None else ""


def code_of(node: Node) -> Iterator[Node]:
    """The named children of a node that are no comments."""
    return (child for child in node.named_children if child.type != "comment")


def walk(root: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.named_children))
