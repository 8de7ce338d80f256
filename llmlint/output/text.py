"""For people: the line with the span underlined, related places, the fix and the incident, one line each."""

from __future__ import annotations

import json
import re
from pathlib import Path

from llmlint.findings import Finding, Location, Severity
from llmlint.output import Context, place
from llmlint.project import Report
from llmlint.source import DecodeError, decode, decode_python

_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "bold": "1", "dim": "2", "blue": "1;34"}
_NEWLINE = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WIDTH = 160


def render(report: Report, context: Context) -> str:
    page = _Page(context)
    return "".join(f"{page.finding(finding)}\n" for finding in report.findings)


class _Page:
    """Renders findings; the source of each file is read once, and again only for the next file."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._path = ""
        self._lines: dict[int | None, list[str]] = {}

    def finding(self, finding: Finding) -> str:
        where = place(finding.location, self.context.path(finding.location))
        level = str(finding.severity)
        head = f"{self._paint(where, 'bold')}: {self._paint(level, level)} {self._paint(finding.code, level)}"
        lines = [f"{head} {finding.name}", f"  {finding.message}", *self._source(finding.location, finding.severity)]
        for related in finding.related:
            there = place(related.location, self.context.path(related.location))
            lines.append(f"  {self._paint('see', 'blue')} {there}: {related.message}")
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
        shown = _CONTROL.sub(" ", source.replace("\t", " "))
        end = location.end_column if location.end_line == location.line else len(source) + 1
        start = location.column - 1
        shift = max(0, min(start - _WIDTH // 2, len(shown) - _WIDTH)) if len(shown) > _WIDTH else 0
        shown = shown[shift : shift + _WIDTH]
        width = max(1, min(end - 1, shift + _WIDTH) - start)
        marks = " " * (start - shift) + "^" * width
        return [
            f"{self._paint(number + '|', 'dim')} {shown}",
            f"      {self._paint('|', 'dim')} {self._paint(marks, str(severity))}",
        ]

    def _line(self, location: Location) -> str | None:
        if location.path != self._path:
            self._path, self._lines = location.path, _lines_of(self._data(location.path), location)
        lines = self._lines.get(location.cell, [])
        return lines[location.line - 1] if 0 < location.line <= len(lines) else None

    def _data(self, path: str) -> bytes:
        if path in self.context.given:
            return self.context.given[path]
        try:
            return (self.context.root / Path(path)).read_bytes()
        except OSError:
            return b""

    def _paint(self, words: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{words}\x1b[0m" if self.context.color else words


def _lines_of(data: bytes, location: Location) -> dict[int | None, list[str]]:
    """The lines of a file, or of each cell of a notebook."""
    try:
        if location.cell is None:
            return {None: _NEWLINE.split(decode_python(data))}
        cells = json.loads(decode(data)).get("cells", [])
    except (DecodeError, ValueError, AttributeError, RecursionError):
        return {}
    sources = {index: cell.get("source", "") for index, cell in enumerate(cells) if isinstance(cell, dict)}
    return {
        index: _NEWLINE.split("".join(source) if isinstance(source, list) else str(source))
        for index, source in sources.items()
    }
