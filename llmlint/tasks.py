"""The vocabulary of background work in linked facts: tasks, and the settings of the queues that run them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmlint.findings import Place
from llmlint.queues import Number, QueueReader

if TYPE_CHECKING:
    from llmlint.linked import Reach


@dataclass(slots=True)
class Task:
    """A function that a library runs in the background, and runs again when it fails.

    ``place``: where the library is told of it; ``label``: what a message calls it; ``attempts``: how often it is run in
    all; ``settings``: the name of those that say so, if it is up to them, and ``redelivery`` the seconds after which
    they have it run again. ``uncounted``: settings that together repeat it without counting, ``switches`` those of them
    that it sets itself; ``is_late``: it is acknowledged when it is done; ``queued``: where it is put in the queue.
    ``reach``: the way to a model call; ``function``: its file and number, if it is of the project.
    """

    library: str
    place: Place
    label: str
    attempts: Number
    time_limit: Number
    settings: str = ""
    redelivery: Number | None = None
    switches: Mapping[str, bool] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    is_late: bool = False
    queued: tuple[Place, ...] = ()
    function: tuple[str, int] | None = None
    reach: Reach | None = None

    @property
    def is_repeated(self) -> bool:
        """Whether it is known to be run again when it fails."""
        return self.attempts.value is not None and self.attempts.value > 1


@dataclass(slots=True)
class TaskQueueSettings:
    """What a project sets for all tasks of a library, under ``name``. ``redelivers``: whether a task that was not
    acknowledged is run again, after ``redelivery`` seconds; ``ignored_by``: the setting that has the library overlook
    the limit; ``uncounted``: those that together repeat a task without counting. ``cluster``: the only queue that they
    are for; ``runs_others``: all tasks that are known to be run by it have nothing to do with a model."""

    library: str
    place: Place
    name: str
    attempts: Number
    redelivery: Number
    time_limit: Number
    redelivers: bool
    ignored_by: str = ""
    uncounted: tuple[str, ...] = ()
    cluster: str = ""
    runs_others: bool = False


@dataclass(slots=True)
class Consumer(QueueReader):
    """Code that takes messages from a queue, and calls a model for each.

    ``comes_back``: whether a message whose model call fails is delivered again; ``counts``: whether anything looks at
    how often it was, ``requests`` whether it asks for that number at all. ``is_limited``: whether something else bounds
    the deliveries, None where that can't be known. ``function``: the one that gets a whole batch at once;
    ``gives_some_back``: it says which of them failed.
    """

    reach: Reach
    comes_back: bool
    counts: bool
    requests: bool = True
    is_limited: bool | None = False
    function: tuple[str, int] | None = None
    gives_some_back: bool = False

    @property
    def is_endless(self) -> bool:
        """Whether a message that always fails is delivered again for ever."""
        return self.comes_back and not (self.counts and self.requests) and self.is_limited is False


@dataclass(frozen=True, slots=True)
class SwallowedFailure:
    """A handler of exceptions after which a message goes back to its queue, and nobody gets to see why. ``gives_back``:
    it says so itself."""

    place: Place
    consumer: Consumer
    gives_back: bool


@dataclass(frozen=True, slots=True)
class BatchLoop:
    """A loop that calls a model for each item of a batch, all of which is repeated when one fails. ``runner``: the
    library that does so, by way of a task (``told``: where it is told of it) or a platform; ``batch``: what a message
    calls the items."""

    place: Place
    runner: str
    label: str
    batch: str
    told: Place
    reach: Reach
