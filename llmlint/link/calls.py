"""What each call of the project calls: an operation of an SDK, functions of the project, or nothing that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from llmlint.facts import Call, FileFacts
from llmlint.libraries import Forward
from llmlint.link.addresses import Addresses
from llmlint.link.answers import CUT
from llmlint.link.blocks import function_index
from llmlint.link.meanings import (
    Bound,
    ClassMeaning,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    Meanings,
)
from llmlint.link.resolver import Resolver
from llmlint.link.results import maker_key
from llmlint.model_calls import Site
from llmlint.operations import Operation
from llmlint.values import Attribute, FunctionValue, Parameter, This, Value

FunctionKey = tuple[str, int]
# What a call may call, the call as that sees it, and the calls that gave it arguments before.
Target = tuple[Meaning, Site, tuple[Site, ...]]
# Methods that keep what they are given, and call nothing.
KEEPERS = frozenset({"append", "appendleft", "add", "insert", "extend", "setdefault"})
# Methods that take a thing out of what holds it, which is gone the next time.
TAKING = frozenset({"pop", "popitem", "popleft"})
# Methods that call a function for each thing of what follows it.
EACH = frozenset({"map", "imap", "imap_unordered", "starmap", "map_async"})
# Where a called value may be more functions than this, whoever calls it is not said to run each of them.
MAX_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Called:
    """An operation that a call performs: the object's making (``chain``), arguments given before (``given``) and
    attributes of the object that were assigned (``patches``)."""

    site: Site
    operation: Operation
    path: str
    chain: tuple[Site | None, ...]
    given: tuple[Site, ...] = ()
    patches: tuple[Located, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A call of a project function. ``is_callback``: the function is handed over, and called by somebody else;
    ``is_later``: its failure does not show at the call. ``choices``: how many functions the value that is called may
    be."""

    site: Site
    target: FunctionKey
    is_callback: bool = False
    is_certain: bool = True
    is_later: bool = False
    choices: int = 1


@dataclass
class CallGraph:
    """``external``: what is ``outside``, by call; ``unread``: the calls of what an unread file of the project defines,
    and that file."""

    operations: dict[str, list[Called]] = field(default_factory=lambda: defaultdict(list))
    edges: dict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    external: dict[Site, tuple[str, ...]] = field(default_factory=dict)
    unread: list[tuple[Site, str]] = field(default_factory=list)

    def outside(self, site: Site) -> tuple[str, ...]:
        """The paths outside the project that a call may be one of."""
        return self.external.get(site, ())

    def is_any_of(self, site: Site, paths: Container[str]) -> bool:
        """Whether a call may be one of some things outside the project."""
        return any(path in paths for path in self.outside(site))

    @cached_property
    def edges_from(self) -> dict[Site, list[Edge]]:
        """By the call as it is written; asked of a graph that is complete."""
        found: dict[Site, list[Edge]] = defaultdict(list)
        for edges in self.edges.values():
            for edge in edges:
                found[edge.site.plain].append(edge)
        return found

    @cached_property
    def edges_to(self) -> dict[FunctionKey, list[Edge]]:
        """By the function that is called; asked of a graph that is complete."""
        found: dict[FunctionKey, list[Edge]] = defaultdict(list)
        for edges in self.edges.values():
            for edge in edges:
                found[edge.target].append(edge)
        return found


@dataclass(slots=True)
class Link:
    """What is known of one call, as in ``CallGraph``."""

    site: Site
    operations: list[Called] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    external: tuple[str, ...] = ()
    unread: list[tuple[Site, str]] = field(default_factory=list)


