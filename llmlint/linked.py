"""The vocabulary of linked facts: what a project's facts amount to once the catalogue and each other are known.

Checks are written against this module; nothing in it belongs to one language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llmlint.facts import Argument, Call, FileFacts, Function
from llmlint.findings import Place
from llmlint.leaks import Exposure, GivenKey, LiveTest, SharedSecret
from llmlint.operations import Operation
from llmlint.queues import BudgetAlarm, DeadLetters, Queue, QueueReader
from llmlint.remedies import GiveArguments
from llmlint.scripts import LANGUAGE, PREFIX
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

# -- settings -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SettingValue:
    """What is known of one setting of one call.

    ``state``: known (``value`` holds), absent (nobody sets it), partly (absent or None on one path, set on
    another), none (None by hand), unknown. ``place`` is where it is set, if it is; ``name`` the parameter.
    """

    state: str
    value: Any = None
    name: str = ""
    place: Place | None = None
    has_default: bool = False


UNSET = SettingValue("absent")
UNKNOWN = SettingValue("unknown")

# -- sites ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A call in its file. ``skip``: how many of its first positional arguments are not for the callee, where a
    function such as ``asyncio.to_thread`` passes the rest on."""

    facts: FileFacts
    index: int
    skip: int = 0

    def __hash__(self) -> int:
        return hash((id(self.facts), self.index, self.skip))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Site)
            and self.facts is other.facts
            and self.index == other.index
            and self.skip == other.skip
        )

    @property
    def plain(self) -> Site:
        """The call as it is written, whatever it passes on."""
        return Site(self.facts, self.index) if self.skip else self

    @property
    def call(self) -> Call:
        return self.facts.calls[self.index]

    @property
    def arguments(self) -> list[tuple[int, Argument]]:
        """The callee's arguments, numbered as they are written."""
        numbered = list(enumerate(self.call.arguments))
        return numbered[self.skip :] if self.skip else numbered

    @property
    def place(self) -> Place:
        return Place(self.facts, self.facts.span(self.call.span))

    @property
    def callee(self) -> Place:
        return Place(self.facts, self.facts.span(self.call.span + 1))

    def has_argument(self, place: Place) -> bool:
        """Whether an argument stands at a place."""
        return any(self.argument(number) == place for number, _ in self.arguments)

    def argument(self, number: int) -> Place:
        return Place(self.facts, self.facts.span(self.call.span + 2 + number))


@dataclass(frozen=True, slots=True)
class Parse:
    """A place where a reply is parsed. ``parser``: what parses it; ``is_text``: it parses the reply's text, and not the
    arguments of a tool call; ``is_search``: it looks for JSON in it."""

    place: Place
    parser: str
    is_text: bool
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """A call of the function around a model call, and what it makes of the model call's cap."""

    place: Place
    call: ModelCall
    cap: SettingValue


