"""Match statements: what their patterns bind, and which of them take all."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst


def takes_all(case: cst.MatchCase) -> bool:
    """``case _:`` or ``case name:``."""
    return isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None and case.guard is None


def captured(pattern: cst.CSTNode) -> Iterable[str]:
    """The names that a match pattern binds."""
    if isinstance(pattern, cst.MatchAs | cst.MatchStar) and pattern.name is not None:
        yield pattern.name.value
    for child in pattern.children:
        if isinstance(child, cst.MatchPattern | cst.MatchSequenceElement | cst.MatchMappingElement | cst.MatchStar):
            yield from captured(child)
