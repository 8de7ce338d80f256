"""JSON lines: a line for each finding and error as soon as its project is done, and one with the numbers in the end.

Each line has ``"type"``: ``finding``, ``error`` or ``summary``; the rest is as in the format ``json``.
"""

from __future__ import annotations

import json
from typing import Any

from llmlint.findings import Report, Tally
from llmlint.output import Context
from llmlint.output.json_ import VERSION, error_of, finding_of, summary_of


def render(report: Report, context: Context) -> str:
    lines = [_line("finding", finding_of(finding, context)) for finding in report.findings]
    return "".join([*lines, *(_line("error", error_of(error, context)) for error in report.errors)])


def total(tally: Tally) -> str:
    return _line("summary", {"version": VERSION, **summary_of(tally)})


def _line(kind: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, **data}, ensure_ascii=False) + "\n"
