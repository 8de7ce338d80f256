"""Reports on a file whose facts are what they were but stand elsewhere: a comment came in above them, or spaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from llmlint.facts import FileFacts, Span
from llmlint.findings import Finding, Location, Place, Problem, Repair, Report, relocated
from llmlint.source import position


def moved(
    report: Report, before: FileFacts, now: FileFacts, repair: Callable[[Problem], Repair | None]
) -> Report | None:
    """What a report says now that the facts of a file stand elsewhere; None where that can't be told. ``repair``: finds
    the edits for a problem."""
    offsets = _offsets(before, now)
    if offsets is None:
        return None
    moves = _Moves(before, now, offsets, repair)
    try:
        findings = [moves.finding(finding) for finding in report.findings]
        suppressed = [each._replace(finding=moves.finding(each.finding)) for each in report.suppressed]
    except LookupError:
        return None
    return replace(report, findings=findings, suppressed=suppressed)


def _offsets(before: FileFacts, now: FileFacts) -> dict[int, int] | None:
    """Where each offset of the facts has gone; None where they do not follow each other as they did."""
    pairs = sorted(set(zip(before.spans, now.spans, strict=True)))
    if any(old == other or new >= later for (old, new), (other, later) in pairwise(pairs)):
        return None
    return dict(pairs)


@dataclass(frozen=True, slots=True)
class _Moves:
    """What was said of the facts ``before``, as it is to be said of those of ``now``. Each step raises LookupError for
    what stood where no fact was."""

    before: FileFacts
    now: FileFacts
    offsets: Mapping[int, int]
    repair: Callable[[Problem], Repair | None]

    def finding(self, finding: Finding) -> Finding:
        if finding.repair is None or finding.location.path != self.now.path:
            return relocated(finding, self._location)
        found = relocated(finding._replace(repair=None), self._location)
        return found._replace(repair=self._repaired(finding.repair))

    def _repaired(self, repair: Repair) -> Repair:
        """The edits, made anew in the text as it is now."""
        if repair.remedy is None:
            raise LookupError("nobody knows what they were made from")
        start, end = repair.remedy.place.span
        place = Place(self.now, Span(self.offsets[start], self.offsets[end]))
        found = self.repair(Problem(place, "", remedy=replace(repair.remedy, place=place)))
        if found is None:
            raise LookupError("there are none any more")
        return found

    def _location(self, location: Location) -> Location:
        if location.path != self.now.path:
            return location
        start = self._position(location.line, location.column)
        return Location(location.path, None, *start, *self._position(location.end_line, location.end_column))

    def _position(self, line: int, column: int) -> tuple[int, int]:
        return position(self.now.line_starts, self.offsets[self.before.line_starts[line - 1] + column - 1])
