"""``--fix``: the repairs after which the code parses, the finding is gone, and nothing new is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from llmlint.findings import Edit, Finding, Location, Report
from llmlint.fixes.rewriting import rewritten


class _Spot(NamedTuple):
    """A finding by its rule and by where it begins, which edits may move."""

    code: str
    path: str
    cell: int | None
    line: int
    column: int


@dataclass(slots=True)
class Mended:
    """``report``: what is left; ``files``: the new bytes of what was changed, by path; ``fixed``: what is gone by
    repairs; ``refused``: how many repairs were left out because they did not do what they should."""

    report: Report
    files: dict[str, bytes] = field(default_factory=dict)
    fixed: list[Finding] = field(default_factory=list)
    refused: int = 0


def mend(check: Callable[[Mapping[str, bytes]], Report], read: Callable[[str], bytes], *, unsafe: bool) -> Mended:
    """Apply repairs until none is left that helps. ``check`` gives the report on a project in which some files hold
    other bytes; ``unsafe``: apply suggestions too."""
    return _Mending(check, read, unsafe).run()


class _Mending:
    def __init__(
        self, check: Callable[[Mapping[str, bytes]], Report], read: Callable[[str], bytes], unsafe: bool
    ) -> None:
        self._check = check
        self._read = read
        self._unsafe = unsafe
        self._refused: set[_Spot] = set()
        self.mended = Mended(check({}))

    def run(self) -> Mended:
        most = len(self.mended.report.findings)
        while batch := self._next(most):
            culprits = self._apply(batch)
            if not culprits:
                most = len(self.mended.report.findings)
            elif len(culprits) < len(batch) or len(batch) == 1:
                self._refused.update(map(_spot, culprits))
                self.mended.refused += len(culprits)
            else:
                most = len(batch) // 2
        return self.mended

    def _next(self, most: int) -> list[Finding]:
        """The findings whose repairs are next, the worst first: no two of them touch."""
        taken: dict[str, list[Location]] = defaultdict(list)
        batch: list[Finding] = []
        for finding in sorted(self.mended.report.findings, key=lambda finding: -finding.severity):
            repair = finding.repair
            if repair is None or not (repair.is_safe or self._unsafe) or _spot(finding) in self._refused:
                continue
            places = [edit.location for edit in repair.edits]
            others = taken[finding.location.path]
            if not any(_touch(place, other) for place in places for other in others) and len(batch) < most:
                others.extend(places)
                batch.append(finding)
        return batch

    def _apply(self, batch: list[Finding]) -> list[Finding]:
        """Take over the repairs of some findings; where they can't be, those that may be to blame come back."""
        edits = _edits(batch)
        files = dict(self.mended.files)
        for path, changes in edits.items():
            data = rewritten(path, files.get(path) or self._read(path), changes)
            if data is None:
                return [finding for finding in batch if finding.location.path == path]
            files[path] = data
        report = self._check(files)
        left = {_spot(finding) for finding in report.findings}
        stubborn = [finding for finding in batch if _moved(_spot(finding), edits) in left]
        if stubborn:
            return stubborn
        if len(report.errors) > len(self.mended.report.errors) or self._news(report, batch, edits):
            return batch
        self._refused = {_moved(spot, edits) for spot in self._refused}
        self.mended.report, self.mended.files = report, files
        self.mended.fixed.extend(batch)
        return []

    def _news(self, report: Report, batch: Iterable[Finding], edits: Mapping[str, list[Edit]]) -> bool:
        """Whether something is found that was not found before. A lesser finding may take the place of one that is
        gone: a retry that ends can be said to multiply those of its client."""
        known = {_moved(_spot(finding), edits) for finding in self.mended.report.findings}
        gone = {_moved(_spot(finding), edits)[1:]: finding.severity for finding in batch}
        return any(
            _spot(finding) not in known
            and not (_spot(finding)[1:] in gone and finding.severity < gone[_spot(finding)[1:]])
            for finding in report.findings
        )


def _spot(finding: Finding) -> _Spot:
    place = finding.location
    return _Spot(finding.code, place.path, place.cell, place.line, place.column)


def _edits(batch: Iterable[Finding]) -> dict[str, list[Edit]]:
    """The edits of some findings by file, in order."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for finding in batch:
        if finding.repair is not None:
            edits[finding.location.path].extend(finding.repair.edits)
    return {path: sorted(found) for path, found in edits.items()}


def _touch(one: Location, other: Location) -> bool:
    return one.cell == other.cell and _start(one) <= _end(other) and _start(other) <= _end(one)


def _start(place: Location) -> tuple[int, int]:
    return place.line, place.column


def _end(place: Location) -> tuple[int, int]:
    return place.end_line, place.end_column


def _moved(spot: _Spot, edits: Mapping[str, list[Edit]]) -> _Spot:
    """Where something begins after edits in its file."""
    line, column = spot.line, spot.column
    beside = [edit for edit in edits.get(spot.path, ()) if edit.location.cell == spot.cell]
    for edit in reversed(beside):
        start, end = _start(edit.location), _end(edit.location)
        if start <= (spot.line, spot.column) < end:
            line, column = start
        elif end <= (spot.line, spot.column):
            breaks = edit.text.count("\n") or edit.text.count("\r")
            width = len(edit.text) - max(edit.text.rfind("\n"), edit.text.rfind("\r")) - 1
            if spot.line == end[0] and line == spot.line:
                column += width - end[1] + (1 if breaks else start[1])
            line += breaks - (end[0] - start[0])
    return spot._replace(line=line, column=column)
