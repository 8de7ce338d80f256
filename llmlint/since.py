"""``--changed-since``: what a branch brought in, on the lines that it changed or anywhere else because of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from llmlint.changes import Changes
from llmlint.discover import Files, language_of, relative
from llmlint.findings import Finding, Report
from llmlint.fingerprints import fingerprints
from llmlint.keys import Keys
from llmlint.quotes import Quotes

Check = Callable[[Files, Mapping[str, bytes]], Report]


@dataclass(frozen=True, slots=True)
class Since:
    """``changes``: what changed in the work tree; ``files``: the project as it is now; ``check`` gives the report on
    some files, of which some hold other bytes."""

    changes: Changes
    files: Files
    check: Check
    keys: Keys

    def narrowed(self, report: Report) -> Report:
        """The report without what was found before the changes too, but for what lies on changed lines."""
        quotes = Quotes(self.files.root, self.keys)
        changed = {finding for finding in report.findings if self._is_on_changed_line(finding, quotes)}
        if len(changed) < len(report.findings) and self.changes.any:
            marks = fingerprints(report.all_findings, quotes)
            before = self._before()
            changed |= {finding for finding in report.findings if marks[finding] not in before}
        return replace(report, findings=[finding for finding in report.findings if finding in changed])

    def _is_on_changed_line(self, finding: Finding, quotes: Quotes) -> bool:
        first, last = quotes.lines_in_file(finding.location)
        return self.changes.touch(_real(self.files.root) / finding.location.path, range(first, last + 1))

    def _before(self) -> set[str]:
        """The fingerprints of what was found before the changes, under the names that the files have now."""
        now = {self._path(old): self._path(new) for new, old in self.changes.before.items() if old is not None}
        removed = [path for path in map(self._path, self.changes.removed) if path not in now]
        old = {path: self.changes.content(self._name(path)) for path in (*now, *removed) if not path.startswith("../")}
        fresh = {self._path(new) for new in self.changes.before} - set(old)
        found = self.check(self._files(set(old), fresh), old)
        renamed = {_renamed(finding, now): finding for finding in found.all_findings}
        there = {now.get(path, path): data for path, data in old.items()}
        marks = fingerprints(renamed, Quotes(self.files.root, self.keys, there))
        told = set(found.findings)
        return {mark for finding, mark in marks.items() if renamed[finding] in told}

    def _files(self, old: set[str], fresh: set[str]) -> Files:
        """The files of the project as they were before."""
        files = self.files
        programs = {path for path in old if language_of(path) is not None}
        project = sorted((set(files.project) - fresh) | programs)
        asked = (files.reported - fresh) | programs
        return replace(files, project=project, reported=asked, texts=(files.texts - fresh) | (old - programs))

    def _path(self, name: str) -> str:
        """A path from the root of the work tree as the project sees it."""
        return relative(self.changes.top / name, _real(self.files.root))

    def _name(self, path: str) -> str:
        return self.changes.name(_real(self.files.root) / path)


def _real(root: Path) -> Path:
    return Path(os.path.realpath(root))


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    place = finding.location
    return finding._replace(location=place._replace(path=names.get(place.path, place.path)))
