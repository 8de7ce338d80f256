"""What files of the catalogue say, each read once, and put together for whatever others it is asked for with."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar


class Entries(Protocol):
    """A dataclass of dictionaries, sets and lists."""

    @abstractmethod
    def add(self, path: Path) -> None:
        """Read one file. Raises CatalogError."""


Kind = TypeVar("Kind", bound=Entries)


class Shelf(Generic[Kind]):
    """The entries of files, and of those that were asked for together."""

    def __init__(self, make: type[Kind]) -> None:
        self._make = make
        self._by_file: dict[Path, Kind] = {}
        self._by_files: dict[tuple[Path, ...], Kind] = {}

    def of(self, paths: tuple[Path, ...]) -> Kind:
        """What some files say in all. Raises CatalogError."""
        if paths not in self._by_files:
            together = self._make()
            for path in paths:
                _include(together, self.read(path))
            self._by_files[paths] = together
        return self._by_files[paths]

    def read(self, path: Path) -> Kind:
        """What one file says. Raises CatalogError."""
        if path not in self._by_file:
            found = self._make()
            found.add(path)
            self._by_file[path] = found
        return self._by_file[path]


def _include(together: Any, part: Any) -> None:
    for each in fields(together):
        ours, theirs = getattr(together, each.name), getattr(part, each.name)
        (ours.extend if isinstance(ours, list) else ours.update)(theirs)
