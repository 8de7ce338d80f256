"""The settings of a task queue that a project sets one by one, wherever it does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.calls import CallGraph
from llmlint.link.given import Given
from llmlint.link.meanings import External
from llmlint.link.numbers import number_of
from llmlint.link.resolver import Resolver
from llmlint.linked import UNLIMITED
from llmlint.queues import Number
from llmlint.task_libraries import AppSettings
from llmlint.tasks import Task, TaskQueueSettings
from llmlint.values import Value

_Set = tuple[FileFacts, Value, Place]


class AppSettingsReader:
    """Reads one library's; a setting that is set twice can't be known."""

    def __init__(self, kind: AppSettings, files: Mapping[str, FileFacts], resolver: Resolver, graph: CallGraph) -> None:
        self.kind = kind
        self.resolver = resolver
        self._found: dict[str, list[_Set]] = defaultdict(list)
        for facts in files.values():
            for name, value, place in self._set_in(facts):
                self._found[kind.name_of(name)].append((facts, value, place))
        for site, paths in graph.external.items():
            if f"{kind.holder}.update" in paths:
                for number, argument in site.arguments:
                    if argument.name is not None:
                        self._found[argument.name].append((site.facts, argument.value, site.argument(number)))

    def _set_in(self, facts: FileFacts) -> Iterator[tuple[str, Value, Place]]:
        inner = self.kind.redelivery.rpartition(".")[2]
        for setting in facts.named_settings:
            if setting.base is None or self._is_holder(facts, setting.base):
                place = Place(facts, facts.span(setting.keys.get(inner, setting.span)))
                yield setting.name, setting.value, place

    def _is_holder(self, facts: FileFacts, base: Value) -> bool:
        meanings = self.resolver.meanings(facts, base)
        return any(isinstance(meaning, External) and meaning.path == self.kind.holder for meaning in meanings)

    def read(self, tasks: Iterable[Task]) -> Iterator[TaskQueueSettings]:
        """What they say of the tasks that call a model."""
        own = [task for task in tasks if task.library == self.kind.library and task.reach is not None]
        yield from self._redelivered(own)
        yield from self._uncounted(own)

    def _uncounted(self, tasks: Sequence[Task]) -> Iterator[TaskQueueSettings]:
        """What repeats tasks without counting: settings alone, or together with what a task sets itself."""
        names = self.kind.uncounted
        is_on = {name: self._is_on(setting) for name, setting in names.items()}
        repeated = [task for task in tasks if all(task.switches.get(name, is_on[name]) for name in names)]
        for task in repeated:
            task.uncounted = tuple(name if task.switches.get(name) else setting for name, setting in names.items())
        if names and any(not task.switches for task in repeated):
            last = list(names.values())[-1]
            _, _, place = self._found[last][0]
            unknown = Number(None, "")
            yield TaskQueueSettings(
                self.kind.library,
                place,
                self.kind.library,
                unknown,
                unknown,
                unknown,
                False,
                uncounted=tuple(names.values()),
            )

    def _redelivered(self, tasks: Sequence[Task]) -> Iterator[TaskQueueSettings]:
        """After what time tasks that are acknowledged when they are done are run again."""
        is_late = self._is_on(self.kind.late)
        late = [task for task in tasks if task.is_late or is_late]
        outer, _, inner = self.kind.redelivery.partition(".")
        found = self._found.get(outer, ())
        if not late or len(found) != 1:
            return
        facts, value, place = found[0]
        held = Given(self.resolver)
        held.spread(facts, value)
        given = held.find(inner)
        redelivery = Number(number_of(self.resolver, *given) if given is not None else None, inner, place)
        limit = self._time_limit(late, redelivery)
        yield TaskQueueSettings(
            self.kind.library, place, self.kind.library, Number(None, ""), redelivery, limit, redelivers=True
        )

    def _is_on(self, name: str) -> bool:
        held = Given(self.resolver)
        for facts, value, _ in self._found.get(name, ()):
            held.put(name, facts, value)
        return held.is_on(name)

    def _time_limit(self, late: Sequence[Task], redelivery: Number) -> Number:
        """The longest that one of the tasks may take. Where nothing ends it, one request to the model is what counts:
        nothing is known of a task that may take longer than that."""
        name = self.kind.time_limits[0]
        limits = [task.time_limit.value for task in late if task.time_limit.place is not None]
        if len(limits) < len(late):
            found = [entry for each in self.kind.time_limits for entry in self._found.get(each, ())]
            if found:
                limits.append(number_of(self.resolver, found[0][0], found[0][1]) if len(found) == 1 else None)
            else:
                is_short = redelivery.value is not None and redelivery.value <= max(map(_request_time, late))
                limits.append(UNLIMITED if is_short else None)
        numbers = [limit for limit in limits if limit is not None]
        return Number(max(numbers) if len(numbers) == len(limits) else None, name)


def _request_time(task: Task) -> float:
    """How long one request to the model may take, as far as can be known."""
    if task.reach is None:
        return 0
    call = task.reach.target
    option, setting = call.operation.options.get("timeout"), call.setting("timeout")
    if setting.state == "known" and isinstance(setting.value, int | float):
        return float(setting.value)
    if option is None or setting.state != "absent" or not option.known:
        return 0
    return UNLIMITED if option.default is None else float(option.default)
