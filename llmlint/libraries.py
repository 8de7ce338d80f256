"""What libraries do to calls, out of ``rules/libraries/``: retry helpers, waits, clocks, parsers, task decorators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmlint import schema
from llmlint.consumer_libraries import CONSUMER, ConsumerKind, consumer_kind
from llmlint.limits import LIMIT, OFF, Limit, limit_of
from llmlint.remedies import Code
from llmlint.schema import Named, OneOf
from llmlint.task_libraries import (
    APP_SETTINGS,
    SETTINGS,
    TASK,
    AppSettings,
    SettingsKind,
    TaskKind,
    app_settings,
    settings_kind,
    task_kind,
)

_FUNCTIONS = ("plain", "async", "generator", "async-generator")
_RETRY = {
    "paths": [str],
    "limits": [LIMIT],
    "wait?": {
        "default": OneOf("none", "fixed", "growing"),
        "condition?": str,
        "position?": int,
        "fixed?": [str],
        "growing?": [str],
    },
    "catches?": {
        "default": [str],
        "parameter?": str,
        "position?": int,
        "condition?": bool,
        "unless?": [str],
    },
    "function?": int,
    "runs?": [str],
    "functions?": [OneOf(*_FUNCTIONS)],
    "handles-quota?": bool,
    "misuse?": str,
    "unless?": [str],
    "ends-by?": Named((int, str)),
    "waits-by?": Named((int, str)),
    "bounded": str,
    "unbounded?": str,
}
_STOP = {
    "counts": OneOf("attempts", "retries", "seconds", "unlimited"),
    "parameter?": str,
    "unlimited?": [OneOf("missing", *OFF)],
}
_LIBRARY = {
    "modules": [str],
    "library": str,
    "language": OneOf("python", "typescript"),
    "packages?": Named((str, float, int)),
    "notes?": [str],
    "retries?": [_RETRY],
    "needs?": [str],
    "tasks?": [TASK],
    "settings-names?": [str],
    "task-settings?": [SETTINGS],
    "app-settings?": [APP_SETTINGS],
    "consumers?": [CONSUMER],
    "stops?": Named(_STOP),
    "waits?": Named(OneOf("none", "fixed", "growing")),
    "predicates?": Named({"parameter?": str, "position?": int, "all-but?": bool}),
    "sleeps?": [str],
    "inputs?": [str],
    "events?": [str],
    "clocks?": [str],
    "randoms?": [str],
    "parsers?": Named(str),
    "patterns?": [str],
    "texts?": Named({"name": str, "position": int}),
    "awaits?": Named(str),
    "sources?": Named(OneOf("file", "page", "request", "input", "table")),
    "bounds?": [str],
    "encoders?": [str],
    "sessions?": [str],
    "chats?": [str],
    "schemas?": [str],
    "histories?": Named(int),
    "forwards?": Named({"function": int, "name?": str, "arguments?": int, "later?": bool}),
    "passthrough?": Named(str),
    "partials?": Named(str),
    "providers?": Named(str),
    "handed?": Named(str),
    "deadlines?": Named({"names": [str], "position?": int}),
    "gathers?": [str],
    "futures?": [str],
    "observers?": [str],
    "endless?": [str],
    "finite?": [str],
    "roles?": Named(OneOf("handler", "task", "worker")),
    "receivers?": [str],
    "environments?": [str],
    "logs?": [str],
    "pages?": [str],
    "responses?": [str],
    "mocks?": [str],
    "mock-fixtures?": [str],
}


@dataclass(frozen=True, slots=True)
class Wait:
    """``condition``: the parameter that takes a wait object; ``fixed`` and ``growing``: parameters that set one."""

    default: str
    condition: str = ""
    position: int = -1
    fixed: tuple[str, ...] = ()
    growing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catches:
    """Which exceptions are repeated. ``condition``: the parameter takes a predicate object. ``unless``: parameters
    that filter them in a way that can't be read."""

    default: tuple[str, ...]
    parameter: str = ""
    position: int = -1
    condition: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryHelper:
    """A decorator, object or function that repeats calls. ``function``: the position of the callable that it is
    given, or -1; ``runs``: the methods of an object that it makes which are given one, first. ``functions``: the kinds
    of functions that it does repeat as a decorator. ``misuse``: the variant of
    LLM202 for a stop condition passed by position. ``ends_by`` and ``waits_by``: arguments with which it ends after a
    few attempts, and waits longer after each of them; a text stands for a call."""

    name: str
    library: str
    limits: tuple[Limit, ...]
    wait: Wait
    catches: Catches
    function: int = -1
    runs: tuple[str, ...] = ()
    functions: tuple[str, ...] = _FUNCTIONS
    misuse: str = ""
    unless: tuple[str, ...] = ()
    ends_by: tuple[tuple[str, Any], ...] = ()
    waits_by: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition on the exception: one of those that ``parameter`` names, or ``all_but`` those."""

    parameter: str
    position: int
    all_but: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A condition that ends a retry. ``unlimited``: what makes it endless: a value of its parameter, or none at all."""

    counts: str
    parameter: str = ""
    unlimited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Forward:
    """A function that calls the function at position ``function`` (or keyword ``name``) with the arguments from
    position ``arguments`` on; ``is_later``: not before it returns, so that a failure shows somewhere else."""

    function: int
    name: str = ""
    arguments: int = -1
    is_later: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """A function, a context manager or a decorator that ends what runs under it; the parameters that say when, and
    the position of the first one, or -1."""

    names: frozenset[str]
    position: int = -1


