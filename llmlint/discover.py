"""Paths to files: git's view of a folder where there is one, excludes, and the language of each suffix."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from llmlint.git import Answers, git, paths_in
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
    return _naming(root)(os.fspath(path))


def _naming(root: Path | str) -> Callable[[str], str]:
    """What gives absolute paths as seen from a folder."""
    base = os.path.join(root, "")

    def name_of(path: str) -> str:
        try:
            inner = path[len(base) :] if path.startswith(base) else os.path.relpath(path, base)
        except ValueError:
            inner = path  # on another drive
        return inner.replace(os.sep, "/")

    return name_of


def language_of(path: str) -> str | None:
    """The language of a program, by its suffix; None for any other file."""
    dot = path.rfind(".")
    suffix = path[dot:].lower() if dot > path.rfind("/") + 1 else ""
    return LANGUAGES.get(suffix) or (LANGUAGE if is_script(path) else None)


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
                found = self._below(str(path), refused=self._refused)
            else:
                found = {relative(path, self.root)}
                files.named |= found
            programs = {name for name in found if language_of(name) is not None}
            files.reported |= programs
            files.texts |= found - programs
        for folder, deep in self._surroundings(paths):
            around = self._below(str(folder), deep=deep)
            project |= {name for name in around if language_of(name)}
            files.declaring |= {name for name in around if declaring_language(name)}
        files.project = sorted(project | files.reported)
        files.declaring |= {name for name in files.texts if declaring_language(name)}
        return files

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

    def _below(self, top: str, *, deep: bool = True, refused: Refused | None = None) -> set[str]:
        """The names of the programs and texts below a folder, not excluded and not ignored by git. A link to one that
        is listed itself adds nothing."""
        listed = _listed_by_git(top) if deep else None
        inside, outside = _naming(top), _naming(self.root)
        found: dict[str, str] = {}
        links: list[str] = []
        for path, size, is_link in _files(listed if listed is not None else self._walk(top, deep, refused)):
            inner = inside(path)
            if language_of(inner) is None and (size > MAX_TEXT_SIZE or inner.lower().endswith(NO_TEXT)):
                continue
            name = outside(path)
            if not self.excluded.matches(name, inner):
                found[path] = name
                if is_link:
                    links.append(path)
        for path in [link for link in links if os.path.realpath(link) in found]:
            del found[path]
        return set(found.values())

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


def _files(paths: Iterable[str]) -> Iterator[tuple[str, int, bool]]:
    """Those paths that are files, each with its size and whether it is a link; one that can't be looked at too, as
    reading it will say why. A repository that git lists as a folder stands for its files."""
    for path in paths:
        is_link = False
        try:
            state = os.lstat(path)
            is_link = stat.S_ISLNK(state.st_mode)
            if is_link:
                state = os.stat(path)
        except PermissionError:
            yield path, 0, is_link
        except OSError:
            continue
        else:
            if stat.S_ISREG(state.st_mode):
                yield path, state.st_size, is_link
            elif stat.S_ISDIR(state.st_mode) and not is_link and os.path.lexists(os.path.join(path, ".git")):
                yield from _files(_listed_by_git(path) or ())


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

_LISTING = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_foreseen: list[Answers] = []


@contextmanager
def foreseeing(paths: Iterable[Path]) -> Iterator[None]:
    """Has git list the folders among some paths, which ``discover`` will be asked about in this order, while other work
    is done."""
    _foreseen.append(Answers([str(path) for path in paths if path.is_dir()], *_LISTING))
    try:
        yield
    finally:
        _foreseen.pop().dismiss()


def _listed_by_git(folder: str) -> list[str] | None:
    """The files that git tracks or would track below a folder, and the repositories inside it; None outside a work
    tree, in a folder that git ignores, and without git."""
    answers = (answer for foreseen in _foreseen if (answer := foreseen.get(folder)) is not None)
    output = next(answers, None) or git(folder, *_LISTING)
    if output is None:
        return None
    listed = sorted(set(paths_in(output)))
    if not listed and git(folder, "check-ignore", "-q", ".") is not None:
        return None
    environments = tuple(name.removesuffix(_ENVIRONMENT) for name in listed if name.endswith(f"/{_ENVIRONMENT}"))
    base = os.path.join(folder, "")
    return [f"{base}{name}" for name in listed if not name.startswith(environments)]
