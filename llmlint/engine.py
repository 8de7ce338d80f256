"""One file: bytes to facts, through the prefilter and the front end of its language."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass, field

from llmlint.catalog import Catalog
from llmlint.errors import ParseError
from llmlint.facts import Fault, FileFacts
from llmlint.prefilter import Prefilter, imports_of
from llmlint.source import DecodeError, decode, decode_python, line_starts


@dataclass(slots=True)
class Extraction:
    """``facts`` is None for a file that holds nothing to judge by itself; ``imports`` is what it imports then."""

    facts: FileFacts | None
    imports: list[tuple[str, str]] = field(default_factory=list)
    lines: int = 0


class Engine:
    """Extracts files one at a time; nothing is shared between them but the catalogue."""

    def __init__(self, catalog: Catalog, max_file_size: int, own: Collection[str] = ()) -> None:
        """``own``: the project's own top-level packages, whose names mean no SDK in it."""
        modules = catalog.prefilter_modules
        self.prefilter = Prefilter({name: words for name, words in modules.items() if name.split(".")[0] not in own})
        self.interest = catalog.interest
        self.max_file_size = max_file_size

    def extract(self, path: str, language: str, data: bytes, *, always: bool = False) -> Extraction:
        """The facts of a file. ``always``: whatever the prefilter says of it."""
        lines = data.count(b"\n")
        wanted = always or self.prefilter.passes(data)
        try:
            text = decode(data) if language == "notebook" else decode_python(data)
        except DecodeError as error:
            return Extraction(_faulty(path, language, error.reason, error.line, error.column), lines=lines)
        if not wanted:
            return self._set_aside(path, language, data, text, lines)
        if len(data) > self.max_file_size:
            reason = f"larger than {self.max_file_size:,} bytes (max-file-size): not parsed"
            return Extraction(_faulty(path, language, reason), lines=lines)
        try:
            facts = self._notebook(path, text) if language == "notebook" else self._python(path, text)
        except ParseError as error:
            facts = _faulty(path, language, error.reason, max(error.line, 1))
        return Extraction(facts, lines=lines)

    def _set_aside(self, path: str, language: str, data: bytes, text: str, lines: int) -> Extraction:
        """A file that names no SDK: kept for what it imports, and looked at no further than whether it is Python."""
        if language == "notebook":
            from llmlint.languages import notebook

            try:
                code = notebook.read(text, path)
            except ParseError as error:
                return Extraction(_faulty(path, language, error.reason, max(error.line, 1)), lines=lines)
            return Extraction(None, imports_of(code.text.encode("utf-8", "replace")), lines)
        if len(data) <= self.max_file_size and not _is_python(text):
            facts = self._python(path, text)
            if facts.faults:
                return Extraction(facts, lines=lines)
        return Extraction(None, imports_of(data), lines)

    def _python(self, path: str, text: str) -> FileFacts:
        from llmlint.languages import notebook, python

        facts = python.extract(path, text, self.interest)
        if facts.faults and notebook.has_magics(text):
            plain = python.extract(path, notebook.without_magics(text), self.interest)
            return facts if plain.faults else plain
        return facts

    def _notebook(self, path: str, text: str) -> FileFacts:
        from llmlint.languages import notebook, python

        code = notebook.read(text, path)
        facts = python.extract(path, code.text, self.interest, is_notebook=True)
        if facts.faults:
            facts = self._without_broken_cells(path, code)
        facts.language, facts.cells = "notebook", code.cells
        return facts

    def _without_broken_cells(self, path: str, code: object) -> FileFacts:
        """The facts of the cells that can be parsed, and a fault for each that can't."""
        from llmlint.languages import notebook, python

        assert isinstance(code, notebook.Code)
        lines = code.text.split("\n")
        faults: list[Fault] = []
        for cell, following in zip(code.cells, [*code.cells[1:], None], strict=True):
            first, last = cell.first_line - 1, following.first_line - 1 if following else len(lines)
            body = "\n".join(lines[first:last]) + "\n"
            broken = python.extract(path, body, frozenset()).faults
            if broken:
                faults.append(Fault(broken[0].reason, broken[0].line, broken[0].column, cell.index))
                lines[first:last] = [""] * (last - first)
        facts = python.extract(path, "\n".join(lines), self.interest, is_notebook=True)
        facts.faults.extend(faults)
        return facts


def _is_python(text: str) -> bool:
    """Whether the running Python reads a text: a quick yes, and no reason for a no."""
    import ast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _faulty(path: str, language: str, reason: str, line: int = 1, column: int = 1) -> FileFacts:
    facts = FileFacts(path, language, line_starts=line_starts(""))
    facts.faults.append(Fault(reason, line, column))
    return facts
