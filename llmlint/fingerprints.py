"""What tells a finding again after the lines around it have moved: no line number, and never a key."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from llmlint.findings import Finding
from llmlint.quotes import Quotes

_LENGTH = 32


def fingerprints(findings: Iterable[Finding], quotes: Quotes) -> dict[Finding, str]:
    """The fingerprint of each finding: its rule, its path, the lines that it covers without their white space, and how
    many findings before it agree in all of these. Give it all findings of a run, or the counts will differ."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found: dict[Finding, str] = {}
    for finding in sorted(findings, key=lambda finding: finding.sort_key):
        lines = "".join("".join(quotes.lines(finding.location)).split())
        what = (finding.code, finding.location.path, lines)
        identity = "\0".join((*what, str(seen[what])))
        seen[what] += 1
        found[finding] = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
    return found
