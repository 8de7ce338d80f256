"""What is known of the resources of infrastructure, out of ``rules/infrastructure/``: queues, what is said of them, and
what they are read by. A place is a path of keys into a declaration; ``*`` stands for each item of a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmlint import budgets, schema
from llmlint.queues import NO_LIMIT
from llmlint.schema import Named, OneOf

_PLACES = [str]
_DURATION = {"places": _PLACES, "default": (int, float)}
_RECEIVES = {
    "places": _PLACES,
    "policy?": _PLACES,
    "within?": int,
    "default?": int,
    "unlimited?": [OneOf("none", "zero", "negative")],
    "or-else?": _PLACES,
}
_CALLS = {"types?": [str], "calls?": [str]}
_QUEUE = {
    **_CALLS,
    "label?": str,
    "service": OneOf("sqs", "pubsub", "servicebus", "jetstream", "rabbitmq", "tasks", "stream"),
    "names?": _PLACES,
    "receives": _RECEIVES,
    "deadline?": _DURATION,
    "dead-letters?": _PLACES,
    "marks?": _PLACES,
    "source?": str,
    "of?": [str],
    "unless?": _PLACES,
    "switches?": _PLACES,
    "when?": Named(str),
    "certain?": bool,
}
_RESOURCES = {
    "modules": [str],
    "needs?": [str],
    "types": [str],
    "packages?": Named((str, float, int)),
    "queues?": [_QUEUE],
    "policies?": [{"types": [str], "queue": str}],
    "functions?": [
        {
            **_CALLS,
            "names?": _PLACES,
            "timeout?": _DURATION,
            "handler?": str,
            "folder?": str,
            "variables?": _PLACES,
            "queues?": _PLACES,
        }
    ],
    "mappings?": [{**_CALLS, "queue": str, "function": str}],
    "targets?": [str],
    "failures?": [{"types": [str], "places": _PLACES}],
    "failure-arguments?": [str],
    "policy-calls?": Named(str),
    "imports?": Named(str),
    "event-sources?": Named(str),
    "attachments?": [str],
    "extensions?": [str],
    **budgets.SCHEMA,
}


@dataclass(frozen=True, slots=True)
class Receives:
    """Where a queue takes its maximum. ``policy``: any of these has to be there for the number in it to count, which is
    ``within`` where nobody sets it; ``default``: what holds without any of them, no limit unless there is one.
    ``unlimited``: values that mean no limit; ``or_else``: what bounds it instead."""

    places: tuple[str, ...]
    policy: tuple[str, ...] = ()
    within: float = NO_LIMIT
    default: float = NO_LIMIT
    unlimited: frozenset[str] = frozenset()
    or_else: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """What a message calls it."""
        return (self.policy or self.places)[0]


@dataclass(frozen=True, slots=True)
class Duration:
    places: tuple[str, ...]
    default: float

    @property
    def parameter(self) -> str:
        return self.places[0]


@dataclass(frozen=True, slots=True)
class QueueType:
    """``dead_letters``: where it says what becomes of a message that came too often; ``marks``: settings that only a
    dead-letter queue has; ``source``: what its messages come from, one of ``of`` if that is given; ``unless``: with one
    of these, no code receives them; ``switches``: with one of these off, there is none. ``when``: what has to stand at
    some places for a maximum to count; ``is_certain``: nothing but the declaration can set one."""

    service: str
    label: str
    names: tuple[str, ...]
    receives: Receives
    deadline: Duration | None
    dead_letters: tuple[str, ...]
    marks: tuple[str, ...]
    source: str
    of: tuple[str, ...]
    unless: tuple[str, ...]
    switches: tuple[str, ...]
    when: dict[str, str]
    is_certain: bool


@dataclass(frozen=True, slots=True)
class FunctionType:
    """What runs code, ``handler`` in ``folder``: ``queues`` that it is given messages from, ``variables`` of its
    environment."""

    names: tuple[str, ...]
    timeout: Duration | None
    handler: str
    folder: str
    variables: tuple[str, ...]
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingType:
    """What hands the messages of a queue to a function; both by place."""

    queue: str
    function: str


@dataclass(slots=True)
class Resources:
    """By type, and by the path of the call for what code declares. ``targets``: types that a dead letter may go to, and
    no more; ``failures``: where other things say what becomes of what they failed at, and ``failure_arguments`` where
    calls do. ``policy_calls``: calls that set a policy later, with the service; ``imports``: calls that make a queue of
    an address, with the place of it; ``event_sources``: calls that wrap a queue for a function, with the place of it,
    and ``attachments`` the methods that give it to the function; ``extensions``: calls by which a consumer asks for
    more time."""

    queues: dict[str, QueueType] = field(default_factory=dict)
    calls: dict[str, QueueType] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    functions: dict[str, FunctionType] = field(default_factory=dict)
    mappings: dict[str, MappingType] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    failures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failure_arguments: tuple[str, ...] = ()
    call_functions: dict[str, FunctionType] = field(default_factory=dict)
    call_mappings: dict[str, MappingType] = field(default_factory=dict)
    policy_calls: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    event_sources: dict[str, str] = field(default_factory=dict)
    attachments: set[str] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)
    budgets: budgets.Budgets = field(default_factory=budgets.Budgets)

    def add(self, path: Path) -> None:
        """Read one file. Raises CatalogError."""
        data = schema.load(path, _RESOURCES)
        for entry in data.get("queues", ()):
            queue = _queue(entry)
            self.queues.update(dict.fromkeys(entry.get("types", ()), queue))
            self.calls.update(dict.fromkeys(entry.get("calls", ()), queue))
        for entry in data.get("policies", ()):
            self.policies.update(dict.fromkeys(entry["types"], entry["queue"]))
        for entry in data.get("functions", ()):
            function = _function(entry)
            self.functions.update(dict.fromkeys(entry.get("types", ()), function))
            self.call_functions.update(dict.fromkeys(entry.get("calls", ()), function))
        for entry in data.get("mappings", ()):
            mapping = MappingType(entry["queue"], entry["function"])
            self.mappings.update(dict.fromkeys(entry.get("types", ()), mapping))
            self.call_mappings.update(dict.fromkeys(entry.get("calls", ()), mapping))
        self.targets.update(data.get("targets", ()))
        for entry in data.get("failures", ()):
            self.failures.update(dict.fromkeys(entry["types"], tuple(entry["places"])))
        self.failure_arguments += tuple(data.get("failure-arguments", ()))
        self.attachments.update(data.get("attachments", ()))
        self.extensions.update(data.get("extensions", ()))
        self.budgets.add(data)
        self.policy_calls.update(data.get("policy-calls", {}))
        self.imports.update(data.get("imports", {}))
        self.event_sources.update(data.get("event-sources", {}))

    @property
    def types(self) -> set[str]:
        """Every type that an entry is about."""
        known = (self.queues, self.policies, self.functions, self.mappings, self.targets, self.failures)
        return self.budgets.names.union(*known)


def _queue(entry: dict[str, Any]) -> QueueType:
    receives = entry["receives"]
    return QueueType(
        entry["service"],
        entry.get("label", "this queue"),
        tuple(entry.get("names", ())),
        Receives(
            tuple(receives["places"]),
            tuple(receives.get("policy", ())),
            receives.get("within", NO_LIMIT),
            receives.get("default", NO_LIMIT),
            frozenset(receives.get("unlimited", ())),
            tuple(receives.get("or-else", ())),
        ),
        _duration(entry.get("deadline")),
        tuple(entry.get("dead-letters", ())),
        tuple(entry.get("marks", ())),
        entry.get("source", ""),
        tuple(entry.get("of", ())),
        tuple(entry.get("unless", ())),
        tuple(entry.get("switches", ())),
        entry.get("when", {}),
        entry.get("certain", True),
    )


def _function(entry: dict[str, Any]) -> FunctionType:
    return FunctionType(
        tuple(entry.get("names", ())),
        _duration(entry.get("timeout")),
        entry.get("handler", ""),
        entry.get("folder", ""),
        tuple(entry.get("variables", ())),
        tuple(entry.get("queues", ())),
    )


def _duration(entry: dict[str, Any] | None) -> Duration | None:
    return Duration(tuple(entry["places"]), entry["default"]) if entry is not None else None
