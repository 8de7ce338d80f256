"""Comments that may hold a directive in a text of which no more is known than its lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from llmlint.facts import Comment, Span

_DIRECTIVE = re.compile(r"(?:#|//|--|;|<!--|/\*|%)[ \t]*(?=(?:llmlint[ \t]*:|noqa\b))", re.I)


def line_comments(text: str, starts: Sequence[int]) -> Iterator[Comment]:
    """The comments of any language that may hold a directive; one that stands alone speaks of the line below."""
    for line, (begin, end) in enumerate(itertools.pairwise([*starts, len(text)]), 1):
        match = _DIRECTIVE.search(text, begin, end)
        if match is not None:
            words = text[match.end() : end].rstrip("\r\n")
            alone = not text[begin : match.start()].strip()
            span = Span(match.start(), match.end() + len(words))
            yield Comment(f"# {words}", span, line, line + alone, alone)
