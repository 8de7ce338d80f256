"""Which files that name no SDK have to be read after all: those that import what reaches a model call."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from llmlint.catalog import Catalog
from llmlint.facts import FileFacts
from llmlint.link import Linker, modules_of, resolver_for
from llmlint.link.calls import CallGraph, CallLinker, FunctionKey, owner
from llmlint.link.glances import Glances
from llmlint.link.leads import Leads
from llmlint.link.meanings import ClassMeaning, Constant, External, FunctionMeaning, Lost, Meanings, name_of, top_of
from llmlint.link.resolver import Resolver
from llmlint.link.told import unread_tasks
from llmlint.link.ways import NEVER, Import, Word, Words
from llmlint.model_calls import Site
from llmlint.modules import Modules
from llmlint.values import Attribute, Element, Imported, Result

Imports = Mapping[str, list[tuple[str, str]]]

# What functions are called that look at how long something is.
_MEASURING = re.compile(
    r"fits|exceeds|(?:check|ensure|valid|within|too).*(?:context|length|limit|long|size|token|window)", re.I
)


class Scout:
    """Finds those files step by step. Each step links only what the last one brought in and what calls it, so it may
    miss a few that only the whole project shows: ``missed`` finds them, once, when everything is linked."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        modules: Modules,
        catalog: Catalog,
        read: Callable[[str], bytes],
        note: Callable[[str, str], None] | None = None,
    ) -> None:
        """``note``: as for ``Glances``."""
        self.files = files
        self.catalog = catalog
        self._resolver = resolver_for(files, modules, catalog)
        self.calls = CallLinker(self._resolver)
        self._sdks = {top_of(module) for module in catalog.prefilter_modules}
        self._reached: set[FunctionKey] = set()
        self._exporters: set[str] = set()
        # The functions that build a client.
        self._building: set[FunctionKey] = set()
        self._speaking: set[FunctionKey] = set()
        self._has_looked_back = False
        # For each file that was not read: the calls of something in it.
        self._waiting: dict[str, dict[Site, None]] = defaultdict(dict)
        # What each file imports from the project, with the name and the files that say what it means.
        self._own_imports: dict[str, list[tuple[Import, tuple[str, ...]]]] = {}
        self._meanings: dict[tuple[str, ...], Meanings] = {}
        self._callers_in: dict[str, Words] = {}
        self._looked_for: dict[str, dict[Import, Words]] = {}
        self._glances = Glances(read, modules, catalog, note)
        self._parsed: dict[str, set[int]] = {}
        self._callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)

    @property
    def reaches_model(self) -> bool:
        """Whether a function, or a module, is known to reach a model call."""
        return bool(self._reached)

    def next(self, new: Collection[str], imports: Imports) -> list[str]:
        """The files to read, of those with ``imports``, now that the files ``new`` are known."""
        imported = modules_of(self.files.values(), self.catalog)
        self._resolver.apis = self.catalog.apis(imported)
        self._resolver.libraries = self.catalog.libraries(imported)
        for path in new:
            self._waiting.pop(path, None)
        graph = self.calls.link([self.files[path] for path in sorted(new)])
        for site, path in graph.unread:
            self._waiting[path][site] = None
        self._spread(graph)
        leads = Leads(self._resolver, self._reached, self._exporters, self._building, self._speaking)
        found = self._worth_reading(leads, imports)
        self._ask_for(found, graph, self._resolver, self._reached)
        # Between a loop and a model call there may be files that hold no loop themselves.
        found.update(path for path, sites in self._waiting.items() if any(self._is_way(site, path) for site in sites))
        return sorted(found - self.files.keys())

    def missed(self, linker: Linker, imports: Imports) -> list[str]:
        if self._has_looked_back:
            return []
        self._has_looked_back = True
        leads = Leads(linker.resolver, linker.reach.reached, linker.exporters, self._building, self._speaking)
        found = self._worth_reading(leads, imports)
        self._ask_for(found, linker.graph, linker.resolver, linker.reach.reached)
        found |= unread_tasks(linker.resolver, linker.graph) if linker.reach.reached else set()
        found.update(path for site, path in linker.graph.unread if self._is_way(site, path))
        return sorted(found - self.files.keys())

    def _worth_reading(self, leads: Leads, imports: Imports) -> set[str]:
        """The files in which a rule may find something. The others that mention what reaches a model call are noted
        in ``_callers_in``, with the words by which their importers may come to it in turn."""
        self._meanings.clear()
        found: set[str] = set()
        importers: dict[str, list[tuple[str, Import]]] = defaultdict(list)
        words: dict[str, dict[Import, Words]] = {}
        for path, names in imports.items():
            own: dict[Import, Words] = {}
            for imported, meanings in self._imported(leads.resolver, path, names):
                for meaning in meanings:
                    if isinstance(meaning, Lost) and meaning.unread:
                        importers[meaning.unread].append((path, imported))
                        more = _through(imported, self._callers_in.get(meaning.unread, NEVER))
                    else:
                        more = leads.words(meaning)
                    if more:
                        own[imported] = own.get(imported, NEVER) | more
            words[path] = own
        waiting = [path for path, own in words.items() if own]
        while waiting:
            path = waiting.pop()
            if path in found or not self._is_news(path, words[path]):
                continue
            is_judged, callers = self._glances.look(path, words[path])
            if is_judged:
                found.add(path)
            elif callers - self._callers_in.get(path, NEVER):
                self._callers_in[path] = self._callers_in.get(path, NEVER) | callers
                for importer, imported in importers[path]:
                    words[importer][imported] = words[importer].get(imported, NEVER) | _through(imported, callers)
                    waiting.append(importer)
        return found

    def _imported(self, resolver: Resolver, path: str, names: Iterable[Import]) -> Iterator[tuple[Import, Meanings]]:
        """What the import statements of a file that was not parsed bring in from the project's files."""
        if path not in self._own_imports:
            named = ((imported, tuple(self._resolver.modules.named(path, *imported))) for imported in names)
            self._own_imports[path] = [(imported, (imported[1], *files)) for imported, files in named if files]
        facts = FileFacts(path, "python")
        for imported, key in self._own_imports[path]:
            if key not in self._meanings:
                value = Imported(imported[0], "" if imported[1] == "*" else imported[1])
                self._meanings[key] = resolver.meanings(facts, value)
            yield imported, self._meanings[key]

    def _is_news(self, path: str, words: dict[Import, Words]) -> bool:
        """Whether a file has not been looked at for these words yet."""
        if self._looked_for.get(path) == words:
            return False
        self._looked_for[path] = dict(words)
        return True

    def _ask_for(self, found: set[str], graph: CallGraph, resolver: Resolver, reached: Collection[FunctionKey]) -> None:
        """Add the files that tell what a setting is, how often a retry tries, what a class or a decorated function that
        reaches a model call takes from elsewhere, or what becomes of a client, a reply or a reaching function."""
        found |= resolver.unread
        for path, classes in resolver.hierarchy.orphans.items():
            if path in self._callers_in or any(self._matters(cls, resolver, reached) for cls in classes.values()):
                found.add(path)
        for path, functions in resolver.results.undecorated.items():
            if not functions.keys().isdisjoint(reached):
                found.add(path)
        asking = {(path, -1) for path, _ in reached}.union(reached)
        for site, path in graph.unread:
            if path not in found and (_gives_attempts(site) or self._takes(site, path, resolver, reached, asking)):
                found.add(path)

    def _matters(self, cls: ClassMeaning, resolver: Resolver, reached: Collection[FunctionKey]) -> bool:
        """Whether a method of a class, or of one that inherits from it, reaches a model call or builds a client."""
        return any(
            (each.facts.path, method) in known
            for each in (cls, *resolver.hierarchy.below(cls))
            for method in each.facts.classes[each.index].methods.values()
            for known in (reached, self._building)
        )

    def _takes(
        self,
        site: Site,
        path: str,
        resolver: Resolver,
        reached: Collection[FunctionKey],
        asking: Collection[FunctionKey],
    ) -> bool:
        """Whether an unread file is handed a client, the name of an SDK to be imported, something that reaches a model
        call, or a reply to be parsed, or gives a text to one who asks a model or speaks, or tells whether it fits.
        ``asking``: the functions that reach a model call, and the modules around them."""
        name, key = name_of(site.call.callee), owner(site)
        if not self._speaking.isdisjoint((key, *self._callers.get(key, ()))) or site.index in self._parsed_in(
            site.facts
        ):
            return True
        if key in asking and self._glances.brings(path, name):
            return True
        if key in reached and (_MEASURING.search(name) or self._glances.parses(path, name)):
            return True
        for argument in site.call.arguments:
            for meaning in resolver.meanings(site.facts, argument.value):
                if isinstance(meaning, FunctionMeaning) and (meaning.facts.path, meaning.index) in reached:
                    return True
                if isinstance(meaning, External) and meaning.chain:
                    is_reply = resolver.apis.is_reply(meaning.path)
                    if resolver.apis.leads_on(meaning.path) or (is_reply and self._glances.parses(path, name)):
                        return True
                if isinstance(meaning, Constant) and top_of(str(meaning.value)) in self._sdks:
                    return self._glances.loads(path, name)
        return False

    def _parsed_in(self, facts: FileFacts) -> set[int]:
        """The calls of a file whose results are parsed in it."""
        if facts.path not in self._parsed:
            given = (argument.value for call in facts.calls for argument in self._glances.parsed_by(call))
            self._parsed[facts.path] = {value.call for value in given if isinstance(value, Result)}
        return self._parsed[facts.path]

    def _is_way(self, site: Site, path: str) -> bool:
        """Whether a call of something in an unread file may come to a model call through it."""
        callee = site.call.callee
        name = callee.name if isinstance(callee, Attribute | Imported) else ""
        return any(not name or word.text == name for word in self._callers_in.get(path, ()))

    def _spread(self, graph: CallGraph) -> None:
        waiting: list[FunctionKey] = []
        speaking: list[FunctionKey] = []
        for path, calls in graph.operations.items():
            for called in calls:
                key = owner(called.site)
                if called.operation.is_billed:
                    waiting.append(key)
                    speaking.extend([key] if called.operation.kind == "tts" else ())
                elif called.operation.builds:
                    self._building.add(key)
                    if key[1] < 0:
                        self._exporters.add(path)
        for edges in graph.edges.values():
            for edge in edges:
                self._callers[edge.target].append(owner(edge.site))
                if edge.target in self._reached:
                    waiting.append(owner(edge.site))
                if edge.target in self._speaking:
                    speaking.append(owner(edge.site))
        self._climb(waiting, self._reached)
        self._climb(speaking, self._speaking)

    def _climb(self, waiting: list[FunctionKey], known: set[FunctionKey]) -> None:
        """Add functions, and all that call them."""
        while waiting:
            key = waiting.pop()
            if key not in known:
                known.add(key)
                waiting.extend(self._callers.get(key, ()))


def _gives_attempts(site: Site) -> bool:
    """``for attempt in retrying(): with attempt: ...``."""
    return any(
        isinstance(value, Element) and value.base == Result(site.index)
        for values in site.facts.withs
        for value in values
    )


def _through(imported: Import, words: Words) -> Words:
    """What the words that a module hands on are to one who imports something from it."""
    name = imported[1]
    is_module = name in ("", "*")
    found = set()
    for word in words:
        if word.text == name and word.kind in ("name", "maker", "client", "held"):
            found.add(Word("", "held" if word.operation else word.kind, word.operation))
        elif is_module or word.kind in ("method", "property", "client"):
            found.add(word)
    return frozenset(found)
