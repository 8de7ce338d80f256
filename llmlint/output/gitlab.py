"""GitLab's Code Quality report."""

from __future__ import annotations

import json

from llmlint.findings import Report, Severity
from llmlint.fingerprints import fingerprints
from llmlint.output import Context

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report, context: Context) -> str:
    quotes = context.quotes()
    marks = fingerprints(report.all_findings, quotes)
    issues = []
    for finding in report.findings:
        first, last = quotes.lines_in_file(finding.location)
        issues.append(
            {
                "description": f"{finding.message}. {finding.fix}",
                "check_name": finding.code,
                "fingerprint": marks[finding],
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": context.path_in_repository(finding.location),
                    "lines": {"begin": first, "end": last},
                },
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
