"""Remedies turned into edits, one module a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmlint.discover import language_of
from llmlint.findings import Problem, Repair
from llmlint.fixes import arguments, loops, variables
from llmlint.fixes.sources import Change, Source, source_of
from llmlint.remedies import BoundLoop, GiveArguments, LimitTo, NameArgument, ReadVariable

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
        """None where nothing can be edited: what would have to change stands in another file, a notebook, or in a
        form that is left to people."""
        remedy, path = problem.remedy, problem.place.facts.path
        if remedy is None or remedy.place.facts.path != path:
            return None
        source = self._source(path)
        changes = _KINDS[type(remedy)](remedy, source) if source is not None else None
        if source is None or not changes:
            return None
        return Repair(tuple(sorted(source.edit(change) for change in changes)), remedy.is_safe)

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
