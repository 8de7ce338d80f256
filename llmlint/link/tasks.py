"""The tasks of a project: functions that a library runs in the background, and how often it runs one that fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.given import Given
from llmlint.link.meanings import Constant, External, FunctionMeaning, Located, Meaning
from llmlint.link.numbers import number_of
from llmlint.link.queued_jobs import QueuedJobs
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.link.task_attempts import TaskAttempts
from llmlint.link.task_settings import SettingsByPlace
from llmlint.link.told import told
from llmlint.linked import Reach
from llmlint.model_calls import Site
from llmlint.queues import Number
from llmlint.scripts import LANGUAGE
from llmlint.task_libraries import TaskKind
from llmlint.tasks import Task
from llmlint.values import Attribute, Sequence, Value


class TaskFinder:
    """Finds where the functions of a project are made tasks. ``settings``: those of its task queues."""

    def __init__(
        self,
        files: Mapping[str, FileFacts],
        resolver: Resolver,
        graph: CallGraph,
        reach: ReachIndex,
        bodies: Bodies,
        settings: SettingsByPlace,
    ) -> None:
        self.files = files
        self.resolver = resolver
        self.kinds = resolver.libraries.tasks
        self.graph = graph
        self.reach = reach
        self.repeats = TaskAttempts(resolver, graph, bodies, settings)
        self.jobs = QueuedJobs(resolver, graph)
        self.listed = {kind.path.rpartition(".")[2]: kind for kind in self.kinds.values() if kind.form == "class"}
        self._by_name: dict[str, list[FunctionKey]] = defaultdict(list)
        for path, facts in files.items() if self.kinds else ():
            for index, function in enumerate(facts.functions):
                self._by_name[function.name].append((path, index))

    @cached_property
    def _queued(self) -> dict[FunctionKey, list[Site]]:
        """For each function, the calls of methods that queue it: ``tidy.delay(7)``."""
        names = frozenset[str]().union(*(kind.queued_by for kind in self.kinds.values()))
        found: dict[FunctionKey, list[Site]] = defaultdict(list)
        for facts in self.files.values():
            for index, call in enumerate(facts.calls):
                if isinstance(call.callee, Attribute) and call.callee.name in names:
                    for meaning in self.resolver.meanings(facts, call.callee.base):
                        if isinstance(meaning, FunctionMeaning):
                            found[meaning.facts.path, meaning.index].append(Site(facts, index))
        return found

    def of_file(self, facts: FileFacts) -> Iterator[Task]:
        if self.kinds:
            yield from self._decorated(facts)
            yield from self._called(facts)
            yield from self._listed(facts) if self.listed else ()

    # -- where a function is made a task ----------------------------------------------------------------------

    def _decorated(self, facts: FileFacts) -> Iterator[Task]:
        for index, function in enumerate(facts.functions):
            for decorator in function.decorators:
                for meaning in self.resolver.meanings(facts, decorator.value):
                    kind, site = self._kind_of(meaning)
                    if kind is not None and kind.form == "decorator":
                        place = Place(facts, facts.span(decorator.span))
                        yield self._task(kind, Given(self.resolver, site), site, place, (facts.path, index))

    def _kind_of(self, meaning: Meaning) -> tuple[TaskKind | None, Site | None]:
        """The kind of task that a decorator makes, and the call that gave the decorator."""
        if not isinstance(meaning, External):
            return None, None
        bare = self.kinds.get(meaning.path)
        if bare is not None:
            return bare, None
        maker = meaning.chain[-1] if meaning.chain else None
        return (self.kinds.get(meaning.path.removesuffix("()")), maker) if maker is not None else (None, None)

    def _called(self, facts: FileFacts) -> Iterator[Task]:
        for index in range(len(facts.calls)):
            site = Site(facts, index)
            for path in self.graph.outside(site):
                kind = self.kinds.get(path)
                if kind is not None and kind.form == "argument":
                    yield from self._given(kind, site)
                elif kind is not None and kind.form == "job":
                    for key in self.jobs.functions(kind, site):
                        yield self._task(kind, self.jobs.given(kind, site), site, site.callee, key)
                kind = self.kinds.get(path.rpartition(".")[0])
                if kind is not None and kind.form == "proxy":
                    yield from self._through_proxy(kind, site, path.rpartition(".")[2])

    def _given(self, kind: TaskKind, site: Site) -> Iterator[Task]:
        """``async_task("talks.tasks.parse", 7)``, ``execute_activity(ask, ...)``."""
        given = Given(self.resolver, site)
        for meaning in told(self.resolver, site, kind):
            if isinstance(meaning, FunctionMeaning):
                yield self._task(kind, given, site, site.callee, (meaning.facts.path, meaning.index))
            elif isinstance(meaning, Constant) and isinstance(meaning.value, str):
                for key in self._by_name.get(meaning.value, ()):
                    if kind.is_plain or self._may_be_task(key):
                        yield self._task(kind, given, site, site.callee, key)
            else:
                yield self._task(kind, given, site, site.callee, None)

    def _may_be_task(self, key: FunctionKey) -> bool:
        """Whether a function may have a name of its own in a queue: in Python, a decorator gives it one."""
        facts = self.files[key[0]]
        return facts.language == LANGUAGE or bool(facts.functions[key[1]].decorators)

    def _listed(self, facts: FileFacts) -> Iterator[Task]:
        """``class WorkerSettings: functions = [ask]``."""
        for index, cls in enumerate(facts.classes):
            kind = self.listed.get(cls.name)
            if kind is not None:
                given = Given(self.resolver)
                given.take_class(facts, index)
                for named in self._items(given.find(kind.named)):
                    if isinstance(named, FunctionMeaning):
                        place = Place(facts, facts.span(cls.span))
                        yield self._task(kind, given, None, place, (named.facts.path, named.index))

    def _items(self, found: tuple[FileFacts, Value] | None) -> Iterator[Meaning]:
        for meaning in self.resolver.meanings(*found) if found is not None else ():
            if isinstance(meaning, Located) and isinstance(meaning.value, Sequence):
                for item in meaning.value.items:
                    yield from self.resolver.meanings(meaning.facts, item)

    def _through_proxy(self, kind: TaskKind, site: Site, name: str) -> Iterator[Task]:
        """``const { ask } = proxyActivities(...)``: what is called by its name runs the function of that name."""
        for callee in self.resolver.results.callees(site):
            maker = callee.chain[-1] if isinstance(callee, External) and callee.chain else None
            if maker is not None:
                for key in self._by_name.get(name, ()):
                    yield self._task(kind, Given(self.resolver, maker), maker, maker.callee, key)

    # -- what is known of it ----------------------------------------------------------------------------------

    def _task(self, kind: TaskKind, given: Given, site: Site | None, place: Place, key: FunctionKey | None) -> Task:
        base = given.find(kind.base) if kind.base else None
        if base is not None:
            given.fill_in(*base)
        ways = self.repeats.ways(kind, given, key)
        attempts = self.repeats.attempts(kind, given, ways, place.facts.path)
        limited_by = self.repeats.asks_always(kind, given) or kind.limited_by
        limit = given.find(kind.time_limit) if kind.time_limit else None
        switches = self.repeats.switches(kind, given)
        return Task(
            kind.library,
            place,
            self._label(key),
            Number(attempts, limited_by, _place_of(site, limited_by)),
            Number(
                number_of(self.resolver, *limit) if limit is not None else None,
                kind.time_limit,
                _place_of(site, kind.time_limit),
            ),
            kind.settings,
            switches=switches,
            uncounted=kind.uncounted if all(map(switches.get, kind.uncounted)) else (),
            is_late=bool(kind.late) and given.is_on(kind.late),
            queued=tuple(site.callee for site in self._queued.get(key, ()) if _queues(site, kind)) if key else (),
            function=key,
            reach=self._reach(site, key),
        )

    def _label(self, key: FunctionKey | None) -> str:
        name = self.files[key[0]].functions[key[1]].name if key is not None else ""
        return name if name.isidentifier() else "the task"

    def _reach(self, site: Site | None, key: FunctionKey | None) -> Reach | None:
        target = self.reach.reached.get(key) if key is not None and key in self.reach.called else None
        if target is None or key is None:
            return None
        return Reach(site or target.site, target, key in self.reach.certain)


def _queues(site: Site, kind: TaskKind) -> bool:
    return isinstance(site.call.callee, Attribute) and site.call.callee.name in kind.queued_by


def _place_of(site: Site | None, parameter: str) -> Place | None:
    """Where a call is given a parameter, or the object that holds it."""
    outer = parameter.partition(".")[0]
    for number, argument in site.arguments if site is not None else ():
        if argument.name == outer:
            return site.argument(number) if site is not None else None
    return None
