"""GitHub's workflow commands: one annotation a finding, on the run and on the changed lines of a pull request."""

from __future__ import annotations

from llmlint.findings import Finding, Report, Severity
from llmlint.output import Context, printable
from llmlint.quotes import Quotes

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, context: Context) -> str:
    quotes = context.quotes()
    return "".join(f"{_command(finding, context, quotes)}\n" for finding in report.findings)


def _command(finding: Finding, context: Context, quotes: Quotes) -> str:
    location = finding.location
    first, last = quotes.lines_in_file(location)
    properties = {"file": context.path_in_repository(location), "line": str(first), "endLine": str(last)}
    if first == last and location.cell is None:
        properties |= {"col": str(location.column), "endColumn": str(location.end_column)}
    properties["title"] = f"{finding.code} {finding.name}"
    given = ",".join(f"{name}={_escaped(printable(value), ':,')}" for name, value in properties.items())
    lines = [finding.message, *context.details(finding, context.path_in_repository)]
    message = "\n".join(map(printable, lines))
    return f"::{_COMMANDS[finding.severity]} {given}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in f"%\n{more}":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
