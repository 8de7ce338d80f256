"""The settings of task queues that a project's modules bind to a name: ``Q_CLUSTER = {...}``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import takewhile

from llmlint.facts import FileFacts, NamedSetting
from llmlint.findings import Place
from llmlint.link.given import Given
from llmlint.link.meanings import Constant
from llmlint.link.numbers import number_of
from llmlint.link.resolver import Resolver
from llmlint.linked import UNLIMITED
from llmlint.queues import Number
from llmlint.task_libraries import SettingsKind
from llmlint.tasks import TaskQueueSettings


def settings_of(facts: FileFacts, resolver: Resolver) -> Iterator[TaskQueueSettings]:
    for setting in facts.named_settings:
        kind = resolver.libraries.task_settings.get(setting.name)
        if kind is not None and setting.base is None:
            reader = _Reader(facts, setting, kind, resolver)
            yield reader.read()
            yield from reader.alternatives()


class SettingsByPlace:
    """The settings of a project's task queues. Where it has several of a name, as a repository of several programs
    does, those hold for a task that lie nearest to it in the tree of folders."""

    def __init__(self, found: Iterable[TaskQueueSettings]) -> None:
        self._by_name: dict[str, list[TaskQueueSettings]] = defaultdict(list)
        for settings in found:
            if not settings.cluster:
                self._by_name[settings.name].append(settings)

    def near(self, name: str, path: str) -> list[TaskQueueSettings]:
        """The settings of that name for what stands in a file."""
        shared = [(_shared(settings.place.facts.path, path), settings) for settings in self._by_name.get(name, ())]
        most = max((folders for folders, _ in shared), default=0)
        return [settings for folders, settings in shared if folders == most]

    def attempts(self, name: str, path: str) -> float | None:
        """The attempts that they allow; None where that can't be known, or where they differ."""
        values = {settings.attempts.value for settings in self.near(name, path)}
        return values.pop() if len(values) == 1 else None


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common, from the top."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


class _Reader:
    """Reads one mapping of settings, as it is once its module has been run."""

    def __init__(self, facts: FileFacts, setting: NamedSetting, kind: SettingsKind, resolver: Resolver) -> None:
        self.facts = facts
        self.setting = setting
        self.kind = kind
        self.given = Given(resolver)
        self.resolver = resolver
        self.inside = ""
        bound = facts.scopes[0].bindings.get(setting.name, ())
        self.given.spread(facts, bound[0] if len(bound) == 1 else setting.value)

    def read(self) -> TaskQueueSettings:
        kind = self.kind
        parameter = kind.limits[0].parameter
        return TaskQueueSettings(
            kind.library,
            Place(self.facts, self.facts.span(self.setting.keys.get(self.inside, self.setting.span))),
            kind.name,
            Number(self._attempts(), parameter, self._place(parameter)),
            self._seconds(kind.redelivery, kind.redelivery_default),
            self._limit(kind.time_limit),
            self._redelivers,
            kind.ignored_with if self.given.is_on(kind.ignored_with) else "",
        )

    def alternatives(self) -> Iterator[TaskQueueSettings]:
        """What it says for single clusters, of what these have of their own."""
        found = self.given.find(self.kind.alternatives) if self.kind.alternatives else None
        held = Given(self.resolver)
        if found is not None:
            held.spread(*found)
        for name, own in held.named():
            reader = _Reader(self.facts, self.setting, self.kind, self.resolver)
            reader.given.spread(*own)
            reader.inside = f"{self.kind.alternatives}.{name}"
            settings = reader.read()
            settings.cluster = name
            alone = Given(self.resolver)
            alone.spread(*own)
            if all(alone.find(key) is None for key in self.kind.bounds):
                settings.attempts = Number(None, settings.attempts.parameter)
            if all(alone.find(key) is None for key in (self.kind.redelivery, self.kind.time_limit)):
                settings.redelivers = False
            yield settings

    @property
    def _redelivers(self) -> bool:
        return any(map(self.given.is_on, self.kind.only_with))

    def _attempts(self) -> float | None:
        """How often a task is run; once, where nothing runs it again."""
        if self.given.is_open or any(map(self.given.is_on, self.kind.unless)):
            return None
        if not self._redelivers:
            return 1.0
        return UNLIMITED if self.given.is_on(self.kind.ignored_with) else self.given.attempts(self.kind.limits)

    def _limit(self, name: str) -> Number:
        """A time limit; a negative one is none."""
        seconds = self._seconds(name, UNLIMITED)
        is_none = seconds.value is not None and seconds.value < 0
        return Number(UNLIMITED, seconds.parameter, seconds.place) if is_none else seconds

    def _seconds(self, name: str, default: float) -> Number:
        found = self.given.find(name)
        if found is None:
            value = None if self.given.is_open else default
        elif any(meaning == Constant(None) for meaning in self.given.meanings(found)):
            value = UNLIMITED
        else:
            value = number_of(self.resolver, *found)
        return Number(value, name, self._place(name))

    def _place(self, name: str) -> Place | None:
        """Where a key is written, with its value."""
        number = self.setting.keys.get(f"{self.inside}.{name}" if self.inside else name)
        return Place(self.facts, self.facts.span(number)) if number is not None else None
