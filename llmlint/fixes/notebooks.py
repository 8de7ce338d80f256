"""Edits in the cells of a notebook, whose JSON stays as it is around them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from llmlint.findings import Edit
from llmlint.languages.notebook import Code
from llmlint.notebooks import Piece, sources
from llmlint.source import NEWLINE, line_starts

# A character of a string of JSON, as it is written.
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.S)


def lines_of_ipython(notebook: str, code: Code) -> frozenset[int]:
    """The lines of the joined cells that are not written as they are read: those of magics and shell commands."""
    joined, pieces = code.text.split("\n"), sources(notebook)
    return frozenset(
        number
        for cell in code.cells
        for number, line in enumerate(NEWLINE.split(_text(pieces.get(cell.index, ()))), cell.first_line)
        if number > len(joined) or joined[number - 1] != line
    )


def with_edits(notebook: str, edits: Iterable[Edit]) -> str:
    """A notebook with edits in its cells that do not touch each other."""
    pieces = sources(notebook)
    of_cells: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.location.cell is not None:
            of_cells[edit.location.cell].append(edit)
    replaced = [span for cell, found in of_cells.items() for span in _in_cell(notebook, pieces[cell], found)]
    for start, end, text in sorted(replaced, reverse=True):
        notebook = notebook[:start] + text + notebook[end:]
    return notebook


def _in_cell(notebook: str, pieces: Sequence[Piece], edits: Iterable[Edit]) -> Iterator[tuple[int, int, str]]:
    """The ranges of the JSON that edits of a cell replace, and by what."""
    text, between = _text(pieces), _between(notebook, pieces)
    places = [piece.start + 1 + match.start() for piece in pieces for match in _CHARACTER.finditer(piece.token[1:-1])]
    places.append(pieces[-1].end - 1)
    starts, is_ascii = line_starts(text), notebook.isascii()
    for edit in edits:
        place = edit.location
        start, end = starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1
        lines = _with_newlines_of(text, edit.text).splitlines(keepends=True)
        if between and lines and lines[-1].endswith("\n") and end < len(text):
            lines.append("")
        written = (json.dumps(line, ensure_ascii=is_ascii)[1:-1] for line in lines)
        yield places[start], places[end], f'"{between}"'.join(written) if between else "".join(written)


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _between(notebook: str, pieces: Sequence[Piece]) -> str:
    """What stands between two lines of a source; nothing where it is a single string."""
    first, *others = pieces
    if others:
        return notebook[first.end : others[0].start]
    before = notebook[: first.start].rstrip()
    return f",{notebook[len(before) : first.start] or ' '}" if before.endswith("[") else ""


def _with_newlines_of(cell: str, text: str) -> str:
    return text.replace("\n", "\r\n") if "\r\n" in cell else text
