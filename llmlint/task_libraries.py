"""How libraries run functions in the background, out of ``rules/libraries/``: what repeats them, what limits that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmlint.limits import LIMIT, Limit, limit_of
from llmlint.schema import Named, OneOf

TASK = {
    "paths": [str],
    "form": OneOf("decorator", "argument", "proxy", "job", "class"),
    "function?": int,
    "named?": str,
    "plain?": bool,
    "queue?": str,
    "worker?": {"paths": [str], "queue": str, "function": int},
    "defaults?": str,
    "settings?": str,
    "limits?": [LIMIT],
    "overrides?": [str],
    "retried-by?": [str],
    "uncounted?": [str],
    "counted?": [str],
    "uncounted-calls?": [str],
    "unless?": [str],
    "queued-by?": [str],
    "base?": str,
    "late?": str,
    "time-limit?": str,
    "bounded?": str,
    "unbounded?": str,
}
APP_SETTINGS = {
    "holder": str,
    "redelivery": str,
    "time-limits": [str],
    "late": str,
    "uncounted?": Named(str),
    "prefix": str,
    "aliases?": Named(str),
}
SETTINGS = {
    "name": str,
    "limits": [LIMIT],
    "only-with?": [str],
    "unless?": [str],
    "ignored-with?": str,
    "alternatives?": str,
    "redelivery": {"parameter": str, "default": (int, float)},
    "time-limit": str,
}


@dataclass(frozen=True, slots=True)
class WorkerKind:
    """The calls that have a function work off a queue: the places of the queue's name and of the function."""

    paths: frozenset[str]
    queue: str
    function: int


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A way to make a function a task. ``form``: decorator, argument (number ``function`` of a call is the function or
    its name, or the one ``named`` is), proxy (what is read from the call's result has the function's name), job (the
    function is what a ``worker`` of the same ``queue`` is given) or class (a class lists the functions under the name
    ``named``). ``is_plain``: a function is queued by its own name; ``defaults``: the parameter of the queue that holds
    what no job sets.

    ``settings``: those that limit it; ``limits``: parameters that do. ``overrides``: parameters that go before the
    first limit. ``retried_by``: the parameters, methods (``.retry``) and calls without one of which a failure is not
    repeated. ``uncounted``: parameters that together repeat it without counting, unless it has one that is ``counted``;
    ``uncounted_calls``: the calls that do. ``unless``: the parameters that make its attempts unknown. ``queued_by``:
    the methods that queue it. ``base``: the one that takes a class with such settings; ``late``: the one that has it
    acknowledged when it is done.
    """

    path: str
    library: str
    form: str
    function: int
    named: str
    is_plain: bool
    queue: str
    worker: WorkerKind | None
    defaults: str
    settings: str
    limits: tuple[Limit, ...]
    overrides: tuple[str, ...]
    retried_by: tuple[str, ...]
    uncounted: tuple[str, ...]
    counted: tuple[str, ...]
    uncounted_calls: tuple[str, ...]
    unless: tuple[str, ...]
    queued_by: frozenset[str]
    base: str
    late: str
    time_limit: str

    @property
    def limited_by(self) -> str:
        """The parameter that limits it, as a message names it."""
        return self.limits[0].parameter if self.limits else ""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Settings of a task queue that are set one by one: as variables of a module or a class, on the ``holder``, or with
    its method ``update``. ``redelivery``: after which time what nobody acknowledged is run again; ``late``: whether a
    task is acknowledged when it is done, not when it begins. ``uncounted``: those that stand for parameters of a task
    which repeat it without counting. In a module, their names may be in capitals behind ``prefix``; ``aliases``: the
    older names of some."""

    library: str
    holder: str
    redelivery: str
    time_limits: tuple[str, ...]
    late: str
    uncounted: Mapping[str, str]
    prefix: str
    aliases: Mapping[str, str]

    def name_of(self, name: str) -> str:
        return self.aliases.get(name) or name.removeprefix(self.prefix).lower()


@dataclass(frozen=True, slots=True)
class SettingsKind:
    """The settings of a task queue: a mapping that a module binds to ``name``. ``only_with``: keys one of which there
    has to be for a task to be run again at all; ``unless``: those that switch it off; ``ignored_with``: the one that
    makes the limit ineffective; ``alternatives``: the one that holds other settings for single queues."""

    name: str
    library: str
    limits: tuple[Limit, ...]
    only_with: tuple[str, ...]
    unless: tuple[str, ...]
    ignored_with: str
    alternatives: str
    redelivery: str
    redelivery_default: float
    time_limit: str

    @property
    def bounds(self) -> tuple[str, ...]:
        """The keys that say how often a task is run."""
        limits = (limit.parameter for limit in self.limits)
        return (*limits, *self.only_with, *self.unless, self.ignored_with)


def task_kind(entry: dict[str, Any], library: str) -> TaskKind:
    worker = entry.get("worker")
    return TaskKind(
        entry["paths"][0],
        library,
        entry["form"],
        entry.get("function", 0),
        entry.get("named", ""),
        entry.get("plain", False),
        entry.get("queue", ""),
        WorkerKind(frozenset(worker["paths"]), worker["queue"], worker["function"]) if worker is not None else None,
        entry.get("defaults", ""),
        entry.get("settings", ""),
        tuple(map(limit_of, entry.get("limits", ()))),
        tuple(entry.get("overrides", ())),
        tuple(entry.get("retried-by", ())),
        tuple(entry.get("uncounted", ())),
        tuple(entry.get("counted", ())),
        tuple(entry.get("uncounted-calls", ())),
        tuple(entry.get("unless", ())),
        frozenset(entry.get("queued-by", ())),
        entry.get("base", ""),
        entry.get("late", ""),
        entry.get("time-limit", ""),
    )


def app_settings(entry: dict[str, Any], library: str) -> AppSettings:
    return AppSettings(
        library,
        entry["holder"],
        entry["redelivery"],
        tuple(entry["time-limits"]),
        entry["late"],
        entry.get("uncounted", {}),
        entry["prefix"],
        entry.get("aliases", {}),
    )


def settings_kind(entry: dict[str, Any], library: str) -> SettingsKind:
    return SettingsKind(
        entry["name"],
        library,
        tuple(map(limit_of, entry["limits"])),
        tuple(entry.get("only-with", ())),
        tuple(entry.get("unless", ())),
        entry.get("ignored-with", ""),
        entry.get("alternatives", ""),
        entry["redelivery"]["parameter"],
        entry["redelivery"]["default"],
        entry["time-limit"],
    )
