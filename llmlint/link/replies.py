"""The model calls out of whose replies a value was read."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmlint.facts import FileFacts
from llmlint.link.flows.arguments import given_for
from llmlint.link.flows.calls import CallReader
from llmlint.link.flows.leaf import Leaf, passed_through
from llmlint.link.flows.leaves import Leaves
from llmlint.link.flows.questions import Readings
from llmlint.link.flows.steps import Form, Path, names
from llmlint.model_calls import ModelCall, Site
from llmlint.values import Attribute, Value


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply that a value was read out of. ``is_text``: its text, and not the arguments of a tool call in it."""

    call: ModelCall
    is_text: bool


class Replies:
    """``text_names`` and ``argument_names``: the attributes and keys by which the text of a reply, and the arguments of
    a tool call in it, are reached; ``raw_names``: those after which a client gives the bare response."""

    def __init__(
        self, calls: CallReader, model_calls: Mapping[str, Iterable[ModelCall]], words: Mapping[str, frozenset[str]]
    ) -> None:
        self.calls = calls
        self.resolver = calls.resolver
        self._leaves = Leaves(calls, model_calls)
        self._text_names = words["reply-text"]
        self._argument_names = words["reply-arguments"]
        self._raw_names = words["raw-reply"]
        self._model_calls: dict[Site, list[ModelCall]] = defaultdict(list)
        for found in model_calls.values():
            for call in found:
                self._model_calls[call.site.plain].append(call)

    def behind(self, facts: FileFacts, value: Value) -> Iterator[Reading]:
        """The replies that ``value`` was read out of, where every call on the way can run one function alone."""
        waiting = deque(self._leaves.of(facts, value))
        readings = Readings()
        while waiting:
            leaf = waiting.popleft()
            if not readings.is_new(leaf, leaf.subject, leaf.path):
                continue
            if leaf.kind == "reply" and leaf.site is not None:
                for call in self._model_calls[leaf.site]:
                    is_text = self._is_text_of(call, leaf.path)
                    if is_text is not None:
                        yield Reading(call, is_text)
            elif leaf.kind == "parameter":
                waiting.extend(self._given(leaf))

    def _given(self, leaf: Leaf) -> Iterator[Leaf]:
        """What the calls that run one function alone give for its parameter."""
        facts = self.resolver.files[leaf.function[0]]
        function = facts.functions[leaf.function[1]]
        for site in self.resolver.results.callers.get(leaf.function, ()):
            if len(self.calls.entered(site)) == 1:
                for given, value, path in given_for(site, facts, function, leaf.name, leaf.path):
                    for inner in self._leaves.of(given, value, path):
                        yield passed_through(inner, leaf)

    def _is_text_of(self, call: ModelCall, path: Path) -> bool | None:
        """Whether a path leads to the text of a call's reply; None where it leads to neither text nor arguments."""
        if Form.WRITTEN in path:
            return None
        opened = path.index(Form.PARSED) if Form.PARSED in path else -1
        if not self._is_envelope(call):
            # ``response.data`` of a request is all of the body, and no text in it yet.
            is_body = call.operation.sdk == "http" and len(names(path)) < 2
            return self._is_text(path) if opened < 0 and not is_body else None
        body = path[opened + 1 :]
        return self._is_text(body) if opened >= 0 and names(body) and Form.PARSED not in body else None

    def _is_text(self, path: Path) -> bool | None:
        for name in names(path):
            if name in self._argument_names:
                return False
            if name not in self._text_names:
                return None
        return True

    def _is_envelope(self, call: ModelCall) -> bool:
        """Whether a call gives the response as it came, body and all."""
        value: Value = call.site.call.callee
        while isinstance(value, Attribute):
            if value.name in self._raw_names:
                return True
            value = value.base
        return call.operation.is_envelope
