"""The vocabulary of model calls: where each stands, what is known of its settings, and what becomes of its reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from llmlint.facts import Argument, Call, FileFacts
from llmlint.findings import Place
from llmlint.operations import Operation
from llmlint.remedies import GiveArguments
from llmlint.scripts import LANGUAGE, PREFIX

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


UNSET = SettingValue("absent")
UNKNOWN = SettingValue("unknown")

# -- sites ----------------------------------------------------------------------------------------------------


class Site(NamedTuple):
    """A call in its file. ``skip``: how many of its first positional arguments are not for the callee, where a
    function such as ``asyncio.to_thread`` passes the rest on."""

    facts: FileFacts
    index: int  # type: ignore[assignment]  # nobody asks a site for the place of an item
    skip: int = 0

    @property
    def plain(self) -> Site:
        """The call as it is written, whatever it passes on."""
        return Site(self.facts, self.index) if self.skip else self

    @property
    def call(self) -> Call:
        return self.facts.calls[self.index]

    @property
    def given(self) -> tuple[Argument, ...]:
        """The callee's arguments."""
        return self.call.arguments[self.skip :]

    @property
    def arguments(self) -> list[tuple[int, Argument]]:
        """The callee's arguments, numbered as they are written."""
        return list(enumerate(self.given, self.skip))

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