@dataclass(slots=True)
class ModelCall:
    """A call that the catalogue knows. ``path``: what led to it, such as ``openai.OpenAI().responses.create``.

    ``settings`` by role. ``maker``: the call that built its client or model, ``users`` the calls made with what this
    one builds. ``is_local``: nothing is billed. ``role``: handler, task or worker where it runs for one, else empty.
    ``is_waited_for``: something around it sets a deadline. ``is_async``: its function is; ``reads_finish`` and
    ``reads_quota``: its function looks at why the reply ended, and at whether the quota is used up.
    ``accepts_stop`` and ``reasons`` are what is known of the model it names; ``writes_text``: it answers in text, and
    not in pictures, sound or numbers. ``is_elsewhere``: its client speaks to another provider than the SDK's own.
    ``through``: attributes on the way that ``path`` leaves out. ``parses``: where its reply is parsed. ``is_fallback``:
    another way through its function asks for structure. ``passed``: what each caller of its function says of its cap,
    where that is up to them. ``is_cut_short``: a loop over the rounds of its agent counts them, and leaves.
    """

    site: Site
    operation: Operation
    path: str
    settings: dict[str, SettingValue]
    maker: ModelCall | None = None
    users: list[ModelCall] = field(default_factory=list)
    is_local: bool = False
    role: str = ""
    is_waited_for: bool = False
    is_async: bool = False
    reads_finish: bool = False
    reads_quota: bool = False
    model: str = ""
    accepts_stop: bool = False
    reasons: bool = False
    writes_text: bool = True
    is_elsewhere: bool = False
    through: str = ""
    parses: list[Parse] = field(default_factory=list)
    is_fallback: bool = False
    passed: list[Passed] = field(default_factory=list)
    is_cut_short: bool = False

    def setting(self, role: str) -> SettingValue:
        return self.settings.get(role, UNKNOWN)

    @property
    def is_at_home(self) -> bool:
        """Whether it speaks to the SDK's own provider, as far as the code says to whom."""
        setting = self.setting("endpoint")
        is_told_elsewhere = "endpoint" in self.operation.options and setting.state == "unknown" and not setting.value
        return not self.is_elsewhere and not is_told_elsewhere

    def thinking(self, allowance: int) -> int | None:
        """How many tokens of the cap are for thinking; None where that can't be known."""
        option, setting = self.operation.options.get("thinking"), self.setting("thinking")
        if option is None or (setting.state in ("absent", "none") and option.default is None):
            return allowance if self.reasons else 0
        if setting.state in ("absent", "none") or setting.value == "disabled":
            return 0
        if type(setting.value) is int:
            return max(setting.value, 0)
        return allowance if setting.state == "known" else None

    def taken(self, role: str) -> str:
        """The argument of this very call that takes a setting; empty where it is given elsewhere."""
        option, setting = self.operation.options[role], self.setting(role)
        if setting.place is not None:
            return setting.name if self.site.has_argument(setting.place) else ""
        return option.elsewhere if self.is_elsewhere and option.elsewhere else next(iter(option.call), "")

    def given(self, name: str, value: Any, *, is_safe: bool) -> GiveArguments | None:
        """The remedy that gives this call an argument; None where what it is given passes through another function."""
        head, *inner = name.split(".")
        is_there = any(argument.name == head for _, argument in self.site.arguments)
        if head in self.operation.objects and not (inner and is_there):
            return None
        if self.site.skip or not all(part.isidentifier() for part in (head, *inner)):
            return None
        return GiveArguments(self.site.place, ((name, value),), is_safe, positional=self.operation.positional)

    def parameter(self, role: str) -> str:
        """How a message names a setting: where it is given, or else where it could be."""
        option = self.operation.options[role]
        return self.setting(role).name or (self.is_elsewhere and option.elsewhere) or option.name

    @property
    def label(self) -> str:
        """How a message names the call: ``chat.completions.create``, ``ChatOpenAI``, or a request's endpoint."""
        if self.operation.sdk == "http":
            return self.operation.name
        name = self.path.removesuffix("()")
        if name.startswith(PREFIX) and ")." not in name:
            return name.rpartition(".")[2].rpartition("/")[2].removeprefix(PREFIX)
        if ")." in name and not self.operation.builds:
            return self.through + name.rpartition(").")[2]
        return name.rpartition(".")[2] if self.operation.builds or name.endswith(")") else name

    @property
    def is_in_script(self) -> bool:
        return self.site.facts.language == LANGUAGE

    @property
    def nothing(self) -> str:
        """How its language spells no value."""
        return "undefined" if self.is_in_script else "None"

    @property
    def attempts(self) -> float | None:
        """How often its client sends one request by itself, or None where that can't be known."""
        option = self.operation.options.get("retries")
        setting = self.setting("retries")
        if option is None or setting.state == "unknown":
            return None
        number = setting.value if setting.state == "known" else option.default if option.known else None
        if isinstance(number, bool) or not isinstance(number, int | float) or (number and option.counts == "varies"):
            return None
        return float(number) if option.counts == "attempts" else float(number) + 1


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
    where that can't be known; ``permanent`` those of them that no second attempt can help. ``stop``: the parameter
    that would end it. ``misuse``: the variant of a stop condition that is given wrongly. ``is_for_requests``: it
    repeats requests that failed, not replies that did not parse; ``is_for_passing``: errors among them that a client
    would repeat by itself. ``misses_quota``: it repeats a rate-limit error
    and never asks whether the quota is used up. ``inner``: the retries that each of its attempts runs. ``made``: the
    call of the library that makes it, or its name where that is not called; ``ends_by`` and ``waits_by``: arguments
    with which it would end, and wait longer each time; ``replaces_wait``: instead of what it is told so far.
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
    and none that comes with the code.
    """

    kind: str
    place: Place | None
    callers: tuple[Place, ...] = ()
    in_pieces: bool = False
    join: Place | None = None
    name: str = ""
    is_whole: bool = False

    @property
    def label(self) -> str:
        """How a message names it."""
        return _SOURCES[self.kind].format(name=self.name)


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
    holds it; ``callers``: the calls on the way from there to the model call; ``growth``: where it grows."""

    call: ModelCall
    place: Place
    callers: tuple[Place, ...]
    growth: Place | None


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
