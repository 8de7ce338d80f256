"""tree-sitter's trees of HCL: the parser, and where a node stands in code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

import tree_sitter_hcl
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

__all__ = ["WORDS", "Offsets", "Syntax", "code_of", "parse", "text_of", "words_of"]

WORDS = ("identifier", "string_lit")
_CONTINUATION = re.compile(rb"[\x80-\xbf]")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def parse(data: bytes) -> Syntax:
    return _parser().parse(data).root_node


def text_of(node: Syntax) -> str:
    text = node.text
    return text.decode("utf-8", "replace") if text is not None else ""


def words_of(block: Syntax) -> list[str]:
    """The words of a block's heading: ``resource``, ``aws_sqs_queue``, ``work``."""
    return [text_of(child).strip('"') for child in block.children if child.type in WORDS]


def code_of(node: Syntax) -> Iterator[Syntax]:
    """The named children of a node that are no comments."""
    return (child for child in node.named_children if child.type != "comment")


class Offsets:
    """Offsets in bytes as offsets in code points."""

    def __init__(self, data: bytes) -> None:
        self._continuations = [] if data.isascii() else [match.start() for match in _CONTINUATION.finditer(data)]

    def at(self, byte: int) -> int:
        return byte - bisect_left(self._continuations, byte)

    def of(self, node: Syntax) -> tuple[int, int]:
        return self.at(node.start_byte), self.at(node.end_byte)
