"""Notes on model calls where their replies are parsed: ``json.loads`` and its like, and regexes for ``{...}``."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import Attribute, FileFacts, Value
from llmlint.link.regexes import finds_object, pattern_of
from llmlint.link.replies import Replies, given
from llmlint.linked import Parse, Site


class ParseFinder:
    def __init__(self, replies: Replies) -> None:
        self.replies = replies
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

    def _parsed(self, site: Site) -> Iterator[tuple[str, Value]]:
        """What a call parses, and with what."""
        callee, libraries = site.call.callee, self.libraries
        if isinstance(callee, Attribute) and f".{callee.name}" in libraries.parsers:
            yield from ((callee.name, value) for value in given(site, libraries.parsers[f".{callee.name}"], 0))
            return
        for path in self.replies.graph.external.get(site, ()):
            if path in libraries.parsers:
                yield from ((path, value) for value in given(site, libraries.parsers[path], 0))
            elif path in libraries.patterns and finds_object(pattern_of(self.replies.resolver, site, path)):
                yield from ((path, value) for value in given(site, "string", 0 if "()" in path else 1))
