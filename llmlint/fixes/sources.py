"""The text that is to be edited, and how it is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from llmlint.discover import TERRAFORM, declaring_language
from llmlint.errors import ParseError
from llmlint.facts import Cell, Span, in_cell
from llmlint.findings import Edit, Location
from llmlint.languages.anatomy import Anatomy, Program
from llmlint.scripts import LANGUAGE
from llmlint.source import NEWLINE, DecodeError, decode, decode_python, line_starts, position


class Change(NamedTuple):
    """``text`` in place of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or the joined cells of a notebook. ``starts``: where its lines begin; ``cells``: a notebook's, and
    ``foreign`` the lines that are no Python there."""

    path: str
    text: str
    anatomy: Anatomy
    starts: Sequence[int]
    cells: Sequence[Cell] = ()
    foreign: frozenset[int] = frozenset()

    def at(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def edit(self, change: Change) -> Edit | None:
        """The edit that makes a change; None for one that no cell holds, or that touches what is no Python."""
        line, column = position(self.starts, change.span.start)
        end_line, end_column = position(self.starts, change.span.end)
        if not self.cells:
            return Edit(Location(self.path, None, line, column, end_line, end_column), change.text)
        cell, first = in_cell(self.cells, line)
        end_cell, last = in_cell(self.cells, end_line)
        if cell != end_cell or not self.foreign.isdisjoint(range(line, end_line + 1)):
            return None
        return Edit(Location(self.path, cell, first, column, last, end_column), change.text)

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

    def top_of_cell(self, offset: int) -> int:
        """Where the Python of the cell around an offset begins; 0 in what is no notebook."""
        if not self.cells:
            return 0
        line, _ = position(self.starts, offset)
        _, inner = in_cell(self.cells, line)
        return self.starts[next((n for n in range(line - inner, line) if n + 1 not in self.foreign), line - 1)]

    def quoted(self, code: str) -> str:
        """Code with the quotes that most strings of the program have."""
        is_plain = isinstance(self.anatomy, Program) and "'" not in code and "\\" not in code
        return code.replace('"', "'") if is_plain and self.text.count("'") > self.text.count('"') else code


def source_of(path: str, language: str | None, data: bytes) -> Source | None:
    """A file to edit; None for one of a language that is not edited, and for one that can't be parsed."""
    try:
        text = decode_python(data) if language == "python" else decode(data)
        return _notebook(path, text) if language == "notebook" else _program(path, language, text)
    except (DecodeError, ParseError):
        return None


def _program(path: str, language: str | None, text: str) -> Source | None:
    anatomy = _anatomy(path, language, text)
    return Source(path, text, anatomy, line_starts(text)) if anatomy is not None else None


def _notebook(path: str, text: str) -> Source | None:
    from llmlint.fixes.notebooks import lines_of_ipython
    from llmlint.languages import notebook

    code = notebook.read(text, path)
    source = _program(path, "python", code.text) if code.cells else None
    return replace(source, cells=code.cells, foreign=lines_of_ipython(text, code)) if source is not None else None


def _anatomy(path: str, language: str | None, text: str) -> Anatomy | None:
    if language == "python":
        from llmlint.languages import python

        return python.anatomy(text)
    if language == LANGUAGE:
        from llmlint.languages import typescript

        return typescript.anatomy(path, text)
    declaring = declaring_language(path)
    if declaring == TERRAFORM and not path.lower().endswith(".json"):
        from llmlint.languages import terraform

        return terraform.anatomy(text)
    if declaring is not None:
        from llmlint.languages import document_anatomy

        return document_anatomy.anatomy(text)
    return None
