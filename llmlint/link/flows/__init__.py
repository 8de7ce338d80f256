"""Text flow: what goes into speech, prompts and histories, as sets of sources that nothing bounds.

A small summary, not an engine. ``leaves`` follows a value back through strings, lists, attributes and returns to
where it begins, ``callers`` on from parameters to those who give them; ``inputs`` says where a call takes its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmlint.link.calls import CallGraph
from llmlint.link.flows.callers import Sources
from llmlint.link.flows.inputs import inputs_of
from llmlint.link.flows.leaves import Leaves
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.linked import ModelCall, TextSink


class Flows:
    """The texts that a project's model calls are given."""

    def __init__(
        self, resolver: Resolver, graph: CallGraph, model_calls: Mapping[str, Iterable[ModelCall]], reach: ReachIndex
    ) -> None:
        self.resolver = resolver
        self.sources = Sources(resolver, graph, Leaves(resolver, graph, model_calls), reach)

    def spoken(self, calls: Iterable[ModelCall]) -> Iterator[TextSink]:
        """What is sent to text-to-speech."""
        for call in calls:
            if call.operation.kind == "tts" and call.operation.is_billed:
                given = inputs_of(call, self.resolver)
                found = [source for facts, value in given for source in self.sources.of(facts, value)]
                yield TextSink(call, tuple(found))