class CallLinker:
    """Links calls file by file, and tells the resolver who calls whom."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._addresses = Addresses(resolver)
        self._forwarders: dict[FunctionKey, Forward] = {}
        self._links: dict[str, dict[int, Link]] = defaultdict(dict)

    def link(self, files: Collection[FileFacts]) -> CallGraph:
        """Link the calls of new files, and once more those of which these tell more."""
        sites = self.resolver.index(files)
        for facts in files:
            self._index_forwarders(facts)
        sites.update((site, None) for site in _sites(files))
        for site in self._link_calls(sites):
            sites[site] = None
        return self._graph(self._links[site.facts.path][site.index] for site in sites)

    def graph(self, files: Collection[FileFacts]) -> CallGraph:
        """All that is known of the calls of files that were linked. What was cut short is asked once more, in order."""
        cut_short = self.resolver.answers.take_in([CUT])
        self._link_calls([site for site in _sites(files) if site in cut_short])
        self.resolver.answers.forget(CUT)
        return self._graph(self._links[site.facts.path][site.index] for site in _sites(files))

    def _link_calls(self, sites: Collection[Site]) -> Iterable[Site]:
        """Link calls, and others of which they tell more."""
        settled = self._settled(sites)
        for site, targets in settled.items():
            linked = partial(self._linked, site, targets)
            self._links[site.facts.path][site.index] = self.resolver.answers.asked_by(site, linked)
        return settled

    def _graph(self, links: Iterable[Link]) -> CallGraph:
        graph = CallGraph()
        for link in links:
            path = link.site.facts.path
            graph.operations[path] += link.operations
            graph.edges[path] += link.edges
            graph.unread += link.unread
            if link.external:
                graph.external[link.site] = link.external
        return graph

    def _settled(self, sites: Collection[Site]) -> dict[Site, list[Target]]:
        """What calls call, and others of which they tell more, once the callers of all functions are known."""
        settled: dict[Site, list[Target]] = {}
        while sites:
            for site in sites:
                settled[site] = self.resolver.answers.asked_by(site, partial(self._noted, site))
            sites = self.resolver.answers.take_in()
        return settled

    def _noted(self, site: Site) -> list[Target]:
        """What a call calls, which is told who calls it."""
        callees = self.resolver.results.callees(site)
        targets = [target for meaning in callees for target in self._unwrapped(meaning, site, ())]
        for target, at, _ in (*targets, *self._given_beforehand(callees, site)):
            if isinstance(target, ClassMeaning):
                self.resolver.results.note_caller(maker_key(target), at)
            for key in self._functions(target):
                self.resolver.results.note_caller(key, at)
        return targets

    def _given_beforehand(self, callees: Meanings, site: Site) -> Iterator[Target]:
        """``partial(ask, client=client)`` says what a parameter is, though it calls nothing yet."""
        for callee in callees:
            if isinstance(callee, External) and callee.path in self.resolver.libraries.partials:
                for meaning in self.resolver.results.result(site):
                    if isinstance(meaning, Bound):
                        yield meaning.target, Site(site.facts, site.index, 1), ()

    def _linked(self, site: Site, targets: Sequence[Target]) -> Link:
        link = Link(site)
        is_later = any(self._runs_later(target) for target, _, _ in targets)
        choices = len([target for target, _, _ in targets if not isinstance(target, External)])
        functions = [target for target, _, _ in targets if isinstance(target, FunctionMeaning)]
        for target, at, given in targets:
            if isinstance(target, Lost) and target.unread:
                link.unread.append((site, target.unread))
            if isinstance(target, External):
                link.external += (target.path,)
            if isinstance(target, External | ClassMeaning):
                is_clear = len(functions) <= MAX_CHOICES and not _is_left_to_callers(site.call)
                called = self._called(target, at, given) if is_clear else None
                if called is not None and not any(
                    c.operation is called.operation and c.site == at and c.given == given for c in link.operations
                ):
                    link.operations.append(called)
            keys = list(self._functions(target))
            for key in keys:
                is_certain = choices == 1 and len(keys) == 1
                link.edges.append(Edge(at, key, False, is_certain, is_later, choices))
        for key in () if self.resolver.libraries.observers.intersection(link.external) else self._callbacks(site):
            link.edges.append(Edge(site, key, True, False, is_later))
        return link

    def _runs_later(self, target: Meaning) -> bool:
        forward = self._forward(target)
        return forward is not None and forward.is_later

    def _called(self, target: Meaning, site: Site, given: tuple[Site, ...]) -> Called | None:
        if isinstance(target, ClassMeaning):
            return self._made(target, site, given)
        return self._performed(target, site, given) if isinstance(target, External) else None

    def _made(self, cls: ClassMeaning, site: Site, given: tuple[Site, ...]) -> Called | None:
        """The making of an object of a class that the project derives from an SDK's, and gives no constructor."""
        path, settings = self.resolver.members.made_outside(cls) or ("", ())
        operation = self.resolver.apis.operations.get(f"{path}()")
        return Called(site, operation, f"{path}()", (), given, settings) if operation is not None else None

    def _performed(self, target: External, site: Site, given: tuple[Site, ...]) -> Called | None:
        operations = self.resolver.apis.operations
        operation = None if target.path.endswith(")") else operations.get(target.path)
        if operation is not None:
            return Called(site, operation, target.path, target.chain, given, target.patches)
        operation = operations.get(target.path + "()")
        if operation is not None:
            return Called(site, operation, target.path + "()", target.chain, given, target.patches)
        requested = self._addresses.requested(target, site)
        return Called(site, requested, target.path, target.chain, given, target.patches) if requested else None

    def _unwrapped(self, meaning: Meaning, site: Site, given: tuple[Site, ...]) -> Iterator[Target]:
        if isinstance(meaning, Bound):
            bound = Site(meaning.site.facts, meaning.site.index, 1)
            yield from self._unwrapped(meaning.target, site, (*given, bound))
            return
        forward = self._forward(meaning)
        if forward is not None:
            inner = Site(site.facts, site.index, max(forward.arguments, 0))
            for passed in self._forwarded(site, forward.function, forward.name):
                yield from self._unwrapped(passed, inner, given)
        yield meaning, site, given

    def _forward(self, meaning: Meaning) -> Forward | None:
        if isinstance(meaning, External):
            return self.resolver.libraries.forwards.get(meaning.path)
        if isinstance(meaning, FunctionMeaning):
            return self._forwarders.get((meaning.facts.path, meaning.index))
        return None

    def _index_forwarders(self, facts: FileFacts) -> None:
        """``def call(function, *args, **kwargs): return function(*args, **kwargs)`` in the project."""
        for call in facts.calls:
            callee = call.callee
            if isinstance(callee, Parameter) and all(a.stars for a in call.arguments):
                function = facts.functions[callee.function]
                names = [p.name for p in function.parameters if p.kind == "positional"]
                spread = [a.value for a in call.arguments if a.stars == 1]
                is_whole = all(isinstance(v, Parameter) and v.function == callee.function for v in spread)
                if is_whole and names and names[-1] == callee.name:
                    position = len(names) - 1 - (function.cls >= 0)
                    forward = Forward(position, callee.name, position + 1, False)
                    self._forwarders[facts.path, callee.function] = forward

    def _forwarded(self, site: Site, position: int, name: str) -> Iterator[Meaning]:
        for number, argument in site.arguments:
            if (argument.name is None and number == position and not argument.stars) or (
                name and argument.name == name
            ):
                yield from self.resolver.meanings(site.facts, argument.value)

    def _functions(self, target: Meaning) -> Iterator[FunctionKey]:
        """The project functions that a call of ``target`` runs; for an abstract method, those that fill it in."""
        if isinstance(target, ClassMeaning):
            yield from self._method(target.facts, target.index, "__init__")
        elif isinstance(target, InstanceMeaning):
            yield from self._method(target.facts, target.index, "__call__")
        elif isinstance(target, FunctionMeaning):
            function = target.facts.functions[target.index]
            if function.is_abstract and function.cls >= 0:
                for override in self.resolver.hierarchy.overrides(target):
                    yield override.facts.path, override.index
            yield target.facts.path, target.index

    def _method(self, facts: FileFacts, cls: int, name: str) -> Iterator[FunctionKey]:
        found = self.resolver.members.class_attribute(facts, cls, name, InstanceMeaning(facts, cls))
        for meaning in found or ():
            if isinstance(meaning, FunctionMeaning):
                yield meaning.facts.path, meaning.index

    def _callbacks(self, site: Site) -> Iterator[FunctionKey]:
        """Lambdas, local functions and own methods handed to something that may call them."""
        if isinstance(site.call.callee, Attribute) and site.call.callee.name in KEEPERS:
            return
        for argument in site.given:
            if _may_be_callback(argument.value):
                for meaning in self.resolver.meanings(site.facts, argument.value):
                    if isinstance(meaning, FunctionMeaning):
                        yield meaning.facts.path, meaning.index


def _sites(files: Iterable[FileFacts]) -> Iterator[Site]:
    return (Site(facts, index) for facts in files for index in range(len(facts.calls)))


def _is_left_to_callers(call: Call) -> bool:
    """``default()`` of a parameter: what it makes, and of what, is up to those who hand it over."""
    return isinstance(call.callee, Parameter) and not call.arguments


def _may_be_callback(value: Value) -> bool:
    return isinstance(value, FunctionValue) or (isinstance(value, Attribute) and isinstance(value.base, This))


def owner(site: Site) -> FunctionKey:
    """The function in which a call is made; index -1 stands for the module."""
    return site.facts.path, function_index(site.facts, site.call.block)


def reads_around(site: Site) -> frozenset[str]:
    """The names and words that the function around a call reads."""
    index = function_index(site.facts, site.call.block)
    return site.facts.functions[index].reads if index >= 0 else site.facts.reads
