"""JSON that is written as a text in a declaration, with references in it: ``{"maxReceiveCount": ${var.most}}``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from llmlint.declarations import Content, Hidden, Joined, Node, Row, Table
from llmlint.facts import Span
from llmlint.languages.anatomy import Entry, Listing, form_of

# Stands in the text for the part of that number.
_PART = re.compile("\uf8ff(\\d+)\uf8fe")
_ENTRY = re.compile(
    r'(?P<key>(?P<quote>\\?")(?P<name>\w+)(?P=quote))(?P<gap>\s*:\s*)'
    r'(?P<value>(?P=quote)(?:\$\{[^{}]*\}|[^"\\])*(?P=quote)|\$\{[^{}]*\}|-?[\w.]+)'
)
_STRING_MARK = re.compile(r'(?<!\\)(?:\\\\)*"')


def decoded(parts: Sequence[Node]) -> Content:
    """The table or list that the parts of a text spell in JSON; the text itself where they spell none."""
    whole = _text(parts)
    if isinstance(whole, str) and not whole.lstrip().startswith(("{", "[")):
        return whole
    pieces: list[str] = []
    in_string = False
    for number, part in enumerate(parts):
        if isinstance(part.content, str):
            pieces.append(part.content)
            in_string ^= len(_STRING_MARK.findall(part.content)) % 2 == 1
        else:
            mark = f"\uf8ff{number}\uf8fe"
            pieces.append(mark if in_string else f'"{mark}"')
    text = "".join(pieces)
    if not text.lstrip().startswith(("{", "[")):
        return whole
    try:
        return _content(json.loads(text), parts)
    except (ValueError, RecursionError):
        return whole


def _text(parts: Sequence[Node]) -> Content:
    if all(isinstance(part.content, str) for part in parts):
        return "".join(str(part.content) for part in parts)
    return parts[0].content if len(parts) == 1 else Joined(tuple(parts))


def _content(data: object, parts: Sequence[Node]) -> Content:
    start, end = parts[0].start, parts[-1].end
    if isinstance(data, dict):
        return Table(tuple((_key(key), _node(value, parts, start, end)) for key, value in data.items()))
    if isinstance(data, list):
        return Row(tuple(_node(item, parts, start, end) for item in data))
    if isinstance(data, str):
        pieces = [piece for piece in _pieces(data, parts, start, end) if piece.content != ""]
        return _text(pieces) if pieces else ""
    return data if isinstance(data, int | float | bool) or data is None else Hidden()


def _key(key: str) -> str:
    return _PART.sub("*", key)


def _node(data: object, parts: Sequence[Node], start: int, end: int) -> Node:
    content = _content(data, parts)
    marks = _PART.findall(data) if isinstance(data, str) else ()
    if len(marks) == 1:
        start, end = parts[int(marks[0])].start, parts[int(marks[0])].end
    return Node(content, start, end)


def _pieces(text: str, parts: Sequence[Node], start: int, end: int) -> list[Node]:
    """A string of the JSON with the parts that were in it."""
    split = _PART.split(text)
    return [parts[int(piece)] if index % 2 else Node(piece, start, end) for index, piece in enumerate(split)]


def listing_in(text: str, span: Span) -> Listing | None:
    """The entries of the table that a text at a span spells, where none of them is a table itself."""
    start, close = text.find("{", span.start, span.end), text.rfind("}", span.start, span.end)
    if start < 0 or text.startswith("$", start - 1):
        return None
    entries: list[Entry] = []
    for match in _ENTRY.finditer(text, start + 1, close):
        before = text[entries[-1].span.end if entries else start + 1 : match.start()]
        if before.strip() != ("," if entries else ""):
            return None
        entries.append(Entry(match["name"], Span(*match.span()), Span(*match.span("value"))))
        form = form_of(match["key"], match["gap"], ": ")
    if not entries or text[entries[-1].span.end : close].strip():
        return None
    return Listing(tuple(entries), close, form)
