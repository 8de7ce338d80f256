"""What runs in the background of a project: its tasks with their settings, and the consumers of its queues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from llmlint.facts import FileFacts
from llmlint.link.app_settings import AppSettingsReader
from llmlint.link.batches import BatchFinder
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph
from llmlint.link.consumers import ConsumerFinder
from llmlint.link.handlers import Handlers
from llmlint.link.reach import ReachIndex
from llmlint.link.retry_errors import Words
from llmlint.link.task_settings import SettingsByPlace, settings_of
from llmlint.link.tasks import TaskFinder
from llmlint.linked import LinkedFile
from llmlint.tasks import Task


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
        self.by_place = SettingsByPlace(settings for found in self.settings.values() for settings in found)
        self.tasks = TaskFinder(files, resolver, graph, reach, bodies, self.by_place)
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
        for reader in self.consumers.others():
            linked[reader.place.facts.path].other_readers.append(reader)
        for batch in (batch for file in linked.values() for task in file.tasks for batch in self.batches.of_task(task)):
            linked[batch.place.facts.path].batches.append(batch)

    def _note_tasks(self, linked: Mapping[str, LinkedFile]) -> None:
        tasks: list[Task] = []
        run_by: dict[tuple[str, str], list[Task]] = defaultdict(list)
        for path, file in linked.items():
            file.task_settings.extend(self.settings[path])
            file.tasks.extend(self.tasks.of_file(file.facts))
            tasks.extend(file.tasks)
        for task in tasks:
            near = self.by_place.near(task.settings, task.place.facts.path)
            for settings in near:
                run_by[settings.place.facts.path, settings.name].append(task)
            if len(near) == 1 and near[0].redelivers:
                task.redelivery = near[0].redelivery
        for settings in (settings for found in self.settings.values() for settings in found):
            own = run_by[settings.place.facts.path, settings.name]
            settings.runs_others = bool(own) and all(task.function and not task.reach for task in own)
        for reader in self.app_settings:
            for settings in reader.read(tasks):
                linked[settings.place.facts.path].task_settings.append(settings)
