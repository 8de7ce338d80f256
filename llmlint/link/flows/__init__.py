"""Text flow: what goes into speech, prompts and histories, as sets of sources that nothing bounds.

A small summary, not an engine. ``leaves`` follows a value back through strings, lists, attributes and returns to
where it begins, ``callers`` on from parameters to those who give them; ``inputs`` says where a call takes its text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

from llmlint.facts import Span
from llmlint.findings import Place
from llmlint.link.flows.bounds import Bounds
from llmlint.link.flows.callers import Sources
from llmlint.link.flows.calls import CallReader
from llmlint.link.flows.growing import ADDING
from llmlint.link.flows.histories import Histories
from llmlint.link.flows.inputs import inputs_of
from llmlint.link.flows.leaves import Leaves
from llmlint.link.reach import ReachIndex
from llmlint.linked import Encoding, GrowingHistory, LinkedFile, Source, TextSink
from llmlint.model_calls import ModelCall, Site
from llmlint.values import Attribute, Operation, Result, Value
from llmlint.values import Mapping as MappingValue
from llmlint.values import Sequence as SequenceValue

_PROMPTED = frozenset({"chat", "completion", "responses", "agent"})

_Where = tuple[str, Span]


class Flows:
    """The texts that a project's model calls are given."""

    def __init__(
        self,
        calls: CallReader,
        model_calls: Mapping[str, Iterable[ModelCall]],
        reach: ReachIndex,
        histories: Histories,
    ) -> None:
        resolver, graph = calls.resolver, calls.graph
        self.resolver = resolver
        bounds = Bounds(resolver, graph, histories.loops, calls.rounds)
        self.sources = Sources(graph, Leaves(calls, model_calls, bounds, histories), histories, reach)
        encoders = resolver.libraries.encoders
        self._encodes = (
            any(facts.joins for facts in resolver.files.values())
            or any(path in encoders for paths in graph.external.values() for path in paths)
            or any(call.operation.kind == "image" for calls in model_calls.values() for call in calls)
        )

    def prompted(self, calls: Iterable[ModelCall]) -> Iterator[TextSink]:
        """What is sent as a prompt."""
        for call in calls:
            if call.operation.kind in _PROMPTED and call.operation.is_billed:
                given = inputs_of(call, self.resolver)
                found = [source for facts, value in given for source in self.sources.of(call.site, facts, value)]
                if found:
                    yield TextSink(call, tuple(found))

    def spoken(self, calls: Iterable[ModelCall]) -> Iterator[TextSink]:
        """What is sent to text-to-speech."""
        for call in calls:
            if call.operation.kind == "tts" and call.operation.is_billed:
                given = inputs_of(call, self.resolver)
                found = [source for facts, value in given for source in self.sources.of(call.site, facts, value)]
                yield TextSink(call, tuple(found))

    def count_once(self, files: Iterable[LinkedFile]) -> None:
        """Leave a text that is handed over in one place to the first call that it gets to: a wrapper with a method for
        each provider is called once."""
        seen: dict[tuple[_Where, _Where], ModelCall] = {}
        for sink in sorted((sink for file in files for sink in file.prompted), key=lambda sink: sink.call.is_local):
            kept = []
            for source in sink.sources:
                ways = [(_where(source.place), _where(place)) for place in source.callers[-1:] if source.place]
                if all(seen.setdefault(way, sink.call) is sink.call for way in ways):
                    kept.append(source)
            sink.sources = tuple(kept)

    def histories(self, files: Iterable[LinkedFile]) -> Iterator[GrowingHistory]:
        """The histories that are sent as prompts; each place that hands one over counts once, however many calls it
        may lead to."""
        found: dict[_Where, GrowingHistory] = {}
        for sink in (sink for file in files for sink in file.prompted):
            for source in sink.sources:
                if source.kind == "history":
                    *callers, place = sink.call.site.callee, *source.callers
                    known = found.get(_where(place))
                    if known is None or known.call.is_local or (known.is_retold and not source.is_retold):
                        above = tuple(reversed(callers))
                        found[_where(place)] = GrowingHistory(sink.call, place, above, source.place, source.is_retold)
        yield from found.values()
        yield from self._kept(call for file in files for call in file.model_calls if call.operation.keeps)

    def _kept(self, calls: Iterable[ModelCall]) -> Iterator[GrowingHistory]:
        """The histories that objects of an SDK keep, each where it is first sent."""
        first: dict[Hashable, ModelCall] = {}
        for call in calls:
            kept = self.sources.histories.kept_by(call.site)
            if kept is not None:
                first.setdefault(kept, call)
        yield from (GrowingHistory(call, call.site.callee, (), None, False) for call in first.values())

    def encodings(self, file: LinkedFile) -> Iterator[Encoding]:
        """Encoded data in what a file's calls speak, prompt with, or keep as history."""
        if not self._encodes:
            return
        facts = file.facts
        for sink in file.spoken:
            yield from self._encodings("speech", sink.call.site.callee, sink.sources, is_text=True)
        for index, made in enumerate(facts.calls):
            if isinstance(made.callee, Attribute) and made.callee.name in ADDING:
                for argument in made.arguments:
                    for content in _contents(argument.value):
                        site = Site(facts, index)
                        sources = self.sources.of(site, facts, content)
                        yield from self._encodings(
                            "history", site.callee, sources, isinstance(content, Result | Operation)
                        )
        for sink in file.prompted:
            yield from self._encodings("prompt", sink.call.site.callee, sink.sources)

    def _encodings(
        self, sink: str, used: Place, sources: Iterable[Source], is_text: bool = False
    ) -> Iterator[Encoding]:
        """``is_text``: what is used there can only be text. Otherwise only data that joins a text is known to be sent
        as one: what lies in a list or a mapping may be an image part, which is told from text later."""
        encoded = (s for s in sources if s.kind == "encoded" and (s.join is not None or (is_text and not s.callers)))
        found = sorted(encoded, key=lambda source: source.place is None)
        if found:
            yield Encoding(sink, found[0].join or used, used, found[0])


def _contents(value: Value) -> Iterator[Value]:
    """What the messages in a value say."""
    if isinstance(value, SequenceValue):
        for item in value.items:
            yield from _contents(item)
    elif isinstance(value, MappingValue) and value.get("role") is not None:
        content = value.get("content")
        if content is not None:
            yield content


def _where(place: Place) -> _Where:
    return place.facts.path, place.span
