"""Which files that name no SDK have to be read after all: those that import what reaches a model call."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from llmlint.catalog import Catalog
from llmlint.facts import FileFacts, Imported
from llmlint.link import Linker, modules_of, resolver_for
from llmlint.link.calls import CallGraph, CallLinker, FunctionKey, owner
from llmlint.link.meanings import (
    ClassMeaning,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Lost,
    Meaning,
    Meanings,
    ModuleMeaning,
)
from llmlint.link.resolver import Resolver
from llmlint.link.results import Callers
from llmlint.link.told import unread_tasks
from llmlint.linked import Site
from llmlint.modules import Modules
from llmlint.outline import outline
from llmlint.prefilter import without_imports
from llmlint.scripts import is_script


class _Word(NamedTuple):
    """A word to look for: the name of what reaches a model call, or of a client that may be called in many ways.
    The names of methods and attributes begin with a dot."""

    text: str
    is_client: bool = False


_Words = frozenset[_Word]
_NEVER: _Words = frozenset()
# Stands in every text.
_ANYHOW: _Words = frozenset([_Word("", is_client=True)])
_CALLED = re.compile(r"\(")
# Files up to this many bytes are mostly there to hand on what they import.
_SMALL = 2_000

Imports = Mapping[str, list[tuple[str, str]]]


class Scout:
    """Finds those files step by step. Each step links only what the last one brought in and what calls it, so it may
    miss a few that only the whole project shows: ``missed`` finds them once everything is linked."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        modules: Modules,
        catalog: Catalog,
        read: Callable[[str], bytes],
    ) -> None:
        self.files = files
        self.read = read
        self.catalog = catalog
        self._resolver = resolver_for(files, modules, catalog)
        self._linker = CallLinker(self._resolver)
        self._reached: set[FunctionKey] = set()
        self._exporters: set[str] = set()
        # For each file that was not read: the calls of something in it, to be linked again once it is.
        self._waiting: dict[str, dict[Site, None]] = defaultdict(dict)
        self._own_imports: dict[str, tuple[FileFacts, list[tuple[str, Imported]]]] = {}
        self._callers_in: dict[str, _Words] = {}
        self._looked_for: dict[str, _Words] = {}
        self._callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)

    @property
    def reaches_model(self) -> bool:
        """Whether a function, or a module, is known to reach a model call."""
        return bool(self._reached)

    @property
    def callers(self) -> Callers:
        """Who calls whom, as far as it has been linked."""
        return self._resolver.results.callers

    def next(self, new: Collection[str], imports: Imports) -> list[str]:
        """The files to read, of those with ``imports``, now that the files ``new`` are known."""
        imported = modules_of(self.files.values())
        self._resolver.apis = self.catalog.apis(imported)
        self._resolver.libraries = self.catalog.libraries(imported)
        again = {site: None for path in new for site in self._waiting.pop(path, ())}
        graph = self._linker.link([self.files[path] for path in sorted(new)], again=again)
        for site, path in graph.unread:
            self._waiting[path][site] = None
        self._spread(graph)
        judge = _Judge(self._resolver, self._reached, self._exporters)
        found = self._worth_reading(judge, imports) | graph.asks_for(self._resolver, self._reached)
        # Between a loop and a model call there may be files that hold no loop themselves.
        found.update(path for path in self._waiting if path in self._callers_in)
        return sorted(found - self.files.keys())

    def missed(self, linker: Linker, imports: Imports) -> list[str]:
        judge = _Judge(linker.resolver, linker.reach.reached, linker.exporters)
        found = self._worth_reading(judge, imports)
        found |= linker.graph.asks_for(linker.resolver, linker.reach.reached)
        found |= unread_tasks(linker.resolver, linker.graph) if linker.reach.reached else set()
        found.update(path for _, path in linker.graph.unread if path in self._callers_in)
        return sorted(found - self.files.keys())

    def _worth_reading(self, judge: _Judge, imports: Imports) -> set[str]:
        """The files in which a rule may find something. The others that mention what reaches a model call are noted
        in ``_callers_in``, with the words by which their importers may come to it in turn."""
        found: set[str] = set()
        importers: dict[str, list[str]] = defaultdict(list)
        words: dict[str, _Words] = {}
        for path, names in imports.items():
            words[path] = _NEVER
            for name, meaning in self._imported(judge.resolver, path, names):
                if isinstance(meaning, Lost) and meaning.unread:
                    importers[meaning.unread].append(path)
                    words[path] |= self._callers_in.get(meaning.unread, _NEVER)
                else:
                    own = judge.words(meaning)
                    # Whoever imports the default calls it what he likes.
                    words[path] |= _ANYHOW if name == "default" and own else own
        waiting = [path for path, own in words.items() if own]
        while waiting:
            path = waiting.pop()
            if path in found or not self._is_news(path, words[path]):
                continue
            is_judged, callers = self._outline(path, words[path])
            if is_judged:
                found.add(path)
            elif callers - self._callers_in.get(path, _NEVER):
                self._callers_in[path] = self._callers_in.get(path, _NEVER) | callers
                for importer in importers[path]:
                    words[importer] |= callers
                    waiting.append(importer)
        return found

    def _imported(
        self, resolver: Resolver, path: str, names: Iterable[tuple[str, str]]
    ) -> Iterator[tuple[str, Meaning]]:
        """What the import statements of a file that was not parsed bring in from the project's files, by its name."""
        if path not in self._own_imports:
            modules = self._resolver.modules
            own = [
                (name, Imported(module, "" if name == "*" else name))
                for module, name in names
                if modules.named(path, module, name)
            ]
            self._own_imports[path] = FileFacts(path, "python"), own
        facts, own = self._own_imports[path]
        for name, imported in own:
            for meaning in resolver.meanings(facts, imported):
                yield name, meaning

    def _is_news(self, path: str, words: _Words) -> bool:
        """Whether a file has not been looked at for these words yet."""
        if self._looked_for.get(path) == words:
            return False
        self._looked_for[path] = words
        return True

    def _outline(self, path: str, words: _Words) -> tuple[bool, _Words]:
        try:
            data = self.read(path)
        except OSError:
            return False, _NEVER
        is_renamed = any(f"{word.text} as ".encode() in data for word in words)
        if is_renamed or len(data) < _SMALL or path.endswith(".ipynb"):
            return True, _NEVER
        text = without_imports(path, data)
        named = [word for word in words if word.text.encode() in text]
        if not named or is_script(path) or any(word.is_client for word in named):
            return bool(named), _NEVER
        is_judged, callers = outline(text.decode("utf-8", "replace"), [word.text for word in named])
        return is_judged, frozenset(map(_Word, callers))

    def _spread(self, graph: CallGraph) -> None:
        waiting = []
        for path, calls in graph.operations.items():
            for called in calls:
                key = owner(called.site)
                if called.operation.is_billed:
                    waiting.append(key)
                elif called.operation.builds and key[1] < 0:
                    self._exporters.add(path)
        for edges in graph.edges.values():
            for edge in edges:
                self._callers[edge.target].append(owner(edge.site))
                if edge.target in self._reached:
                    waiting.append(owner(edge.site))
        while waiting:
            key = waiting.pop()
            if key not in self._reached:
                self._reached.add(key)
                waiting.extend(self._callers.get(key, ()))


