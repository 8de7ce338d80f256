"""Checks run over linked files: problems become findings, and suppressed ones disappear."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llmlint.catalog import Catalog, Rule
from llmlint.config import Config
from llmlint.facts import FileFacts, Span, in_cell
from llmlint.failures import Failures
from llmlint.findings import Finding, Location, Place, Problem, Related, Repair, Suppressed
from llmlint.linked import LinkedFile
from llmlint.source import position
from llmlint.suppress import Directive, parse, unused

Check = Callable[[LinkedFile, Mapping[str, Any]], Iterator[Problem]]

UNREADABLE = "LLM000"
UNUSED = "LLM001"
# Where a directive may be quoted, as in a document, nobody is told that it suppresses nothing.
TEXT = "text"


class Checker:
    """Runs the enabled rules on one file after the other, and keeps what is suppressed in them."""

    def __init__(
        self,
        config: Config,
        catalog: Catalog,
        rules: Mapping[str, Rule],
        failures: Failures,
        repair: Callable[[Problem], Repair | None] | None = None,
    ) -> None:
        """``repair``: finds the edits for a problem, where they are asked for."""
        self.config = config
        self.catalog = catalog
        self.rules = rules
        self.suppressed: list[Suppressed] = []
        self._failures = failures
        self._repair = repair
        self._checks = {code: _load(rule) for code, rule in rules.items() if code not in (UNREADABLE, UNUSED)}
        self._options = {
            code: {name: config.option(rule, name) for name in rule.options} for code, rule in rules.items()
        }

    def check(self, file: LinkedFile) -> list[Finding]:
        """The findings of one file, suppressions applied, in no particular order."""
        facts = file.facts
        ignored = self._ignored(facts.path)
        codes = [code for code in self._checks if code not in ignored and self._judges(code, file)]
        names = {code: rule.name for code, rule in self.catalog.rules.items()}
        directives = parse(facts.comments, list(names), list(names.values()))
        kept = []
        for code in codes:
            for problem, finding in self._run(code, file):
                directive = _suppressing(directives, facts, code, names[code], problem)
                if directive is None:
                    kept.append(finding)
                else:
                    self.suppressed.append(Suppressed(finding, directive.kind, directive.reason))
        kept.extend(self.faults(facts))
        if UNUSED in self.rules and UNUSED not in ignored and not facts.faults and facts.language != TEXT:
            kept.extend(self._unused(facts, directives, {code: names[code] for code in codes}))
        return kept

    def _judges(self, code: str, file: LinkedFile) -> bool:
        """Whether a rule has to do with a file's project: one about queues only with queues that feed a model."""
        return file.serves_model or bool(self._options[code].get("queues-everywhere", True))

    def _run(self, code: str, file: LinkedFile) -> list[tuple[Problem, Finding]]:
        def run() -> list[tuple[Problem, Finding]]:
            problems = _once(self._checks[code](file, self._options[code]))
            return [(problem, self._finding(self.rules[code], problem)) for problem in problems]

        return self._failures.attempt(file.facts.path, code, run) or []

    # -- findings ---------------------------------------------------------------------------------------------

    def _finding(self, rule: Rule, problem: Problem) -> Finding:
        return Finding(
            rule.code,
            rule.name,
            self.config.severity_of(rule, problem.severity),
            location(problem.place),
            rule.messages[problem.variant].format(**problem.values),
            rule.fix_for(problem.variant).format(**problem.values),
            rule.incidents,
            tuple(Related(location(note.place), rule.notes[note.kind].format(**note.values)) for note in problem.notes),
            self._repair(problem) if self._repair is not None else None,
        )

    def faults(self, facts: FileFacts) -> list[Finding]:
        """Findings for what could not be read or parsed in a file."""
        if UNREADABLE not in self.rules or UNREADABLE in self._ignored(facts.path):
            return []
        found = []
        for fault in facts.faults:
            cell, line = fault.cell, fault.line
            if cell is None and facts.cells:
                cell, line = in_cell(facts.cells, line)
            place = Location(facts.path, cell, line, fault.column, line, fault.column + 1)
            found.append(self._fault(place, fault.reason))
        return found

    def _ignored(self, path: str) -> set[str]:
        return self.config.ignored_in(path, self.catalog) if self.config.per_file_ignores else set()

    def unreadable(self, folders: Iterable[tuple[str, str]]) -> list[Finding]:
        """Findings for folders that could not be listed."""
        return [
            self._fault(_top(path), f"this folder can't be listed: {reason}")
            for path, reason in folders
            if UNREADABLE in self.rules
        ]

    def unwritable(self, files: Mapping[str, str]) -> list[Finding]:
        """Findings for files that could not be mended, each with the reason."""
        return [
            self._fault(_top(path), reason, "unwritable")
            for path, reason in files.items()
            if UNREADABLE in self.rules and UNREADABLE not in self._ignored(path)
        ]

    def _fault(self, place: Location, reason: str, variant: str = "unreadable") -> Finding:
        rule = self.rules[UNREADABLE]
        message = rule.messages[variant].format(reason=reason)
        severity = self.config.severity_of(rule, None)
        return Finding(rule.code, rule.name, severity, place, message, rule.fix_for(variant))

    def _unused(self, facts: FileFacts, directives: list[Directive], ran: Mapping[str, str]) -> Iterator[Finding]:
        rule = self.rules[UNUSED]
        for directive, codes in unused(directives, ran):
            variant = "malformed" if directive.problem else "unused"
            values = {"codes": ", ".join(codes), "problem": directive.problem}
            problem = Problem(Place(facts, directive.span), variant, values)
            others = [other for other in directives if other is not directive]
            if _suppressing(others, facts, UNUSED, rule.name, problem) is None:
                yield self._finding(rule, problem)


def _load(rule: Rule) -> Check:
    check: Check = importlib.import_module(f"llmlint.checks.{rule.module}").check
    return check


def _top(path: str) -> Location:
    """Where a file begins."""
    return Location(path, None, 1, 1, 1, 2)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem a place."""
    seen: set[tuple[str, Span]] = set()
    for problem in problems:
        key = (problem.place.facts.path, problem.place.span)
        if key not in seen:
            seen.add(key)
            yield problem


def _suppressing(
    directives: Iterable[Directive], facts: FileFacts, code: str, name: str, problem: Problem
) -> Directive | None:
    """The first directive that silences a problem; each that does is of use."""
    line = _line_in(facts, problem.place)
    found = None
    for directive in directives:
        used = directive.covers(line, code, name)
        if used is not None:
            directive.used.add(used)
            found = found or directive
    return found


def _line_in(facts: FileFacts, place: Place) -> int:
    """The line, as the comments of ``facts`` count it, at which a place of the same file begins."""
    if place.facts is facts or not facts.cells:
        return position(place.facts.line_starts, place.span.start)[0]
    there = location(place)
    return next((cell.first_line + there.line - 1 for cell in facts.cells if cell.index == there.cell), 0)


def location(place: Place) -> Location:
    facts, span = place.facts, place.span
    line, column = position(facts.line_starts, span.start)
    end_line, end_column = position(facts.line_starts, max(span.end, span.start))
    cell = None
    if facts.cells:
        cell, first = in_cell(facts.cells, line)
        end_line -= line - first
        line = first
    return Location(facts.path, cell, line, column, end_line, end_column)
