"""Patterns of paths: the configuration's, and those of ``.gitignore`` where git itself is not there to ask."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

DEFAULT_EXCLUDES = (
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".llmlint_cache", ".mypy_cache", ".nox",
    ".pants.d", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pycache__",
    "__pypackages__", "_build", "bower_components", "build", "buck-out", "dist", "node_modules", "site-packages",
    "venv", "virtualenv", "*.min.js", "*_pb2.py", "*_pb2_grpc.py", "*.min.css", "*.map", "*.lock", "package-lock.json",
    "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum", "bun.lockb",
)  # fmt: skip
# The ends of names of files that hold no text.
NO_TEXT = (
    ".7z", ".a", ".avif", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".dylib", ".eot", ".exe", ".flac", ".gif",
    ".gz", ".h5", ".heic", ".ico", ".jar", ".jpeg", ".jpg", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".npy", ".npz",
    ".o", ".ogg", ".onnx", ".otf", ".parquet", ".pdf", ".pkl", ".png", ".pt", ".pyc", ".pyd", ".rar", ".safetensors",
    ".so", ".sqlite", ".svg", ".tar", ".tgz", ".tif", ".tiff", ".ttf", ".wasm", ".wav", ".webm", ".webp", ".whl",
    ".woff", ".woff2", ".xls", ".xlsx", ".xz", ".zip", ".zst",
)  # fmt: skip


class Excluder:
    """Patterns of names (``build``, ``*.min.js``), which hold at any depth, and of paths (``docs/*``)."""

    def __init__(self, patterns: Iterable[str]) -> None:
        plain = [pattern.rstrip("/").removeprefix("./").removeprefix("**/") for pattern in patterns]
        self._names = _any_of(tuple(pattern for pattern in plain if "/" not in pattern))
        self._paths = _any_of(tuple(pattern.lstrip("/") for pattern in plain if "/" in pattern))
        self._named: dict[str, bool] = {"": False}
        self._known: dict[str, bool] = {"": False}

    def matches(self, path: str, inner: str | None = None) -> bool:
        """Whether a posix path is excluded: by a path pattern, or by a name in it. ``inner``: the part of the path in
        which names count, where that is not the whole."""
        return self._by_name(path if inner is None else inner) or self._by_path(path)

    def _by_name(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if folder not in self._named:
            self._named[folder] = self._by_name(folder)
        return self._named[folder] or self._names.fullmatch(name) is not None

    def _by_path(self, path: str) -> bool:
        folder = path.rpartition("/")[0]
        if folder not in self._known:
            self._known[folder] = self._by_path(folder)
        return self._known[folder] or self._paths.fullmatch(path) is not None


@lru_cache(maxsize=64)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns) or r"(?!)")


class Gitignore:
    """One ``.gitignore`` file."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self._prefix = os.path.join(folder, "")
        self._rules = [rule for rule in map(_rule, lines) if rule is not None]

    @classmethod
    def of(cls, folder: str) -> Gitignore:
        """The rules of a folder's file; none where there is none."""
        try:
            lines = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        return cls(folder, lines)

    def holds(self, path: str) -> bool:
        """Whether a path lies in the file's folder."""
        return os.path.join(path, "").startswith(self._prefix)

    def verdict(self, path: str, before: bool, *, is_folder: bool) -> bool:
        """Whether a path in the file's folder is ignored, given what the files above say of it."""
        inner = path[len(self._prefix) :].replace(os.sep, "/")
        for pattern, negated, folders_only in self._rules:
            if (is_folder or not folders_only) and pattern.fullmatch(inner):
                before = not negated
        return before


def _rule(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    line = line.rstrip() if not line.endswith("\\ ") else line
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line.removeprefix("!").removeprefix("\\")
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    pattern = _regex(line.lstrip("/"))
    try:
        return re.compile(pattern if anchored else rf"(?:.*/)?{pattern}"), negated, folders_only
    except re.error:
        return None


def _regex(glob: str) -> str:
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
            inner = glob[index + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            out, index = out + "[" + ("^" + inner[1:] if inner[:1] == "!" else inner) + "]", end + 1
        elif glob[index] == "\\" and index + 1 < len(glob):
            out, index = out + re.escape(glob[index + 1]), index + 2
        else:
            out, index = out + re.escape(glob[index]), index + 1
    return out
