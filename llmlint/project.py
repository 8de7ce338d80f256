"""A project: its files extracted, linked, checked and suppressed, into findings in order.

What links and checks is loaded only when there is something to judge: most runs of a hook see no SDK at all.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from llmlint.catalog import Catalog
from llmlint.config import Config
from llmlint.discover import MAX_TEXT_SIZE, Files, language_of
from llmlint.engine import Engine, faulty
from llmlint.failures import Failures
from llmlint.findings import Finding, Report
from llmlint.modules import Modules
from llmlint.source import plain
from llmlint.surroundings import joined

if TYPE_CHECKING:
    from llmlint.facts import FileFacts
    from llmlint.linked import LinkedFile

Progress = Callable[[int, int], None]

_RECURSION_LIMIT = 12_000


class Project:
    """Runs the four steps over the files of one project."""

    def __init__(
        self, files: Files, config: Config, catalog: Catalog, given: Mapping[str, bytes] | None = None
    ) -> None:
        """``given``: the bytes that stand for what is on disk, by path."""
        self.files = files
        self.config = config
        self.catalog = catalog
        self._given = given or {}
        self._modules = Modules(files.project, self._read)
        self._engine = Engine(catalog, config.max_file_size, self._modules.top_packages)
        self._failures = Failures()
        self._texts: dict[str, FileFacts] = {}
        self._unread = 0
        self._facts: dict[str, FileFacts] = {}
        self._broken: dict[str, FileFacts] = {}
        self._imports: dict[str, list[tuple[str, str]]] = {}

    def check(self, progress: Progress | None = None) -> Report:
        """Findings for the files that were asked for."""
        findings: list[Finding] = []
        with _unhindered():
            self._extract(progress)
            if self._facts or self._broken or self._texts or self.files.unreadable:
                findings = self._judge()
        findings.sort(key=lambda finding: finding.sort_key)
        return Report(findings, self._failures.errors, self._number_of_files, len(self._facts))

    @property
    def _number_of_files(self) -> int:
        return len(self.files.reported) + len(self.files.texts) - self._unread

    # -- extract ----------------------------------------------------------------------------------------------

    def _extract(self, progress: Progress | None) -> None:
        paths = [*joined(self.files, self._modules, self._read), *sorted(self.files.texts)]
        for number, path in enumerate(paths):
            self._extract_file(path)
            if progress is not None:
                progress(number + 1, len(paths))

    def _extract_file(self, path: str, *, always: bool = False) -> None:
        language = language_of(path)
        try:
            data = self._read(path)
        except OSError as error:
            if language is not None or path in self.files.named:
                self._broken[path] = faulty(path, language or "text", f"can't be read: {error.strerror or error}")
            return
        if path in self.files.texts or path in self.files.reported:
            data = self._read_text(path, language, data)
        if language is None and path in self.files.named and self._engine.is_python(data):
            language = "python"
        if language is not None:
            self._extract_program(path, language, data, always=always)

    def _read_text(self, path: str, language: str | None, data: bytes) -> bytes:
        """Note what is written in a file, whatever its language; its bytes come back without the keys in them."""
        text = plain(data) if len(data) <= MAX_TEXT_SIZE else None
        self._unread += text is None and language is None
        if text is None:
            return data
        written = self._failures.attempt(path, "read", lambda: self._engine.written(path, language, text))
        if written is None or written.facts is None:
            return data
        self._texts[path] = written.facts
        return written.data

    def _extract_program(self, path: str, language: str, data: bytes, *, always: bool) -> None:
        extraction = self._failures.attempt(
            path, "extract", lambda: self._engine.extract(path, language, data, always=always)
        )
        if extraction is not None and extraction.facts is not None:
            parsed = bool(extraction.facts.scopes)
            (self._facts if parsed else self._broken)[path] = extraction.facts
        elif extraction is not None and extraction.imports:
            self._imports[path] = extraction.imports

    def _read(self, path: str) -> bytes:
        return self._given[path] if path in self._given else (self.files.root / path).read_bytes()

    # -- link and check ---------------------------------------------------------------------------------------

    def _judge(self) -> list[Finding]:
        from llmlint.checking import Checker
        from llmlint.link.live_tests import shared_secrets
        from llmlint.linked import LinkedFile

        checker = Checker(self.config, self.catalog, self.config.enabled(self.catalog), self._failures)
        findings = checker.unreadable(self.files.unreadable)
        linked = (self._failures.attempt("", "link", self._link_in_rounds) if self._facts else None) or {}
        for path, text in self._texts.items():
            linked.setdefault(path, LinkedFile(text)).text = text
        for path, shared in shared_secrets(self._texts).items():
            linked[path].shared_secrets.extend(shared)
        asked = self.files.reported | self.files.texts
        for path, file in linked.items():
            if path in asked:
                findings.extend(checker.check(file))
        for path, facts in self._broken.items():
            if path in asked:
                findings.extend(checker.faults(facts))
        return findings

    def _link_in_rounds(self) -> dict[str, LinkedFile]:
        """Link; then take in the files that name no SDK but import what reaches a model call, until none is left."""
        from llmlint.link import Linker
        from llmlint.link.live_tests import unread_conftests
        from llmlint.link.second_round import Scout

        scout = Scout(self._facts, self._modules, self.catalog, self._read)
        self._take(unread_conftests(self._facts, self._modules))
        wanted = self._take(scout.next(list(self._facts), self._imports))
        while True:
            while wanted:
                wanted = self._take(scout.next(wanted, self._imports))
            linker = Linker(self._facts, self._modules, self.catalog, scout.callers)
            wanted = self._take(scout.missed(linker, self._imports))
            if not wanted:
                return linker.link()
            del linker
            gc.collect()

    def _take(self, paths: list[str]) -> list[str]:
        """Extract files that were set aside; those that yield facts come back."""
        for path in paths:
            self._imports.pop(path, None)
            self._extract_file(path, always=True)
        return [path for path in paths if path in self._facts]


@contextmanager
def _unhindered() -> Iterator[None]:
    """Without collections of garbage, which walk all facts and find next to none; with the recursion that chains of
    a thousand names, calls or classes take."""
    collecting, limit = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
