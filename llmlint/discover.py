"""Paths to files: git's view of a folder where there is one, excludes, and the language of each suffix."""

from __future__ import annotations

import os
import stat
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from llmlint.git import Answers, git, paths_in
from llmlint.patterns import NO_TEXT, Excluder, Gitignore
from llmlint.scripts import LANGUAGE, is_script

LANGUAGES = {".py": "python", ".pyi": "python", ".ipynb": "notebook"}
# File systems may tell times no finer than this many nanoseconds: a file that changed so shortly before it was looked
# at may have changed again since without a trace.
RESOLUTION = 2_000_000_000
# The largest number that is kept of a file's state.
_MOST = 2**63 - 1
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
# A path, its size, and whether it is a link.
_Entry = tuple[str, int, bool]


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

    @property
    def all(self) -> set[str]:
        return {*self.project, *self.texts, *self.declaring}


def project_root(path: Path) -> Path | None:
    """The nearest folder around ``path`` that looks like a project."""
    return next(filter(is_project, (path, *path.parents)), None)


def is_project(folder: Path) -> bool:
    """Whether a folder looks like the root of a project, or is an unpacked wheel."""
    return any(os.path.lexists(os.path.join(folder, mark)) for mark in _ROOT_MARKS) or _is_wheel(folder)


def _is_wheel(folder: Path) -> bool:
    """Whether a folder holds what one wheel installs; where many are installed, none of them is a project."""
    try:
        return sum(name.endswith(".dist-info") for name in os.listdir(folder)) == 1
    except OSError:
        return False


def discover(paths: Sequence[Path], root: Path, excludes: Iterable[str]) -> Files:
    """The files at and below absolute ``paths``, and those of the projects around them. ``root``: what names, and the
    patterns of ``excludes`` that hold a slash, are relative to."""
    return Discovery(paths, root, excludes).files


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


class Discovery:
    """What ``discover`` finds, first by its looks alone: whoever knows it by these need not ask what each file is."""

    def __init__(self, paths: Sequence[Path], root: Path, excludes: Iterable[str]) -> None:
        self._root = root
        self._paths = paths
        self._excludes = excludes
        self._unreadable: list[tuple[str, str]] = []
        self._looks = _Looks()
        self._asked = {
            str(path): self._listed(str(path), refused=self._refused) for path in paths if os.path.isdir(path)
        }
        self._looks.add([str(path) for path in paths if str(path) not in self._asked])
        self._around = {str(folder): self._listed(str(folder), deep=deep) for folder, deep in self._surroundings()}

    @property
    def is_empty(self) -> bool:
        """Whether folders alone were asked for, and there is no file in them."""
        return not self._unreadable and not any(self._asked.get(str(path), True) for path in self._paths)

    @cached_property
    def looks(self) -> str:
        """What is the same as long as the same files are there and hold the same; empty where nothing can tell."""
        return "" if self._unreadable else self._looks.digest

    @cached_property
    def files(self) -> Files:
        files = Files(self._root, unreadable=self._unreadable)
        project: set[str] = set()
        for path in map(str, self._paths):
            if path in self._asked:
                found = self._names(path, self._asked[path])
            else:
                found = {relative(path, self._root)}
                files.named |= found
            programs = {name for name in found if language_of(name) is not None}
            files.reported |= programs
            files.texts |= found - programs
        for folder, entries in self._around.items():
            around = self._names(folder, entries)
            project |= {name for name in around if language_of(name)}
            files.declaring |= {name for name in around if declaring_language(name)}
        files.project = sorted(project | files.reported)
        files.declaring |= {name for name in files.texts if declaring_language(name)}
        return files

    @cached_property
    def _excluded(self) -> Excluder:
        return Excluder(self._excludes)

    def _surroundings(self) -> list[tuple[Path, bool]]:
        """The folders whose files may matter to those of the paths, and whether their subfolders do too."""
        found: dict[Path, bool] = {}
        for path in self._paths:
            around = project_root(path)
            if around is not None:
                found[around] = True
            elif str(path) not in self._asked:
                found.setdefault(path.parent, False)
        return [item for item in found.items() if item[0] not in self._paths]

    def _names(self, top: str, entries: Iterable[_Entry]) -> set[str]:
        """The names of the programs and texts among what lies below a folder, without what is excluded. A link to one
        that is listed itself adds nothing."""
        inside, outside = _naming(top), _naming(self._root)
        found: dict[str, str] = {}
        links: list[str] = []
        for path, size, is_link in entries:
            inner = inside(path)
            if language_of(inner) is None and (size > MAX_TEXT_SIZE or inner.lower().endswith(NO_TEXT)):
                continue
            name = outside(path)
            if not self._excluded.matches(name, inner):
                found[path] = name
                if is_link:
                    links.append(path)
        for path in [link for link in links if os.path.realpath(link) in found]:
            del found[path]
        return set(found.values())

    def _listed(self, top: str, *, deep: bool = True, refused: Refused | None = None) -> list[_Entry]:
        """The files below a folder that git does not ignore."""
        listed = _listed_by_git(top) if deep else None
        return self._looks.add(listed if listed is not None else self._walk(top, deep, refused))

    def _is_excluded(self, path: str, top: str) -> bool:
        return self._excluded.matches(relative(path, self._root), relative(path, top))

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
        self._unreadable.append((relative(error.filename, self._root), error.strerror or str(error)))