# The keys of a library file that are taken over as they are.
_MAPPINGS = (
    "waits",
    "parsers",
    "awaits",
    "sources",
    "roles",
    "passthrough",
    "partials",
    "providers",
    "handed",
    "histories",
)
_SETS = (
    "sleeps",
    "receivers",
    "inputs",
    "events",
    "clocks",
    "randoms",
    "gathers",
    "futures",
    "observers",
    "environments",
    "logs",
    "pages",
    "responses",
    "endless",
    "finite",
    "mocks",
    "mock-fixtures",
    "patterns",
    "bounds",
    "encoders",
    "sessions",
    "chats",
    "schemas",
)


@dataclass(slots=True)
class Libraries:
    """Everything by dotted path, ``()`` after what is called: ``tenacity.stop_after_attempt()``.

    ``passthrough``: functions that return one of their arguments; ``partials``: those that return a function with
    arguments given beforehand; ``providers``: those that call an argument and return what it returns. ``handed``: what
    methods that a project fills in are given for a parameter (``Base.method.parameter``).
    ``inputs``: functions that wait for a person, or for something else to happen where they are ``events`` as well.
    ``parsers``: functions, and methods of any object (``.parse_raw``), that read JSON, with the parameter that takes
    the text; ``texts``: those that give a text back with changes, with that parameter's name and position; ``awaits``:
    those that give back what an awaitable argument does. ``sources``: functions and objects that bring a text in, with
    its kind; ``bounds``: functions whose result is no longer than they are told; ``encoders``: those that write binary
    data as text; ``sessions``: objects that keep what they are given from one request of somebody to the next.
    ``chats``: modules whose objects call back for what somebody does in a chat window; ``histories``: those of their
    functions that call back with all that was said, and the position at which they give it; ``schemas``: modules whose
    objects check data as it comes in. ``gathers``: functions that run what they are given and give back something to
    wait for; ``futures``: methods that give back what a call meanwhile has given, or raise what it has raised;
    ``observers``: functions that only look at a function.
    ``environments``: what gives a variable of the environment or a secret by its name, called or indexed; ``logs``,
    ``pages`` and ``responses``: functions that write what they are given to a log or a terminal, into a page, and into
    the answer to a request, or methods (``.json``) of what the function that handles a request is given.
    """

    retries: dict[str, RetryHelper] = field(default_factory=dict)
    stops: dict[str, Stop] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)
    predicates: dict[str, Predicate] = field(default_factory=dict)
    sleeps: set[str] = field(default_factory=set)
    inputs: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)
    randoms: set[str] = field(default_factory=set)
    parsers: dict[str, str] = field(default_factory=dict)
    patterns: set[str] = field(default_factory=set)
    texts: dict[str, tuple[str, int]] = field(default_factory=dict)
    awaits: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    bounds: set[str] = field(default_factory=set)
    encoders: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    chats: set[str] = field(default_factory=set)
    schemas: set[str] = field(default_factory=set)
    histories: dict[str, int] = field(default_factory=dict)
    forwards: dict[str, Forward] = field(default_factory=dict)
    passthrough: dict[str, str] = field(default_factory=dict)
    partials: dict[str, str] = field(default_factory=dict)
    providers: dict[str, str] = field(default_factory=dict)
    handed: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    gathers: set[str] = field(default_factory=set)
    futures: set[str] = field(default_factory=set)
    observers: set[str] = field(default_factory=set)
    tasks: dict[str, TaskKind] = field(default_factory=dict)
    task_settings: dict[str, SettingsKind] = field(default_factory=dict)
    app_settings: list[AppSettings] = field(default_factory=list)
    consumers: dict[str, ConsumerKind] = field(default_factory=dict)
    consumer_samples: list[tuple[ConsumerKind, str, str]] = field(default_factory=list)
    environments: set[str] = field(default_factory=set)
    logs: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    responses: set[str] = field(default_factory=set)
    endless: set[str] = field(default_factory=set)
    finite: set[str] = field(default_factory=set)
    roles: dict[str, str] = field(default_factory=dict)
    receivers: set[str] = field(default_factory=set)
    mocks: set[str] = field(default_factory=set)
    mock_fixtures: set[str] = field(default_factory=set)
    samples: list[tuple[RetryHelper, str, str]] = field(default_factory=list)
    task_samples: list[tuple[TaskKind, str, str]] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Read one library file. Raises CatalogError."""
        data = schema.load(path, _LIBRARY)
        for entry in data.get("retries", ()):
            helper = _helper(entry, data["library"])
            self.samples.append((helper, entry["bounded"], entry.get("unbounded", "")))
            self.retries.update(dict.fromkeys(entry["paths"], helper))
        for entry in data.get("tasks", ()):
            task = task_kind(entry, data["library"])
            self.task_samples.append((task, entry.get("bounded", ""), entry.get("unbounded", "")))
            self.tasks.update(dict.fromkeys(entry["paths"], task))
        for entry in data.get("consumers", ()):
            consumer = consumer_kind(entry, data["library"])
            self.consumer_samples.append((consumer, entry["safe"], entry["risky"]))
            self.consumers.update(dict.fromkeys(entry["paths"], consumer))
        self.app_settings.extend(app_settings(entry, data["library"]) for entry in data.get("app-settings", ()))
        for entry in data.get("task-settings", ()):
            self.task_settings[entry["name"]] = settings_kind(entry, data["library"])
        self._add_values(data)
        for kind in _MAPPINGS:
            getattr(self, kind).update(data.get(kind, {}))
        for kind in _SETS:
            getattr(self, kind.replace("-", "_")).update(data.get(kind, ()))
        self.inputs |= self.events

    def _add_values(self, data: dict[str, Any]) -> None:
        for name, stop in data.get("stops", {}).items():
            self.stops[name] = Stop(stop["counts"], stop.get("parameter", ""), frozenset(stop.get("unlimited", ())))
        for name, predicate in data.get("predicates", {}).items():
            self.predicates[name] = Predicate(
                predicate.get("parameter", ""), predicate.get("position", 0), predicate.get("all-but", False)
            )
        for name, forward in data.get("forwards", {}).items():
            self.forwards[name] = Forward(
                forward["function"],
                forward.get("name", ""),
                forward.get("arguments", -1),
                forward.get("later", False),
            )
        for name, deadline in data.get("deadlines", {}).items():
            self.deadlines[name] = Deadline(frozenset(deadline["names"]), deadline.get("position", -1))
        for name, text in data.get("texts", {}).items():
            self.texts[name] = (text["name"], text["position"])


def _helper(entry: dict[str, Any], library: str) -> RetryHelper:
    wait = entry.get("wait", {"default": "growing"})
    catches = entry.get("catches", {"default": []})
    return RetryHelper(
        entry["paths"][0],
        library,
        tuple(limit_of(limit) for limit in entry["limits"]),
        Wait(
            wait["default"],
            wait.get("condition", ""),
            wait.get("position", -1),
            tuple(wait.get("fixed", ())),
            tuple(wait.get("growing", ())),
        ),
        Catches(
            tuple(catches["default"]),
            catches.get("parameter", ""),
            catches.get("position", -1),
            catches.get("condition", False),
            tuple(catches.get("unless", ())),
        ),
        entry.get("function", -1),
        tuple(entry.get("runs", ())),
        tuple(entry.get("functions", _FUNCTIONS)),
        entry.get("misuse", ""),
        tuple(entry.get("unless", ())),
        _arguments(entry.get("ends-by", {})),
        _arguments(entry.get("waits-by", {})),
    )


def _arguments(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, Code(value) if isinstance(value, str) else value) for name, value in entry.items())
