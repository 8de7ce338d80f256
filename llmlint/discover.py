"""Paths to files: git's view of a folder where there is one, excludes, and the language of each suffix."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from llmlint.git import git, paths_in
from llmlint.patterns import NO_TEXT, Excluder, Gitignore
from llmlint.scripts import LANGUAGE, is_script

LANGUAGES = {".py": "python", ".pyi": "python", ".ipynb": "notebook"}
# Larger texts are data, or were made by a program.
MAX_TEXT_SIZE = 5_000_000

_ROOT_MARKS = ("pyproject.toml", "llmlint.toml", ".git", "setup.py", "setup.cfg")
_ENVIRONMENT = "pyvenv.cfg"

TERRAFORM, CLOUDFORMATION = "terraform", "cloudformation"
# Files that may declare infrastructure, by the ends of their names.
DECLARING = {
    (".tf", ".tofu", ".tf.json", ".tofu.json"): TERRAFORM,
    (".yml", ".yaml", ".json", ".template"): CLOUDFORMATION,
}

Refused = Callable[[OSError], None]


@dataclass(slots=True)
class Files:
    """``project``: every program of the projects around what was asked for, as paths relative to ``root``;
    ``reported``: those that were asked for; ``texts``: what else was asked for and may be text; ``named``: what was
    asked for one by one; ``declaring``: the files of those projects that may declare infrastructure. ``unreadable``:
    folders that could not be listed, with the reason."""

    root: Path
    project: list[str] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    declaring: set[str] = field(default_factory=set)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def project_root(path: Path) -> Path | None:
    """The nearest folder around ``path`` that looks like a project."""
    return next(filter(is_project, (path, *path.parents)), None)


def is_project(folder: Path) -> bool:
    """Whether a folder looks like the root of a project."""
    return any(os.path.lexists(folder / mark) for mark in _ROOT_MARKS)


def discover(paths: Sequence[Path], root: Path, excludes: Iterable[str]) -> Files:
    """The files at and below absolute ``paths``, and those of the projects around them. ``root``: what names, and the
    patterns of ``excludes`` that hold a slash, are relative to."""
    return _Discovery(root, Excluder(excludes)).run(paths)


def relative(path: Path | str, root: Path | str) -> str:
    """An absolute path as seen from a folder, with forward slashes."""
    text, base = os.fspath(path), os.path.join(root, "")
    try:
        inner = text[len(base) :] if text.startswith(base) else os.path.relpath(text, base)
    except ValueError:
        inner = text  # on another drive
    return inner.replace(os.sep, "/")


def language_of(path: str) -> str | None:
    """The language of a program, by its suffix; None for any other file."""
    return LANGUAGE if is_script(path) else LANGUAGES.get(os.path.splitext(path)[1].lower())


def declaring_language(path: str) -> str | None:
    """The language of a file that may declare infrastructure, by its suffix; None for any other file."""
    name = path.lower()
    return next((language for suffixes, language in DECLARING.items() if name.endswith(suffixes)), None)


class _Discovery:
    def __init__(self, root: Path, excluded: Excluder) -> None:
        self.root = root
        self.excluded = excluded
        self.files = Files(root)

    def run(self, paths: Sequence[Path]) -> Files:
        files = self.files
        project: set[str] = set()
        for path in paths:
            if os.path.isdir(path):
                found = self._names(self._below(str(path), refused=self._refused))
            else:
                found = {relative(path, self.root)}
                files.named |= found
            programs = {name for name in found if language_of(name) is not None}
            files.reported |= programs
            files.texts |= found - programs
        for folder, deep in self._surroundings(paths):
            around = self._names(self._below(str(folder), deep=deep))
            project |= {name for name in around if language_of(name)}
            files.declaring |= {name for name in around if declaring_language(name)}
        files.project = sorted(project | files.reported)
        files.declaring |= {name for name in files.texts if declaring_language(name)}
        return files

    def _names(self, paths: Iterable[str]) -> set[str]:
        """The files by name; a link to one that is listed itself adds nothing."""
        listed = set(paths)
        return {
            relative(path, self.root)
            for path in listed
            if not (os.path.islink(path) and os.path.realpath(path) in listed)
        }

    def _surroundings(self, paths: Sequence[Path]) -> list[tuple[Path, bool]]:
        """The folders whose files may matter to those of ``paths``, and whether their subfolders do too."""
        found: dict[Path, bool] = {}
        for path in paths:
            around = project_root(path)
            if around is not None:
                found[around] = True
            elif not os.path.isdir(path):
                found.setdefault(path.parent, False)
        return [item for item in found.items() if item[0] not in paths]

    def _below(self, top: str, *, deep: bool = True, refused: Refused | None = None) -> Iterator[str]:
        """The programs and texts below a folder, not excluded and not ignored by git."""
        listed = _listed_by_git(top) if deep else None
        for path in listed if listed is not None else self._walk(top, deep, refused):
            is_program = language_of(path) is not None
            if (is_program or not path.lower().endswith(NO_TEXT)) and not self._is_excluded(path, top):
                if _is_file(path, sys.maxsize if is_program else MAX_TEXT_SIZE):
                    yield path

    def _is_excluded(self, path: str, top: str) -> bool:
        return self.excluded.matches(relative(path, self.root), relative(path, top))

    def _walk(self, top: str, deep: bool, refused: Refused | None) -> Iterator[str]:
        """Every file below a folder, ``.gitignore`` files obeyed; links to folders are not followed."""
        ignores = _ignores_around(Path(top))
        for folder, folders, names in os.walk(top, onerror=refused):
            ignores = [ignore for ignore in ignores if ignore.holds(folder)]
            if folder != top and ".gitignore" in names:
                ignores.append(Gitignore.of(folder))
            yield from (path for path in _joined(folder, names) if not _is_ignored(path, ignores, is_folder=False))
            folders[:] = [
                os.path.basename(path)
                for path in _joined(folder, folders if deep else ())
                if not self._is_excluded(path, top)
                and not _is_ignored(path, ignores, is_folder=True)
                and not os.path.lexists(os.path.join(path, _ENVIRONMENT))
            ]

    def _refused(self, error: OSError) -> None:
        self.files.unreadable.append((relative(error.filename, self.root), error.strerror or str(error)))


def _joined(folder: str, names: Iterable[str]) -> list[str]:
    return [os.path.join(folder, name) for name in sorted(names)]


def _is_file(path: str, max_size: int) -> bool:
    """Whether a path is a file of no more than a size, or one that can't be looked at: reading it will say why."""
    try:
        found = os.stat(path)
        return stat.S_ISREG(found.st_mode) and found.st_size <= max_size
    except PermissionError:
        return True
    except OSError:
        return False


