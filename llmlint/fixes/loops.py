"""Retry loops: from one without an end to one that counts."""

from __future__ import annotations

import re

from llmlint.facts import Span
from llmlint.fixes.sources import Change, Source
from llmlint.languages.anatomy import Attempt, Program
from llmlint.remedies import BoundLoop
from llmlint.scripts import is_script, is_typed

_UNREACHABLE = 'AssertionError("unreachable")'
# A line of a script that ends as most people let them end.
_STATEMENT = re.compile(r";[ \t]*(?://.*)?$", re.M)
_NAMES = ("attempt", "retry_number", "attempt_number")


def bound(remedy: BoundLoop, source: Source) -> list[Change] | None:
    attempt = source.anatomy.attempt(remedy.place.span.start) if isinstance(source.anatomy, Program) else None
    if attempt is None:
        return None
    counter = next((name for name in _NAMES if name not in attempt.names), None)
    indents = [source.indent(span.start) for span, _ in attempt.handlers]
    inner = source.indent(attempt.head.start)
    if counter is None or inner is None or None in indents:
        return None
    changes = [Change(attempt.head, _head(source, counter, remedy.attempts, attempt))]
    if attempt.end is not None and not is_script(source.path):
        end = source.line_end(attempt.end)
        changes.append(Change(Span(end, end), f"{source.newline}{inner}raise {source.quoted(_UNREACHABLE)}"))
    for (span, error), indent in zip(attempt.handlers, indents, strict=True):
        guard = _guard(source, counter, remedy.attempts, error, indent or "", inner)
        changes.append(Change(span, guard if span.start < span.end else f"{guard}{source.newline}{indent}"))
    return changes


def _head(source: Source, counter: str, attempts: int, attempt: Attempt) -> str:
    if is_script(source.path):
        # TypeScript takes the end of a loop with a condition for a way out.
        last = "" if attempt.end is not None and is_typed(source.path) else f"{counter} <= {attempts}"
        return f"for (let {counter} = 1; {last}; {counter}++)"
    return f"for {counter} in range({attempts})"


def _guard(source: Source, counter: str, attempts: int, error: str, indent: str, outer: str) -> str:
    """What gives up after the last attempt; ``indent`` is that of a handler's body, ``outer`` that of the loop."""
    if is_script(source.path):
        end = ";" if _STATEMENT.search(source.text) else ""
        return f"if ({counter} === {attempts}) throw {error}{end}"
    inner = indent.removeprefix(outer)
    step = inner[: len(inner) // 2]
    return f"if {counter} == {attempts - 1}:{source.newline}{indent}{step}raise"
