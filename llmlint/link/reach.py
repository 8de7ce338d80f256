"""Which functions reach a model call, on whose behalf they run, and which wait for a person or an event."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.blocks import function_index, outward
from llmlint.link.calls import MAX_CHOICES, CallGraph, FunctionKey, owner
from llmlint.link.handlers import is_swallowed
from llmlint.link.meanings import External, FunctionMeaning
from llmlint.link.resolver import Resolver
from llmlint.linked import Reach
from llmlint.model_calls import ModelCall, Site
from llmlint.values import FunctionValue, Imported, Variable


class ReachIndex:
    """``reached``: for each function, a model call that it ends in; ``certain``: the functions that can end in no
    other kind of call on the way; ``called``: those that call what leads there, and don't only hand it to something
    that may. ``sites``: the same for each call. ``ways``: the calls of a function that lead there, each with the
    function that it calls, or None for a model call.

    ``roles``: handler, task or worker for functions that run for one. ``waits``: functions that wait for input.
    """

    def __init__(
        self, files: Mapping[str, FileFacts], graph: CallGraph, model_calls: Mapping[str, list[ModelCall]]
    ) -> None:
        self.files = files
        self.graph = graph
        self.reached: dict[FunctionKey, ModelCall] = {}
        self.sites: dict[Site, list[Reach]] = defaultdict(list)
        self.by_file: dict[str, list[Reach]] = defaultdict(list)
        self.roles: dict[FunctionKey, str] = {}
        self.waits: set[FunctionKey] = set()
        self.certain: set[FunctionKey] = set()
        self.called: set[FunctionKey] = set()
        self._callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        self._real_callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        self._certain_callers: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        self.ways: dict[FunctionKey, list[tuple[Site, FunctionKey | None]]] = defaultdict(list)
        self._swallowing: dict[FunctionKey, bool] = {}
        self._callees: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        self._index_edges()
        self._spread(model_calls)
        self._index_sites(model_calls)

    def _index_edges(self) -> None:
        for edges in self.graph.edges.values():
            for edge in edges:
                caller = owner(edge.site)
                self._callers[edge.target].append(caller)
                if edge.choices <= MAX_CHOICES and not edge.is_later:
                    self._callees[caller].append(edge.target)
                if not edge.is_callback:
                    self._real_callers[edge.target].append(caller)
                if edge.is_certain:
                    self._certain_callers[edge.target].append(caller)
        for path, facts in self.files.items():
            for index, function in enumerate(facts.functions):
                outer = function_index(facts, facts.blocks[function.block].parent)
                if outer >= 0 and function.decorators:
                    self._callees[path, outer].append((path, index))

    def _spread(self, model_calls: Mapping[str, list[ModelCall]]) -> None:
        """Functions that surely reach a model call first, then those that may, then those that hand one over."""
        for calls in model_calls.values():
            for call in calls:
                if call.operation.is_billed:
                    self.reached.setdefault(owner(call.site), call)
        self._climb(self._certain_callers)
        self.certain.update(self.reached)
        self._climb(self._real_callers)
        self.called.update(self.reached)
        self._climb(self._callers)

    def _climb(self, callers: Mapping[FunctionKey, list[FunctionKey]]) -> None:
        waiting = deque(self.reached)
        while waiting:
            key = waiting.popleft()
            for caller in callers.get(key, ()):
                if caller not in self.reached:
                    self.reached[caller] = self.reached[key]
                    waiting.append(caller)

    def _index_sites(self, model_calls: Mapping[str, list[ModelCall]]) -> None:
        for calls in model_calls.values():
            for call in calls:
                if call.operation.is_billed:
                    self.ways[owner(call.site)].append((call.site, None))
                    self._add(Reach(call.site, call))
        edges = [edge for edges in self.graph.edges.values() for edge in edges if edge.target in self.reached]
        for edge in edges:
            if not edge.is_callback and edge.target in self.called:
                self.ways[owner(edge.site)].append((edge.site, edge.target))
        for edge in sorted(edges, key=lambda edge: edge.is_callback):
            self._add(
                Reach(
                    edge.site,
                    self.reached[edge.target],
                    edge.is_certain and edge.target in self.certain,
                    edge.is_later or self._swallows(edge.target),
                    not edge.is_callback and edge.target in self.called,
                )
            )

    def _swallows(self, key: FunctionKey) -> bool:
        """Whether no failure of the model calls that a function makes shows outside of it."""
        if key not in self._swallowing:
            self._swallowing[key] = False
            ways = self.ways.get(key, ())
            self._swallowing[key] = bool(ways) and all(
                is_swallowed(site.facts, site.call.block) or (target is not None and self._swallows(target))
                for site, target in ways
            )
        return self._swallowing[key]

    def _add(self, reach: Reach) -> None:
        site = reach.site
        known = self.sites[site.plain]
        if not any(other.target is reach.target for other in known):
            known.append(reach)
            if len(known) == 1:
                self.by_file[site.facts.path].append(known[0])

    def reaches(self, site: Site) -> bool:
        return site in self.sites

    def of_file(self, facts: FileFacts) -> list[Reach]:
        """Every call of a file that ends in a model call, in order."""
        called = [reach for reach in self.by_file.get(facts.path, ()) if reach.is_called]
        return sorted(called, key=lambda reach: reach.site.index)

    # -- roles and waiting ------------------------------------------------------------------------------------

    def note_roles(self, resolver: Resolver, libraries: Libraries) -> None:
        """Functions that a framework runs for a request, a task or a queue, and all that they call."""
        for path, facts in self.files.items():
            for index, function in enumerate(facts.functions):
                is_top = facts.blocks[function.block].parent == 0
                role = libraries.roles.get(f"function {function.name}", "") if is_top else ""
                for decorator in function.decorators:
                    for meaning in resolver.meanings(facts, decorator.value):
                        if isinstance(meaning, External):
                            role = role or libraries.roles.get(meaning.path, "")
                if role:
                    self.roles[path, index] = role
        for site, paths in self.graph.external.items():
            for path in paths:
                if path in libraries.roles:
                    self._note_given(site, libraries.roles[path], resolver)
            if _is_in_while(site) and any(path in libraries.receivers for path in paths):
                self.roles.setdefault(owner(site), "worker")
        self._spread_roles()

    def _note_given(self, site: Site, role: str, resolver: Resolver) -> None:
        """``app.post("/ask", handler)``: the functions that a framework is told to run."""
        for _, argument in site.arguments:
            if isinstance(argument.value, FunctionValue | Imported | Variable):
                for meaning in resolver.meanings(site.facts, argument.value):
                    if isinstance(meaning, FunctionMeaning):
                        self.roles.setdefault((meaning.facts.path, meaning.index), role)

    def _spread_roles(self) -> None:
        waiting = deque(self.roles)
        while waiting:
            key = waiting.popleft()
            for callee in self._callees.get(key, ()):
                if callee not in self.roles:
                    self.roles[callee] = self.roles[key]
                    waiting.append(callee)

    def note_waits(self, inputs: Iterable[Site]) -> None:
        """Functions in which a call waits for a person or an event, and those that call them directly."""
        for key in {owner(site) for site in inputs}:
            self.waits.add(key)
            self.waits.update(self._callers.get(key, ()))


def _is_in_while(site: Site) -> bool:
    return any(
        fact.kind == "loop" and site.facts.loops[fact.index].kind == "while"
        for _, fact in outward(site.facts, site.call.block)
    )
