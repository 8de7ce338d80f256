"""JUnit's report of tests, as Jenkins and others read it: a failure for each finding that is no mere information."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from llmlint.findings import Finding, Report, Severity
from llmlint.output import Context, display_path, place, printable

# What printable text may hold, but XML may not.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SUFFIX = re.compile(r"\.\w+$")


def render(report: Report, context: Context) -> str:
    cases = [_case(finding, context) for finding in report.findings]
    for error in report.errors:
        path = display_path(context.root / error.path, context.here)
        cases.append(_outcome(path, error.step, "error", error.message, "llmlint itself failed here"))
    if not cases:
        cases = [ElementTree.Element("testcase", classname="llmlint", name="no findings")]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(len(report.errors)),
    }
    suites = ElementTree.Element("testsuites", counts)
    ElementTree.SubElement(suites, "testsuite", {"name": "llmlint", **counts}).extend(cases)
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _case(finding: Finding, context: Context) -> ElementTree.Element:
    where = place(finding.location, context.path(finding.location))
    text = [f"{where}: {finding.severity}", *context.details(finding, context.path)]
    kind = "failure" if finding.severity > Severity.INFO else "system-out"
    name = f"{finding.code} {finding.name} {where}"
    return _outcome(context.path(finding.location), name, kind, finding.message, "\n".join(text))


def _outcome(path: str, name: str, kind: str, message: str, text: str) -> ElementTree.Element:
    module = _SUFFIX.sub("", path).replace("/", ".")
    case = ElementTree.Element("testcase", classname=_clean(module), name=_clean(name))
    if kind == "system-out":
        ElementTree.SubElement(case, kind).text = _clean(f"{message}\n{text}")
    else:
        ElementTree.SubElement(case, kind, message=_clean(message)).text = _clean(text)
    return case


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", "\n".join(map(printable, text.split("\n"))))
