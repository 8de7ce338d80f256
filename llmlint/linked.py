"""The vocabulary of linked facts: what a project's facts amount to once the catalogue and each other are known.

Checks are written against this module; nothing in it belongs to one language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llmlint.facts import FileFacts, Function
from llmlint.findings import Place
from llmlint.leaks import Exposure, GivenKey, LiveTest, SharedSecret
from llmlint.model_calls import ModelCall, Passed, Site
from llmlint.queues import BudgetAlarm, DeadLetters, Queue, QueueReader
from llmlint.tasks import BatchLoop, Consumer, SwallowedFailure, Task, TaskQueueSettings

UNLIMITED = float("inf")
_SOURCES = {
    "reply": "a model's reply",
    "file": "the text of a file",
    "page": "a page from the network",
    "request": "what a request holds",
    "input": "what somebody types in",
    "table": "the content of a table",
    "encoded": "encoded data",
    "history": "a history that grows",
    "callback": "what a callback is given",
    "parameter": "the parameter {name}",
}


@dataclass(slots=True)
class Reach:
    """One way to a model call: the call made here, and the model call that it ends in. ``is_certain``: every call on
    the way can only be the one that was followed; otherwise some model call is made, perhaps another one.
    ``is_later``: its failure does not show where the call is made. ``is_called``: the functions on the way are called;
    otherwise one of them is only handed to something that may call it."""

    site: Site
    target: ModelCall
    is_certain: bool = True
    is_later: bool = False
    is_called: bool = True

    @property
    def label(self) -> str:
        return self.target.label if self.is_certain else "the model call"


@dataclass(slots=True)
class LoopSite:
    """A loop that reaches model calls.

    ``ceiling``: what ends it whatever the model answers, or empty. ``awaits_reply``: it goes on until the reply says
    stop. ``is_open``: what ends it can't be known. ``is_paced``: each round waits for a person or an event.
    """

    place: Place
    reaches: list[Reach]
    ceiling: str = ""
    awaits_reply: bool = False
    is_open: bool = False
    is_paced: bool = False


@dataclass(slots=True)
class Retry:
    """Something that sends the same request again when it fails.

    ``form``: loop, decorator, object or call. ``attempts``: in all; UNLIMITED, or None where it can't be known.
    ``wait``: none, fixed, growing or unknown. ``catches``: the exceptions that it repeats, as dotted names, or None
    where that can't be known; ``permanent`` those of them that no second attempt can help. ``stop``: the parameter that
    would end it. ``misuse``: the variant of a stop condition that is given wrongly. ``is_for_requests``: it repeats
    requests that failed, not replies that did not parse; ``is_for_passing``: errors among them that a client would
    repeat by itself. ``misses_quota``: it repeats a rate-limit error and never asks whether the quota is used up.
    ``inner``: the retries that each of its attempts runs. ``made``: the call of the library that makes it, or its name
    where that is not called; ``ends_by`` and ``waits_by``: arguments with which it would end, and wait longer each
    time; ``replaces_wait``: instead of what it is told so far.
    """

    form: str
    place: Place
    reaches: list[Reach]
    attempts: float | None
    wait: str
    catches: tuple[str, ...] | None
    library: str = ""
    stop: str = ""
    misuse: str = ""
    handler: Place | None = None
    made: Place | None = None
    ends_by: tuple[tuple[str, Any], ...] = ()
    waits_by: tuple[tuple[str, Any], ...] = ()
    replaces_wait: bool = False
    permanent: tuple[str, ...] = ()
    is_for_requests: bool = True
    is_for_passing: bool = True
    misses_quota: bool = False
    inner: list[Retry] = field(default_factory=list)

    @property
    def is_local(self) -> bool:
        return all(reach.target.is_local for reach in self.reaches)


@dataclass(slots=True)
class Recursion:
    """A call that leads back to the function that makes it. ``through``: the functions on the way."""

    site: Site
    function: Function
    through: tuple[str, ...]
    reach: Reach


@dataclass(slots=True)
class Nesting:
    """A call that reaches a model under loops that nothing bounds, outermost first."""

    loops: tuple[Place, ...]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text begins that nothing bounds on its way.

    ``kind``: reply, file, page, request, input, table, encoded, history (something that grows with each round or call),
    callback (what somebody outside the project gives a function that was handed over) or parameter (of a function that
    the project never calls; ``name`` is its name).
    ``callers``: the calls that it came through, the last one first. ``in_pieces``: it was cut into pieces, as many as
    it takes; ``join``: where encoded data joins a text. ``is_whole``: it is all of a file, a page, a body or a table,
    and none that comes with the code. ``is_retold``: it is a list that a text is written with.
    ``is_likely_short``: it tells the model what it is for, is one entry or one picked part of what something says, or a
    file that nobody outside the program chose; ``is_element``: it is read one by one.
    """

    kind: str
    place: Place | None
    callers: tuple[Place, ...] = ()
    in_pieces: bool = False
    join: Place | None = None
    name: str = ""
    is_whole: bool = False
    is_retold: bool = False
    is_likely_short: bool = False
    is_element: bool = False

    @property
    def label(self) -> str:
        """How a message names it."""
        return _SOURCES[self.kind].format(name=self.name)

    @property
    def told_callers(self) -> tuple[Place, ...]:
        """The calls on its way that are told: the last two, and the first."""
        return (*self.callers[:2], *self.callers[2:][-1:])


