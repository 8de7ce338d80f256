"""Paths to projects: each is linked by itself, with a configuration of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from llmlint.discover import is_project, project_root
from llmlint.patterns import DEFAULT_EXCLUDES, Excluder


@dataclass(slots=True)
class Part:
    """What is asked of one project: ``paths`` in it, without the projects ``beside`` it that lie in one of them."""

    paths: list[Path] = field(default_factory=list)
    beside: list[Path] = field(default_factory=list)


def parts(paths: Iterable[Path]) -> list[Part]:
    """The projects that absolute paths lie in. A folder that is in none is one itself, but for the checkouts in it."""
    paths = list(paths)
    found: dict[Path, Part] = {}
    for path in paths:
        folder = path if path.is_dir() else path.parent
        root = project_root(folder)
        if root is None:
            around = (other for other in paths if folder.is_relative_to(other))
            root = min(around, default=folder, key=lambda other: len(other.parts))
        part = found.setdefault(root, Part())
        part.paths.append(path)
        if path.is_dir() and not is_project(root) and root == path:
            part.beside = list(_projects_below(path))
            for project in part.beside:
                found.setdefault(project, Part()).paths.append(project)
    return list(found.values())


def _projects_below(top: Path) -> Iterator[Path]:
    """The folders below one that are projects, without those inside them."""
    excluded = Excluder(DEFAULT_EXCLUDES)
    for folder, folders, _ in os.walk(top):
        path = Path(folder)
        if is_project(path):
            folders.clear()
            yield path
        else:
            folders[:] = sorted(name for name in folders if not excluded.matches(name))
