"""How often a task that fails is run: what its limits say, and whether anything repeats it at all."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.blocks import outward
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.given import Given
from llmlint.link.numbers import number_of
from llmlint.link.resolver import Resolver
from llmlint.link.task_settings import SettingsByPlace
from llmlint.linked import UNLIMITED
from llmlint.model_calls import Site
from llmlint.task_libraries import TaskKind
from llmlint.values import Attribute, Literal, Value


class TaskAttempts:
    """``settings``: those of the task queues, which bound the attempts of some kinds of task."""

    def __init__(self, resolver: Resolver, graph: CallGraph, bodies: Bodies, settings: SettingsByPlace) -> None:
        self.resolver = resolver
        self.graph = graph
        self.bodies = bodies
        self.settings = settings

    def ways(self, kind: TaskKind, given: Given, key: FunctionKey | None) -> list[Site | None]:
        """What repeats a task of this kind: calls in its function, None for the library itself."""
        if not kind.retried_by:
            return [None]
        found: list[Site | None] = [None] if any(map(given.is_on, kind.retried_by)) else []
        calls = self.bodies.calls(self.resolver.files[key[0]], key[1]) if key is not None else ()
        return found + [site for site in calls if any(self._is_call(site, name) for name in kind.retried_by)]

    def _is_call(self, site: Site, name: str) -> bool:
        """Whether a call is of a method ``.retry``, or of what a path names."""
        callee = site.call.callee
        if name.startswith("."):
            return isinstance(callee, Attribute) and f".{callee.name}" == name
        return name in self.graph.external.get(site, ())

    def attempts(self, kind: TaskKind, given: Given, ways: list[Site | None], path: str) -> float | None:
        """How often a task that is told of in a file is run in all; None where that can't be known."""
        if any(map(given.is_on, kind.unless)):
            return UNLIMITED if self.asks_always(kind, given) else None
        if kind.settings:
            return self.settings.attempts(kind.settings, path)
        if not ways:
            return None if given.is_open else 1.0
        own = given.attempts(kind.limits)
        if any(self.asks(kind, way) for way in ways):
            return UNLIMITED
        allowed = [self._by(kind, given, own) if way is None else self._in_call(kind, way, own) for way in ways]
        return None if given.is_open or None in allowed else max(number for number in allowed if number is not None)

    @staticmethod
    def asks_always(kind: TaskKind, given: Given) -> str:
        """The parameter that is given a function which has every failure repeated, whatever the limit says."""
        return next(filter(given.always_agrees, kind.unless), "")

    def asks(self, kind: TaskKind, way: Site | None) -> bool:
        """Whether the task has itself repeated by a call that no limit counts, each time that it fails."""
        if way is None or not self.graph.is_any_of(way, kind.uncounted_calls):
            return False
        around = list(outward(way.facts, way.call.block))
        return any(block.kind == "handler" for _, block in around) and all(
            block.kind != "branch" for _, block in around
        )

    def _by(self, kind: TaskKind, given: Given, own: float | None) -> float | None:
        """The attempts where the library repeats the task: what goes before the limit, or the limit."""
        for name in kind.overrides:
            found = given.find(name)
            if found is not None and found[1] != Literal(None):
                return self._retries(*found)
        return own

    def _in_call(self, kind: TaskKind, site: Site, own: float | None) -> float | None:
        """The attempts where the task asks to be repeated: ``self.retry(max_retries=2)``."""
        asked = Given(self.resolver, site)
        found = asked.find(kind.limited_by)
        if asked.is_open:
            return None
        return own if found is None or found[1] == Literal(None) else self._retries(*found)

    def _retries(self, facts: FileFacts, value: Value) -> float | None:
        number = number_of(self.resolver, facts, value)
        return None if number is None else number + 1

    def switches(self, kind: TaskKind, given: Given) -> dict[str, bool]:
        """Of the parameters that together repeat it without counting, those that it sets itself. All are off where
        it has them counted."""
        if any(map(given.is_on, kind.counted)):
            return dict.fromkeys(kind.uncounted, False)
        return {name: given.is_on(name) for name in kind.uncounted if given.find(name) is not None}
