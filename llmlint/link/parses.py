"""Replies that are parsed: ``json.loads`` and its like, followed back to the model call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llmlint.facts import FileFacts, Literal, Parameter, Result, Value
from llmlint.libraries import Libraries
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.linked import ModelCall, Site

_MAX_STEPS = 30
# How many functions may lie between a call and the place where its reply is parsed.
_MAX_HOPS = 2


@dataclass(frozen=True, slots=True)
class _Trail:
    """How far a value has been followed, and through how many functions."""

    steps: int = 0
    hops: int = 0
    seen: set[object] = field(default_factory=set)

    def step(self) -> _Trail:
        return _Trail(self.steps + 1, self.hops, self.seen)

    def hop(self) -> _Trail:
        return _Trail(self.steps + 1, self.hops + 1, self.seen)


class ParseFinder:
    """Notes on each model call where the text of its reply is parsed."""

    def __init__(
        self,
        resolver: Resolver,
        graph: CallGraph,
        model_calls: Mapping[Site, ModelCall],
    ) -> None:
        self.resolver = resolver
        self.libraries: Libraries = resolver.libraries
        self.graph = graph
        self.model_calls = model_calls
        self._targets: dict[Site, list[FunctionKey]] = {}
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback:
                    self._targets.setdefault(Site(edge.site.facts, edge.site.index), []).append(edge.target)

    def note(self, facts: FileFacts) -> None:
        for site, value in self._parsed(facts):
            for call in self._calls_behind(facts, value, _Trail()):
                if site.callee not in call.parses:
                    call.parses.append(site.callee)

    def _parsed(self, facts: FileFacts) -> Iterator[tuple[Site, Value]]:
        """The parsing calls of a file, and what each of them parses."""
        for index, call in enumerate(facts.calls):
            site = Site(facts, index)
            for path in self.graph.external.get(site, ()):
                name = self.libraries.parsers.get(path)
                if name is not None:
                    yield from ((site, value) for value in self._argument(site, name, 0))
                elif path in self.libraries.patterns and self._looks_for_braces(
                    call.arguments[0].value if call.arguments else None
                ):
                    yield from ((site, value) for value in self._argument(site, "string", 1))

    def _argument(self, site: Site, name: str, position: int) -> Iterator[Value]:
        arguments = site.call.arguments
        named = [argument.value for argument in arguments if argument.name == name]
        positional = [argument.value for argument in arguments if argument.name is None and not argument.stars]
        yield from named or positional[position : position + 1]

    def _looks_for_braces(self, pattern: Value | None) -> bool:
        return isinstance(pattern, Literal) and isinstance(pattern.value, str) and "{" in pattern.value

    def _calls_behind(self, facts: FileFacts, value: Value, trail: _Trail) -> Iterator[ModelCall]:
        """The model calls whose reply, as text, ``value`` is made of."""
        if trail.steps > _MAX_STEPS or trail.hops > _MAX_HOPS:
            return
        if isinstance(value, Result):
            yield from self._behind_result(Site(facts, value.call), trail)
        elif isinstance(value, Parameter):
            yield from self._behind_parameter(facts, value, trail)
        else:
            for part in parts_of(value):
                yield from self._calls_behind(facts, part, trail.step())

    def _behind_result(self, site: Site, trail: _Trail) -> Iterator[ModelCall]:
        if site in trail.seen:
            return
        trail.seen.add(site)
        call = self.model_calls.get(site)
        if call is not None:
            yield call
            return
        targets = self._targets.get(site, ())
        if len(targets) == 1:
            path, index = targets[0]
            other = self.resolver.files[path]
            if not other.functions[index].is_generator:
                for returned in other.functions[index].returns:
                    yield from self._calls_behind(other, returned, trail.hop())
        elif not targets and not any(path in self.libraries.parsers for path in self.graph.external.get(site, ())):
            base = getattr(site.call.callee, "base", None)
            for value in (*([base] if base is not None else []), *(a.value for a in site.call.arguments)):
                yield from self._calls_behind(site.facts, value, trail.step())

    def _behind_parameter(self, facts: FileFacts, value: Parameter, trail: _Trail) -> Iterator[ModelCall]:
        key = (facts.path, value.function, value.name)
        if key in trail.seen:
            return
        trail.seen.add(key)
        function = facts.functions[value.function]
        for site in self.resolver.results.callers.get((facts.path, value.function), ()):
            argument = argument_for(site, function, value.name)
            if argument is not None:
                yield from self._calls_behind(site.facts, argument.value, trail.hop())