def _ignores_around(folder: Path) -> list[Gitignore]:
    """The ``.gitignore`` files that speak of a folder: its own and those above it in its project."""
    around = project_root(folder) or folder
    return [Gitignore.of(str(f)) for f in (*reversed(folder.parents), folder) if f.is_relative_to(around)]


def _is_ignored(path: str, ignores: Sequence[Gitignore], *, is_folder: bool) -> bool:
    verdict = False
    for ignore in ignores:
        verdict = ignore.verdict(path, verdict, is_folder=is_folder)
    return verdict


# -- git ------------------------------------------------------------------------------------------------------


def _listed_by_git(folder: str) -> list[str] | None:
    """The files that git tracks or would track below a folder, those of repositories inside it too; None outside a
    work tree, in a folder that git ignores, and without git."""
    output = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if output is None:
        return None
    listed = sorted(set(paths_in(output)))
    if not listed and git(folder, "check-ignore", "-q", ".") is not None:
        return None
    environments = tuple(name.removesuffix(_ENVIRONMENT) for name in listed if name.endswith(f"/{_ENVIRONMENT}"))
    files: list[str] = []
    for name in listed:
        path = os.path.join(folder, name)
        if os.path.lexists(os.path.join(path, ".git")) and not os.path.islink(path):
            files.extend(_listed_by_git(path) or ())
        elif not name.startswith(environments):
            files.append(path)
    return files
