"""What an editor's projects hold: one index a project, checked again whenever a text changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from llmlint.baseline import Baseline
from llmlint.baseline import read as read_baseline
from llmlint.catalog import Catalog
from llmlint.config import Config, find, load
from llmlint.discover import Files, discover, language_of, project_root, relative
from llmlint.extractors import Alone, Remembering
from llmlint.findings import Finding
from llmlint.project import Project
from llmlint.quotes import Quotes
from llmlint.source import encode_python

CONFIGURATIONS = ("llmlint.toml", "pyproject.toml")


class Index:
    """One project. ``texts``: what an editor holds of its files, by path, saved or not; ``quotes``: the lines that the
    last check was about."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigError and CatalogError."""
        catalog = Catalog()
        found = find(folder)
        root = project_root(folder) or folder
        self.config: Config = load(found, catalog) if found is not None else Config(root=root)
        self.catalog = Catalog(extra=self.config.apis) if self.config.apis else catalog
        self.root = self.config.root
        self.texts: dict[str, str] = {}
        self._folder = root
        self._extractor = Remembering(Alone(self.catalog))
        self._baseline = read_baseline(self.config.baseline) if self.config.baseline is not None else Baseline({})
        self._bytes: dict[str, tuple[tuple[int, int], bytes]] = {}
        self.quotes = Quotes(self.root, self.catalog.keys)
        self._files = self._discovered()

    def covers(self, path: Path) -> bool:
        """Whether a file belongs to the project."""
        return (project_root(path.parent) or path.parent) == self._folder

    def name(self, path: Path) -> str:
        return relative(path, self.root)

    def refresh(self) -> None:
        """See which files there are."""
        self._files = self._discovered()

    def check(self) -> dict[str, list[Finding]]:
        """The findings in what the editor holds, by path."""
        texts = dict(self.texts)
        given = {**self._on_disk(), **{name: _encoded(name, text) for name, text in texts.items()}}
        project = Project(self._with(texts), self.config, self.catalog, given, self._extractor, repairs=True)
        self.quotes = Quotes(self.root, self.catalog.keys, given)
        report = self._baseline.hide(project.check(), self.quotes)
        found: dict[str, list[Finding]] = {name: [] for name in texts}
        for finding in report.findings:
            if finding.location.path in found:
                found[finding.location.path].append(finding)
        return found

    def _with(self, texts: Iterable[str]) -> Files:
        """The files of the project, and those that are only in the editor so far."""
        programs = {name for name in texts if language_of(name) is not None}
        files = self._files
        return replace(
            files,
            project=sorted({*files.project, *programs}),
            reported=files.reported | programs,
            texts=files.texts | (set(texts) - programs),
        )

    def _discovered(self) -> Files:
        return discover([self._folder], self.root, (*self.config.exclude, *self.config.extend_exclude))

    def _on_disk(self) -> dict[str, bytes]:
        """The bytes of the project's programs, read again only where a file has changed."""
        found: dict[str, bytes] = {}
        for name in self._files.project:
            path = self.root / name
            try:
                state = path.stat()
                known, data = self._bytes.get(name, ((0, 0), b""))
                if known != (state.st_mtime_ns, state.st_size):
                    data = path.read_bytes()
                    self._bytes[name] = ((state.st_mtime_ns, state.st_size), data)
                found[name] = data
            except OSError:
                continue
        return found


def _encoded(name: str, text: str) -> bytes:
    """A text as the file would hold it."""
    return encode_python(text) if language_of(name) == "python" else text.encode("utf-8", "replace")
