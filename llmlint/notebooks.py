"""Where the cells of a notebook stand in its JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]')


class Piece(NamedTuple):
    """A string that is the source of a cell, or a part of it: where it begins, and how it is written."""

    start: int
    token: str

    @property
    def end(self) -> int:
        return self.start + len(self.token)

    @property
    def text(self) -> str:
        return str(json.loads(self.token))


def sources(notebook: str) -> dict[int, list[Piece]]:
    """The strings that make up the source of each cell, in valid JSON."""
    found: dict[int, list[Piece]] = {}
    for route, piece in _strings(notebook):
        match route:
            case ["cells", int(cell), "source"] | ["cells", int(cell), "source", int()]:
                found.setdefault(cell, []).append(piece)
    return found


def _strings(text: str) -> Iterator[tuple[list[str | int], Piece]]:
    """The string values of valid JSON, with the keys and indexes that lead to each."""
    route: list[str | int] = []
    key_follows = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "[{":
            key_follows = token == "{"
            route.append("" if key_follows else 0)
        elif token in "]}":
            route.pop()
        elif token == ",":
            last = route[-1]
            key_follows = isinstance(last, str)
            route[-1] = "" if isinstance(last, str) else last + 1
        elif key_follows:
            route[-1], key_follows = str(json.loads(token)), False
        else:
            yield route, Piece(match.start(), token)
