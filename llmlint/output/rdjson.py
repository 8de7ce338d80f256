"""Reviewdog's diagnostic format; its columns count bytes of UTF-8."""

from __future__ import annotations

import json
from typing import Any

from llmlint.findings import Finding, Location, Report
from llmlint.output import Context
from llmlint.quotes import Quotes


def render(report: Report, context: Context) -> str:
    quotes = context.quotes()
    result = {
        "source": {"name": "llmlint"},
        "diagnostics": [_diagnostic(finding, context, quotes) for finding in report.findings],
    }
    return json.dumps(result, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(finding: Finding, context: Context, quotes: Quotes) -> dict[str, Any]:
    return {
        "message": f"{finding.message}. {finding.fix}",
        "location": _location(finding.location, context, quotes),
        "severity": finding.severity.name,
        "code": {"value": finding.code},
        "related_locations": [
            {"message": related.message, "location": _location(related.location, context, quotes)}
            for related in finding.related
        ],
    }


def _location(location: Location, context: Context, quotes: Quotes) -> dict[str, Any]:
    first, last = quotes.lines_in_file(location)
    start, end = {"line": first}, {"line": last}
    if location.cell is None:
        start["column"], end["column"] = quotes.columns(location, "utf-8")
    return {"path": context.path(location), "range": {"start": start, "end": end}}
