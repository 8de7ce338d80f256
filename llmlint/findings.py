"""What llmlint reports: problems as a rule states them, and findings as a reader gets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from llmlint.failures import InternalError

if TYPE_CHECKING:
    from llmlint.facts import FileFacts, Span
    from llmlint.remedies import Remedy


class Severity(IntEnum):
    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Place(NamedTuple):
    """A span of a file of the project."""

    facts: FileFacts
    span: Span


class Note(NamedTuple):
    """Another place that a problem involves, and its part in it: a key of the rule's ``notes``."""

    place: Place
    kind: str
    values: Mapping[str, Any] = MappingProxyType({})


class Problem(NamedTuple):
    """What a check yields. ``variant`` picks the rule's message, ``values`` fill it; ``severity`` only where it is
    not the rule's own. ``remedy``: what an edit would have to change, where that is clear."""

    place: Place
    variant: str
    values: Mapping[str, Any] = MappingProxyType({})
    notes: tuple[Note, ...] = ()
    severity: Severity | None = None
    remedy: Remedy | None = None


class Location(NamedTuple):
    """Lines and columns from 1, columns in code points, the end excluded. ``cell``: a notebook's cell, from 0; lines
    then count in it."""

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    location: Location
    message: str


class Edit(NamedTuple):
    """``text`` in place of what stands at ``location``."""

    location: Location
    text: str


@dataclass(frozen=True, slots=True)
class Repair:
    """Edits of the finding's file that belong together. ``is_safe``: they change nothing but the bound that the rule
    asks for; otherwise they are a suggestion, which somebody has to look at. ``remedy``: what they were made from, with
    no more of the file's facts than its path and language; None where that is not kept."""

    edits: tuple[Edit, ...]
    is_safe: bool
    remedy: Remedy | None = field(default=None, compare=False)


class Finding(NamedTuple):
    """``repair``: the edits that would mend it, where they were asked for and are known."""

    code: str
    name: str
    severity: Severity
    location: Location
    message: str
    fix: str
    incidents: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    repair: Repair | None = None

    @property
    def sort_key(self) -> tuple[Any, ...]:
        place = self.location
        cell = -1 if place.cell is None else place.cell
        return (place.path, cell, place.line, place.column, self.code, self.message)


class Suppressed(NamedTuple):
    """A finding that is not to be told. ``by``: what says so, such as ``ignore`` or ``noqa``; ``reason`` as it is
    written there."""

    finding: Finding
    by: str
    reason: str = ""


@dataclass(slots=True)
class Report:
    """What a run found. ``files``: how many were asked for; ``parsed``: how many of the project's files held something
    to judge."""

    findings: list[Finding] = field(default_factory=list)
    errors: list[InternalError] = field(default_factory=list)
    files: int = 0
    parsed: int = 0
    suppressed: list[Suppressed] = field(default_factory=list)

    @property
    def all_findings(self) -> list[Finding]:
        """What is told, and what is suppressed."""
        return [*self.findings, *(suppressed.finding for suppressed in self.suppressed)]

    @property
    def remedies(self) -> list[Remedy | None]:
        """What the repairs were made from, in the order of ``all_findings``."""
        return [finding.repair.remedy for finding in self.all_findings if finding.repair is not None]

    def with_remedies(self, remedies: Iterable[Remedy | None]) -> Report:
        """The same report with other ``remedies``; None where there are too few."""
        waiting = iter(remedies)

        def remedied(finding: Finding) -> Finding:
            repair = finding.repair
            return finding if repair is None else finding._replace(repair=replace(repair, remedy=next(waiting, None)))

        findings = [remedied(finding) for finding in self.findings]
        suppressed = [each._replace(finding=remedied(each.finding)) for each in self.suppressed]
        return replace(self, findings=findings, suppressed=suppressed)

    def add(self, other: Report) -> None:
        self.findings += other.findings
        self.errors += other.errors
        self.suppressed += other.suppressed
        self.files += other.files
        self.parsed += other.parsed

    def moved(self, folder: str) -> Report:
        """The same report with its paths seen from further up: ``folder`` is put before them."""
        if folder in ("", "."):
            return self

        def moved(location: Location) -> Location:
            return location._replace(path=f"{folder}/{location.path}")

        return Report(
            [relocated(finding, moved) for finding in self.findings],
            [error._replace(path=f"{folder}/{error.path}") for error in self.errors],
            self.files,
            self.parsed,
            [each._replace(finding=relocated(each.finding, moved)) for each in self.suppressed],
        )


def relocated(finding: Finding, moved: Callable[[Location], Location]) -> Finding:
    """A finding with every location in it moved."""
    related = tuple(other._replace(location=moved(other.location)) for other in finding.related)
    repair = finding.repair
    if repair is not None:
        repair = replace(repair, edits=tuple(edit._replace(location=moved(edit.location)) for edit in repair.edits))
    return finding._replace(location=moved(finding.location), related=related, repair=repair)


@dataclass(slots=True)
class Tally:
    """The numbers of the reports on several projects. ``rules``: how often each was found, by code and name;
    ``repairs``: how many findings have edits, by whether these are safe."""

    files: int = 0
    parsed: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    repairs: Counter[bool] = field(default_factory=Counter)

    @property
    def findings(self) -> int:
        return self.severities.total()

    @classmethod
    def of(cls, report: Report) -> Tally:
        tally = cls()
        tally.add(report)
        return tally

    def add(self, report: Report) -> None:
        self.files += report.files
        self.parsed += report.parsed
        self.severities.update(finding.severity for finding in report.findings)
        self.rules.update((finding.code, finding.name) for finding in report.findings)
        self.repairs.update(finding.repair.is_safe for finding in report.findings if finding.repair is not None)
