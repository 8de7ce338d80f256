"""One file: bytes to facts, through the prefilter and the front end of its language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from llmlint.catalog import Catalog
from llmlint.discover import CLOUDFORMATION, MAX_TEXT_SIZE, TERRAFORM, declaring_language, language_of
from llmlint.errors import ParseError
from llmlint.failures import Failures, InternalError
from llmlint.gists import digest_of
from llmlint.prefilter import Prefilter, QueueFilter, declared_words, has_directive, imports_of, is_template
from llmlint.scripts import LANGUAGE, is_minified
from llmlint.source import DecodeError, decode, decode_python, is_python, line_starts, plain
from llmlint.terraform_modules import sources_in

if TYPE_CHECKING:
    from llmlint.facts import FileFacts
    from llmlint.keys import Keys
    from llmlint.languages.notebook import Code

# The facts of a program, or what it imports where it holds nothing to judge by itself.
Program: TypeAlias = "tuple[FileFacts | None, list[tuple[str, str]]]"
# Path, is_asked, is_named, always and the digest of the bytes.
Identity: TypeAlias = tuple[str, bool, bool, bool, str]


@dataclass(frozen=True, slots=True)
class Setup:
    """What extraction depends on besides a file and the installed catalogue, as plain values that can travel.
    ``modules``: the import names of SDKs, each with the words one of which has to stand in the file too."""

    modules: tuple[tuple[str, tuple[str, ...]], ...]
    max_file_size: int

    @classmethod
    def of(cls, catalog: Catalog, max_file_size: int, own: Collection[str] = ()) -> Setup:
        """``own``: the project's own top-level packages, whose names mean no SDK in it."""
        modules = catalog.prefilter_modules.items()
        return cls(tuple((name, words) for name, words in modules if name.split(".")[0] not in own), max_file_size)


@dataclass(frozen=True, slots=True)
class Request:
    """A file to extract. ``is_asked``: what is written in it is judged too, whatever its language; ``is_named``: it was
    asked for by its name; ``always``: whatever the prefilter says of it."""

    path: str
    data: bytes
    is_asked: bool = False
    is_named: bool = False
    always: bool = False

    @property
    def identity(self) -> Identity:
        """All that tells it from other requests, with the digest of the bytes for the bytes."""
        return self.path, self.is_asked, self.is_named, self.always, digest_of(self.data)


@dataclass(slots=True)
class Extraction:
    """What a file holds. ``facts`` is None for one that holds nothing to judge by itself; ``imports`` is what it
    imports then, and ``is_of_queue`` whether it may say something of tasks. ``text``: what is written in it, if that
    says something; ``is_text``: whether it could be read as one; ``declared``: the infrastructure that it declares, and
    ``sources`` the folders that it calls as modules for that; ``errors``: the defects of
    llmlint that it ran into; ``is_lost``: who extracted it died of it. ``gist``: the digest of what a project takes
    from the file, wherever in it that stands, once a cache keeps it; empty where the whole file matters."""

    facts: FileFacts | None = None
    imports: list[tuple[str, str]] = field(default_factory=list)
    is_of_queue: bool = False
    text: FileFacts | None = None
    is_text: bool = True
    declared: FileFacts | None = None
    sources: list[str] = field(default_factory=list)
    errors: list[InternalError] = field(default_factory=list)
    is_lost: bool = False
    gist: str = ""


# The languages whose programs run on a server, unless they write a page.
_ALONE = ("python", "notebook")


