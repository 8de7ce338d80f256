"""Findings that a team knows of and has not mended yet: written down once, and told no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from llmlint.discover import Files
from llmlint.errors import ConfigError
from llmlint.findings import Finding, Report, Suppressed
from llmlint.fingerprints import fingerprints
from llmlint.quotes import Quotes

BY = "baseline"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of a baseline. ``path`` is relative to the baseline's folder."""

    code: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks at: the rules by their codes, the files, and the paths that these were found at."""

    codes: Collection[str]
    files: Files
    paths: Sequence[Path]

    def covers(self, known: Known) -> bool:
        """Whether a finding would be found if it were still there; where its file is not, it is gone."""
        place = self.files.root / known.path
        is_removed = _is_removed(place) and any(place.is_relative_to(path) for path in self.paths)
        is_seen = known.path in self.files.reported or known.path in self.files.texts
        return known.code in self.codes and (is_seen or is_removed)


@dataclass(slots=True)
class Baseline:
    """``known``: what is written down, by fingerprint."""

    known: dict[str, Known]

    def hide(self, report: Report, quotes: Quotes) -> Report:
        """The report without what is known, which counts as suppressed."""
        marks = fingerprints(report.all_findings, quotes)
        told = [finding for finding in report.findings if marks[finding] not in self.known]
        hidden = [Suppressed(finding, BY) for finding in report.findings if marks[finding] in self.known]
        return replace(report, findings=told, suppressed=[*report.suppressed, *hidden])

    def gone(self, report: Report, quotes: Quotes, scope: Scope) -> dict[str, Known]:
        """What is known but was not found again, though it would have been."""
        found = set(fingerprints(report.all_findings, quotes).values())
        return {mark: known for mark, known in self.known.items() if mark not in found and scope.covers(known)}

    def pruned(self, gone: Iterable[str]) -> Baseline:
        """Without what is gone, by fingerprint."""
        left_out = set(gone)
        return Baseline({mark: known for mark, known in self.known.items() if mark not in left_out})

    def joined(self, report: Report, quotes: Quotes) -> Baseline:
        """With all that a report tells."""
        marks = fingerprints(report.all_findings, quotes)
        return Baseline({**self.known, **{marks[finding]: _of(finding) for finding in report.findings}})

    def text(self) -> str:
        """The baseline as it is written down, in an order that changes little when it does."""
        entries = sorted(self.known.items(), key=lambda item: (item[1].path, item[1].code, item[0]))
        findings = [{"fingerprint": mark, **_as_json(known)} for mark, known in entries]
        return json.dumps({"version": _VERSION, "findings": findings}, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Baseline:
    """A baseline that was written down. Raises ConfigError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise ConfigError(str(path), f"is a baseline of version {data['version']!r}, not {_VERSION}")
        return Baseline({item["fingerprint"]: _known(item) for item in data["findings"]})
    except OSError as error:
        raise ConfigError(str(path), f"can't be read: {error.strerror}") from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ConfigError(str(path), "is no baseline: write one with llmlint baseline write") from None


def _is_removed(place: Path) -> bool:
    """Whether a file is gone, and not only out of reach."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _known(item: Mapping[str, Any]) -> Known:
    return Known(str(item["code"]), str(item["path"]), str(item["message"]))


def _as_json(known: Known) -> dict[str, str]:
    return {"code": known.code, "path": known.path, "message": known.message}


def _of(finding: Finding) -> Known:
    return Known(finding.code, finding.location.path, finding.message)
