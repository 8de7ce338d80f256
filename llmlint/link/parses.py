"""Notes on model calls where their replies are parsed: ``json.loads`` and its like, and regexes for ``{...}``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmlint.facts import FileFacts, Span
from llmlint.link.blocks import is_inside, outward
from llmlint.link.calls import owner, reads_around
from llmlint.link.flows.calls import given
from llmlint.link.regexes import finds_object, pattern_of
from llmlint.link.replies import Replies
from llmlint.model_calls import ModelCall, Parse, Site
from llmlint.values import Attribute, Value

_OTHER_WAYS = frozenset({"branch", "handler", "else"})


def note_fallbacks(calls: Sequence[ModelCall]) -> None:
    """Tell the calls without a structure that stand in for one with it, for models that can't do better: on another way
    through the same function, or in another method of the class. There the one that it stands in for has a structure,
    or may have one, and its reply comes to the same parse."""
    settings = [(call, call.setting("structured")) for call in calls]
    structured = [call for call, setting in settings if setting.state == "known" or setting.place is not None]
    open_ones = [call for call, setting in settings if setting.state not in ("absent", "none")]
    for call in calls:
        own = [other for other in structured if owner(other.site) == owner(call.site) and other is not call]
        call.is_fallback = any(_are_two_ways(call.site, other.site) for other in own) or any(
            _is_of_same_class(call.site, other.site) and not _parsed(call).isdisjoint(_parsed(other))
            for other in open_ones
        )


def _is_of_same_class(one: Site, other: Site) -> bool:
    (path, function), (_, another) = owner(one), owner(other)
    functions = one.facts.functions
    return path == other.facts.path and min(function, another) >= 0 <= functions[function].cls == functions[another].cls


def _parsed(call: ModelCall) -> set[tuple[str, Span]]:
    return {(parse.place.facts.path, parse.place.span) for parse in call.parses}


def _are_two_ways(one: Site, other: Site) -> bool:
    """Whether one of two calls in a function may run without the other."""
    return any(
        block.kind in _OTHER_WAYS and not is_inside(one.facts, there.call.block, number)
        for here, there in ((one, other), (other, one))
        for number, block in outward(one.facts, here.call.block)
    )


class ParseFinder:
    """``finish``: the names that tell why a reply ended, where somebody reads them."""

    def __init__(self, replies: Replies, finish: frozenset[str]) -> None:
        self.replies = replies
        self.finish = finish
        self.libraries = replies.resolver.libraries

    def note(self, facts: FileFacts) -> None:
        for index in range(len(facts.calls)):
            site = Site(facts, index)
            for parser, value in self._parsed(site):
                for reading in self.replies.behind(facts, value):
                    is_search = parser in self.libraries.patterns
                    name = "a regular expression" if is_search else parser
                    parse = Parse(site.callee, name, reading.is_text, is_search)
                    if parse not in reading.call.parses:
                        reading.call.parses.append(parse)
                    reading.call.reads_finish |= bool(reads_around(site) & self.finish)

    def _parsed(self, site: Site) -> Iterator[tuple[str, Value]]:
        """What a call parses, and with what."""
        callee, libraries = site.call.callee, self.libraries
        if isinstance(callee, Attribute) and f".{callee.name}" in libraries.parsers:
            yield from ((callee.name, value) for value in given(site, libraries.parsers[f".{callee.name}"], 0))
            return
        for path in self.replies.calls.paths(site):
            if path in libraries.parsers:
                yield from ((path, value) for value in given(site, libraries.parsers[path], 0))
            elif path in libraries.patterns and finds_object(pattern_of(self.replies.resolver, site, path)):
                yield from ((path, value) for value in given(site, "string", 0 if "()" in path else 1))
