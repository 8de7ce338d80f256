"""Finds the queues of a project, in infrastructure files and in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from llmlint.link.calls import CallGraph
from llmlint.link.configurations import Configurations
from llmlint.link.live_tests import is_of_tests
from llmlint.link.queues.coded import CodedQueues
from llmlint.link.queues.declared import DeclaredQueues
from llmlint.link.queues.idle import IdleQueues
from llmlint.link.queues.readers import Readers, reads
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.linked import LinkedFile
from llmlint.queues import DeadLetters, Queue
from llmlint.resources import Resources


class Queues:
    """Every queue of a project."""

    def __init__(
        self, configurations: Configurations, resolver: Resolver, graph: CallGraph, resources: Resources
    ) -> None:
        self._all = [
            *DeclaredQueues(configurations, resources).queues.values(),
            *CodedQueues(resolver, graph, resources).queues.values(),
        ]
        for queue in self._all:
            self._find_written(queue)
        self._readers = Readers(self._all, resolver, graph, resources.extensions)
        self._modules = resolver.modules

    def note(self, linked: Mapping[str, LinkedFile], reach: ReachIndex) -> None:
        """Tell each file what it says of queues, and each consumer what its queue does."""
        consumers = [consumer for file in linked.values() for consumer in file.consumers]
        idle = IdleQueues(self._modules, reach, [other for file in linked.values() for other in file.other_readers])
        for queue in (queue for queue in self._all if not is_of_tests(queue.place.facts.path)):
            queue.is_idle = not any(reads(consumer, queue) for consumer in consumers) and idle.is_idle(queue)
            linked[queue.place.facts.path].queues.append(queue)
            target = queue.dead_letters
            if target is not None:
                linked[target.place.facts.path].dead_letters.append(replace(target, is_of_idle=queue.is_idle))
        self._readers.note(consumers)

    def _find_written(self, queue: Queue) -> None:
        """An address that is written out may be that of a queue of this project, which is one for dead letters then."""
        target = queue.dead_letters
        if target is None or target.state != "written":
            return
        for other in self._all:
            if other.service == queue.service and other is not queue and other.may_be_called(target.name):
                other.is_dead_letter |= target.name in other.names
                queue.dead_letters = DeadLetters(target.place, "declared", target.name)
