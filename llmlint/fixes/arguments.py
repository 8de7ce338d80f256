"""Arguments: added to a call in the way in which it is laid out, or named where they were given by position."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from llmlint.facts import Span
from llmlint.fixes.imports import Spelling, spelled
from llmlint.fixes.sources import Change, Source
from llmlint.languages.anatomy import Entry, Listing, Program
from llmlint.remedies import Code, GiveArguments, LimitTo, NameArgument

# What may stand between the last entry of a listing and its closing bracket.
_TAIL = re.compile(r"(?P<comment>#[^\r\n]*|//[^\r\n]*|/\*.*?\*/)|(?P<closing>[)\]])|(?P<comma>,)", re.S)
_LINE = 100
# A limit that is written out, or said to be none.
_LIMIT = re.compile(r"""(?P<quote>(?:\\?["'])?)(?P<limit>-?[\d_]+|None|null|undefined|Infinity)(?P=quote)""")
_ARGUMENT = "{name}={value}"
_DECORATOR = re.compile(r"[A-Za-z_][\w.]*")
# A call that takes the settings which its arguments name, and does not make them up.
_HOLDER = re.compile(r"(?:\w+\.)*(?:[A-Z]\w*|dict)\(")


def give(remedy: GiveArguments, source: Source) -> list[Change] | None:
    place = remedy.place.span
    listing = source.anatomy.listing(place)
    if listing is not None:
        return _Giving(source, remedy).into(_named(listing, remedy.positional))
    is_bare = source.text[place.start - 1 : place.start] == "@" and _DECORATOR.fullmatch(source.at(place))
    return _Giving(source, remedy).called() if is_bare else None


def limit(remedy: LimitTo, source: Source) -> list[Change] | None:
    place = remedy.place.span
    value = source.anatomy.value(place) or (place if source.anatomy.listing(place) is not None else None)
    if value is None:
        return None
    written = source.anatomy.literal(remedy.value)
    if (number := _limit_in(source, value)) is not None:
        return [Change(number, written)]
    found = [entry for inner in source.anatomy.listings(value) for entry in inner.entries if entry.name == remedy.name]
    if found:
        number = _limit_in(source, found[0].value) if len(found) == 1 else None
        return [Change(number, written)] if number is not None else None
    listing = source.anatomy.listing(value)
    if listing is None or remedy.is_there or not _is_holder(source, value):
        return None
    return added(source, listing, [source.quoted(listing.form.format(name=remedy.name, value=written))])


def _limit_in(source: Source, value: Span) -> Span | None:
    """Where a limit stands that a value is, which may be written as a text."""
    match = _LIMIT.fullmatch(source.at(value))
    return Span(*(value.start + offset for offset in match.span("limit"))) if match is not None else None


def _is_holder(source: Source, value: Span) -> bool:
    """Whether something is a mapping, or an object that takes settings by their names."""
    text = source.at(value)
    return not isinstance(source.anatomy, Program) or text.startswith("{") or _HOLDER.match(text) is not None


def name_argument(remedy: NameArgument, source: Source) -> list[Change] | None:
    listing = source.anatomy.listing(remedy.place.span)
    first = listing.entries[0] if listing is not None and listing.entries else None
    if first is None or first.name or first.is_spread:
        return None
    return [Change(Span(first.span.start, first.span.start), f"{remedy.name}=")]


def _named(listing: Listing, positional: Sequence[str]) -> Listing:
    """A listing with the names of what is given by position."""
    names = iter(positional)
    entries = (
        entry if entry.name or entry.is_spread else replace(entry, name=next(names, "")) for entry in listing.entries
    )
    return replace(listing, entries=tuple(entries))


class _Giving:
    """Gives the arguments of one remedy."""

    def __init__(self, source: Source, remedy: GiveArguments) -> None:
        self.source = source
        self.remedy = remedy
        self._imports: list[Change] = []

    def called(self) -> list[Change] | None:
        """A bare decorator, called with the arguments."""
        pieces = [f"{name}={self._written(value, None)}" for name, value in self.remedy.arguments]
        end = self.remedy.place.span.end
        return [Change(Span(end, end), f"({', '.join(pieces)})"), *self._imports]

    def into(self, listing: Listing) -> list[Change] | None:
        pieces: list[str] = []
        changes: list[Change] = []
        for name, value in self.remedy.arguments:
            made = self._given(listing, name.split("."), value, pieces)
            if made is None:
                return None
            changes += made
        if pieces:
            changes += added(self.source, listing, pieces)
        return [*changes, *self._imports] or None

    def _given(self, listing: Listing, keys: list[str], value: Any, pieces: list[str]) -> list[Change] | None:
        """The changes that give one argument; what is to be added to the listing joins ``pieces``."""
        entry = next((entry for entry in listing.entries if entry.name == keys[0]), None)
        if entry is None:
            for key in reversed(keys[1:]):
                value = {key: value}
            pieces.append(self._entry(listing, keys[0], self._written(value, None)))
            return []
        if keys[1:]:
            return self._inside(entry, keys[1:], value)
        if not self.remedy.replaces and self.source.at(entry.value) not in self.source.anatomy.nothing:
            return []
        written = self._written(value, entry)
        if entry.value == entry.span and entry.name == self.source.at(entry.span):
            return [Change(entry.span, self._entry(listing, entry.name, written))]
        return [Change(entry.value, written)]

    def _inside(self, entry: Entry, keys: list[str], value: Any) -> list[Change] | None:
        """The changes that give an argument inside the mapping or object that another one is."""
        inner = self.source.anatomy.listing(entry.value)
        if inner is None or not _is_holder(self.source, entry.value):
            return None
        pieces: list[str] = []
        changes = self._given(inner, keys, value, pieces)
        return changes + added(self.source, inner, pieces) if changes is not None and pieces else changes

    def _entry(self, listing: Listing, name: str, value: str) -> str:
        return self.source.quoted(listing.form.format(name=name, value="\0")).replace("\0", value)

    def _written(self, value: Any, instead: Entry | None) -> str:
        if not isinstance(value, Code):
            return self.source.quoted(self.source.anatomy.literal(value))
        replaced = self.source.at(instead.value) if instead is not None else ""
        spelling: Spelling = spelled(value, self.source, self.remedy.place.span.start, replaced)
        self._imports += spelling.changes
        return spelling.text


def added(source: Source, listing: Listing, pieces: Sequence[str]) -> list[Change]:
    """The changes that add entries to a listing, laid out as those that it has; none where that can't be done."""
    if not listing.entries:
        before, after = listing.around
        return [Change(Span(listing.close, listing.close), f"{before}{', '.join(pieces)}{after}")]
    last = listing.entries[-1]
    indent = source.indent(last.span.start)
    if not listing.separator:
        lines = "".join(f"{_gap(source, listing, piece)}{indent}{piece}" for piece in pieces)
        return [_insertion(_below(source, last, indent), lines)] if indent is not None else []
    between = ", " if indent is None else f",{source.newline}{indent}"
    if last.is_spread and source.text.startswith("**", last.span.start):
        return [Change(Span(last.span.start, last.span.start), between.join([*pieces, ""]))]
    end, comma = _tail(source, last.span.end, listing.close)
    if indent is None:
        between = " " if comma else ", "
        if listing.form == _ARGUMENT and _is_long(source, end, f"{between}{', '.join(pieces)}"):
            between = between.rstrip() + source.newline + " " * source.column(listing.entries[0].span.start)
        return [_insertion(comma or end, between + ", ".join(pieces))]
    line_end = min(source.line_end(comma or end), listing.close)
    text = f"{source.newline}{indent}{between.join(pieces)}"
    if comma:
        return [_insertion(line_end if source.indent(listing.close) is not None else comma, f"{text},")]
    if source.text[end:line_end].strip():
        return [_insertion(end, ","), _insertion(line_end, text)]
    return [_insertion(end, f",{text}")]


def _below(source: Source, last: Entry, indent: str) -> int:
    """Where the last entry ends, with the comments below that stand deeper, and so speak of what is in it."""
    end = source.line_end(last.span.end)
    deeper = re.compile(rf"(?:\r\n|\r|\n){indent}[ \t]+#[^\r\n]*")
    while (match := deeper.match(source.text, end)) is not None:
        end = match.end()
    return end


def _gap(source: Source, listing: Listing, piece: str) -> str:
    """What comes before a new line: an empty one, where its name is too long for the column of those above."""
    is_apart = listing.width and len(piece.partition("=")[0].rstrip()) > listing.width
    return source.newline * (2 if is_apart else 1)


def _is_long(source: Source, offset: int, text: str) -> bool:
    """Whether a text makes its line longer than any other is, and than most style guides allow."""
    length = source.line_end(offset) - offset + source.column(offset) + len(text)
    return length > max(_LINE, *(second - first for first, second in itertools.pairwise(source.starts)))


def _tail(source: Source, start: int, close: int) -> tuple[int, int]:
    """Where the last entry ends, with the parentheses around it, and where the comma after it does, or 0."""
    comma = 0
    for match in _tokens(source, start, close):
        if match["closing"]:
            start = match.end()
        elif match["comma"]:
            comma = match.end()
    return start, comma


def _tokens(source: Source, start: int, close: int) -> Iterator[re.Match[str]]:
    return _TAIL.finditer(source.text, start, close)


def _insertion(offset: int, text: str) -> Change:
    return Change(Span(offset, offset), text)
