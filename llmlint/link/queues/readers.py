"""Which queues the consumers of a project read, and what that says of both."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Sequence

from llmlint.link.calls import CallGraph
from llmlint.link.given import Given
from llmlint.link.queues.names import is_address, name_in
from llmlint.link.resolver import Resolver
from llmlint.model_calls import ModelCall
from llmlint.queues import NO_LIMIT, Number, Queue, QueueReader, Worker
from llmlint.scripts import LANGUAGE
from llmlint.tasks import Consumer

# Of these, the call that receives is the one that sets the limit.
_OWN_LIMITS = frozenset({"jetstream"})


class Readers:
    """``extensions``: the calls, and the arguments of a call that receives, by which a consumer asks for more time."""

    def __init__(
        self, queues: Sequence[Queue], resolver: Resolver, graph: CallGraph, extensions: Collection[str]
    ) -> None:
        self._queues = [queue for queue in queues if not queue.is_dead_letter]
        self._resolver = resolver
        self._sites = {(site.facts.path, site.callee.span): site for site in graph.external}
        self._extensions = extensions
        self._is_extended = any(path in extensions for found in graph.external.values() for path in found)

    def note(self, consumers: Sequence[Consumer]) -> None:
        """Tell consumers whether their queues limit the deliveries, and queues how long their consumers may take."""
        read = [(consumer, queue) for consumer in consumers for queue in self._queues if reads(consumer, queue)]
        for consumer in consumers:
            own = [queue for other, queue in read if other is consumer]
            own = [queue for queue in own if _nearness(consumer, queue) == max(_nearness(consumer, q) for q in own)]
            if consumer.is_limited is False and consumer.service not in _OWN_LIMITS:
                consumer.is_limited = _limits(own or [q for q in self._queues if q.service == consumer.service])
        for consumer, queue in read:
            nearest = max(_nearness(other, queue) for other, same in read if same is queue)
            if _nearness(consumer, queue) == nearest and consumer.comes_back and not self._asks_for_time(consumer):
                limit = _time_limit(consumer.reach.target)
                queue.workers.append(Worker(consumer.reach.target.site.callee, consumer.reach.label, limit))

    def _asks_for_time(self, consumer: Consumer) -> bool:
        """Whether the queue's own deadline is not all the time that a consumer has."""
        if consumer.service != "sqs" or consumer.handler:
            return True
        site = self._sites.get((consumer.place.facts.path, consumer.place.span))
        given = Given(self._resolver, site) if site is not None else None
        return self._is_extended or (given is not None and any(map(given.is_on, self._extensions)))


def reads(reader: QueueReader, queue: Queue) -> bool:
    """Whether code reads a queue, by what both say of its name."""
    if queue.service != reader.service:
        return False
    if queue.variables & reader.variables:
        return True
    if any((name_in(name) if is_address(name) else name) in queue.names for name in reader.names):
        return True
    return any(worker.runs(reader.handler) for worker in queue.workers)


def _nearness(consumer: Consumer, queue: Queue) -> int:
    """How many folders hold both: a repository may have several queues, and consumers, of one name."""
    folders = (posixpath.dirname(place.facts.path).split("/") for place in (consumer.place, queue.place))
    return len(posixpath.commonprefix(list(map(list, folders))))


def _limits(queues: Sequence[Queue]) -> bool | None:
    """Whether whatever queue it is limits how often it hands out a message; None where some may."""
    values = [queue.receives.value for queue in queues]
    if all(value == NO_LIMIT for value in values):
        return False
    return True if None not in values and NO_LIMIT not in values else None


def _time_limit(call: ModelCall) -> Number:
    """How long one attempt of a model call may take."""
    option, setting = call.operation.options.get("timeout"), call.setting("timeout")
    if option is None or call.is_waited_for:
        return Number(None, "timeout")
    if setting.state == "known" and isinstance(setting.value, int | float):
        is_script = setting.place is not None and setting.place.facts.language == LANGUAGE
        return Number(setting.value / (1000 if is_script else 1), setting.name, setting.place)
    return Number(option.default if setting.state == "absent" and option.known else None, option.name)
