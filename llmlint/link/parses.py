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
        for site, parser, value in self._parsed(facts):
            for reading in self.replies.behind(facts, value):
                parse = Parse(site.callee, parser, reading.is_text)
                if parse not in reading.call.parses:
                    reading.call.parses.append(parse)

    def _parsed(self, facts: FileFacts) -> Iterator[tuple[Site, str, Value]]:
        """The parsing calls of a file: the call, what it parses with, and what it parses."""
        parsers, patterns = self.libraries.parsers, self.libraries.patterns
        for index, call in enumerate(facts.calls):
            site = Site(facts, index)
            method = f".{call.callee.name}" if isinstance(call.callee, Attribute) else ""
            if method in parsers:
                yield from ((site, method[1:], value) for value in given(site, parsers[method], 0))
                continue
            for path in self.replies.graph.external.get(site, ()):
                if path in parsers:
                    yield from ((site, path, value) for value in given(site, parsers[path], 0))
                elif path in patterns and finds_object(pattern_of(self.replies.resolver, site, path)):
                    subject = given(site, "string", 0 if "()" in path else 1)
                    yield from ((site, "a regular expression", value) for value in subject)
