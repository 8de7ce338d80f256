"""Which function of a project works off the jobs of a queue: a worker and a job name the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.given import Given
from llmlint.link.meanings import External, FunctionMeaning
from llmlint.link.queue_names import QueueNames
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.task_libraries import TaskKind, WorkerKind

_Name = tuple[str, str]


class QueuedJobs:
    def __init__(self, resolver: Resolver, graph: CallGraph) -> None:
        self.resolver = resolver
        self.graph = graph
        self._found: dict[str, dict[_Name, set[FunctionKey]]] = {}

    def functions(self, kind: TaskKind, site: Site) -> list[FunctionKey]:
        """The functions that get the jobs which a call puts into a queue."""
        if kind.worker is None:
            return []
        if kind.path not in self._found:
            self._found[kind.path] = self._work_off(kind.worker)
        names = self._names(site, kind.queue)
        return sorted(set[FunctionKey]().union(*(self._found[kind.path].get(name, ()) for name in names)))

    def given(self, kind: TaskKind, site: Site) -> Given:
        """What a job is given, or all jobs of its queue."""
        given = Given(self.resolver, site)
        maker = self._maker(site) if kind.defaults else None
        if maker is not None:
            for limit in kind.limits:
                found = Given(self.resolver, maker).find(f"{kind.defaults}.{limit.parameter}")
                if found is not None and given.find(limit.parameter, limit.position) is None:
                    given.put(limit.parameter, *found)
        return given

    def _work_off(self, kind: WorkerKind) -> dict[_Name, set[FunctionKey]]:
        found: dict[_Name, set[FunctionKey]] = defaultdict(set)
        for site, paths in self.graph.external.items():
            if kind.paths.isdisjoint(paths):
                continue
            for key in self._functions(site, kind.function):
                for name in self._names(site, kind.queue):
                    found[name].add(key)
        return found

    def _functions(self, site: Site, position: int) -> Iterator[FunctionKey]:
        placed = [argument.value for _, argument in site.arguments if argument.name is None and not argument.stars]
        if -len(placed) <= position < len(placed):
            for meaning in self.resolver.meanings(site.facts, placed[position]):
                if isinstance(meaning, FunctionMeaning):
                    yield meaning.facts.path, meaning.index

    def _names(self, site: Site, place: str) -> set[_Name]:
        """What names a queue: argument ``0`` of a call, or ``.0`` of the one that made what it is called on."""
        maker = self._maker(site) if place.startswith(".") else site
        names = QueueNames(self.resolver)
        found = Given(self.resolver, maker).find("", int(place.removeprefix("."))) if maker is not None else None
        if found is not None:
            names.add(*found)
        written = {("name", name) for name in names.names}
        return written | {("variable", name) for name in names.variables}

    def _maker(self, site: Site) -> Site | None:
        for meaning in self.resolver.results.callees(site):
            if isinstance(meaning, External) and meaning.chain and meaning.chain[0] is not None:
                return meaning.chain[0]
        return None
