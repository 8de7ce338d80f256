"""What is quoted of scanned files: their lines, as findings count them, with the keys in them made unreadable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from llmlint.notebooks import Piece, sources
from llmlint.source import NEWLINE, DecodeError, decode, decode_python, line_starts, position

if TYPE_CHECKING:
    from llmlint.findings import Location
    from llmlint.keys import Keys

# Findings come in the order of their files; the places related to them lie in a few others.
_FILES_KEPT = 8


@dataclass(frozen=True, slots=True)
class _Text:
    """The lines of a file or of a notebook's cell, and the line of the file at which each begins."""

    lines: list[str]
    numbers: list[int]


_NOTHING = _Text([], [])


class Quotes:
    """Quotes the files below ``root``. ``given``: the bytes that stand for what is on disk, by path."""

    def __init__(self, root: Path, keys: Keys, given: Mapping[str, bytes] | None = None) -> None:
        self._root = root
        self._keys = keys
        self._given = given or {}
        self._texts = lru_cache(maxsize=_FILES_KEPT)(self._read)

    def path(self, location: Location) -> Path:
        """Where the file is."""
        return self._root / location.path

    def line(self, location: Location, number: int | None = None) -> str | None:
        """A line of the file or cell that a location lies in: its first, or the one of a number."""
        number = location.line if number is None else number
        lines = self._text(location).lines
        return lines[number - 1] if 0 < number <= len(lines) else None

    def lines(self, location: Location) -> list[str]:
        """The lines that a location covers."""
        return self._text(location).lines[location.line - 1 : location.end_line]

    def lines_in_file(self, location: Location) -> tuple[int, int]:
        """The first and the last line that a location covers, in a notebook those of its JSON."""
        if location.cell is None:
            return location.line, location.end_line
        numbers = self._text(location).numbers[location.line - 1 : location.end_line] or [1]
        return numbers[0], numbers[-1]

    def columns(self, location: Location, encoding: str, width: int = 1) -> tuple[int, int]:
        """The columns at which a location begins and ends, counted from 1 in units of some bytes of an encoding."""

        def units(number: int, column: int) -> int:
            before = (self.line(location, number) or "")[: column - 1]
            return len(before.encode(encoding, "surrogatepass")) // width + column - len(before)

        return units(location.line, location.column), units(location.end_line, location.end_column)

    def _text(self, location: Location) -> _Text:
        return self._texts(location.path, location.cell is not None).get(location.cell, _NOTHING)

    def _read(self, path: str, is_notebook: bool) -> Mapping[int | None, _Text]:
        """The text of a file, or of each cell of a notebook."""
        try:
            data = self._given[path] if path in self._given else (self._root / path).read_bytes()
            # Before any line is cut: a part of a key could not be told to be one.
            data = self._keys.masked(data, self._keys.find(data))
            if is_notebook:
                text = decode(data)
                starts = line_starts(text)
                return {cell: _joined(pieces, starts) for cell, pieces in sources(text).items()}
            lines = NEWLINE.split(decode_python(data))
        except (OSError, DecodeError):
            return {}
        return {None: _Text(lines, list(range(1, len(lines) + 1)))}


def _joined(pieces: Iterable[Piece], starts: Sequence[int]) -> _Text:
    text = ""
    numbers: list[int] = []
    for piece in pieces:
        number, _ = position(starts, piece.start)
        if text == "" or text.endswith(("\n", "\r")):
            numbers[-1:] = [number]
        numbers += [number] * (len(NEWLINE.split(piece.text)) - 1)
        text += piece.text
    return _Text(NEWLINE.split(text), numbers)
