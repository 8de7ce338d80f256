"""What tells a finding again after the lines around it have moved: no line number, and never a key."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from llmlint.findings import Finding
from llmlint.git import repository_around
from llmlint.quotes import Quotes

_LENGTH = 32


def fingerprints(findings: Iterable[Finding], quotes: Quotes) -> dict[Finding, str]:
    """The fingerprint of each finding: its rule, its path in its repository, the lines that it covers without their
    white space, and how many findings before it agree in all of these. Give it all findings of a run, or the counts
    will differ."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found: dict[Finding, str] = {}
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        lines = "".join("".join(quotes.lines(finding.location)).split())
        what = (finding.code, _name(quotes.path(finding.location), finding.location.path), lines)
        identity = "\0".join((*what, str(seen[what])))
        seen[what] += 1
        found[finding] = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
    return found


def _name(path: Path, name: str) -> str:
    """The path of a file as seen from the root of its repository; ``name`` outside of any."""
    repository = repository_around(path.parent)
    return path.relative_to(repository).as_posix() if repository is not None else name
