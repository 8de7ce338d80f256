"""The vocabulary of background work in linked facts: tasks, and the settings of the queues that run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmlint.findings import Place
from llmlint.queues import Number

if TYPE_CHECKING:
    from llmlint.linked import Reach


@dataclass(slots=True)
class Task:
    """A function that a library runs in the background, and runs again when it fails.

    ``place``: where the library is told of it; ``label``: what a message calls it; ``attempts``: how often it is run in
    all; ``settings``: the name of those that say so, if it is up to them, and ``redelivery`` the seconds after which
    they have it run again. ``uncounted``: settings that repeat it without counting. ``reach``: the way from it to a
    model call; ``function``: the file and number of the function, if it is one of the project's.
    """

    library: str
    place: Place
    label: str
    attempts: Number
    time_limit: Number
    settings: str = ""
    redelivery: Number | None = None
    uncounted: tuple[str, ...] = ()
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
    the limit. ``runs_others``: all tasks that are known to be run by it have nothing to do with a model."""

    library: str
    place: Place
    name: str
    attempts: Number
    redelivery: Number
    time_limit: Number
    redelivers: bool
    ignored_by: str = ""
    runs_others: bool = False
