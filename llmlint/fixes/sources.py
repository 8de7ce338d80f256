"""The text that is to be edited, and how it is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from llmlint.facts import Span
from llmlint.findings import Edit, Location
from llmlint.languages.anatomy import Anatomy
from llmlint.scripts import LANGUAGE
from llmlint.source import NEWLINE, DecodeError, decode, decode_python, line_starts, position


class Change(NamedTuple):
    """``text`` in place of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file. ``starts``: where its lines begin."""

    path: str
    text: str
    anatomy: Anatomy
    starts: Sequence[int]

    def at(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def edit(self, change: Change) -> Edit:
        line, column = position(self.starts, change.span.start)
        end_line, end_column = position(self.starts, change.span.end)
        return Edit(Location(self.path, None, line, column, end_line, end_column), change.text)

    def indent(self, offset: int) -> str | None:
        """The white space before what is first on its line; None where something stands before it."""
        line, _ = position(self.starts, offset)
        before = self.text[self.starts[line - 1] : offset]
        return before if not before.strip() else None

    def column(self, offset: int) -> int:
        """How many characters stand before an offset on its line."""
        return position(self.starts, offset)[1] - 1

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, without its line break."""
        match = NEWLINE.search(self.text, offset)
        return match.start() if match else len(self.text)

    @property
    def newline(self) -> str:
        match = NEWLINE.search(self.text)
        return match[0] if match else "\n"

    def quoted(self, code: str) -> str:
        """Code with the quotes that most strings of the file have."""
        is_plain = "'" not in code and "\\" not in code
        return code.replace('"', "'") if is_plain and self.text.count("'") > self.text.count('"') else code


def source_of(path: str, language: str | None, data: bytes) -> Source | None:
    """A file to edit; None for one of a language that is not edited, and for one that can't be parsed."""
    try:
        text = decode_python(data) if language == "python" else decode(data)
    except DecodeError:
        return None
    anatomy = _anatomy(path, language, text)
    return Source(path, text, anatomy, line_starts(text)) if anatomy is not None else None


def _anatomy(path: str, language: str | None, text: str) -> Anatomy | None:
    if language == "python":
        from llmlint.languages import python

        return python.anatomy(text)
    if language == LANGUAGE:
        from llmlint.languages import typescript

        return typescript.anatomy(path, text)
    return None