@dataclass(slots=True)
class TextSink:
    """A text that a model call is given, and those of its sources that nothing bounds."""

    call: ModelCall
    sources: tuple[Source, ...]


@dataclass(slots=True)
class Encoding:
    """Encoded data in a text. ``sink``: speech, prompt or history; ``place``: where the data joins the text, or where
    the text is used."""

    sink: str
    place: Place
    used: Place
    source: Source


@dataclass(frozen=True, slots=True)
class GrowingHistory:
    """A history that grows, and is sent whole. ``place``: where it is handed over to be sent, or sent, by the code that
    holds it; ``callers``: the calls on the way from there to the model call; ``growth``: where it grows;
    ``is_retold``: a text is written with it, which may say little of each thing in it."""

    call: ModelCall
    place: Place
    callers: tuple[Place, ...]
    growth: Place | None
    is_retold: bool


@dataclass(frozen=True, slots=True)
class CacheMiss:
    """A prompt that the provider is asked to keep, and will not find again. ``kind``: clock or random, for what is new
    in it each time, at ``source``; ``place``: the argument that it is given by."""

    call: ModelCall
    place: Place
    kind: str
    source: Place


@dataclass(frozen=True, slots=True)
class StaticPrompt:
    """A prompt of which ``characters`` stand in the code, sent to a provider who keeps nothing unasked."""

    call: ModelCall
    characters: int


@dataclass(slots=True)
class ImageRun:
    """An image call that nothing counts. ``repeated_by``: loop, chat or tool; ``place``: that loop, or where a function
    is made a chat's or a tool's; ``callers``: the calls on the way to it."""

    call: ModelCall
    repeated_by: str
    place: Place
    callers: tuple[Place, ...]


@dataclass(slots=True)
class LinkedFile:
    """One file as the checks see it. ``text``: what is written in it, whatever its language. ``passed``: what calls in
    it make of the caps of calls elsewhere. ``other_readers``: code that takes messages from a queue and calls no model;
    ``serves_model``: its project reaches a model call."""

    facts: FileFacts
    model_calls: list[ModelCall] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    task_settings: list[TaskQueueSettings] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)
    swallowed: list[SwallowedFailure] = field(default_factory=list)
    batches: list[BatchLoop] = field(default_factory=list)
    loops: list[LoopSite] = field(default_factory=list)
    retries: list[Retry] = field(default_factory=list)
    recursions: list[Recursion] = field(default_factory=list)
    nestings: list[Nesting] = field(default_factory=list)
    spoken: list[TextSink] = field(default_factory=list)
    prompted: list[TextSink] = field(default_factory=list)
    encodings: list[Encoding] = field(default_factory=list)
    image_runs: list[ImageRun] = field(default_factory=list)
    histories: list[GrowingHistory] = field(default_factory=list)
    cache_misses: list[CacheMiss] = field(default_factory=list)
    static_prompts: list[StaticPrompt] = field(default_factory=list)
    given_keys: list[GivenKey] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    live_tests: list[LiveTest] = field(default_factory=list)
    shared_secrets: list[SharedSecret] = field(default_factory=list)
    other_readers: list[QueueReader] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    dead_letters: list[DeadLetters] = field(default_factory=list)
    budgets: list[BudgetAlarm] = field(default_factory=list)
    serves_model: bool = False
    text: FileFacts | None = None
