"""A light scan of Python text before it is parsed: comments, logical lines, and nesting no parser should meet."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from llmlint.facts import Comment, Span
from llmlint.source import NEWLINE, position

# CPython refuses deeper brackets; libcst's native parser would overflow its stack far beyond the other limits, and
# takes twice to four times as long for each level of a nested pattern.
MAX_BRACKETS = 200
MAX_OPERATORS = 1000
MAX_BRANCHES = 2000
MAX_PATTERNS = 8

_STRING = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|'
    r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"
)
# Each alternative begins with a character of its own, by which the next token is found fast.
_TOKEN = re.compile(rf"{_STRING}|#[^\r\n]*|\\(?:\r\n|\r|\n)|\r\n|\r|\n|\(|\)|\[|\]|\{{|\}}", re.S)
_OPERATOR = re.compile(
    rf"{_STRING}|#[^\r\n]*|[()\[\]{{}},]|\*\*|//|<<|>>|[<>=!]=|[-+*/%@&|^~.<>]|\b(?:not|and|or|if|else|lambda|await)\b",
    re.S,
)
_DIRECTIVE = re.compile(r"llmlint\s*:|noqa", re.I)
_CASE = re.compile(r"case\b\s*[^\s=.,:;)]")
_BRANCH = re.compile(r"(?:el)?if\b")
_BLANK = re.compile(r"[ \t\f]*")


class Layout(NamedTuple):
    """Offsets of the logical lines and of the comments of a text. ``depth``: how deep its brackets are nested at most,
    which is at the offset ``deepest``."""

    lines: list[Span]
    comments: list[Span]
    depth: int
    deepest: int


def scan(text: str) -> Layout:
    """Split a text into logical lines and comments without parsing it."""
    lines: list[Span] = []
    comments: list[Span] = []
    depth = deepest = deepest_at = start = 0
    for match in _TOKEN.finditer(text):
        first = text[match.start()]
        if first in "([{":
            depth += 1
            if depth > deepest:
                deepest, deepest_at = depth, match.start()
        elif first in ")]}":
            depth = max(0, depth - 1)
        elif first in "\r\n":
            if not depth:
                _add_line(lines, text, start, match.start())
                start = match.end()
        elif first == "#":
            comments.append(Span(*match.span()))
            if not depth and not text[start : match.start()].strip():
                start = match.end()
    _add_line(lines, text, start, len(text))
    return Layout(lines, comments, deepest, deepest_at)


def statement_end(text: str, start: int) -> int:
    """The offset behind the newline that ends the logical line at ``start``."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        first = text[match.start()]
        if first in "([{":
            depth += 1
        elif first in ")]}":
            depth = max(0, depth - 1)
        elif first in "\r\n" and not depth:
            return match.end()
    return len(text)


def _add_line(lines: list[Span], text: str, start: int, end: int) -> None:
    match = _BLANK.match(text, start, end)
    begin = match.end() if match else start
    if begin < end:
        lines.append(Span(begin, end))


def excessive_nesting(text: str, layout: Layout) -> tuple[str, int] | None:
    """Why this text is too deeply nested to parse, and the offset of the place, or None."""
    if layout.depth > MAX_BRACKETS:
        return f"brackets nested more than {MAX_BRACKETS} deep", layout.deepest
    for line in layout.lines:
        if line.end - line.start > 2 * MAX_OPERATORS:
            place = _long_chain(text, line)
            if place is not None:
                return f"one expression with more than {MAX_OPERATORS:,} parts", place
        if _CASE.match(text, line.start, line.end) and scan(text[line.start : line.end]).depth > MAX_PATTERNS:
            return f"patterns nested more than {MAX_PATTERNS} deep", line.start
    if text.count("elif") > MAX_BRANCHES:
        place = _long_branching(text, layout.lines)
        if place is not None:
            return f"one if with more than {MAX_BRANCHES:,} branches", place
    return None


def _long_branching(text: str, lines: Sequence[Span]) -> int | None:
    """Where an ``if`` passes MAX_BRANCHES branches."""
    branches: dict[str, int] = {}
    for line in lines:
        branch = _BRANCH.match(text, line.start, line.end)
        if branch is not None:
            indentation = NEWLINE.split(text[max(0, line.start - MAX_BRANCHES) : line.start])[-1]
            branches[indentation] = branches.get(indentation, 0) + 1 if branch[0] == "elif" else 0
            if branches[indentation] > MAX_BRANCHES:
                return line.start
    return None


def _long_chain(text: str, line: Span) -> int | None:
    """Where an expression without a comma passes MAX_OPERATORS operators, calls or attributes."""
    counts = [0]
    for match in _OPERATOR.finditer(text, line.start, line.end):
        first = text[match.start()]
        if first == ",":
            counts[-1] = 0
        elif first in "([{":
            counts[-1] += 1
            counts.append(0)
        elif first in ")]}":
            if len(counts) > 1:
                counts.pop()
        elif first != "#":
            counts[-1] += 1
        if sum(counts) > MAX_OPERATORS if len(counts) > 1 else counts[-1] > MAX_OPERATORS:
            return match.start()
    return None


def directive_comments(text: str, layout: Layout, starts: Sequence[int]) -> list[Comment]:
    """The comments that may hold a directive, each with the lines of the statement that it speaks of."""
    begins = [line.start for line in layout.lines]
    found = []
    for span in layout.comments:
        words = text[span.start : span.end]
        if not _DIRECTIVE.search(words):
            continue
        index = bisect_right(begins, span.start) - 1
        alone = index < 0 or span.start > layout.lines[index].end
        if alone:
            index += 1
        if alone and not _touches(text, span, layout.lines, index):
            first = last = position(starts, span.start)[0]
        else:
            first, last = _statement_lines(text, layout.lines, index, starts)
        found.append(Comment(words, span, first, last, alone))
    return found


def _touches(text: str, comment: Span, lines: Sequence[Span], index: int) -> bool:
    """Whether nothing but further comment lines stands between a comment and the logical line ``index``."""
    if index >= len(lines):
        return False
    between = NEWLINE.split(text[comment.end : lines[index].start])
    return all(line.lstrip().startswith("#") for line in between[1:-1])


def _statement_lines(text: str, lines: Sequence[Span], index: int, starts: Sequence[int]) -> tuple[int, int]:
    """First and last line of the logical line ``index``; decorators and the ``def`` below them are one statement."""
    first = last = index
    while first and text[lines[first - 1].start] == "@":
        first -= 1
    while text[lines[last].start] == "@" and last + 1 < len(lines):
        last += 1
    return position(starts, lines[first].start)[0], position(starts, lines[last].end - 1)[0]
