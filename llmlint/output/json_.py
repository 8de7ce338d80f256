"""JSON, version 1: ``{"version", "findings", "errors", "summary"}``; lines and columns count from 1."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from llmlint.findings import Finding, Report, Severity
from llmlint.output import Context, display_path


def render(report: Report, context: Context) -> str:
    counts = Counter(finding.severity for finding in report.findings)
    data = {
        "version": 1,
        "findings": [_finding(finding, context) for finding in report.findings],
        "errors": [
            {
                "path": display_path(context.root / error.path, context.here),
                "step": error.step,
                "message": error.message,
            }
            for error in report.errors
        ],
        "summary": {
            "files": report.files,
            "parsed": report.parsed,
            "findings": len(report.findings),
            **{str(severity): counts[severity] for severity in reversed(Severity)},
        },
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding, context: Context) -> dict[str, Any]:
    place = finding.location
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": str(finding.severity),
        "path": context.path(place),
        "cell": place.cell,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "message": finding.message,
        "fix": finding.fix,
        "incidents": list(finding.incidents),
        "related": [
            {
                "path": context.path(related.location),
                "cell": related.location.cell,
                "line": related.location.line,
                "column": related.location.column,
                "message": related.message,
            }
            for related in finding.related
        ],
    }
