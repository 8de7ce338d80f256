"""Asks git about a folder."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

_GIT = ("git", "-c", "core.fsmonitor=false")
# What a hook of git sets for its own repository would bend the view of every other folder.
_HOOK_VARIABLES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


def git(folder: str | Path, *arguments: str) -> bytes | None:
    """What a git command says of a folder; None where it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in _HOOK_VARIABLES}
    try:
        done = subprocess.run(
            (*_GIT, "-C", os.fspath(folder), *arguments),
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def paths_in(output: bytes) -> list[str]:
    """The paths in what git prints with ``-z``."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


@cache
def repository_around(folder: Path) -> Path | None:
    """The root of the repository that a folder lies in, without asking git."""
    return next((around for around in (folder, *folder.parents) if (around / ".git").exists()), None)
