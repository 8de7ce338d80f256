"""Which file an import means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from llmlint.script_modules import Read, ScriptModules
from llmlint.scripts import is_script

_PACKAGE = "__init__"
_SOURCE_FOLDERS = ("src", "lib", "python", "backend", "app")


class Modules:
    """Finds the file of a module among the files of a project, given as posix paths relative to its root.

    An absolute import is looked for from the importing file's folder upwards, leaving packages out as Python does,
    then below the usual source folders, then as a top-level package anywhere in the project. Scripts import in a way of
    their own; ``read`` gives the bytes of what tells where they find their modules.
    """

    def __init__(self, paths: Iterable[str], read: Read | None = None) -> None:
        paths = self._paths = list(paths)
        self._read = read
        self._scripts = ScriptModules(paths, read)
        self._files: dict[str, str] = {}
        self._package_folders: list[str] = []
        self._folders: set[str] = {""}
        self._resolved: dict[tuple[str, str], str | None] = {}
        for path in paths:
            self._add(path)

    def _add(self, path: str) -> None:
        stem, _, suffix = path.rpartition(".")
        if suffix not in ("py", "ipynb"):
            return
        self._files.setdefault(stem, path)
        self._folders.update("/".join(stem.split("/")[:depth]) for depth in range(1, stem.count("/") + 1))
        folder, _, name = stem.rpartition("/")
        if name == _PACKAGE:
            self._package_folders.append(folder)

    def has(self, path: str) -> bool:
        """Whether a file is one of the project's."""
        return self._files.get(path.rpartition(".")[0]) == path

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The programs by what their file is called."""
        found: dict[str, list[str]] = {}
        for path in self._paths:
            stem, _, suffix = path.rpartition(".")
            if suffix == "py" or is_script(path):
                found.setdefault(stem.rpartition("/")[2], []).append(path)
        return found

    def ending(self, stem: str) -> list[str]:
        """The programs whose path ends with ``folder/name``, whatever their language."""
        named = self._by_name.get(stem.rpartition("/")[2], ())
        return [path for path in named if f"/{path.rpartition('.')[0]}".endswith(f"/{stem.removeprefix('./')}")]

    def defines(self, path: str, name: str) -> bool:
        """Whether a program looks as if it defined a function of a name."""
        try:
            data = self._read(path) if self._read is not None else b""
        except OSError:
            return False
        pattern = rf"\b(?:(?:def|function|const|let|var)\s+|exports\.){re.escape(name)}\b"
        return re.search(pattern.encode(), data) is not None

    def is_package(self, folder: str) -> bool:
        return _join(folder, _PACKAGE) in self._files

    @cached_property
    def top_packages(self) -> dict[str, list[str]]:
        """The packages that lie in no other package: their names, and the folders that hold them."""
        found: dict[str, list[str]] = {}
        for folder in self._package_folders:
            parents = folder.split("/")[:-1]
            if not any(self.is_package("/".join(parents[:depth])) for depth in range(1, len(parents) + 1)):
                found.setdefault(folder.rpartition("/")[2], []).append("/".join(parents))
        return found

    def named(self, importer: str, module: str, name: str) -> list[str]:
        """The files that ``from module import name`` may read: that of ``module.name``, and that of ``module``."""
        found = (self.resolve(importer, each) for each in dict.fromkeys((dotted(module, name), module)))
        return [path for path in found if path is not None]

    def resolve(self, importer: str, module: str) -> str | None:
        """The path of the file that ``module``, as written in ``importer``, names; None where it is not ours."""
        if is_script(importer):
            return self._scripts.resolve(importer, module)
        folder = importer.rpartition("/")[0]
        key = (folder, module)
        if key not in self._resolved:
            self._resolved[key] = self._relative(folder, module) if module.startswith(".") else self._absolute(key)
        found = self._resolved[key]
        return found if found != importer or module.startswith(".") else self._absolute(key, besides=importer)

    def package_of(self, script: str) -> tuple[str, dict[str, Any]]:
        """The folder and the content of the package.json that a script belongs to."""
        return self._scripts.package_of(script.rpartition("/")[0])

    def _absolute(self, key: tuple[str, str], besides: str = "") -> str | None:
        folder, module = key
        parts = module.replace(".", "/")
        for root in self._roots(folder, module.split(".")[0]):
            found = self._at(_join(root, parts))
            if found is not None and found != besides:
                return found
        return None

    def _relative(self, folder: str, module: str) -> str | None:
        name = module.lstrip(".")
        for _ in range(len(module) - len(name) - 1):
            folder = folder.rpartition("/")[0]
        return self._at(_join(folder, name.replace(".", "/")) if name else folder)

    def _at(self, stem: str) -> str | None:
        return self._files.get(stem) or self._files.get(_join(stem, _PACKAGE))

    def _roots(self, folder: str, top: str) -> Iterable[str]:
        while True:
            if not self.is_package(folder):
                yield folder
                for name in _SOURCE_FOLDERS:
                    if _join(folder, name) in self._folders:
                        yield _join(folder, name)
            if not folder:
                break
            folder = folder.rpartition("/")[0]
        parents = self.top_packages.get(top, ())
        if len(parents) == 1:
            yield parents[0]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def dotted(module: str, name: str) -> str:
    """``from module import name`` as one dotted name."""
    if not name:
        return module
    return module + name if module.endswith(".") else f"{module}.{name}"
