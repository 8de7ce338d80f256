"""Which file an import in a script means: relative paths, the aliases of tsconfig.json, and packages of a workspace."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from llmlint.scripts import PREFIX, SUFFIXES, is_script

Read = Callable[[str], bytes]

_CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
# What compilers put in the place of a source's suffix.
_SOURCES = {".js": (".ts", ".tsx", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\r\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.S)
_MAX_EXTENDED = 5

Aliases = list[tuple[str, str, list[str]]]


class ScriptModules:
    """Finds the file of a module among the scripts of a project. ``read`` gives the bytes of any file by its path."""

    def __init__(self, paths: Iterable[str], read: Read | None) -> None:
        self._files = {path for path in paths if is_script(path)}
        self._read = read
        self._aliases: dict[str, Aliases] = {}
        self._resolved: dict[tuple[str, str], str | None] = {}
        self._manifests: dict[str, tuple[str, dict[str, Any]]] = {}

    def package_of(self, folder: str) -> tuple[str, dict[str, Any]]:
        """The folder and the content of the nearest package.json above a folder; nothing where there is none."""
        if folder not in self._manifests:
            data = self._json(posixpath.join(folder, "package.json"))
            above = self.package_of(posixpath.dirname(folder)) if data is None and folder else ("", {})
            self._manifests[folder] = above if data is None else (folder, data)
        return self._manifests[folder]

    def resolve(self, importer: str, module: str) -> str | None:
        """The path of the file that ``module`` names in ``importer``; None where it is not the project's."""
        folder = posixpath.dirname(importer)
        key = (folder, module)
        if key not in self._resolved:
            self._resolved[key] = self._find(folder, module)
        return self._resolved[key]

    def _find(self, folder: str, module: str) -> str | None:
        if module.startswith("."):
            return self._at(posixpath.join(folder, module))
        specifier = module.removeprefix(PREFIX)
        if specifier.startswith("/"):
            return self._at(specifier[1:])
        candidates = (*self._aliased(folder, specifier), *self._in_workspace(specifier))
        return next((found for path in candidates if (found := self._at(path)) is not None), None)

    def _at(self, path: str) -> str | None:
        """The script at a path that may leave out its suffix, or name a folder."""
        path = posixpath.normpath(path)
        if path in self._files:
            return path
        stem, suffix = posixpath.splitext(path)
        options = [stem + other for other in _SOURCES.get(suffix, ())]
        options += [path + other for other in SUFFIXES]
        options += [posixpath.normpath(posixpath.join(path, f"index{other}")) for other in SUFFIXES]
        return next((option for option in options if option in self._files), None)

    # -- tsconfig.json ----------------------------------------------------------------------------------------

    def _aliased(self, folder: str, specifier: str) -> Iterator[str]:
        for prefix, suffix, targets in self._aliases_of(folder):
            if specifier.startswith(prefix) and specifier.endswith(suffix) and len(specifier) >= len(prefix + suffix):
                inner = specifier[len(prefix) : len(specifier) - len(suffix)]
                yield from (target.replace("*", inner) for target in targets)

    def _aliases_of(self, folder: str) -> Aliases:
        """The aliases of the nearest configuration above a folder."""
        if folder not in self._aliases:
            found: Aliases | None = None
            for name in _CONFIGURATIONS:
                found = found or self._configured(posixpath.join(folder, name), 0)
            if found is None:
                found = self._aliases_of(posixpath.dirname(folder)) if folder else []
            self._aliases[folder] = found
        return self._aliases[folder]

    def _configured(self, path: str, extended: int) -> Aliases | None:
        """The aliases that a configuration sets, or what it extends does; None where there is no such file."""
        data = self._json(path)
        if data is None:
            return None
        options = data.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        folder, base = posixpath.dirname(path), options.get("baseUrl")
        root = posixpath.normpath(posixpath.join(folder, base)) if isinstance(base, str) else folder
        paths = options.get("paths")
        found: Aliases = []
        for pattern, targets in paths.items() if isinstance(paths, dict) else ():
            prefix, _, suffix = pattern.partition("*")
            if isinstance(targets, list):
                inside = [posixpath.normpath(posixpath.join(root, t)) for t in targets if isinstance(t, str)]
                found.append((prefix, suffix, inside))
        if isinstance(base, str):
            found.append(("", "", [posixpath.join(root, "*")]))
        parent = data.get("extends")
        if not found and isinstance(parent, str) and parent.startswith(".") and extended < _MAX_EXTENDED:
            name = parent if parent.endswith(".json") else f"{parent}.json"
            found = self._configured(posixpath.normpath(posixpath.join(folder, name)), extended + 1) or []
        return found

    def _json(self, path: str) -> dict[str, Any] | None:
        import json  # not for projects without scripts

        if self._read is None:
            return None
        try:
            text = self._read(path).decode("utf-8-sig", "replace")
            data = json.loads(_COMMENT.sub(lambda match: match[1] or "", text))
        except (OSError, ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    # -- workspaces -------------------------------------------------------------------------------------------

    def _in_workspace(self, specifier: str) -> Iterator[str]:
        for name, folder in self._packages.items():
            if specifier == name or specifier.startswith(f"{name}/"):
                inner = specifier[len(name) + 1 :]
                for source in ("", "src"):
                    yield posixpath.join(folder, source, inner)

    @cached_property
    def _packages(self) -> dict[str, str]:
        """The folders of the project's own packages, by name."""
        folders = {posixpath.dirname(path) for path in self._files}
        folders |= {posixpath.dirname(folder) for folder in folders}
        found = {}
        for folder in sorted(folders):
            data = self._json(posixpath.join(folder, "package.json"))
            name = data.get("name") if data is not None else None
            if isinstance(name, str) and name:
                found[name] = folder
        return found
