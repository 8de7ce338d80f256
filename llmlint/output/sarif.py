"""SARIF 2.1.0, for code scanning: every rule, every finding, and what is suppressed."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import quote

from llmlint import __version__
from llmlint.explain import page
from llmlint.findings import Finding, Location, Report, Severity, Suppressed
from llmlint.fingerprints import fingerprints
from llmlint.output import Context, printable
from llmlint.quotes import Quotes

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "llmlint/v1"
# What stands outside the text that is scanned is suppressed from outside too.
_EXTERNAL = frozenset({"baseline"})
_BRACKET = re.compile(r"([\\\[\]])")


def render(report: Report, context: Context) -> str:
    run = {
        "tool": {"driver": {"name": "llmlint", "semanticVersion": __version__, "rules": _rules(context)}},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(report)],
        "results": _Results(report, context).all(),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rules(context: Context) -> list[dict[str, Any]]:
    return [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": " ".join(rule.why.split())},
            "help": {"text": " ".join(rule.why.split()), "markdown": page(rule, context.catalog)},
            "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": not rule.is_opt_in},
        }
        for rule in context.catalog.rules.values()
    ]


def _invocation(report: Report) -> dict[str, Any]:
    """How the run went: rules that failed inside llmlint are told here."""
    notifications = [
        {"level": "error", "message": {"text": f"{error.step} failed on {error.path}: {error.message}"}}
        for error in report.errors
    ]
    return {"executionSuccessful": not report.errors, "toolExecutionNotifications": notifications}


class _Results:
    """The findings of a report as results."""

    def __init__(self, report: Report, context: Context) -> None:
        self._report = report
        self._context = context
        self._quotes: Quotes = context.quotes()
        self._fingerprints = fingerprints(report.all_findings, self._quotes)
        self._indexes = {code: index for index, code in enumerate(context.catalog.rules)}

    def all(self) -> list[dict[str, Any]]:
        told = [self._result(finding) for finding in self._report.findings]
        return told + [self._suppressed(suppressed) for suppressed in self._report.suppressed]

    def _suppressed(self, suppressed: Suppressed) -> dict[str, Any]:
        suppression = {"kind": "external" if suppressed.by in _EXTERNAL else "inSource", "status": "accepted"}
        if suppressed.reason:
            suppression["justification"] = printable(suppressed.reason)
        return {**self._result(suppressed.finding), "suppressions": [suppression]}

    def _result(self, finding: Finding) -> dict[str, Any]:
        return {
            "ruleId": finding.code,
            "ruleIndex": self._indexes[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [{"physicalLocation": self._place(finding.location)}],
            "relatedLocations": [
                {
                    "id": number,
                    "physicalLocation": self._place(related.location),
                    "message": {"text": printable(related.message)},
                }
                for number, related in enumerate(finding.related, 1)
            ],
            "partialFingerprints": {_FINGERPRINT: self._fingerprints[finding]},
        }

    def _place(self, location: Location) -> dict[str, Any]:
        first, last = self._quotes.lines_in_file(location)
        region = {"startLine": first, "endLine": last}
        if location.cell is None:
            region["startColumn"], region["endColumn"] = self._quotes.columns(location, "utf-16-le", width=2)
        path = quote(os.fsencode(self._context.path_in_repository(location)))
        return {"artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"}, "region": region}


def _message(finding: Finding) -> str:
    """What is wrong and what to do, with a link to each related place, which some viewers show nowhere else."""
    sentences = [f"{printable(finding.message)}.", finding.fix]
    for number, related in enumerate(finding.related, 1):
        text = _BRACKET.sub(r"\\\1", printable(related.message))
        sentences.append(f"See [{text}]({number}).")
    return " ".join(sentences)