class Engine:
    """Extracts files one at a time; nothing is shared between them but the catalogue."""

    def __init__(self, setup: Setup, catalog: Catalog) -> None:
        self.prefilter = Prefilter(dict(setup.modules))
        self._queues = QueueFilter(catalog.queue_modules, catalog.setting_names)
        self.max_file_size = setup.max_file_size
        self._catalog = catalog
        self._declared_words = declared_words(catalog.resource_types)

    def run(self, request: Request) -> Extraction:
        """All that is to be known of a file; a defect of llmlint costs that step alone."""
        failures = Failures()
        path, data = request.path, request.data
        language = language_of(path)
        found = Extraction(errors=failures.errors)
        if request.is_asked:
            text = plain(data) if len(data) <= MAX_TEXT_SIZE else None
            found.is_text = text is not None
            if text is not None:
                written = failures.attempt(path, "read", lambda: self._written(path, language, text))
                found.text, data = written or (None, data)
        if language is None and request.is_named and self._is_python(data):
            language = "python"
        if language is not None:
            program = failures.attempt(
                path, "extract", lambda: self._program(path, language, data, always=request.always)
            )
            if program is not None:
                found.facts, found.imports = program
            found.is_of_queue = found.facts is None and self._queues.passes(data, found.imports)
        elif declaring_language(path) is not None:
            found.declared = failures.attempt(
                path, "extract", lambda: self._declared(path, data, always=request.always)
            )
            if declaring_language(path) == TERRAFORM:
                found.sources = sources_in(data)
        return found

    def _written(self, path: str, language: str | None, data: bytes) -> tuple[FileFacts, bytes] | None:
        """What is written in a text, and its bytes without the keys in them; None where that is nothing of ours."""
        keys = self._catalog.keys
        found = keys.find(data)
        if not found and (language in _ALONE or not _says_more(path, data, keys)):
            return None
        from llmlint.languages import text

        known = [key for key in found if key.provider]
        return text.extract(path, language, data, keys), keys.masked(data, known)

    def _program(self, path: str, language: str, data: bytes, *, always: bool) -> Program:
        """A bundle is nobody's source."""
        if language == LANGUAGE and is_minified(data):
            return None, []
        wanted = always or self.prefilter.passes(data, script=language == LANGUAGE) or has_directive(data)
        try:
            if language == "notebook":
                return self._notebook(path, decode(data), wanted=wanted)
            if language == LANGUAGE:
                return self._script(path, data, wanted=wanted)
            return self._python(path, data, decode_python(data), wanted=wanted)
        except DecodeError as error:
            return faulty(path, language, error.reason, error.line, error.column), []
        except ParseError as error:
            return faulty(path, language, error.reason, max(error.line, 1)), []

    def _is_python(self, data: bytes) -> bool:
        """Whether a file of no known suffix is a Python program that imports an SDK."""
        try:
            return self.prefilter.passes(data) and is_python(decode_python(data))
        except DecodeError:
            return False

    # -- Python -----------------------------------------------------------------------------------------------

    def _python(self, path: str, data: bytes, text: str, *, wanted: bool) -> Program:
        """A file that names no SDK is kept for what it imports, and looked at no further than whether it is Python."""
        if len(data) > self.max_file_size:
            if wanted:
                raise ParseError(path, self._too_large)
        elif wanted or not is_python(text):
            facts = self._parsed(path, text)
            if wanted or facts.faults:
                return facts, imports_of(path, data)
        return None, imports_of(path, data)

    def _parsed(self, path: str, text: str) -> FileFacts:
        from llmlint.languages import notebook, python

        facts = python.extract(path, text, self._catalog.interest, self._catalog.setting_names)
        if facts.faults and notebook.has_magics(text):
            plain = python.extract(path, notebook.without_magics(text), self._catalog.interest)
            return facts if plain.faults else plain
        return facts

    @property
    def _too_large(self) -> str:
        return f"larger than {self.max_file_size:,} bytes (max-file-size): not parsed"

    # -- JavaScript and TypeScript ----------------------------------------------------------------------------

    def _script(self, path: str, data: bytes, *, wanted: bool) -> Program:
        """A file that names no SDK is kept for what it imports."""
        if not wanted:
            return None, imports_of(path, data)
        if len(data) > self.max_file_size:
            raise ParseError(path, self._too_large)
        from llmlint.languages import typescript
        from llmlint.languages.places import runs_in

        facts = typescript.extract(path, decode(data), self._catalog.interest)
        facts.runs_in = runs_in(path, data)
        return facts, imports_of(path, data)

    # -- infrastructure ---------------------------------------------------------------------------------------

    def _declared(self, path: str, data: bytes, *, always: bool) -> FileFacts | None:
        """What an infrastructure file declares; None for one that names nothing of which something is known."""
        language, types = declaring_language(path), self._catalog.resource_types
        if not always and not any(word in data for word in self._declared_words):
            return None
        is_large = len(data) > self.max_file_size
        if is_large and language == CLOUDFORMATION and not is_template(data):
            return None
        try:
            if is_large:
                raise ParseError(path, self._too_large)
            text = decode(data)
        except DecodeError as error:
            return faulty(path, language or "", error.reason, error.line, error.column)
        except ParseError as error:
            return faulty(path, language or "", error.reason)
        if language == CLOUDFORMATION:
            from llmlint.languages import cloudformation

            return cloudformation.extract(path, text, types)
        from llmlint.languages import terraform

        return terraform.extract(path, text, types)

    # -- notebooks --------------------------------------------------------------------------------------------

    def _notebook(self, path: str, text: str, *, wanted: bool) -> Program:
        from llmlint.languages import notebook

        code = notebook.read(text, path)
        if not wanted:
            return None, imports_of(path, code.text.encode("utf-8", "replace"))
        if len(code.text) > self.max_file_size:
            raise ParseError(path, self._too_large)
        return self._cells(path, code), []

    def _cells(self, path: str, code: Code) -> FileFacts:
        from llmlint.languages import python

        facts = python.extract(path, code.text, self._catalog.interest, is_notebook=True)
        if facts.faults:
            facts = self._without_broken_cells(path, code)
        facts.language, facts.cells = "notebook", code.cells
        return facts

    def _without_broken_cells(self, path: str, code: Code) -> FileFacts:
        """The facts of the cells that can be parsed, and a fault for each that can't."""
        from llmlint.facts import Fault
        from llmlint.languages import python

        lines = code.text.split("\n")
        faults: list[Fault] = []
        for cell, following in zip(code.cells, [*code.cells[1:], None], strict=True):
            first, last = cell.first_line - 1, following.first_line - 1 if following else len(lines)
            body = "\n".join(lines[first:last]) + "\n"
            broken = python.extract(path, body, frozenset()).faults
            if broken:
                faults.append(Fault(broken[0].reason, broken[0].line, broken[0].column, cell.index))
                lines[first:last] = [""] * (last - first)
        facts = python.extract(path, "\n".join(lines), self._catalog.interest, is_notebook=True)
        facts.faults.extend(faults)
        return facts


def faulty(path: str, language: str, reason: str, line: int = 1, column: int = 1) -> FileFacts:
    """The facts of a file that can't be judged."""
    from llmlint.facts import Fault, FileFacts

    facts = FileFacts(path, language, line_starts=line_starts(""))
    facts.faults.append(Fault(reason, line, column))
    return facts


def _says_more(path: str, data: bytes, keys: Keys) -> bool:
    """Whether a text without a key says something of keys."""
    from llmlint.languages.shipped import shipments

    is_workflow = b"secrets." in data and "/workflows/" in path
    return is_workflow or next(shipments(path, data, keys), None) is not None
