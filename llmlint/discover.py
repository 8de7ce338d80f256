"""Paths to files: git's view of a folder where there is one, excludes, and the language of each suffix."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

LANGUAGES = {".py": "python", ".pyi": "python", ".ipynb": "notebook"}

DEFAULT_EXCLUDES = (
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pytest_cache",
    ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__", "_build",
    "bower_components", "build", "buck-out", "dist", "node_modules", "site-packages", "venv", "virtualenv", "*.min.js",
    "*_pb2.py", "*_pb2_grpc.py",
)  # fmt: skip
_ROOT_MARKS = ("pyproject.toml", "llmlint.toml", ".git", "setup.py", "setup.cfg")
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false")


@dataclass(slots=True)
class Files:
    """``project``: every file of the project, as paths relative to ``root``; ``reported``: those that were asked
    for. ``unreadable``: folders that could not be listed, with the reason."""

    root: Path
    project: list[str] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def project_root(path: Path) -> Path:
    """The nearest folder around ``path`` that looks like a project, or the folder itself."""
    folder = path if path.is_dir() else path.parent
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in _ROOT_MARKS):
            return candidate
    return folder


def discover(paths: Sequence[Path], root: Path, excludes: Iterable[str]) -> Files:
    """The files below ``paths``, and those of the whole project where only single files are asked for."""
    files = Files(root)
    patterns = tuple(excludes)
    folders = [path for path in paths if path.is_dir()]
    for path in paths:
        if path not in folders:
            name = relative(path, root)
            files.named.add(name)
            files.reported.add(name)
    for folder in folders or [root]:
        for found in _below(folder, patterns, files):
            name = relative(found, root)
            files.project.append(name)
            if folders:
                files.reported.add(name)
    files.project = sorted({*files.project, *files.reported})
    return files


def relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def language_of(path: str, *, named: bool = False) -> str | None:
    """The language of a file; one that was named is Python unless its suffix says otherwise."""
    return LANGUAGES.get(PurePosixPath(path).suffix.lower(), "python" if named else None)


def _below(folder: Path, excludes: Sequence[str], files: Files) -> Iterator[Path]:
    excluded = Excluder(excludes)
    listed = _listed_by_git(folder)
    for path in listed if listed is not None else _walk(folder, excluded, files):
        name = relative(path, folder)
        if language_of(name) is not None and not excluded.matches(name):
            yield path


class Excluder:
    """Patterns of names (``build``, ``*.min.js``) and of paths (``docs/*``)."""

    def __init__(self, patterns: Iterable[str]) -> None:
        patterns = [pattern.rstrip("/") for pattern in patterns]
        self._names = _any_of(pattern for pattern in patterns if "/" not in pattern)
        self._paths = _any_of(pattern.lstrip("/") for pattern in patterns if "/" in pattern)

    def matches(self, path: str) -> bool:
        """Whether a posix path, relative to where the patterns count from, is excluded."""
        parts = path.split("/")
        if any(self._names.fullmatch(part) for part in parts):
            return True
        return any(self._paths.fullmatch("/".join(parts[:depth])) for depth in range(1, len(parts) + 1))


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns) or r"(?!)")


def _listed_by_git(folder: Path) -> list[Path] | None:
    """The files that git tracks or would track below a folder; None outside a work tree or without git."""
    command = (*_GIT, "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return None
    if done.returncode != 0:
        return None
    names = dict.fromkeys(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
    return [path for path in (folder / name for name in names) if path.is_file()]


def _walk(folder: Path, excluded: Excluder, files: Files) -> Iterator[Path]:
    """Every file below a folder, ``.gitignore`` files obeyed; links to folders are not followed."""

    def refused(error: OSError) -> None:
        files.unreadable.append((relative(Path(error.filename or folder), files.root), error.strerror or str(error)))

    ignores: list[tuple[str, Gitignore]] = []
    for current, folders, names in os.walk(folder, onerror=refused):
        here = relative(Path(current), folder)
        ignores = [item for item in ignores if item[0] == "." or f"{here}/".startswith(f"{item[0]}/")]
        if ".gitignore" in names:
            ignores.append((here, Gitignore.read(Path(current) / ".gitignore")))
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(current), here, name, excluded, ignores))
        for name in sorted(names):
            path = name if here == "." else f"{here}/{name}"
            full = Path(current) / name
            if not _is_ignored(path, ignores, is_folder=False) and full.is_file():
                yield full


def _is_skipped(
    current: Path, here: str, name: str, excluded: Excluder, ignores: Sequence[tuple[str, Gitignore]]
) -> bool:
    path = name if here == "." else f"{here}/{name}"
    return (
        excluded.matches(path) or _is_ignored(path, ignores, is_folder=True) or (current / name / "pyvenv.cfg").exists()
    )


def _is_ignored(path: str, ignores: Sequence[tuple[str, Gitignore]], *, is_folder: bool) -> bool:
    verdict = False
    for base, ignore in ignores:
        inner = path if base == "." else path[len(base) + 1 :]
        verdict = ignore.verdict(inner, is_folder, verdict)
    return verdict


class Gitignore:
    """One ``.gitignore`` file, for folders that git does not look after."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = [rule for rule in map(_gitignore_rule, lines) if rule is not None]

    @classmethod
    def read(cls, path: Path) -> Gitignore:
        try:
            return cls(path.read_text(encoding="utf-8", errors="replace").splitlines())
        except OSError:
            return cls(())

    def verdict(self, path: str, is_folder: bool, before: bool) -> bool:
        """Whether a path relative to the file's folder is ignored, given what the files above it say."""
        for pattern, negated, folders_only in self._rules:
            if (is_folder or not folders_only) and pattern.fullmatch(path):
                before = not negated
        return before


def _gitignore_rule(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    line = line.rstrip() if not line.endswith("\\ ") else line
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line.removeprefix("!").removeprefix("\\")
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    pattern = _gitignore_regex(line.lstrip("/"))
    return re.compile(pattern if anchored else rf"(?:.*/)?{pattern}"), negated, folders_only


def _gitignore_regex(glob: str) -> str:
    out = ""
    index = 0
    while index < len(glob):
        if glob.startswith("**/", index):
            out, index = out + "(?:.*/)?", index + 3
        elif glob.startswith("**", index):
            out, index = out + ".*", index + 2
        elif glob[index] == "*":
            out, index = out + "[^/]*", index + 1
        elif glob[index] == "?":
            out, index = out + "[^/]", index + 1
        elif glob[index] == "[" and "]" in glob[index + 2 :]:
            end = glob.index("]", index + 2)
            inner = glob[index + 1 : end].replace("\\", "\\\\")
            out, index = out + "[" + ("^" + inner[1:] if inner[:1] == "!" else inner) + "]", end + 1
        else:
            out, index = out + re.escape(glob[index]), index + 1
    return out
