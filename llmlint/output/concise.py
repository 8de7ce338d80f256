"""One line a finding: ``path:line:column: CODE message``."""

from __future__ import annotations

from llmlint.findings import Report
from llmlint.output import Context, place, printable


def render(report: Report, context: Context) -> str:
    lines = [
        f"{place(finding.location, context.path(finding.location))}: {finding.code} {printable(finding.message)}"
        for finding in report.findings
    ]
    return "".join(f"{line}\n" for line in lines)
