"""What changed in the work tree since a branch left a revision: files, lines, and how a file was before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmlint.errors import ConfigError
from llmlint.git import git, paths_in

_DIFF = (
    "diff", "--raw", "--patch", "-z", "--unified=0", "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color",
    "--no-relative", "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_SECTION = re.compile(rb"^diff --git ", re.M)
_NEW_NAME = re.compile(rb'^\+\+\+ (?:b/(?P<plain>[^\t\n]*)|"b/(?P<quoted>[^\n]*)")\t?$', re.M)
_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.M)


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths are relative to ``top``, the root of the work tree, with forward slashes. ``base``: the commit that the
    work tree is compared with; ``lines``: the new or changed lines of each file that has any, from 1, each range with
    its end excluded; ``before``: the path that each changed file had in ``base``, None for a new one; ``removed``:
    those of ``base`` that are gone."""

    top: Path
    base: str
    lines: Mapping[str, tuple[range, ...]] = field(default_factory=dict)
    before: Mapping[str, str | None] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.before or self.removed)

    def touch(self, path: Path, lines: range) -> bool:
        """Whether any of some lines of a file, by its absolute path, is new or changed."""
        changed = self.lines.get(self.name(path), ())
        return any(part.start < lines.stop and lines.start < part.stop for part in changed)

    def name(self, path: Path) -> str:
        """An absolute path as seen from ``top``."""
        return Path(os.path.relpath(path, self.top)).as_posix()

    def content(self, name: str) -> bytes:
        """The bytes that a path of ``base`` held in it."""
        return git(self.top, "cat-file", "blob", f"{self.base}:{name}") or b""


def changes_since(folder: Path, revision: str) -> Changes:
    """What changed since the work tree around a folder left ``revision``: commits, what is staged, what is not, and
    files that git does not track yet. Raises ConfigError."""
    top = git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise ConfigError(str(folder), "is not in a work tree of git, so nothing says what changed")
    root = Path(os.fsdecode(top.rstrip(b"\r\n")))
    base = _merge_base(root, revision)
    output = git(root, *_DIFF, base, "--")
    if output is None:
        raise ConfigError(str(root), f"git can't compare the work tree with {revision!r}")
    raw, _, patch = output.partition(b"\0\0")
    before, removed = _files(paths_in(raw))
    lines = dict(_lines(patch))
    for name in paths_in(git(root, "ls-files", "-z", "--others", "--exclude-standard") or b""):
        before[name], lines[name] = None, (range(1, _last_line(root / name) + 1),)
    return Changes(root, base, lines, before, removed)


def _merge_base(root: Path, revision: str) -> str:
    commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise ConfigError("", f"git knows no revision {revision!r}")
    base = git(root, "merge-base", commit.decode().strip(), "HEAD")
    if base is None:
        raise ConfigError("", f"{revision!r} and HEAD have no common commit here: fetch more of the history")
    return base.decode().strip()


def _files(fields: Iterable[str]) -> tuple[dict[str, str | None], frozenset[str]]:
    """The new and changed files with their former paths, and the removed ones, of ``--raw -z``."""
    before: dict[str, str | None] = {}
    removed: set[str] = set()
    rest = iter(fields)
    for entry in rest:
        status, name = entry.rpartition(" ")[2], next(rest)
        if status[0] == "D":
            removed.add(name)
        elif status[0] in "RC":
            new = next(rest)
            before[new] = name
            if status[0] == "R":
                removed.add(name)
        else:
            before[name] = None if status[0] == "A" else name
    return before, frozenset(removed)


def _lines(patch: bytes) -> Iterator[tuple[str, tuple[range, ...]]]:
    """The added lines of each file of a patch without context."""
    for section in _SECTION.split(patch):
        match = _NEW_NAME.search(section)
        if match is not None:
            name = match["plain"] if match["quoted"] is None else _unquoted(match["quoted"])
            starts = ((int(start), int(count or 1)) for start, count in _HUNK.findall(section))
            yield os.fsdecode(name), tuple(range(start, start + count) for start, count in starts if count)


def _unquoted(name: bytes) -> bytes:
    """A name that git has quoted as C does."""
    return name.decode("unicode_escape").encode("latin-1")


def _last_line(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n") + 1
    except OSError:
        return 0
