"""Notebooks: their code cells as one Python text, and IPython's extra syntax made plain Python."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from llmlint.errors import ParseError
from llmlint.facts import Cell

_MAGIC = re.compile(r"^(\s*)(?:%(?!%)|!|\?)")
_ASSIGNED = re.compile(r"^(\s*[\w., ]+=\s*)(?:!|%(?!=))")
_HELP = re.compile(r"^\s*[\w.]+\?{1,2}\s*$")
_TIMED = re.compile(r"^(\s*)%(?:time|timeit|prun|memit|lprun)\s+(?=[\w(])(?!-)")
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)")
# Cell magics whose body is still Python that runs in the notebook.
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "python", "python3", "cache", "debug", "chat"})
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.M)


@dataclass(frozen=True, slots=True)
class Code:
    """The joined code cells; ``cells`` says at which line each begins."""

    text: str
    cells: list[Cell]


def read(text: str, path: str) -> Code:
    """The code of a notebook in format 4 or later. Raises ParseError."""
    if not text.strip():
        raise ParseError(path, "empty notebook")
    try:
        data = json.loads(text)
    except ValueError as error:
        reason = "merge-conflict marks in the notebook" if _CONFLICT.search(text) else f"not valid JSON: {error}"
        raise ParseError(path, reason, getattr(error, "lineno", 1)) from None
    except RecursionError:
        raise ParseError(path, "JSON nested too deeply") from None
    if not isinstance(data, dict):
        raise ParseError(path, "not a notebook: its JSON is no object")
    if "worksheets" in data or (isinstance(data.get("nbformat"), int) and data["nbformat"] < 4):
        raise ParseError(path, f"notebook format {data.get('nbformat', 3)}, which is too old: convert it to format 4")
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise ParseError(path, "not a notebook: it has no list of cells")
    return _join(cells)


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
            lines.extend(_plain_cell(_split(source)))
    return Code("\n".join(lines) + "\n", places)


def _split(source: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", source)


def _plain_cell(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    magic = _CELL_MAGIC.match(first)
    if magic is not None and magic[1] not in _PYTHON_CELLS:
        return ["" for _ in lines]
    return plain_lines(lines)


def plain_lines(lines: list[str]) -> list[str]:
    """Lines with IPython's magics and shell commands replaced by Python that does nothing, line for line."""
    plain = []
    continued = False
    for line in lines:
        if continued:
            plain.append("")
            continued = line.rstrip().endswith("\\")
            continue
        changed = _plain_line(line)
        continued = changed != line and line.rstrip().endswith("\\")
        plain.append(changed)
    return plain


def _plain_line(line: str) -> str:
    timed = _TIMED.match(line)
    if timed is not None:
        return timed[1] + line[timed.end() :]
    magic = _MAGIC.match(line)
    if magic is not None:
        return f"{magic[1]}pass"
    assigned = _ASSIGNED.match(line)
    if assigned is not None:
        return f"{assigned[1]}None"
    return "pass" if _HELP.match(line) or _CELL_MAGIC.match(line) else line


def has_magics(text: str) -> bool:
    """Whether a text has lines that only IPython understands."""
    return any(_plain_line(line) != line for line in _split(text))


def without_magics(text: str) -> str:
    return "\n".join(plain_lines(_split(text)))
