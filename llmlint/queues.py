"""The vocabulary of queues in linked facts: what a project declares, in code or in infrastructure files."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from llmlint.findings import Place
from llmlint.remedies import LimitTo

NO_LIMIT = float("inf")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a declaration sets. ``value``: NO_LIMIT for none, None where it can't be known; ``place`` is where
    it is set, if it is; ``parameter`` is what the declaration calls it, wherever it would be set; ``holder``: the block
    or the mapping that it would be set in, where nothing else would be missing then."""

    value: float | None
    parameter: str
    place: Place | None = None
    holder: Place | None = None

    @property
    def name(self) -> str:
        """What it is called in what holds it."""
        return self.parameter.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Where a queue puts a message that came too often. ``state``: declared (in this project), written (an address
    that is written out), missing (a name that nothing declares), unknown. ``is_of_idle``: of an idle queue."""

    place: Place
    state: str
    name: str = ""
    is_of_idle: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """What a queue's messages are handed to by the platform, such as a Lambda function. ``timeout`` in seconds;
    ``handler``: the code that it runs, as the declaration spells it (``worker.handler``), or nothing; ``folder``: where
    that is, as far as it says."""

    place: Place
    name: str
    timeout: Number
    handler: str = ""
    folder: str = ""

    @property
    def home(self) -> str:
        """The folder that its code lies in, with a slash behind it; nothing where it does not say."""
        around = posixpath.dirname(self.place.facts.path)
        folder = posixpath.normpath(posixpath.join(around, self.folder)) if self.folder else "."
        return "" if folder == "." else f"{folder}/"

    def runs(self, handler: str) -> bool:
        """Whether it runs a function of the project: ``folder/file.function``."""
        is_named = self.handler.rpartition("/")[2] == handler.rpartition("/")[2]
        return bool(handler) and is_named and handler.startswith(self.home)


@dataclass(slots=True)
class QueueReader:
    """Code that takes messages from a queue.

    ``place``: where it takes them, or is told to; ``service``: what kind of queue it is, as in ``Queue``; ``names`` and
    ``variables``: what names the queue, as far as the code shows it; ``handler``: the function that the platform calls,
    as ``folder/file.function``, where it is one.
    """

    library: str
    service: str
    place: Place
    names: frozenset[str]
    variables: frozenset[str]
    handler: str


@dataclass(slots=True, eq=False)
class Queue:
    """Whatever hands a message out again until somebody acknowledges it: a queue, a subscription, a stream's mapping.

    ``kind``: the type that declares it (``aws_sqs_queue``, ``AWS::SQS::Queue``, ``aws_cdk.aws_sqs.Queue``); ``label``:
    what a message calls it; ``service``: sqs, pubsub, servicebus, jetstream, rabbitmq, tasks or stream. ``names``: the
    names by which code may find it, as far as they are literal, and ``patterns`` of those that are put together;
    ``variables``: the environment variables that are given its name, URL or ARN. ``receives``: how often it hands out
    one message; ``deadline``: after how many seconds it hands out again what nobody acknowledged. ``is_dead_letter``:
    it only keeps what another gave up on; ``is_certain``: nothing outside of the project can limit it;
    ``is_named``: its name can be known, so that it can't be one for dead letters unless that says so; ``is_idle``:
    whatever reads it is known, and calls no model.
    """

    kind: str
    label: str
    service: str
    place: Place
    names: frozenset[str]
    variables: frozenset[str]
    receives: Number
    deadline: Number | None = None
    dead_letters: DeadLetters | None = None
    is_dead_letter: bool = False
    patterns: tuple[str, ...] = ()
    is_certain: bool = True
    is_named: bool = True
    is_idle: bool = False
    workers: list[Worker] = field(default_factory=list)

    def place_of(self, number: Number) -> Place:
        """Where a number is set, if that is in the file that declares the queue."""
        return number.place if number.place is not None and number.place.facts is self.place.facts else self.place

    def limited(self, number: Number, value: int) -> LimitTo | None:
        """What gives a number another value, where it is set or would be."""
        place, is_there = number.place or number.holder, number.place is not None
        return LimitTo(place, number.name, value, is_safe=False, is_there=is_there) if place is not None else None

    @property
    def is_unlimited(self) -> bool:
        return self.receives.value == NO_LIMIT and self.is_named and not self.is_dead_letter

    def may_be_called(self, name: str) -> bool:
        return name in self.names or any(re.fullmatch(pattern, name) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class BudgetAlarm:
    """Something that watches what is spent. ``threshold``: in per cent of it, if it is ``relative``; ``acts``: whether
    it stops anything by itself, and does not only tell."""

    label: str
    place: Place
    threshold: float | None
    acts: bool
    relative: bool = False
