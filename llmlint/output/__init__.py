"""Output formats: each a module with a function ``render``, loaded on use."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from llmlint.formats import FORMATS
from llmlint.git import repository_around

if TYPE_CHECKING:
    from llmlint.catalog import Catalog
    from llmlint.findings import Finding, Location, Report, Tally
    from llmlint.quotes import Quotes

# What would move the cursor, end the line or turn the reading direction of a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Context(NamedTuple):
    """What a renderer needs besides the report. ``root``: what the findings' paths are relative to; ``here``: the
    working directory, which the printed paths are relative to. ``color``: whether escape codes may be used.
    ``given``: the bytes that stand for what is on disk, by path."""

    catalog: Catalog
    root: Path
    here: Path
    color: bool = False
    given: Mapping[str, bytes] = MappingProxyType({})

    def path(self, location: Location) -> str:
        return display_path(self.root / location.path, self.here)

    def path_in_repository(self, location: Location) -> str:
        """What a host of repositories calls a file."""
        return display_path(self.root / location.path, repository_around(self.here) or self.here)

    def why(self, finding: Finding) -> str:
        """The incident behind a finding in one line; empty where there is none."""
        found = (self.catalog.incidents.get(number) for number in finding.incidents[:1])
        return next((incident.line for incident in found if incident is not None), "")

    def details(self, finding: Finding, path: Callable[[Location], str]) -> list[str]:
        """What there is to say of a finding beside its message: a line for each related place, the fix, the incident.
        ``path`` gives the path of a place as the reader knows it."""
        why = self.why(finding)
        return [
            *(f"see {place(other.location, path(other.location))}: {other.message}" for other in finding.related),
            f"fix: {finding.fix}",
            *([f"why: {why}"] if why else []),
        ]

    def quotes(self) -> Quotes:
        from llmlint.quotes import Quotes

        return Quotes(self.root, self.catalog.keys, self.given)


def renderer(name: str) -> Callable[[Report, Context], str]:
    render: Callable[[Report, Context], str] = importlib.import_module(f"llmlint.output.{FORMATS[name].module}").render
    return render


def total(name: str) -> Callable[[Tally], str]:
    """What ends a stream that is a document."""
    ending: Callable[[Tally], str] = importlib.import_module(f"llmlint.output.{FORMATS[name].module}").total
    return ending


def display_path(path: Path, here: Path) -> str:
    """A path relative to the working directory, with forward slashes; absolute where it lies on another drive."""
    try:
        return Path(os.path.relpath(path, here)).as_posix()
    except ValueError:
        return path.as_posix()


def place(location: Location, path: str) -> str:
    """``path:line:column``, with the cell of a notebook as ``path:cell 3:line:column``."""
    cell = f"cell {location.cell}:" if location.cell is not None else ""
    return f"{printable(path)}:{cell}{location.line}:{location.column}"


def printable(text: str) -> str:
    """A text of the scanned files with every control character made a space."""
    return _CONTROL.sub(" ", text)
