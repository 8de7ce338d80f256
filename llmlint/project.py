"""A project: its files extracted, linked, checked and suppressed, into findings in order.

What links and checks is loaded only when there is something to judge: most runs of a hook see no SDK at all.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property, partial
from typing import TYPE_CHECKING

from llmlint.catalog import Catalog
from llmlint.config import Config
from llmlint.discover import TERRAFORM, Files, declaring_language, language_of
from llmlint.engine import Extraction, Request, Setup, faulty
from llmlint.extractors import Alone, Extractor, unhindered
from llmlint.failures import Failures
from llmlint.findings import Finding, Report, Suppressed
from llmlint.gists import UNASKED, Gist, Gists, digest_of
from llmlint.modules import Modules
from llmlint.script_modules import Read
from llmlint.surroundings import joined
from llmlint.terraform_modules import folders_beside

if TYPE_CHECKING:
    from pathlib import Path

    from llmlint.cache import Cache
    from llmlint.facts import FileFacts
    from llmlint.findings import Problem, Repair
    from llmlint.fixes import Fixer
    from llmlint.linked import LinkedFile

Progress = Callable[[int, int], None]


class Project:
    """Runs the four steps over the files of one project."""

    def __init__(
        self,
        files: Files,
        config: Config,
        catalog: Catalog,
        given: Mapping[str, bytes] | None = None,
        extractor: Extractor | None = None,
        cache: Cache | None = None,
        *,
        repairs: bool = False,
    ) -> None:
        """``given``: the bytes that stand for what is on disk, by path; ``extractor``: what extracts the files, if not
        this process alone; ``cache``: what is remembered of the project; ``repairs``: find the edits that would mend
        what is found."""
        self.files = files
        self.config = config
        self.catalog = catalog
        self._given = given or {}
        self._read = _reader(files.root, self._given, cache)
        self._cache = cache
        self._repairs = repairs
        alone = extractor or Alone(catalog)
        self._extractor = alone if cache is None else cache.extractor(alone)
        self._is_lossy = False
        self._failures = Failures()
        self._texts: dict[str, FileFacts] = {}
        self._unread: set[str] = set()
        self._facts: dict[str, FileFacts] = {}
        self._broken: dict[str, FileFacts] = {}
        self._declared: dict[str, FileFacts] = {}
        self._sources: dict[str, list[str]] = {}
        self._imports: dict[str, list[tuple[str, str]]] = {}
        self._taken: set[str] = set()
        self._of_queues: list[str] = []
        self._seen: set[str] = set()
        self._gists = Gists()

    @cached_property
    def _modules(self) -> Modules:
        return Modules(self.files.project, partial(_look, self._gists, self._read))

    @cached_property
    def _setup(self) -> Setup:
        return Setup.of(self.catalog, self.config.max_file_size, self._modules.top_packages)

    def check(self, progress: Progress | None = None) -> Report:
        """Findings for the files that were asked for."""
        if self._cache is None or not (self.files.project or self.files.texts):
            return self._checked(progress)
        question = self._question()
        report = self._cache.recall(question, partial(self._renewed, self._cache))
        if report is None:
            report = self._checked(progress)
            if not report.errors and not self._is_lossy:
                self._cache.remember(question, report, self._gists.sufficient())
        return report

    def _question(self) -> tuple[object, ...]:
        """All that a report depends on besides the content of the files that are read for it."""
        from llmlint.cache import settings

        files = self.files
        return (
            files.project,
            [sorted(paths) for paths in (files.reported, files.texts, files.named, files.declaring)],
            files.unreadable,
            {path: digest_of(data) for path, data in self._given.items()},
            self._repairs,
            settings(self.config, self.catalog),
        )

    def _renewed(self, cache: Cache, report: Report, path: str, digest: str, was: Gist) -> Report | None:
        """A report made when a file held what has a digest, if all that has changed since is where things stand."""
        before = now = None
        for always, gist in was.extractions:
            request = next(self._requests([path], always=always), None)
            if request is None or not self._is_seen_as(was.sight, request.data):
                return None
            with unhindered():
                _, extraction = next(iter(self._extractor.run(self._setup, [request])))
            if extraction.gist != gist:
                return None
            if extraction.facts is not None:
                now = extraction.facts
                before = cache.facts(self._setup).get((*request.identity[:-1], digest))
        if now is None:
            return report
        if before is None or before.facts is None:
            return None
        from llmlint.fixes import Fixer
        from llmlint.moves import moved

        return moved(report, before.facts, now, Fixer(self._read).repair)

    @staticmethod
    def _is_seen_as(sight: str, data: bytes) -> bool:
        """Whether a look at a file still says the same, if somebody had one."""
        if sight == UNASKED:
            return True
        from llmlint.outline import sight as sight_of
        from llmlint.outlining import read

        return sight_of(data, read(data)) == sight

    def _checked(self, progress: Progress | None) -> Report:
        report = Report(errors=self._failures.errors)
        with unhindered():
            self._extract([*joined(self.files, self._modules, self._read), *sorted(self.files.texts)], progress)
            if self._declared and not self.files.reported.issuperset(self.files.project):
                # Whether what was asked for serves a model is told by the programs.
                self._extract([path for path in self.files.project if path not in self._seen])
            if self._is_linked or self._broken or self._texts or self.files.unreadable:
                report.findings, report.suppressed = self._judge()
        report.findings.sort(key=lambda finding: finding.sort_key)
        report.suppressed.sort(key=lambda suppressed: suppressed.finding.sort_key)
        report.files, report.parsed = self._number_of_files, len(self._facts)
        return report

    @property
    def _everywhere(self) -> bool:
        """Whether queues are judged that no model call has to do with."""
        return bool(self.config.options.get("queues-everywhere"))

    @property
    def _is_linked(self) -> bool:
        """Whether there is something to link."""
        return bool(self._facts or self._declared or (self._of_queues and self._everywhere))

    @property
    def _number_of_files(self) -> int:
        return len(self.files.reported) + len(self.files.texts) - len(self._unread)

    # -- extract ----------------------------------------------------------------------------------------------

    def _extract(self, paths: list[str], progress: Progress | None = None, *, always: bool = False) -> None:
        """Take in files, in the order of ``paths`` whatever the order in which they get done."""
        if not paths:
            return
        self._seen.update(paths)
        done: dict[str, Extraction] = {}
        for path, extraction in self._extractor.run(self._setup, self._requests(paths, always=always)):
            done[path] = extraction
            if progress is not None:
                progress(len(done), len(paths))
        for path in paths:
            if path in done:
                self._keep(path, done[path], always=always)

    def _requests(self, paths: list[str], *, always: bool) -> Iterator[Request]:
        for path in paths:
            language = language_of(path)
            try:
                data = self._read(path)
            except OSError as error:
                if language is not None or path in self.files.named:
                    self._broken[path] = faulty(path, language or "text", f"can't be read: {error.strerror or error}")
            else:
                is_asked = path in self.files.texts or path in self.files.reported
                yield Request(path, data, is_asked, path in self.files.named, always)

    def _keep(self, path: str, extraction: Extraction, *, always: bool) -> None:
        self._failures.errors.extend(extraction.errors)
        self._is_lossy |= extraction.is_lost
        if self._cache is not None:
            self._gists.extracted(path, extraction.gist, always=always)
        if extraction.text is not None:
            self._texts[path] = extraction.text
        if not extraction.is_text and language_of(path) is None:
            self._unread.add(path)
        if declaring_language(path) == TERRAFORM:
            self._sources[path] = extraction.sources
        if extraction.declared is not None:
            self._declared[path] = extraction.declared
        if extraction.facts is not None:
            parsed = bool(extraction.facts.scopes)
            (self._facts if parsed else self._broken)[path] = extraction.facts
        elif extraction.imports:
            self._imports[path] = extraction.imports
        if extraction.is_of_queue:
            self._of_queues.append(path)

    def _infrastructure(self) -> dict[str, FileFacts]:
        """All of the project's. Where some of it is in Terraform, further files say what its variables hold."""
        self._extract(sorted(self.files.declaring - self.files.texts))
        declared = {posixpath.dirname(path) for path in self._declared if declaring_language(path) == TERRAFORM}
        folders = folders_beside(declared, self._sources) if declared else set()
        others = self._sources.keys() - self._declared.keys()
        self._extract(sorted(path for path in others if posixpath.dirname(path) in folders), always=True)
        return self._declared

    # -- link and check ---------------------------------------------------------------------------------------

    def _judge(self) -> tuple[list[Finding], list[Suppressed]]:
        with ExitStack() as ends:
            linked = self._failures.attempt("", "link", partial(self._link_in_rounds, ends)) if self._is_linked else {}
            return self._check(linked or {})

    def _check(self, linked: dict[str, LinkedFile]) -> tuple[list[Finding], list[Suppressed]]:
        from llmlint.checking import Checker
        from llmlint.fixes import Fixer
        from llmlint.link.live_tests import shared_secrets
        from llmlint.linked import LinkedFile

        repair = partial(self._repair, Fixer(self._read)) if self._repairs else None
        checker = Checker(self.config, self.catalog, self.config.enabled(self.catalog), self._failures, repair)
        findings = checker.unreadable(self.files.unreadable)
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
        return findings, checker.suppressed

    def _repair(self, fixer: Fixer, problem: Problem) -> Repair | None:
        repair = fixer.repair(problem)
        if repair is None and problem.remedy is not None:
            self._gists.read(problem.place.facts.path)
        return repair

    def _link_in_rounds(self, ends: ExitStack) -> dict[str, LinkedFile]:
        """Link; then take in the files that name no SDK but import what reaches a model call, until none is left.
        ``ends``: what closes the linker once all is checked."""
        from llmlint.link import Linker
        from llmlint.link.live_tests import unread_conftests
        from llmlint.link.second_round import Scout

        note = self._gists.seen if self._cache is not None else None
        scout = Scout(self._facts, self._modules, self.catalog, self._read, note)
        self._take(unread_conftests(self._facts, self._modules))
        wanted = self._take(scout.next(list(self._facts), self._imports))
        if scout.reaches_model or self._everywhere:
            wanted += self._take([path for path in self._of_queues if path not in self._facts])
        while True:
            while wanted:
                wanted = self._take(scout.next(wanted, self._imports))
            linker = Linker(self._facts, scout.calls, self.catalog)
            wanted = self._take(scout.missed(linker, self._imports))
            if not wanted:
                ends.callback(linker.close)
                return linker.link(self._infrastructure, is_judged=bool(self._declared))

    def _take(self, paths: list[str]) -> list[str]:
        """Extract files that were set aside, each but once; those that yield facts come back."""
        new = [path for path in dict.fromkeys(paths) if path not in self._taken]
        self._taken.update(new)
        for path in new:
            self._imports.pop(path, None)
        self._extract(new, always=True)
        return [path for path in new if path in self._facts]


def _reader(root: Path, given: Mapping[str, bytes], cache: Cache | None) -> Read:
    """What gives the bytes of a project's files."""

    def read(path: str) -> bytes:
        if path in given:
            return given[path]
        return (root / path).read_bytes() if cache is None else cache.read(path)

    return read


def _look(gists: Gists, read: Read, path: str) -> bytes:
    """The bytes of a file whose facts are not all that is asked of it."""
    gists.read(path)
    return read(path)
