"""Asks git about folders."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

_GIT = ("git", "-c", "core.fsmonitor=false")
# How a shell asks about one folder after the other. No name in an answer begins with a slash.
_ASK = "for folder do {}; printf '\\000//%s\\000' \"$?\"; done"
_END = re.compile(rb"\0//(\d+)\0")
_CHUNK = 1 << 16
# What a hook of git sets for its own repository would bend the view of every other folder.
_HOOK_VARIABLES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})


class Answers:
    """What a git command says of one folder after the other. A shell asks, as far ahead as a pipe holds what is said,
    for nothing else starts processes while this one works."""

    def __init__(self, folders: Iterable[str], *arguments: str) -> None:
        self._waiting = deque(folders)
        self._said = b""
        self._reading = Lock()
        # A process that is forked meanwhile has to leave the answers alone.
        self._owner = os.getpid()
        script = _ASK.format(" ".join((*_GIT, "-C", '"$folder"', *arguments)))
        self._process = _begun("sh", "-c", script, "sh", *self._waiting) if self._waiting else None
        self._output = self._process.stdout if self._process is not None else None

    def get(self, folder: str) -> bytes | None:
        """What is said of a folder; None where the command fails. Raises LookupError where nobody asks about it."""
        if self._owner != os.getpid():
            raise LookupError(folder)
        with self._reading:
            while folder in self._waiting:
                output = self._next()
                if self._waiting.popleft() == folder:
                    return output
        raise LookupError(folder)

    def _next(self) -> bytes | None:
        while (end := _END.search(self._said)) is None:
            more = os.read(self._output.fileno(), _CHUNK) if self._output is not None else b""
            if not more:
                self._waiting.clear()
                raise LookupError("nothing more is said")
            self._said += more
        output, self._said = self._said[: end.start()], self._said[end.end() :]
        return output if end[1] == b"0" else None

    def dismiss(self) -> None:
        """End what is still at work: nobody wants the other answers."""
        if self._process is not None and self._output is not None:
            self._process.kill()
            self._output.close()
            self._process.wait()


def _begun(*command: str) -> subprocess.Popen[bytes] | None:
    """A process that is at work; None where it can't be started."""
    environment = {key: value for key, value in os.environ.items() if key not in _HOOK_VARIABLES}
    with suppress(OSError):
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    return None


def git(folder: str | Path, *arguments: str) -> bytes | None:
    """What a git command says of a folder; None where it fails."""
    process = _begun(*_GIT, "-C", os.fspath(folder), *arguments)
    if process is None:
        return None
    output = process.communicate()[0]
    return output if process.returncode == 0 else None


def paths_in(output: bytes) -> list[str]:
    """The paths in what git prints with ``-z``."""
    return [name for name in os.fsdecode(output).split("\0") if name]


@cache
def repository_around(folder: Path) -> Path | None:
    """The root of the repository that a folder lies in, without asking git."""
    return next((around for around in (folder, *folder.parents) if os.path.lexists(around / ".git")), None)
