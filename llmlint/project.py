"""A project: its files extracted, linked, checked and suppressed, into findings in order."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from llmlint.catalog import Catalog, Rule
from llmlint.checking import Checker, InternalError
from llmlint.config import Config
from llmlint.discover import Files, language_of
from llmlint.engine import Engine
from llmlint.facts import Fault, FileFacts
from llmlint.findings import Finding
from llmlint.link import Linker
from llmlint.link.meanings import ClassMeaning, External, FunctionMeaning, InstanceMeaning, Meaning, ModuleMeaning
from llmlint.modules import Modules

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """``files``: how many were read for this run; ``parsed``: how many of them held something to judge."""

    findings: list[Finding] = field(default_factory=list)
    errors: list[InternalError] = field(default_factory=list)
    files: int = 0
    parsed: int = 0


class Project:
    """Runs the four steps over the files of one project."""

    def __init__(self, files: Files, config: Config, catalog: Catalog) -> None:
        self.files = files
        self.config = config
        self.catalog = catalog
        self.rules: dict[str, Rule] = config.enabled(catalog)
        self._modules = Modules(files.project)
        self._engine = Engine(catalog, config.max_file_size, self._modules.top_packages)
        self._facts: dict[str, FileFacts] = {}
        self._imports: dict[str, list[tuple[str, str]]] = {}

    def check(self, progress: Progress | None = None, stdin: tuple[str, bytes] | None = None) -> Report:
        """Findings for the files that were asked for. ``stdin``: a path and the bytes that stand for its file."""
        report = Report(files=len(self.files.project))
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._extract(progress, stdin)
            linker = self._link_in_rounds(stdin)
        finally:
            if collecting:
                gc.enable()
        checker = Checker(self.files, self.config, self.catalog, self.rules)
        linked = linker.link()
        for path in sorted(self.files.reported):
            facts = self._facts.get(path)
            if facts is not None:
                report.findings.extend(checker.check(linked[path]))
        report.findings.extend(checker.unreadable(self.files.unreadable))
        report.errors = checker.errors
        report.parsed = len(self._facts)
        report.findings.sort(key=lambda finding: finding.sort_key)
        return report

    # -- extract ----------------------------------------------------------------------------------------------

    def _extract(self, progress: Progress | None, stdin: tuple[str, bytes] | None) -> None:
        total = len(self.files.project)
        for number, path in enumerate(self.files.project):
            self._extract_file(path, stdin, always=path in self.files.named)
            if progress is not None:
                progress(number + 1, total)

    def _extract_file(self, path: str, stdin: tuple[str, bytes] | None, *, always: bool) -> None:
        language = language_of(path, named=path in self.files.named) or "python"
        data = stdin[1] if stdin is not None and stdin[0] == path else self._read(path)
        if isinstance(data, Fault):
            facts = FileFacts(path, language)
            facts.faults.append(data)
            self._facts[path] = facts
            return
        extraction = self._engine.extract(path, language, data, always=always)
        if extraction.facts is not None:
            self._facts[path] = extraction.facts
        elif extraction.imports:
            self._imports[path] = extraction.imports

    def _read(self, path: str) -> bytes | Fault:
        try:
            return (self.files.root / path).read_bytes()
        except OSError as error:
            return Fault(f"can't be read: {error.strerror or error}")

    # -- link -------------------------------------------------------------------------------------------------

    def _link_in_rounds(self, stdin: tuple[str, bytes] | None) -> Linker:
        """Link; then take in the files that name no SDK but import what reaches a model call, until none is left."""
        while True:
            linker = Linker(self._facts, self._modules, self.catalog)
            wanted = [path for path in self._imports if self._imports_a_model_call(linker, path)]
            if not wanted:
                return linker
            for path in wanted:
                del self._imports[path]
                self._extract_file(path, stdin, always=True)

    def _imports_a_model_call(self, linker: Linker, path: str) -> bool:
        return any(reaches_model(linker, meaning) for meaning in linker.imported(path, self._imports[path]))


def reaches_model(linker: Linker, meaning: Meaning) -> bool:
    """Whether using an imported thing may end in a model call: a function or class that reaches one, or a client."""
    reached = linker.reach.reached
    if isinstance(meaning, FunctionMeaning):
        if (meaning.facts.path, meaning.index) in reached:
            return True
        returned = linker.resolver.returned(meaning.facts, meaning.index)
        return any(isinstance(result, External) and reaches_model(linker, result) for result in returned)
    if isinstance(meaning, ClassMeaning | InstanceMeaning):
        return any(
            (meaning.facts.path, method) in reached for method in meaning.facts.classes[meaning.index].methods.values()
        ) or any(reaches_model(linker, base) for base in _bases(linker, meaning))
    if isinstance(meaning, ModuleMeaning):
        return any(key[0] == meaning.facts.path for key in reached) or meaning.facts.path in linker.exporters
    return isinstance(meaning, External) and bool(meaning.chain) and linker.resolver.is_interesting(meaning.path)


def _bases(linker: Linker, meaning: ClassMeaning | InstanceMeaning) -> Iterator[Meaning]:
    for base in meaning.facts.classes[meaning.index].bases:
        for found in linker.resolver.meanings(meaning.facts, base):
            if isinstance(found, ClassMeaning) and (found.facts is not meaning.facts or found.index != meaning.index):
                yield found