class _Judge:
    """Tells by which words in its text a file that imports something may come to a model call through it.

    A function that reaches one has to be named, a method or a client to be read from its object. ``_ANYHOW`` stands in
    every text: whoever imports a client or its class may call it in many ways.
    """

    def __init__(self, resolver: Resolver, reached: Collection[FunctionKey], exporters: Collection[str]) -> None:
        self.resolver = resolver
        self.exporters = exporters
        self._reached: dict[str, set[int]] = defaultdict(set)
        for path, index in reached:
            self._reached[path].add(index)
        self._known: dict[tuple[str, str, int], _Words] = {}

    def words(self, meaning: Meaning) -> _Words:
        if isinstance(meaning, External):
            is_type = meaning.path + "()" in self.resolver.apis.operations
            return _ANYHOW if is_type or self._is_object(meaning) else _NEVER
        if isinstance(meaning, ModuleMeaning):
            return self._once("module", meaning.facts, 0, self._of_module)
        if isinstance(meaning, FunctionMeaning):
            return self._once("function", meaning.facts, meaning.index, self._of_function)
        if isinstance(meaning, ClassMeaning | InstanceMeaning):
            return self._once("class", meaning.facts, meaning.index, self._of_class)
        return _NEVER

    def _is_object(self, meaning: External) -> bool:
        """Whether something is an object of an SDK to call things on, not what a billed call gave back."""
        operations = self.resolver.apis.operations
        made = [meaning.path[: match.start()] for match in _CALLED.finditer(meaning.path)]
        is_reply = any(path in operations and operations[path].is_billed for path in made)
        return bool(meaning.chain) and not is_reply and self.resolver.apis.covers(meaning.path)

    def _once(
        self, kind: str, facts: FileFacts, index: int, judge: Callable[[FileFacts, int], Iterable[_Words]]
    ) -> _Words:
        key = (kind, facts.path, index)
        if key not in self._known:
            self._known[key] = _NEVER
            self._known[key] = _NEVER.union(*judge(facts, index))
        return self._known[key]

    def _of_module(self, facts: FileFacts, _: int) -> Iterator[_Words]:
        if facts.path in self.exporters:
            yield _ANYHOW
        yield frozenset(_Word(facts.functions[index].name) for index in self._reached.get(facts.path, ()) if index >= 0)
        yield self._of_clients((n, m) for n, found in self.resolver.assigned.to(facts).items() for m in found)
        for index in range(len(facts.classes)):
            yield self.words(ClassMeaning(facts, index))
        is_package = facts.path.endswith("__init__.py") or is_script(facts.path)
        for imported in facts.imports:
            if imported.name == "*":
                yield from map(self.words, self.resolver.meanings(facts, Imported(imported.module)))
            elif is_package:
                yield from map(self.words, self.resolver.meanings(facts, imported))

    def _of_function(self, facts: FileFacts, index: int) -> Iterator[_Words]:
        if index in self._reached.get(facts.path, ()):
            yield frozenset([_Word(facts.functions[index].name)])
        yield from map(self.words, self.resolver.results.returned(facts, index))

    def _of_class(self, facts: FileFacts, index: int) -> Iterator[_Words]:
        cls = facts.classes[index]
        reached = [name for name, method in cls.methods.items() if method in self._reached.get(facts.path, ())]
        yield frozenset(_Word(f".{name}") for name in reached if not name.startswith("__"))
        if "__init__" in reached:
            yield frozenset([_Word(cls.name)])
        if any(name.startswith("__") and name != "__init__" for name in reached):
            yield _ANYHOW
        for base in cls.bases:
            yield from map(self.words, self.resolver.meanings(facts, base))
        held = [(name, value) for name, values in cls.attributes.items() if name not in cls.methods for value in values]
        known = [(name, self.resolver.meanings(facts, value)) for name, value in (*cls.types.items(), *held)]
        assigned = self.resolver.assigned.to(facts, index)
        yield self._of_clients([*known, *((name, m) for name, found in assigned.items() for m in found)])

    def _of_clients(self, known: Iterable[tuple[str, Meanings]]) -> _Words:
        """The attributes that hold clients, of those that are ``known``."""
        return frozenset(
            _Word(f".{name}", is_client=True)
            for name, meanings in known
            if any(isinstance(meaning, External) and self.words(meaning) for meaning in meanings)
        )
