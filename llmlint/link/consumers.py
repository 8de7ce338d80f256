"""The consumers of a project: code that takes messages from a queue, and calls a model for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from llmlint.consumer_libraries import ConsumerKind
from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import function_index
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph, FunctionKey, owner
from llmlint.link.given import Given
from llmlint.link.handlers import Handlers
from llmlint.link.meanings import External, FunctionMeaning, Located, Meaning
from llmlint.link.origins import is_made_of
from llmlint.link.queue_names import QueueNames
from llmlint.link.reach import ReachIndex
from llmlint.link.records import RecordHandlers
from llmlint.link.retry_errors import Words
from llmlint.link.settling import End, Fate, Settling
from llmlint.linked import UNLIMITED, Reach
from llmlint.model_calls import Site
from llmlint.queues import QueueReader
from llmlint.tasks import Consumer, SwallowedFailure
from llmlint.values import Attribute, Item, Parameter, Result, Sequence, This, Value

_MAX_STEPS = 6
_MAX_CHAINS = 60
_MAX_LOOKS = 2000


@dataclass(slots=True)
class _Source:
    """Where messages come in: the function that gets them, and the call of the library that gives them or says so, if
    there is one. ``taken``: the call in the function that gives them, which may be of a function of the project."""

    kind: ConsumerKind
    root: FunctionKey
    place: Place
    site: Site | None = None
    taken: Site | None = None


class ConsumerFinder:
    def __init__(
        self,
        files: Mapping[str, FileFacts],
        graph: CallGraph,
        reach: ReachIndex,
        handlers: Handlers,
        bodies: Bodies,
        words: Words,
    ) -> None:
        self.files = files
        self.graph = graph
        self.reach = reach
        self.handlers = handlers
        self.resolver = handlers.resolver
        self.bodies = bodies
        self.counts = words["deliveries"]
        self.partial = words["partial-batch"]
        self.kinds = self.resolver.libraries.consumers
        self.records = RecordHandlers(files, bodies, graph)

    @cached_property
    def _targets(self) -> dict[Site, list[FunctionKey]]:
        """The functions of the project that each call runs."""
        return {site: [edge.target for edge in edges] for site, edges in self.graph.edges_from.items()}

    @cached_property
    def _callees(self) -> dict[FunctionKey, list[FunctionKey]]:
        """The functions that each function calls or hands on."""
        found: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        for site, keys in self._targets.items():
            found[owner(site)].extend(keys)
        return found

    @cached_property
    def _steps(self) -> dict[FunctionKey, list[tuple[Site, FunctionKey | None]]]:
        """The calls of each function that may lead to a model call, each with the function that it calls or hands on,
        or None for a model call."""
        found: dict[FunctionKey, list[tuple[Site, FunctionKey | None]]] = defaultdict(list)
        for edges in self.graph.edges.values():
            for edge in edges:
                if edge.target in self.reach.reached:
                    found[owner(edge.site)].append((edge.site, edge.target))
        for key, ways in self.reach.ways.items():
            found[key].extend((site, target) for site, target in ways if target is None)
        return found

    def find(self) -> Iterator[tuple[Consumer, list[SwallowedFailure]]]:
        """Each consumer that reaches a model call, and the failures that it swallows."""
        for source in self._found:
            chains = self._chains(source)
            target = self.reach.reached.get(source.root)
            if target is not None and chains:
                reach = Reach(chains[0][0], target, source.root in self.reach.certain)
                yield self._consumer(source, chains, reach)

    def others(self) -> Iterator[QueueReader]:
        """Those that are known to reach none."""
        for source in self._found:
            if source.root not in self.reach.reached and not self._may_hand_on(source):
                yield self._reader(source)

    def _may_hand_on(self, source: _Source) -> bool:
        """Whether messages may get to who knows whom: they are given back, or to a function that somebody gives."""
        path, index = source.root
        function = self.files[path].functions[index] if index >= 0 else None
        if source.kind.form != "records" and function is not None and function.returns:
            return True
        return any(self._is_given(site) for key in self._functions(source.root) for site in self._calls(key))

    def _is_given(self, site: Site) -> bool:
        """Whether what is called is a parameter, part of an object or an item, and can't be followed."""
        if site in self._targets or site in self.graph.external:
            return False
        callee: Value = site.call.callee
        if isinstance(callee, Attribute):
            while isinstance(callee, Attribute):
                callee = callee.base
            return isinstance(callee, This)
        return isinstance(callee, Parameter | Item)

    def _reader(self, source: _Source) -> QueueReader:
        kind, names = source.kind, self._names(source)
        handler = self._handler(source) if kind.form == "records" else ""
        return QueueReader(
            kind.library, kind.service, source.place, frozenset(names.names), frozenset(names.variables), handler
        )

    @cached_property
    def _found(self) -> list[_Source]:
        return list(self._sources())

    # -- where messages come in -------------------------------------------------------------------------------

    def _sources(self) -> Iterator[_Source]:
        for site, paths in self.graph.external.items():
            for path in paths:
                kind = self.kinds.get(path)
                if kind is not None and _fits(Given(self.resolver, site), kind):
                    yield from self._taken(kind, site)
        yield from self._iterated()
        for kind in self.kinds.values():
            for facts, index in self.records.find() if kind.form == "records" else ():
                place = Place(facts, facts.span(facts.functions[index].span))
                yield _Source(kind, (facts.path, index), place)

    def _taken(self, kind: ConsumerKind, site: Site) -> Iterator[_Source]:
        if kind.form == "receive":
            for taken in (site, *self._handed_on(site)):
                yield _Source(kind, owner(taken), site.callee, site, taken)
        elif kind.form == "callback":
            found = Given(self.resolver, site).find(kind.callback, kind.position)
            for meaning in self._callbacks(*found) if found is not None else ():
                if isinstance(meaning, FunctionMeaning):
                    yield _Source(kind, (meaning.facts.path, meaning.index), site.callee, site)

    def _handed_on(self, taken: Site, steps: int = 2) -> Iterator[Site]:
        """The calls of a function that gives back what a call in it gives, and calls no model for it."""
        key = owner(taken)
        function = taken.facts.functions[key[1]] if key[1] >= 0 else None
        if function is None or not steps or key in self.reach.reached:
            return
        given = Result(taken.index)
        if any(is_made_of(taken.facts, value, lambda part: part == given) for value in function.returns):
            for edge in self.graph.edges_to.get(key, ()):
                yield edge.site.plain
                yield from self._handed_on(edge.site.plain, steps - 1)

    def _callbacks(self, facts: FileFacts, value: Value) -> Iterator[Meaning]:
        """A function, or each of a list of them."""
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Sequence):
                for item in meaning.value.items:
                    yield from self.resolver.meanings(meaning.facts, item)
            else:
                yield meaning

    def _iterated(self) -> Iterator[_Source]:
        """``for message in consumer``."""
        if all(kind.form != "iterate" for kind in self.kinds.values()):
            return
        for path, facts in self.files.items():
            for loop in facts.loops:
                iterable = loop.iterable if loop.kind == "for" else None
                for meaning in self.resolver.meanings(facts, iterable) if iterable is not None else ():
                    kind = self.kinds.get(meaning.path) if isinstance(meaning, External) else None
                    if kind is not None and kind.form == "iterate":
                        place = Place(facts, facts.span(loop.span))
                        yield _Source(kind, (path, function_index(facts, loop.block)), place)

    # -- what it comes to -------------------------------------------------------------------------------------

    def _chains(self, source: _Source) -> list[list[Site]]:
        """The ways from where messages come in to a model call, one call after the other."""
        found: list[list[Site]] = []
        waiting: list[tuple[FunctionKey, list[Site]]] = [(source.root, [])]
        looked_at = 0
        while waiting and len(found) < _MAX_CHAINS and looked_at < _MAX_LOOKS:
            key, chain = waiting.pop()
            looked_at += 1
            for site, target in self._steps.get(key, ()):
                is_before = not chain and source.kind.form == "receive" and self._is_before(site, source.taken)
                if is_before or site in chain:
                    continue
                if target is None:
                    found.append([*chain, site])
                elif len(chain) < _MAX_STEPS:
                    waiting.append((target, [*chain, site]))
        return found

    def _is_before(self, site: Site, taken: Site | None) -> bool:
        return taken is not None and site.call.order < taken.call.order

    def _consumer(
        self, source: _Source, chains: list[list[Site]], reach: Reach
    ) -> tuple[Consumer, list[SwallowedFailure]]:
        kind = source.kind
        sites = [source.taken] if source.taken is not None else []
        settling = Settling(kind, sites, self.graph, self._targets, self.reach.reached, self.handlers, self.bodies)
        functions = self._functions(source.root)
        is_settled_by_hand = any(settling.is_by_hand(site) for key in functions for site in self._calls(key))
        reads = frozenset[str]().union(*(self._reads(key) for key in functions))
        ends = [end for chain in chains for end in settling.through(chain)]
        endless = [end for end in ends if self._comes_back(kind, end)] if kind.is_implicit or is_settled_by_hand else []
        reader = self._reader(source)
        consumer = Consumer(
            reader.library,
            reader.service,
            reader.place,
            reader.names,
            reader.variables,
            reader.handler,
            reach,
            bool(endless) or (kind.is_implicit and bool(reads & self.partial)),
            bool(reads & self.counts),
            self._requests(source),
            None if self._is_limited(source) else False,
            source.root if kind.form == "records" else None,
            bool(reads & self.partial),
        )
        return consumer, list(self._swallowed(consumer, endless))

    def _comes_back(self, kind: ConsumerKind, end: End) -> bool:
        return end.fate in (Fate.RAISED, Fate.GIVEN_BACK) or (
            end.fate is Fate.RETURNED and not kind.is_implicit and not kind.goes_on
        )

    def _swallowed(self, consumer: Consumer, ends: list[End]) -> Iterator[SwallowedFailure]:
        seen = set()
        for end in ends:
            if end.handler is not None and (end.facts.path, end.handler.span) not in seen:
                seen.add((end.facts.path, end.handler.span))
                place = Place(end.facts, end.facts.span(end.handler.span))
                yield SwallowedFailure(place, consumer, end.fate is Fate.GIVEN_BACK)

    def _functions(self, root: FunctionKey) -> list[FunctionKey]:
        """The function that gets the messages, and those that it calls, as far as they may handle one."""
        found, waiting = {root: 0}, [root]
        while waiting:
            key = waiting.pop()
            for target in self._callees.get(key, ()) if found[key] < _MAX_STEPS else ():
                if target not in found:
                    found[target] = found[key] + 1
                    waiting.append(target)
        return list(found)

    def _calls(self, key: FunctionKey) -> list[Site]:
        return list(self.bodies.calls(self.files[key[0]], key[1]))

    def _reads(self, key: FunctionKey) -> frozenset[str]:
        facts = self.files[key[0]]
        return facts.functions[key[1]].reads if key[1] >= 0 else facts.reads

    def _names(self, source: _Source) -> QueueNames:
        names = QueueNames(self.resolver)
        if source.site is not None and source.kind.queue:
            found = Given(self.resolver, source.site).find(source.kind.queue, source.kind.queue_position)
            if found is not None:
                names.add(*found)
        return names

    def _handler(self, source: _Source) -> str:
        path, index = source.root
        return f"{path.rpartition('.')[0]}.{self.files[path].functions[index].qualname}"

    def _requests(self, source: _Source) -> bool:
        if not source.kind.requests or source.site is None:
            return True
        given = Given(self.resolver, source.site)
        return given.is_open or any(given.find(name) is not None for name in source.kind.requests)

    def _is_limited(self, source: _Source) -> bool:
        """Whether the call that takes the messages, or one that built what it is made on, limits their deliveries, or
        may."""
        if not source.kind.limits or source.site is None:
            return False
        callees = self.resolver.results.callees(source.site)
        makers = [maker for callee in callees if isinstance(callee, External) for maker in callee.chain]
        read = [Given(self.resolver, site) for site in (source.site, *makers) if site is not None]
        return any(given.attempts(source.kind.limits) != UNLIMITED or given.is_open for given in read)


def _fits(given: Given, kind: ConsumerKind) -> bool:
    """Whether a call is given what makes it one of a kind, and leaves it to the code to acknowledge a message."""
    if any(map(given.is_on, kind.automatic)):
        return False
    for place, path in kind.when.items():
        found = given.find(place)
        meanings = given.meanings(found) if found is not None else ()
        if not any(isinstance(meaning, External) and meaning.path == path for meaning in meanings):
            return False
    return True
