"""Output formats: each a module with a function ``render``, loaded on use."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from llmlint.quotes import Quotes

if TYPE_CHECKING:
    from llmlint.catalog import Catalog
    from llmlint.findings import Location, Report

# What would move the cursor, end the line or turn the reading direction of a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FORMATS = {"text": "text", "concise": "concise", "json": "json_"}


@dataclass(frozen=True, slots=True)
class Context:
    """What a renderer needs besides the report. ``root``: what the findings' paths are relative to; ``here``: the
    working directory, which the printed paths are relative to. ``color``: whether escape codes may be used.
    ``given``: the bytes that stand for what is on disk, by path."""

    catalog: Catalog
    root: Path
    here: Path
    color: bool = False
    given: Mapping[str, bytes] = field(default_factory=dict)

    def path(self, location: Location) -> str:
        return display_path(self.root / location.path, self.here)

    def quotes(self) -> Quotes:
        return Quotes(self.root, self.catalog.keys, self.given)


def renderer(name: str) -> Callable[[Report, Context], str]:
    render: Callable[[Report, Context], str] = importlib.import_module(f"llmlint.output.{FORMATS[name]}").render
    return render


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
