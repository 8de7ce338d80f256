"""Remedies turned into edits, one module a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from llmlint.discover import language_of
from llmlint.facts import FileFacts, Span, in_cell
from llmlint.findings import Place, Problem, Repair
from llmlint.fixes import arguments, loops, variables
from llmlint.fixes.sources import Change, Source, source_of
from llmlint.remedies import BoundLoop, GiveArguments, LimitTo, NameArgument, ReadVariable, Remedy
from llmlint.source import position

_KINDS: dict[type, Callable[[Any, Source], list[Change] | None]] = {
    GiveArguments: arguments.give,
    NameArgument: arguments.name_argument,
    LimitTo: arguments.limit,
    BoundLoop: loops.bound,
    ReadVariable: variables.read,
}


class Fixer:
    """Finds the edits for problems. ``read`` gives the bytes of a file of the project."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._last: tuple[str, Source | None] = ("", None)

    def repair(self, problem: Problem) -> Repair | None:
        """None where nothing can be edited: what would have to change stands in another file, or in a form that
        is left to people."""
        remedy, path = problem.remedy, problem.place.facts.path
        if remedy is None or remedy.place.facts.path != path:
            return None
        source = self._source(path)
        placed = _placed(remedy, source) if source is not None else None
        if source is None or placed is None:
            return None
        changes = _KINDS[type(placed)](placed, source) or []
        edits = [edit for edit in map(source.edit, changes) if edit is not None]
        if not edits or len(edits) < len(changes):
            return None
        bare = Place(FileFacts(path, remedy.place.facts.language), remedy.place.span)
        return Repair(tuple(sorted(edits)), remedy.is_safe, replace(remedy, place=bare))

    def _source(self, path: str) -> Source | None:
        """A file to edit; findings come file by file."""
        if self._last[0] != path:
            self._last = (path, self._opened(path))
        return self._last[1]

    def _opened(self, path: str) -> Source | None:
        try:
            return source_of(path, language_of(path), self._read(path))
        except OSError:
            return None


def _placed(remedy: Remedy, source: Source) -> Remedy | None:
    """A remedy with its place as a source counts. Of a notebook, what is written is told over all cells, and what it
    does over those with code."""
    place, theirs = remedy.place, remedy.place.facts.cells
    if not theirs or theirs == source.cells:
        return remedy
    line, _ = position(place.facts.line_starts, place.span.start)
    cell, inner = in_cell(theirs, line)
    first = next((own.first_line for own in source.cells if own.index == cell), None)
    if first is None:
        return None
    shift = source.starts[first + inner - 2] - place.facts.line_starts[line - 1]
    return replace(remedy, place=Place(place.facts, Span(place.span.start + shift, place.span.end + shift)))
