"""tree-sitter's trees of HCL: the parser, and where a node stands in code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

import tree_sitter_hcl
from tree_sitter import Language, Parser
from tree_sitter import Node as Syntax

from llmlint.languages.syntax_trees import text_of

__all__ = ["WORDS", "Offsets", "Syntax", "parse", "words_of"]

WORDS = ("identifier", "string_lit")
_CONTINUATION = re.compile(rb"[\x80-\xbf]")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def parse(data: bytes) -> Syntax:
    return _parser().parse(data).root_node


def words_of(block: Syntax) -> list[str]:
    """The words of a block's heading: ``resource``, ``aws_sqs_queue``, ``work``."""
    return [text_of(child).strip('"') for child in block.children if child.type in WORDS]


class Offsets:
    """Offsets in bytes as offsets in code points."""

    def __init__(self, data: bytes) -> None:
        self._continuations = [] if data.isascii() else [match.start() for match in _CONTINUATION.finditer(data)]

    def at(self, byte: int) -> int:
        return byte - bisect_left(self._continuations, byte)

    def of(self, node: Syntax) -> tuple[int, int]:
        return self.at(node.start_byte), self.at(node.end_byte)
