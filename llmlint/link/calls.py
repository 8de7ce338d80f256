"""What each call of the project calls: an operation of an SDK, functions of the project, or nothing that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from llmlint.facts import Call, FileFacts
from llmlint.libraries import Forward
from llmlint.link.addresses import Addresses
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
)
from llmlint.link.resolver import Resolver
from llmlint.link.results import Callers, maker_key
from llmlint.model_calls import Site
from llmlint.operations import Operation as Api
from llmlint.values import Attribute, FunctionValue, Parameter, This, Value

FunctionKey = tuple[str, int]
# What a call may call, the call as that sees it, and the calls that gave it arguments before.
Target = tuple[Meaning, Site, tuple[Site, ...]]
# Methods that keep what they are given, and call nothing.
KEEPERS = frozenset({"append", "appendleft", "add", "insert", "extend", "setdefault"})
# Where a called value may be more functions than this, whoever calls it is not said to run each of them.
MAX_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Called:
    """An operation that a call performs: the object's making (``chain``), arguments given before (``given``) and
    attributes of the object that were assigned (``patches``)."""

    site: Site
    operation: Api
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
    """``external``: for each call, the paths outside the project that it may be a call of; ``unread``: the calls of
    what an unread file of the project defines, and that file."""

    operations: dict[str, list[Called]] = field(default_factory=lambda: defaultdict(list))
    edges: dict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    external: dict[Site, tuple[str, ...]] = field(default_factory=dict)
    unread: list[tuple[Site, str]] = field(default_factory=list)

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


class CallLinker:
    """Links calls file by file, and tells the resolver who calls whom."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._addresses = Addresses(resolver)
        self._forwarders: dict[FunctionKey, Forward] = {}
        # For each function, the calls in it that hang on what it is called with.
        self._hanging: dict[FunctionKey, dict[Site, None]] = defaultdict(dict)

    def link(self, files: Iterable[FileFacts], callers: Callers | None = None, again: Iterable[Site] = ()) -> CallGraph:
        """Link every call; those that hang on a parameter are linked again once its callers are known. ``callers``:
        what is known of them already. ``again``: calls of other files, which these files may tell more of."""
        files = list(files)
        filled_in = self.resolver.index(files)
        for facts in files:
            self._index_forwarders(facts)
        sites = dict.fromkeys(again)
        sites.update((site, None) for key in filled_in for site in self.resolver.results.callers.get(key, ()))
        sites.update((Site(facts, index), None) for facts in files for index in range(len(facts.calls)))
        settled: dict[Site, list[Target]] = {}
        if callers is not None:
            self.resolver.results.callers = callers
        else:
            sites.update(self._find_callers(sites, settled))
        graph = CallGraph()
        for site in sites:
            self._link_call(graph, site, settled.get(site) or list(self._targets(site)))
        return graph

    def _find_callers(self, sites: Iterable[Site], settled: dict[Site, list[Target]]) -> dict[Site, None]:
        """Fill in the resolver's callers, and in ``settled`` the targets that no more callers will change. The calls
        that hang on a parameter, of functions with new callers, are looked at once more and come back."""
        called: dict[FunctionKey, None] = {}
        for site in sites:
            self.resolver.hangs_on_callers = False
            targets = list(self._targets(site))
            called.update(self._note(site, targets))
            if self.resolver.hangs_on_callers:
                self._hanging[owner(site)][site] = None
            else:
                settled[site] = targets
        waiting = {site: None for key in called for site in self._hanging.get(key, ())}
        if waiting:
            self.resolver.forget_callers()
            for site in waiting:
                self._note(site, self._targets(site))
            self.resolver.forget_callers()
        return waiting

    def _note(self, site: Site, targets: Iterable[Target]) -> dict[FunctionKey, None]:
        """The functions of which a call turns out to be a call that was not known."""
        found: dict[FunctionKey, None] = {}
        for target, at, _ in (*targets, *self._given_beforehand(site)):
            if isinstance(target, ClassMeaning):
                self.resolver.results.callers.setdefault(maker_key(target), {})[at] = None
            for key in self._functions(target):
                callers = self.resolver.results.callers.setdefault(key, {})
                if at not in callers:
                    callers[at] = found[key] = None
        return found

    def _given_beforehand(self, site: Site) -> Iterator[Target]:
        """``partial(ask, client=client)`` says what a parameter is, though it calls nothing yet."""
        for callee in self.resolver.results.callees(site):
            if isinstance(callee, External) and callee.path in self.resolver.libraries.partials:
                for meaning in self.resolver.results.result(site):
                    if isinstance(meaning, Bound):
                        yield meaning.target, Site(site.facts, site.index, 1), ()

    def _link_call(self, graph: CallGraph, site: Site, targets: Sequence[Target]) -> None:
        paths = []
        operations = graph.operations[site.facts.path]
        before = len(operations)
        is_later = any(self._runs_later(target) for target, _, _ in targets)
        choices = len([target for target, _, _ in targets if not isinstance(target, External)])
        functions = [target for target, _, _ in targets if isinstance(target, FunctionMeaning)]
        for target, at, given in targets:
            if isinstance(target, Lost) and target.unread:
                graph.unread.append((site, target.unread))
            if isinstance(target, External):
                paths.append(target.path)
            if isinstance(target, External | ClassMeaning):
                is_clear = len(functions) <= MAX_CHOICES and not _is_left_to_callers(site.call)
                called = self._called(target, at, given) if is_clear else None
                if called is not None and not any(
                    c.operation is called.operation and c.site == at and c.given == given for c in operations[before:]
                ):
                    operations.append(called)
            keys = list(self._functions(target))
            for key in keys:
                is_certain = choices == 1 and len(keys) == 1
                graph.edges[site.facts.path].append(Edge(at, key, False, is_certain, is_later, choices))
        if paths:
            graph.external[site] = tuple(paths)
        for key in () if self.resolver.libraries.observers.intersection(paths) else self._callbacks(site):
            graph.edges[site.facts.path].append(Edge(site, key, True, False, is_later))

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
        endpoints = self.resolver.apis.endpoints.get(target.path, ())
        addresses = self._addresses.of_request(site, endpoints[0].position, target.chain) if endpoints else ()
        for endpoint in endpoints:
            if any(endpoint.address.fullmatch(address) for address in addresses):
                return Called(site, endpoint.operation, target.path, target.chain, given, target.patches)
        return None

    def _targets(self, site: Site) -> Iterator[Target]:
        for meaning in self.resolver.results.callees(site):
            yield from self._unwrapped(meaning, site, ())

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
                for override in self.resolver.members.overrides(target):
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
        for _, argument in site.arguments:
            if _may_be_callback(argument.value):
                for meaning in self.resolver.meanings(site.facts, argument.value):
                    if isinstance(meaning, FunctionMeaning):
                        yield meaning.facts.path, meaning.index


def _is_left_to_callers(call: Call) -> bool:
    """``default()`` of a parameter: what it makes, and of what, is up to those who hand it over."""
    return isinstance(call.callee, Parameter) and not call.arguments


def _may_be_callback(value: Value) -> bool:
    return isinstance(value, FunctionValue) or (isinstance(value, Attribute) and isinstance(value.base, This))


def owner(site: Site) -> FunctionKey:
    """The function in which a call is made; index -1 stands for the module."""
    return site.facts.path, function_index(site.facts, site.call.block)
