"""Markdown, for the summary of a job: what was found by rule, with the incident behind it, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from llmlint.findings import Finding, Report
from llmlint.output import Context, place, printable

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&@])")
# A page of GitHub's holds a megabyte.
_MOST = 500


def render(report: Report, context: Context) -> str:
    files = f"{report.files:,} file{'s' if report.files != 1 else ''} checked"
    if not report.findings:
        return f"### llmlint\n\nNo findings, {files}.\n"
    worst = sorted(report.findings, key=lambda finding: -finding.severity)
    examples = {finding.code: finding for finding in worst}
    counts = Counter(finding.code for finding in worst)
    rules = (
        (finding.code, f"`{finding.name}`", str(finding.severity), str(counts[code]), _plain(context.why(finding)))
        for code, finding in sorted(examples.items())
    )
    found = ((*_place(finding, context), _plain(f"{finding.message}. {finding.fix}")) for finding in worst[:_MOST])
    number = f"{len(worst):,} finding{'s' if len(worst) != 1 else ''}"
    left_out = f"\n{len(worst) - _MOST:,} more are not listed.\n" if len(worst) > _MOST else ""
    return (
        f"### llmlint: {number}, {files}\n\n"
        f"{_table(('code', 'rule', 'severity', 'findings', 'the bill behind it'), rules)}\n"
        f"{_table(('severity', 'code', 'place', 'what to mend'), found)}{left_out}"
    )


def _place(finding: Finding, context: Context) -> tuple[str, str, str]:
    where = place(finding.location, context.path_in_repository(finding.location))
    return str(finding.severity), finding.code, _plain(where)


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (heading, ("---",) * len(heading), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing of its own."""
    return _SPECIAL.sub(r"\\\1", printable(text))
