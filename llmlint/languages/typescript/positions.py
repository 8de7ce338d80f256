"""Where calls and statements stand: taken down in bytes during the walk, turned into code points at its end."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from llmlint.languages.typescript.syntax import Node

_CHUNK = 1 << 12


class Positions:
    """Numbers the spans that facts refer to. ``data`` is what was parsed, in UTF-8."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._bytes = array("I")

    def call(self, node: Node, callee: Node, arguments: Sequence[Node]) -> int:
        """Spans for a call, its callee and its arguments."""
        number = self.take(node.start_byte, node.end_byte)
        self.take(callee.start_byte, callee.end_byte)
        for argument in arguments:
            self.take(argument.start_byte, argument.end_byte)
        return number

    def node(self, node: Node) -> int:
        return self.take(node.start_byte, node.end_byte)

    def head(self, node: Node, end: Node | None) -> int:
        """A statement from its first word to the end of ``end``, the last part of its head."""
        return self.take(node.start_byte, end.end_byte if end is not None else node.start_byte)

    def take(self, start: int, end: int) -> int:
        self._bytes.append(start)
        self._bytes.append(end)
        return len(self._bytes) // 2 - 1

    def find(self) -> array[int]:
        """Start and end of every span, in code points."""
        return self._bytes if self.data.isascii() else array("I", code_points(self.data, self._bytes))


def code_points(data: bytes, offsets: Sequence[int]) -> list[int]:
    """Offsets in bytes as offsets in code points."""
    known: dict[int, int] = {}
    at = count = 0
    for offset in sorted(set(offsets)):
        while at < offset:
            # In steps, so that what is decoded never grows with the distance.
            end = min(offset, at + _CHUNK)
            while end < offset and data[end] & 0xC0 == 0x80:
                end += 1
            count += len(data[at:end].decode("utf-8", "replace"))
            at = end
        known[offset] = count
    return [known[offset] for offset in offsets]
