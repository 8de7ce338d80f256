"""Match statements: what their patterns bind, and which of them take all."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from llmlint.languages.python.trees.nodes import children_of

_PARTS = (
    cst.MatchPattern,
    cst.MatchOrElement,
    cst.MatchSequenceElement,
    cst.MatchStar,
    cst.MatchMappingElement,
    cst.MatchKeywordElement,
)


def takes_all(pattern: cst.MatchPattern | None) -> bool:
    """``case _:`` or ``case name:``."""
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None


def takes_texts(pattern: cst.MatchPattern | None) -> bool:
    """Whether no text gets past a pattern: ``case str() as name:``."""
    if isinstance(pattern, cst.MatchClass):
        return isinstance(pattern.cls, cst.Name) and pattern.cls.value == "str"
    return takes_all(pattern) or (isinstance(pattern, cst.MatchAs) and takes_texts(pattern.pattern))


def whole_name(pattern: cst.MatchPattern) -> str:
    """The name that a pattern binds to all of what is matched, or an empty one."""
    return pattern.name.value if isinstance(pattern, cst.MatchAs) and pattern.name is not None else ""


def captured(pattern: cst.CSTNode) -> Iterable[str]:
    """The names that a match pattern binds."""
    if isinstance(pattern, cst.MatchAs | cst.MatchStar) and pattern.name is not None:
        yield pattern.name.value
    if isinstance(pattern, cst.MatchMapping) and pattern.rest is not None:
        yield pattern.rest.value
    for child in children_of(pattern):
        if isinstance(child, _PARTS):
            yield from captured(child)


def is_written(pattern: cst.MatchPattern) -> bool:
    """Whether what a pattern takes stands in the code: ``case "yes" | "no":``."""
    if isinstance(pattern, cst.MatchOr):
        return all(is_written(element.pattern) for element in pattern.patterns)
    return isinstance(pattern, cst.MatchValue) and isinstance(pattern.value, cst.SimpleString)