def _joined(folder: str, names: Iterable[str]) -> list[str]:
    return [os.path.join(folder, name) for name in sorted(names)]


class _Looks:
    """How files look from outside."""

    def __init__(self) -> None:
        self._paths: list[str] = []
        self._states = array("q")
        self._trusted = time.time_ns() - RESOLUTION
        self._is_certain = True

    @property
    def digest(self) -> str:
        """Empty where a file may change without another look."""
        if not self._is_certain:
            return ""
        from hashlib import blake2b  # takes longer to load than git to begin

        paths = "\0".join(self._paths).encode("utf-8", "surrogatepass")
        return blake2b(self._states.tobytes() + paths, digest_size=16).hexdigest()

    def add(self, paths: Iterable[str]) -> list[_Entry]:
        """Those paths that are files; one that can't be looked at too, as reading it will say why. A repository that
        git lists as a folder stands for its files."""
        found: list[_Entry] = []
        latest = 0
        for path in paths:
            is_link = False
            try:
                state = os.lstat(path)
                is_link = stat.S_ISLNK(state.st_mode)
                if is_link:
                    state = os.stat(path)
            except PermissionError:
                found.append((path, 0, is_link))
                self._is_certain = False
            except OSError:
                continue
            else:
                if stat.S_ISREG(state.st_mode):
                    found.append((path, state.st_size, is_link))
                    changed, touched = state.st_ctime_ns, state.st_mtime_ns
                    self._states.extend((state.st_size, state.st_ino & _MOST, changed, touched))
                    latest = max(latest, changed, touched)
                elif stat.S_ISDIR(state.st_mode) and not is_link and os.path.lexists(os.path.join(path, ".git")):
                    found += self.add(_listed_by_git(path) or ())
        self._paths += ["", *(path for path, _, _ in found)]
        self._is_certain = self._is_certain and latest < self._trusted
        return found


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
    _foreseen.append(Answers([str(path) for path in paths if os.path.isdir(path)], *_LISTING))
    try:
        yield
    finally:
        _foreseen.pop().dismiss()


def _listed_by_git(folder: str) -> list[str] | None:
    """The files that git tracks or would track below a folder, and the repositories inside it; None outside a work
    tree, in a folder that git ignores, and without git."""
    output = _said_by_git(folder)
    if output is None:
        return None
    listed = sorted(set(paths_in(output)))
    if not listed and git(folder, "check-ignore", "-q", ".") is not None:
        return None
    environments = tuple(name.removesuffix(_ENVIRONMENT) for name in listed if name.endswith(f"/{_ENVIRONMENT}"))
    base = os.path.join(folder, "")
    return [base + name for name in listed if not name.startswith(environments)]


def _said_by_git(folder: str) -> bytes | None:
    for foreseen in _foreseen:
        with suppress(LookupError):
            return foreseen.get(folder)
    return git(folder, *_LISTING)
