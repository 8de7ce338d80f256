"""Looks at files that were not parsed, to tell which of them are worth it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from llmlint.catalog import Catalog
from llmlint.facts import Argument, Call
from llmlint.link.flows.calls import READING
from llmlint.link.meanings import top_of
from llmlint.link.ways import NEVER, Import, Ways, Words
from llmlint.modules import Modules
from llmlint.outline import SMALL, Outline, sight
from llmlint.outlining import read
from llmlint.prefilter import without_imports
from llmlint.scripts import is_script

# Through how many modules a decorator or a parser is looked for.
_MAX_HOPS = 4
_LOADERS = frozenset(("import_module", "__import__"))


class Glances:
    """Each file is outlined once; scripts, which have no outline, are asked for words."""

    def __init__(
        self,
        read: Callable[[str], bytes],
        modules: Modules,
        catalog: Catalog,
        note: Callable[[str, str], None] | None = None,
    ) -> None:
        """``note`` is told the path and the sight of each file that is looked at."""
        self._read = read
        self._note = note
        self._modules = modules
        self._outlines: dict[str, Outline | None] = {}
        self._looked_at: set[str] = set()
        self._coming: dict[tuple[str, frozenset[str]], set[str]] = {}
        self._answers: dict[tuple[str, str, frozenset[str], int], bool] = {}
        libraries = catalog.libraries(())
        modules_of_libraries = (module for own in catalog.library_files.values() for module in own)
        # The packages that run functions for others, or again.
        self._runners = {top_of(path) for path in (*modules_of_libraries, *libraries.roles)}
        self._parsers = frozenset(path.rpartition(".")[2] for path in (*libraries.parsers, *libraries.patterns))
        texts = (*libraries.sources, *libraries.encoders)
        # httpx.Client().get brings in a page, so that somebody who makes a client may ask it for one.
        makers = (
            path.partition("()")[0] for path, kind in libraries.sources.items() if kind == "page" and "()" in path
        )
        self._bringers = {(top_of(path), path.rpartition(".")[2]) for path in (*texts, *makers)}

    def look(self, path: str, words: Mapping[Import, Words]) -> tuple[bool, Words]:
        """Whether a file is worth reading for these words; if not, those by which its importers may come to it."""
        data = None
        if path not in self._looked_at:
            try:
                data = self._read(path)
            except OSError:
                return False, NEVER
            is_read = len(data) < SMALL or path.endswith(".ipynb")
            if is_read or is_script(path):
                self._see(path, data, None)
                return is_read or _is_named(without_imports(path, data), words), NEVER
            self._looked_at.add(path)
        outline = self._outline(path, data)
        if outline is None:
            return True, NEVER

        def is_ours(imported: Import) -> bool:
            return bool(self._modules.named(path, *imported))

        def reruns(imported: Import) -> bool:
            return self._reruns(path, imported, _MAX_HOPS)

        ways = Ways(outline, words, is_ours, self._runners, reruns, self._bringers_in(outline))
        if ways.judged:
            # It is read now, and its outline takes much memory.
            del self._outlines[path]
        return ways.judged, frozenset(ways.exports)

    def _outline(self, path: str, data: bytes | None = None) -> Outline | None:
        """What a Python file says at a glance; None where it can't be told. ``data``: its bytes, if known."""
        if path not in self._outlines:
            try:
                data = self._read(path) if data is None else data
            except OSError:
                self._outlines[path] = None
            else:
                self._outlines[path] = read(data)
                self._see(path, data, self._outlines[path])
        return self._outlines[path]

    def _see(self, path: str, data: bytes, outline: Outline | None) -> None:
        if self._note is not None:
            self._note(path, sight(data, outline))

    def _reruns(self, path: str, imported: Import, hops: int) -> bool:
        """Whether a decorator of the project runs functions that it is put on, or runs them again."""
        for file in self._modules.named(path, *imported)[:1]:
            outline = self._outline(file)
            if outline is None or hops == 0:
                return True
            if outline.defines(imported[1]):
                return imported[1] in outline.repeating or not self._runners.isdisjoint(outline.packages)
            return any(self._reruns(file, further, hops - 1) for further in outline.imports.get(imported[1], ()))
        return False

    def parses(self, path: str, name: str) -> bool:
        """Whether a function of a Python file, or what it imports by that name, parses a text."""
        return self._comes_to(path, name, self._parsers, _MAX_HOPS)

    def parsed_by(self, call: Call) -> tuple[Argument, ...]:
        """What a call gives to a parser."""
        return call.arguments if getattr(call.callee, "name", "") in self._parsers else ()

    def brings(self, path: str, name: str) -> bool:
        """Whether it brings a text in: from a file, a page or a table."""
        outline = self._outline(path) if not is_script(path) else None
        return outline is not None and self._comes_to(path, name, self._bringers_in(outline), _MAX_HOPS)

    def _bringers_in(self, outline: Outline) -> frozenset[str]:
        """The names of functions that bring in a text, as far as a file imports what they are of."""
        packages = outline.packages
        return READING.union(word for package, word in self._bringers if package in packages or package == word)

    def loads(self, path: str, name: str) -> bool:
        """Whether it imports a module by its name."""
        return self._comes_to(path, name, _LOADERS, _MAX_HOPS)

    def _comes_to(self, path: str, name: str, words: frozenset[str], hops: int) -> bool:
        """Whether a function of a Python file, or what it imports by that name, calls something so called."""
        question = (path, name, words, hops)
        if question not in self._answers:
            self._answers[question] = hops > 0 and self._calls(*question)
        return self._answers[question]

    def _calls(self, path: str, name: str, words: frozenset[str], hops: int) -> bool:
        outline = self._outline(path) if not is_script(path) else None
        if outline is None:
            return False
        if (path, words) not in self._coming:
            self._coming[path, words] = outline.callers_of(words)
        if name in self._coming[path, words]:
            return True
        called = outline.imports.keys() & {name, *outline.called_by([name])}
        return any(
            self._comes_to(file, each[1], words, hops - 1)
            for local in called
            for each in outline.imports[local]
            for file in self._modules.named(path, *each)
        )


def _is_named(text: bytes, words: Mapping[Import, Words]) -> bool:
    """Whether a text holds one of the words by which it may come to a model call."""
    for (_, name), own in words.items():
        for word in own:
            dot = "." if word.text and word.kind in ("method", "property", "client") else ""
            if name == "default" or f"{dot}{word.text or name}".encode() in text:
                return True
    return False
