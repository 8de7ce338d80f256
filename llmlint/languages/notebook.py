"""Notebooks: their code cells as one Python text, and IPython's extra syntax made plain Python."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from llmlint.errors import ParseError
from llmlint.facts import Cell
from llmlint.languages.scan import statement_end
from llmlint.source import NEWLINE, is_python

_SHELL = re.compile(r"[ \t]*(?:%(?!%)|!|\?)")
_ASSIGNED = re.compile(r"[ \t]*[\w., ]+=[ \t]*(?:!|%(?!=))")
_HELP = re.compile(r"[ \t]*[\w.]+\?{1,2}[ \t]*$")
# What IPython takes for a command although no % stands before it.
_COMMAND = re.compile(r"(?:pip3?|conda|mamba|uv|apt|cd|ls|cat|cp|mv|rm|mkdir)[ \t]+[-\w./~$\"'{]")
_COMPOUND = r"(?:async|class|def|for|if|try|while|with)\b"
_TIMED = re.compile(rf"([ \t]*)(%(?:time|timeit|prun|memit|lprun)[ \t]+)(?=[\w(])(?!{_COMPOUND})")
_CELL_MAGIC = re.compile(r"[ \t]*%%(\S*)")
# Cell magics whose body is still Python that runs in the notebook.
_PYTHON_CELLS = frozenset({"cache", "capture", "debug", "memit", "prun", "time", "timeit"})
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.M)
_OLDEST = 4


@dataclass(frozen=True, slots=True)
class Code:
    """The joined code cells; ``cells`` says at which line each begins."""

    text: str
    cells: list[Cell]


def read(text: str, path: str) -> Code:
    """The code of a notebook in format 4 or later; none of one in another language. Raises ParseError."""
    data = _parsed(text, path)
    if not isinstance(data, dict):
        raise ParseError(path, "not a notebook: its JSON is no object")
    version = data.get("nbformat")
    is_old = isinstance(version, int) and version < _OLDEST
    if is_old or "worksheets" in data:
        known = version if is_old else _OLDEST - 1
        raise ParseError(path, f"notebook format {known}, which is too old: convert it to format {_OLDEST}")
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise ParseError(path, "not a notebook: it has no list of cells")
    return _join(cells) if _is_in_python(data) else Code("", [])


def _parsed(text: str, path: str) -> object:
    if not text.strip():
        raise ParseError(path, "empty notebook")
    try:
        return json.loads(text)
    except ValueError as error:
        conflict = _CONFLICT.search(text)
        if conflict is not None:
            line = text.count("\n", 0, conflict.start()) + 1
            raise ParseError(path, "merge-conflict marks in the notebook", line) from None
        raise ParseError(path, f"not valid JSON: {error}", getattr(error, "lineno", 1)) from None
    except RecursionError:
        raise ParseError(path, "JSON nested too deeply") from None


def _is_in_python(data: dict[str, Any]) -> bool:
    """Whether a notebook's kernel runs Python, as far as the notebook says."""
    language = _entry(data, "metadata", "language_info", "name") or _entry(data, "metadata", "kernelspec", "language")
    return language is None or "py" in language.lower()


def _entry(data: object, *keys: str) -> str | None:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else None


def _join(cells: list[object]) -> Code:
    lines: list[str] = []
    places: list[Cell] = []
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if isinstance(source, str) and source.strip():
            places.append(Cell(index, len(lines) + 1))
            if _entry(cell, "metadata", "vscode", "languageId") in (None, "python"):
                lines.extend(NEWLINE.split(_plain_cell(source)))
            lines.append("")
    return Code("\n".join(lines), places)


# -- IPython --------------------------------------------------------------------------------------------------


def _plain_cell(source: str) -> str:
    code = (line for line in NEWLINE.split(source) if line.strip() and not line.lstrip().startswith("#"))
    magic = _CELL_MAGIC.match(next(code, ""))
    if magic is not None and magic[1] not in _PYTHON_CELLS:
        return "\n" * (len(NEWLINE.split(source)) - 1)
    return without_magics(source) if has_magics(source) and not is_python(source) else source


def has_magics(text: str) -> bool:
    """Whether a text has lines that only IPython understands, or that look like them."""
    return any(_plain_line(line) is not None for line in NEWLINE.split(text))


def without_magics(text: str) -> str:
    """A text with IPython's magics and shell commands replaced by Python that does nothing, line for line."""
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = _line_end(text, start)
        plain = _plain_line(text[start:end].rstrip("\r\n"))
        if plain is None:
            end = statement_end(text, start)
            parts.append(text[start:end])
        else:
            while text[start:end].rstrip().endswith("\\") and end < len(text):
                end = _line_end(text, end)
            parts.extend((plain, *NEWLINE.findall(text, start, end)))
        start = end
    return "".join(parts)


def _line_end(text: str, start: int) -> int:
    newline = NEWLINE.search(text, start)
    return newline.end() if newline is not None else len(text)


def _plain_line(line: str) -> str | None:
    """What to read in place of a line that only IPython understands; None for any other line. What stays of a timed
    statement keeps its columns."""
    timed = _TIMED.match(line)
    if timed is not None:
        return f"{timed[1]}{'pass;':<{len(timed[2])}}{line[timed.end() :]}"
    if any(form.match(line) for form in (_SHELL, _ASSIGNED, _HELP, _COMMAND, _CELL_MAGIC)):
        return f"{line[: len(line) - len(line.lstrip())]}pass"
    return None
