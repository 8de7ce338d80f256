"""Comments that may hold a directive, each with the lines of the statement that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmlint.facts import Comment, Span
from llmlint.languages.typescript.positions import code_points
from llmlint.languages.typescript.syntax import Node

_DIRECTIVE = re.compile(rb"llmlint\s*:", re.I)
_BODIES = frozenset({"statement_block", "class_body", "switch_body"})
_HOLDERS = frozenset({"program", *_BODIES})


def directive_comments(program: Node, data: bytes, starts: Sequence[int]) -> list[Comment]:
    found = []
    for node in _comments(program):
        words = data[node.start_byte : node.end_byte]
        if _DIRECTIVE.search(words):
            start, end = code_points(data, (node.start_byte, node.end_byte))
            first, last, alone = _lines(node, data)
            found.append(Comment(words.decode("utf-8", "replace"), Span(start, end), first, last, alone))
    return found


def _comments(program: Node) -> Iterator[Node]:
    cursor = program.walk()
    while True:
        node = cursor.node
        if node is not None and node.type in ("comment", "html_comment"):
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _lines(comment: Node, data: bytes) -> tuple[int, int, bool]:
    """The first and last line of what a comment speaks of, and whether it stands on lines of its own."""
    before = data[data.rfind(b"\n", 0, comment.start_byte) + 1 : comment.start_byte]
    if before.strip(b" \t{/*"):
        start = comment.start_byte - len(before.lstrip())
        return (*_statement(comment, start, comment.start_point[0]), False)
    following: Node | None = comment
    end = comment.end_point[0]
    # Further comments may stand between, but no empty line.
    while following is not None and following.type == "comment" and following.start_point[0] <= end + 1:
        end = following.end_point[0]
        following = following.next_named_sibling
    if following is None or following.type == "comment" or following.start_point[0] > end + 1:
        return comment.start_point[0] + 1, comment.end_point[0] + 1, True
    return (*_reach(following, following.start_point[0]), True)


def _statement(comment: Node, start: int, line: int) -> tuple[int, int]:
    """The lines of the statement in which the code before a comment stands."""
    root = comment
    while root.parent is not None:
        root = root.parent
    node = root.descendant_for_byte_range(start, start)
    while node is not None and node.parent is not None and node.parent.type not in _HOLDERS:
        node = node.parent
    return _reach(node, line) if node is not None else (line + 1, line + 1)


def _reach(node: Node, line: int) -> tuple[int, int]:
    """A statement as far as the first body in it that opens at or below ``line``."""
    last = node.end_point[0]
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        for child in inner.named_children:
            if child.type in _BODIES and child.start_point[0] >= line and child.end_point[0] > line:
                last = min(last, child.start_point[0])
            elif child.end_point[0] >= line:
                waiting.append(child)
    return node.start_point[0] + 1, max(last, line) + 1
