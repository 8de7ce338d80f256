"""Queues whose messages are known to go to code that calls no model: they are none of our business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmlint.facts import FileFacts
from llmlint.link.queues.readers import reads
from llmlint.link.reach import ReachIndex
from llmlint.modules import Modules
from llmlint.queues import Queue, QueueReader, Worker


class IdleQueues:
    """``others``: the code that reads a queue, and calls no model for it."""

    def __init__(self, modules: Modules, reach: ReachIndex, others: Sequence[QueueReader]) -> None:
        self._modules = modules
        self._files: Mapping[str, FileFacts] = reach.files
        self._reached = reach.reached
        self._others = others

    def is_idle(self, queue: Queue) -> bool:
        """Whether all that is known to read a queue calls no model."""
        readers = [other for other in self._others if reads(other, queue)]
        return bool(queue.workers or readers) and all(map(self._is_idle, queue.workers))

    def _is_idle(self, worker: Worker) -> bool:
        """Whether the code of a function is in the project, and calls no model. ``worker.handler`` is ``handler`` of
        ``worker.py``, or ``worker.ts``; several files of that name may be the one."""
        stem, _, name = worker.handler.rpartition(".")
        found = self._modules.ending(stem.replace(".", "/")) if stem else []
        found = [path for path in found if self._modules.defines(path, name)]
        own = [path for path in found if path.startswith(worker.home)]
        return bool(own) and not any(self._may_reach(path, name) for path in own)

    def _may_reach(self, path: str, name: str) -> bool:
        """Whether a function of a file reaches a model; where there is none of that name, whether any does."""
        if path not in self._files:
            return False
        named = [index for index, function in enumerate(self._files[path].functions) if function.qualname == name]
        if named:
            return any((path, index) in self._reached for index in named)
        return any(key[0] == path for key in self._reached)
