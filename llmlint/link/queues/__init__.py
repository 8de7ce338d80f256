"""Finds the queues of a project, in infrastructure files and in code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmlint.facts import FileFacts
from llmlint.link.queues.declared import DeclaredQueues
from llmlint.queues import Queue
from llmlint.resources import Resources


class Queues:
    """Every queue of a project."""

    def __init__(self, declared: Mapping[str, FileFacts], resources: Resources) -> None:
        self._declared = DeclaredQueues(declared, resources)

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._declared.queues.values())
