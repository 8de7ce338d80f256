"""What an editor may do about a finding: the edits that mend it, and a comment that suppresses it."""

from __future__ import annotations

import re

from llmlint.catalog import Catalog
from llmlint.findings import Edit, Finding, Location
from llmlint.scripts import is_script
from llmlint.source import NEWLINE

_LINE_FEED = "\n"
_WITHOUT_COMMENTS = (".json", ".md", ".rst", ".txt")
_DIRECTIVE = re.compile(r"^\s*(?:#|//) llmlint: ignore\[[^\]]*(?=\])")


def suppression(finding: Finding, text: str) -> Edit | None:
    """A comment above the line of a finding, or its code in the one that is there; None where nothing is a comment."""
    place, lines = finding.location, NEWLINE.split(text)
    if place.path.lower().endswith(_WITHOUT_COMMENTS):
        return None
    above = _DIRECTIVE.match(lines[place.line - 2]) if place.line > 1 else None
    if above is not None:
        return _insertion(place.path, place.line - 1, above.end() + 1, f", {finding.code}")
    line = lines[place.line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    mark = "//" if is_script(place.path) else "#"
    newline = NEWLINE.search(text)
    comment = f"{indent}{mark} llmlint: ignore[{finding.code}]{newline[0] if newline else _LINE_FEED}"
    return _insertion(place.path, place.line, 1, comment)


def _insertion(path: str, line: int, column: int, text: str) -> Edit:
    return Edit(Location(path, None, line, column, line, column), text)


def explanation(finding: Finding, catalog: Catalog) -> str:
    """What a reader of a finding wants to know, as Markdown."""
    rule = catalog.rules[finding.code]
    parts = [f"**{finding.code} {finding.name}**: {finding.message}", rule.why, f"*Fix:* {finding.fix}"]
    incidents = (catalog.incidents.get(number) for number in finding.incidents)
    parts += [f"*Incident {incident.id}:* {incident.line}" for incident in incidents if incident is not None]
    return "\n\n".join(parts)
