"""Asks git about a folder."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

_GIT = ("git", "-c", "core.fsmonitor=false")
# What a hook of git sets for its own repository would bend the view of every other folder.
_HOOK_VARIABLES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


class Answer:
    """What a git command says of a folder. It is at work from the beginning, and nobody has to wait for it yet."""

    def __init__(self, folder: str | Path, *arguments: str) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in _HOOK_VARIABLES}
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):
            self._process = subprocess.Popen(
                (*_GIT, "-C", os.fspath(folder), *arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )

    def get(self) -> bytes | None:
        """None where the command fails."""
        if self._process is None:
            return None
        with self._process as process:
            output = process.communicate()[0]
        return output if process.returncode == 0 else None

    def dismiss(self) -> None:
        """End a command whose answer nobody wants any more."""
        if self._process is not None:
            self._process.kill()
            self.get()


def git(folder: str | Path, *arguments: str) -> bytes | None:
    """What a git command says of a folder; None where it fails."""
    return Answer(folder, *arguments).get()


def paths_in(output: bytes) -> list[str]:
    """The paths in what git prints with ``-z``."""
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


@cache
def repository_around(folder: Path) -> Path | None:
    """The root of the repository that a folder lies in, without asking git."""
    return next((around for around in (folder, *folder.parents) if (around / ".git").exists()), None)
