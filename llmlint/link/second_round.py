"""Which files that name no SDK have to be read after all: those that import what reaches a model call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from llmlint.catalog import Catalog
from llmlint.facts import FileFacts, Imported, Value
from llmlint.link import Linker, resolver_for
from llmlint.link.calls import CallGraph, CallLinker, FunctionKey, owner
from llmlint.link.meanings import ClassMeaning, External, FunctionMeaning, InstanceMeaning, Meaning, ModuleMeaning
from llmlint.link.resolver import Resolver
from llmlint.modules import Modules

Imports = Mapping[str, list[tuple[str, str]]]


class Scout:
    """Finds those files step by step. Each step links only what the last one brought in, so it may miss a few that
    only the whole project shows: ``missed`` finds them once everything is linked."""

    def __init__(self, files: Mapping[str, FileFacts], modules: Modules, catalog: Catalog) -> None:
        self.files = files
        self.modules = modules
        self.catalog = catalog
        self._reached: set[FunctionKey] = set()
        self._exporters: set[str] = set()
        self._callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)

    def next(self, new: Collection[str], imports: Imports) -> list[str]:
        """The files to read, of those with ``imports``, now that the files ``new`` are known."""
        resolver = resolver_for(self.files, self.modules, self.catalog)
        resolver.index(self.files.values())
        linker = CallLinker(resolver)
        graph = CallGraph()
        for path in new:
            linker.link_file(graph, self.files[path])
        self._spread(graph)
        found = _files_that_reach(resolver, self._reached, self._exporters, imports)
        return sorted(found | resolver.unread)

    def missed(self, linker: Linker, imports: Imports) -> list[str]:
        found = _files_that_reach(linker.resolver, linker.reach.reached, linker.exporters, imports)
        return sorted(found | linker.unread())

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


def _files_that_reach(
    resolver: Resolver, reached: Collection[FunctionKey], exporters: Collection[str], imports: Imports
) -> set[str]:
    judge = _Judge(resolver, reached, exporters)
    return {path for path, names in imports.items() if any(map(judge.reaches_model, _imported(resolver, path, names)))}


def _imported(resolver: Resolver, path: str, imports: Iterable[tuple[str, str]]) -> Iterator[Meaning]:
    """What the import statements of a file that was not parsed bring in from the files that were."""
    facts = FileFacts(path, "python")
    for module, name in imports:
        yield from resolver.meanings(facts, Imported(module, "" if name == "*" else name))


class _Judge:
    """Tells whether using an imported thing may end in a model call: a function or class that reaches one, a client or
    its class, an object that holds one."""

    def __init__(self, resolver: Resolver, reached: Collection[FunctionKey], exporters: Collection[str]) -> None:
        self.resolver = resolver
        self.reached = reached
        self.modules = {path for path, _ in reached} | set(exporters)
        self._known: dict[tuple[str, str, int], bool] = {}

    def reaches_model(self, meaning: Meaning) -> bool:
        if isinstance(meaning, External):
            is_type = meaning.path + "()" in self.resolver.apis.operations
            return is_type or (bool(meaning.chain) and self.resolver.apis.covers(meaning.path))
        if isinstance(meaning, ModuleMeaning):
            return self._once("module", meaning.facts, 0, self._in_module)
        if isinstance(meaning, FunctionMeaning):
            return self._once("function", meaning.facts, meaning.index, self._in_function)
        if isinstance(meaning, ClassMeaning | InstanceMeaning):
            return self._once("class", meaning.facts, meaning.index, self._in_class)
        return False

    def _once(self, kind: str, facts: FileFacts, index: int, judge: Callable[[FileFacts, int], bool]) -> bool:
        key = (kind, facts.path, index)
        if key not in self._known:
            self._known[key] = False
            self._known[key] = judge(facts, index)
        return self._known[key]

    def _in_module(self, facts: FileFacts, _: int) -> bool:
        if facts.path in self.modules or any(
            self.reaches_model(ClassMeaning(facts, index)) for index in range(len(facts.classes))
        ):
            return True
        starred = (Imported(imported.module) for imported in facts.imports if imported.name == "*")
        return any(self._any_of(facts, imported) for imported in starred)

    def _in_function(self, facts: FileFacts, index: int) -> bool:
        if (facts.path, index) in self.reached:
            return True
        return any(map(self.reaches_model, self.resolver.results.returned(facts, index)))

    def _in_class(self, facts: FileFacts, index: int) -> bool:
        cls = facts.classes[index]
        if any((facts.path, method) in self.reached for method in cls.methods.values()):
            return True
        if any(self._any_of(facts, base) for base in cls.bases):
            return True
        held = [value for name, values in cls.attributes.items() if name not in cls.methods for value in values]
        return any(self._is_client(facts, value) for value in (*cls.types.values(), *held))

    def _is_client(self, facts: FileFacts, value: Value) -> bool:
        meanings = self.resolver.meanings(facts, value)
        return any(isinstance(meaning, External) and self.reaches_model(meaning) for meaning in meanings)

    def _any_of(self, facts: FileFacts, value: Value) -> bool:
        return any(map(self.reaches_model, self.resolver.meanings(facts, value)))
