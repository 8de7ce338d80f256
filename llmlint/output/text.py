"""For people: the line with the span underlined, related places, the fix and the incident, one line each."""

from __future__ import annotations

import unicodedata

from llmlint.findings import Finding, Location, Report, Severity
from llmlint.output import Context, place, printable

_CODES = {"error": "1;31", "warning": "1;33", "info": "1;36", "bold": "1", "dim": "2", "blue": "1;34"}
_WIDTH = 160


def render(report: Report, context: Context) -> str:
    page = _Page(context)
    return "".join(f"{page.finding(finding)}\n" for finding in report.findings)


class _Page:
    """Renders findings."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.quotes = context.quotes()

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
        lines.append(f"  {self._paint('fix', 'blue')} {finding.fix}{_fixable(finding)}")
        why = self.context.why(finding)
        if why:
            lines.append(f"  {self._paint('why', 'blue')} {why} (llmlint explain {finding.code})")
        return "\n".join(lines) + "\n"

    def _source(self, location: Location, severity: Severity) -> list[str]:
        source = self.quotes.line(location)
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

    def _paint(self, words: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{words}\x1b[0m" if self.context.color else words


def _fixable(finding: Finding) -> str:
    if finding.repair is None:
        return ""
    return " (fixable)" if finding.repair.is_safe else " (fixable with --unsafe-fixes)"


def _columns(text: str) -> int:
    """How many columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
