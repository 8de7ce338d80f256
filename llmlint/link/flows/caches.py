"""Prompt caches: what of a request the provider is asked to keep, what is new in it each time, and what is not kept.

A provider finds what it has kept by the first characters of a request, up to a mark: tools, then the system prompt,
then the messages. What differs there from call to call makes each call pay for writing, and none read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import innermost_loop, is_inside
from llmlint.link.calls import CallGraph, owner
from llmlint.link.flows.inputs import given_to
from llmlint.link.meanings import Constant, Located
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.linked import CacheMiss, StaticPrompt
from llmlint.model_calls import ModelCall, Site
from llmlint.values import Attribute, Element, Literal, Mapping, Operation, Result, Sequence, Text, Value

_PROMPTED = frozenset({"chat", "responses"})
# The parameters whose values stand before the messages in a request, in that order.
_BEFORE = ("tools", "toolConfig", "system", "instructions")
_MAX_DEPTH = 20
# The directives of a time's format that change within a day.
_FINE = re.compile(r"%-?[HIMSfpcXsT]")
_DAILY = frozenset({"date", "today", "toordinal"})


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of a request, in its order. ``is_marked``: the provider keeps everything up to its end."""

    facts: FileFacts
    value: Value
    is_marked: bool


class PromptCaches:
    """``marks``: the keys that mark what is kept."""

    def __init__(self, resolver: Resolver, graph: CallGraph, marks: frozenset[str]) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self.graph = graph
        self.marks = marks
        self._is_used = any(
            facts.reads & marks or any(function.reads & marks for function in facts.functions)
            for facts in resolver.files.values()
        )

    # -- what is kept, and never found again ------------------------------------------------------------------

    def misses(self, calls: Iterable[ModelCall]) -> Iterator[CacheMiss]:
        """The calls whose kept part holds something that is new each time."""
        for call in calls:
            is_repeated = owner(call.site)[1] >= 0 or innermost_loop(call.site.facts, call.site.call.block) >= 0
            if call.operation.kind in _PROMPTED and is_repeated and self._may_be_marked(call):
                found = self._miss(call)
                if found is not None:
                    yield found

    def _may_be_marked(self, call: ModelCall) -> bool:
        return self._is_used or self._is_marked_whole(call)

    def _is_marked_whole(self, call: ModelCall) -> bool:
        return "cache" in call.settings and call.setting("cache").state == "known"

    def _miss(self, call: ModelCall) -> CacheMiss | None:
        """What is new in front of the last mark of a request."""
        blocks = [(name, block) for name in (*_BEFORE, call.operation.input) for block in self._given(call, name)]
        marked = [place for place, (_, block) in enumerate(blocks) if block.is_marked]
        end = len(blocks) if self._is_marked_whole(call) else marked[-1] + 1 if marked else 0
        for name, block in blocks[:end]:
            source = self._new(call, block.facts, block.value, 0)
            if source is not None:
                return CacheMiss(call, self._argument(call, name), *source)
        return None

    def _argument(self, call: ModelCall, name: str) -> Place:
        """The argument that a part of the request is given by, or else the call."""
        numbers = (number for number, argument in call.site.arguments if argument.name == name)
        number = next(numbers, None)
        return call.site.argument(number) if number is not None else call.site.callee

    def _new(self, call: ModelCall, facts: FileFacts, value: Value, depth: int) -> tuple[str, Place] | None:
        """The kind and the place of what a value is made of that is another at each call."""
        if depth > _MAX_DEPTH:
            return None
        parts: tuple[Value, ...] = parts_of(value)
        if isinstance(value, Result):
            site = Site(facts, value.call)
            if _is_daily(site):
                return None
            kind = self._kind(site)
            if kind and not self._is_made_before(call.site, site):
                return kind, site.callee
            given = tuple(argument.value for argument in site.call.arguments)
            parts = (*given, site.call.callee.base) if isinstance(site.call.callee, Attribute) else given
            for meaning in self.resolver.meanings(facts, value):
                if isinstance(meaning, Located):
                    found = self._new(call, meaning.facts, meaning.value, depth + 1)
                    if found is not None:
                        return found
        found = None
        for part in parts:
            found = found or self._new(call, facts, part, depth + 1)
        return found

    def _kind(self, site: Site) -> str:
        paths = self.graph.external.get(site, ())
        if any(path in self.libraries.clocks for path in paths):
            return "clock"
        return "random" if any(path in self.libraries.randoms for path in paths) else ""

    def _is_made_before(self, site: Site, made: Site) -> bool:
        """Whether something is made once for many rounds of the loop in which a call is made."""
        facts = site.facts
        loop = innermost_loop(facts, site.call.block)
        is_here = made.facts is facts and owner(made) == owner(site)
        return is_here and loop >= 0 and not is_inside(facts, made.call.block, facts.loops[loop].block)

    # -- what is the same each time, and is not kept ----------------------------------------------------------

    def static(self, calls: Iterable[ModelCall]) -> Iterator[StaticPrompt]:
        """The calls that send a prompt that stands in the code, to a provider who keeps nothing unasked."""
        if self._is_used:
            return
        for call in calls:
            is_unasked = "cache" in call.settings and call.setting("cache").state in ("absent", "none")
            if is_unasked and call.operation.kind in _PROMPTED and owner(call.site)[1] >= 0:
                blocks = (block for name in ("system", call.operation.input) for block in self._given(call, name))
                written = sum(map(self._written, blocks))
                if written:
                    yield StaticPrompt(call, written)

    def _written(self, block: _Block) -> int:
        """How many characters of a block stand in the code."""
        if isinstance(block.value, Mapping):
            texts = [block.value.get(key) for key in ("text", "content")]
            return sum(self._characters(block.facts, text) for text in texts if text is not None)
        return self._characters(block.facts, block.value)

    def _characters(self, facts: FileFacts, value: Value, depth: int = 0) -> int:
        meanings = self.resolver.meanings(facts, value)
        meaning = meanings[0] if len(meanings) == 1 and depth < _MAX_DEPTH else None
        if isinstance(meaning, Constant):
            return len(meaning.value) if isinstance(meaning.value, str) else 0
        if not isinstance(meaning, Located) or not isinstance(meaning.value, Text):
            return 0
        parts = (self._characters(meaning.facts, part, depth + 1) for part in meaning.value.parts)
        return meaning.value.written + sum(parts)

    # -- the parts of a request -------------------------------------------------------------------------------

    def _given(self, call: ModelCall, name: str) -> Iterator[_Block]:
        for facts, value in given_to(call, name, self.resolver):
            yield from self._blocks(facts, value, 0)

    def _blocks(self, facts: FileFacts, value: Value, depth: int) -> Iterator[_Block]:
        """The blocks that a list of messages, tools or texts is made of, as far as they can be seen."""
        meanings = self.resolver.meanings(facts, value)
        meaning = meanings[0] if len(meanings) == 1 else None
        if depth > _MAX_DEPTH or not isinstance(meaning, Located):
            yield _Block(facts, value, False)
            return
        facts, value = meaning.facts, meaning.value
        if isinstance(value, Sequence):
            for item in value.items:
                yield from self._blocks(facts, item.base if isinstance(item, Element) else item, depth + 1)
        elif isinstance(value, Operation) and value.operator == "+":
            for operand in value.operands:
                yield from self._blocks(facts, operand, depth + 1)
        elif isinstance(value, Mapping):
            content = value.get("content")
            if content is not None:
                yield from self._blocks(facts, content, depth + 1)
            yield _Block(facts, Literal(None) if content is not None else value, self._is_marked(value))
        else:
            yield _Block(facts, value, False)

    def _is_marked(self, block: Mapping) -> bool:
        return any(key in self.marks and value != Literal(None) for key, value in block.items)


def _is_daily(site: Site) -> bool:
    """Whether a call leaves of a time no more than its day: ``now().date()``, ``now().strftime("%Y-%m-%d")``."""
    name = getattr(site.call.callee, "name", "")
    if name != "strftime":
        return name in _DAILY
    form = next((argument.value for argument in site.call.arguments), None)
    return isinstance(form, Literal) and not _FINE.search(str(form.value))
