"""What runs in the background of a project: its tasks with their settings, and the consumers of its queues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from llmlint.facts import FileFacts
from llmlint.link.app_settings import AppSettingsReader
from llmlint.link.batches import BatchFinder
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph
from llmlint.link.consumers import ConsumerFinder
from llmlint.link.handlers import Handlers
from llmlint.link.reach import ReachIndex
from llmlint.link.retry_errors import Words
from llmlint.link.task_settings import settings_of
from llmlint.link.tasks import TaskFinder
from llmlint.linked import LinkedFile
from llmlint.queues import Number
from llmlint.tasks import Task, TaskQueueSettings


class BackgroundWork:
    def __init__(
        self,
        files: Mapping[str, FileFacts],
        graph: CallGraph,
        reach: ReachIndex,
        handlers: Handlers,
        bodies: Bodies,
        words: Words,
    ) -> None:
        resolver = handlers.resolver
        self.settings = {path: list(settings_of(facts, resolver)) for path, facts in files.items()}
        self.by_name: dict[str, list[TaskQueueSettings]] = defaultdict(list)
        for setting in (setting for found in self.settings.values() for setting in found):
            self.by_name[setting.name].append(setting)
        attempts = {name: _agreed([setting.attempts for setting in found]) for name, found in self.by_name.items()}
        self.tasks = TaskFinder(files, resolver, graph, reach, bodies, attempts)
        self.app_settings = [AppSettingsReader(k, files, resolver, graph) for k in resolver.libraries.app_settings]
        self.consumers = ConsumerFinder(files, graph, reach, handlers, bodies, words)
        self.batches = BatchFinder(reach, handlers)

    def note(self, linked: Mapping[str, LinkedFile]) -> None:
        """Tell each file what it says of tasks and messages."""
        self._note_tasks(linked)
        for consumer, swallowed in self.consumers.find():
            linked[consumer.place.facts.path].consumers.append(consumer)
            for failure in swallowed:
                linked[failure.place.facts.path].swallowed.append(failure)
            for batch in self.batches.of_consumer(consumer):
                linked[batch.place.facts.path].batches.append(batch)
        for batch in (batch for file in linked.values() for task in file.tasks for batch in self.batches.of_task(task)):
            linked[batch.place.facts.path].batches.append(batch)

    def _note_tasks(self, linked: Mapping[str, LinkedFile]) -> None:
        tasks: dict[str, list[Task]] = defaultdict(list)
        for path, file in linked.items():
            file.task_settings.extend(self.settings[path])
            file.tasks.extend(self.tasks.of_file(file.facts))
            for task in file.tasks:
                tasks[task.settings].append(task)
        for name, found in self.by_name.items():
            for settings in found:
                settings.runs_others = bool(tasks[name]) and all(t.function and not t.reach for t in tasks[name])
            for task in tasks[name] if len(found) == 1 and found[0].redelivers else ():
                task.redelivery = found[0].redelivery
        for reader in self.app_settings:
            for settings in reader.read(task for found in tasks.values() for task in found):
                linked[settings.place.facts.path].task_settings.append(settings)


def _agreed(numbers: Sequence[Number]) -> float | None:
    """What several settings say alike; None where they differ."""
    values = {number.value for number in numbers}
    return values.pop() if len(values) == 1 else None
