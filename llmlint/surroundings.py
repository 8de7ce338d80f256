"""Which files of a project may say something of those that were asked for: all that imports join to them, in either
direction and over any number of steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from llmlint.discover import Files
from llmlint.modules import Modules
from llmlint.prefilter import imports_of


def joined(files: Files, modules: Modules, read: Callable[[str], bytes]) -> list[str]:
    """The files that were asked for, and those that imports join to them."""
    if files.reported.issuperset(files.project):
        return files.project
    beside: dict[str, set[str]] = defaultdict(set)
    for path in files.project:
        for other in _imported(path, modules, read):
            beside[path].add(other)
            beside[other].add(path)
    found = set(files.reported)
    waiting = list(found)
    while waiting:
        new = beside[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return sorted(found)


def _imported(path: str, modules: Modules, read: Callable[[str], bytes]) -> set[str]:
    """The files of the project that a file imports, or imports something from."""
    try:
        data = read(path)
    except OSError:
        return set()
    if path.endswith(".ipynb"):
        data = data.replace(b"\\n", b"\n")
    return {other for module, name in imports_of(path, data) for other in modules.named(path, module, name)}
