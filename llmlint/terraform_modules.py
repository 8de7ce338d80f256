"""Which files of Terraform belong together: those of a folder, and those of folders that call each other as modules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

_SOURCE = re.compile(rb'^[ \t]*"?source"?[ \t]*[=:][ \t]*"(\.[^"$]*)"', re.M)


def sources_in(data: bytes) -> list[str]:
    """The folders that a file calls as modules, as it writes them."""
    return [found.decode("utf-8", "replace") for found in _SOURCE.findall(data)] if b"source" in data else []


def called(folder: str, source: str) -> str:
    """The folder that a module of another folder comes from."""
    return posixpath.normpath(posixpath.join(folder, source)).removeprefix(".")


def folders_beside(folders: Iterable[str], sources: Mapping[str, Iterable[str]]) -> set[str]:
    """The folders that some folders call or are called by, over any number of steps, and these themselves. ``sources``:
    what each file calls."""
    calls = {
        (posixpath.dirname(path), called(posixpath.dirname(path), source))
        for path, written in sources.items()
        for source in written
    }
    found = set(folders)
    size = 0
    while size < len(found):
        size = len(found)
        for caller, callee in calls:
            if caller in found or callee in found:
                found |= {caller, callee}
    return found
