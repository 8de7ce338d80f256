"""JSON, version 1: ``{"version", "findings", "errors", "summary"}``; lines and columns count from 1."""

from __future__ import annotations

import json
from typing import Any

from llmlint.failures import InternalError
from llmlint.findings import Finding, Repair, Report, Severity, Tally
from llmlint.output import Context, display_path

VERSION = 1


def render(report: Report, context: Context) -> str:
    data = {
        "version": VERSION,
        "findings": [finding_of(finding, context) for finding in report.findings],
        "errors": [error_of(error, context) for error in report.errors],
        "summary": summary_of(Tally.of(report)),
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def error_of(error: InternalError, context: Context) -> dict[str, Any]:
    path = display_path(context.root / error.path, context.here)
    return {"path": path, "step": error.step, "message": error.message}


def summary_of(tally: Tally) -> dict[str, Any]:
    return {
        "files": tally.files,
        "parsed": tally.parsed,
        "findings": tally.findings,
        **{str(severity): tally.severities[severity] for severity in reversed(Severity)},
    }


def finding_of(finding: Finding, context: Context) -> dict[str, Any]:
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
        "fixes": [_fix(finding.repair)] if finding.repair is not None else [],
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


def _fix(repair: Repair) -> dict[str, Any]:
    """Edits that belong together; each puts ``text`` in place of what stands from its start to its end."""
    return {
        "safe": repair.is_safe,
        "edits": [
            {
                "cell": edit.location.cell,
                "line": edit.location.line,
                "column": edit.location.column,
                "end_line": edit.location.end_line,
                "end_column": edit.location.end_column,
                "text": edit.text,
            }
            for edit in repair.edits
        ],
    }
