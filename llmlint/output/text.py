"""For people: the line with the span underlined, related places, the fix and the incident, one line each."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from llmlint.findings import Finding, Location, Report, Severity
from llmlint.output import Context, place, printable
from llmlint.source import NEWLINE, DecodeError, decode, decode_python

_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "bold": "1", "dim": "2", "blue": "1;34"}
_WIDTH = 160


def render(report: Report, context: Context) -> str:
    page = _Page(context)
    return "".join(f"{page.finding(finding)}\n" for finding in report.findings)


class _Page:
    """Renders findings; the source of each file is read once, and again only for the next file."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._read: tuple[str, bool] | None = None
        self._lines: dict[int | None, list[str]] = {}

    def finding(self, finding: Finding) -> str:
        where = place(finding.location, self.context.path(finding.location))
        level = str(finding.severity)
        head = f"{self._paint(where, 'bold')}: {self._paint(level, level)} {self._paint(finding.code, level)}"
        lines = [
            f"{head} {finding.name}",
            f"  {printable(finding.message)}",
            *self._source(finding.location, finding.severity),
        ]
        for related in finding.related:
            there = place(related.location, self.context.path(related.location))
            lines.append(f"  {self._paint('see', 'blue')} {there}: {printable(related.message)}")
        lines.append(f"  {self._paint('fix', 'blue')} {finding.fix}")
        for number in finding.incidents[:1]:
            incident = self.context.catalog.incidents.get(number)
            if incident is not None:
                lines.append(f"  {self._paint('why', 'blue')} {incident.line} (llmlint explain {finding.code})")
        return "\n".join(lines) + "\n"

    def _source(self, location: Location, severity: Severity) -> list[str]:
        source = self._line(location)
        if source is None:
            return []
        number = f"{location.line:>5} "
        start = location.column - 1
        end = location.end_column - 1 if location.end_line == location.line else len(source)
        shift = max(0, min(start - _WIDTH // 2, len(source) - _WIDTH))
        shown = printable(source[shift : shift + _WIDTH])
        before, marked = shown[: start - shift], shown[start - shift : end - shift]
        marks = " " * _columns(before) + "^" * max(1, _columns(marked))
        return [
            f"{self._paint(number + '|', 'dim')} {shown}",
            f"{' ' * len(number)}{self._paint('|', 'dim')} {self._paint(marks, str(severity))}",
        ]

    def _line(self, location: Location) -> str | None:
        wanted = (location.path, location.cell is None)
        if wanted != self._read:
            self._read, self._lines = wanted, _lines_of(self._data(location.path), location)
        lines = self._lines.get(location.cell, [])
        return lines[location.line - 1] if 0 < location.line <= len(lines) else None

    def _data(self, path: str) -> bytes:
        """The bytes of a file, with its keys made unreadable: a line that is cut could not be told to hold one."""
        data = self.context.given.get(path)
        if data is None:
            try:
                data = (self.context.root / Path(path)).read_bytes()
            except OSError:
                return b""
        keys = self.context.catalog.keys
        return keys.masked(data, keys.find(data))

    def _paint(self, words: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{words}\x1b[0m" if self.context.color else words


def _lines_of(data: bytes, location: Location) -> dict[int | None, list[str]]:
    """The lines of a file, or of each cell of a notebook."""
    try:
        if location.cell is None:
            return {None: NEWLINE.split(decode_python(data))}
        cells = json.loads(decode(data)).get("cells", [])
    except (DecodeError, ValueError, AttributeError, RecursionError):
        return {}
    sources = {index: cell.get("source", "") for index, cell in enumerate(cells or ()) if isinstance(cell, dict)}
    return {
        index: NEWLINE.split("".join(map(str, source)) if isinstance(source, list) else str(source))
        for index, source in sources.items()
    }


def _columns(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
