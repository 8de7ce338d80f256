"""Suppression comments: their grammar, which findings they silence, and which of them silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from llmlint.facts import Comment, Span

_DIRECTIVE = re.compile(
    r"(?:#|//|/\*+|<!--)\s*llmlint\s*:\s*"
    r"(?:(?P<kind>ignore-file|ignore)(?![\w-])\s*(?:\[(?P<codes>[^\]]*)\])?|(?P<word>[^\s\[]*))",
    re.I,
)
_NOQA = re.compile(r"#\s*noqa\b(?P<codes>\s*:\s*[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)?(?P<colon>\s*:)?", re.I)
_CODE = re.compile(r"[A-Za-z]+[0-9]+")
_PREFIX = "LLM"


@dataclass(slots=True)
class Directive:
    """``codes`` as written, upper case; empty for a blanket ``noqa``. ``problem``: why it can't be understood;
    ``reason``: what it says to readers."""

    kind: str
    codes: tuple[str, ...]
    span: Span
    first: int
    last: int
    problem: str = ""
    reason: str = ""
    used: set[str] = field(default_factory=set)

    def covers(self, line: int, code: str, name: str) -> str | None:
        """The code of this directive that silences a finding of rule ``code`` at ``line``, or None."""
        if self.problem or (self.kind != "ignore-file" and not self.first <= line <= self.last):
            return None
        if not self.codes:
            return "" if self.kind == "noqa" else None
        for own in self.codes:
            if own == "ALL" or code.startswith(own) or own == name.upper():
                return own
        return None


def parse(comments: Iterable[Comment], known: Sequence[str], names: Sequence[str]) -> list[Directive]:
    """The directives in a file's comments. ``known``: rule codes; ``names``: rule names."""
    found: list[Directive] = []
    for comment in comments:
        found.extend(_own(comment, match, known, names) for match in _DIRECTIVE.finditer(comment.text))
        noqa = _NOQA.search(comment.text)
        if noqa is not None and not comment.alone:
            codes = tuple(code.upper() for code in _CODE.findall(noqa["codes"] or ""))
            if any(code.startswith(_PREFIX) for code in codes) or not (codes or noqa["colon"]):
                found.append(_directive(comment, "noqa", codes))
    return found


def _own(comment: Comment, match: re.Match[str], known: Sequence[str], names: Sequence[str]) -> Directive:
    if match["kind"] is None:
        problem = f"{match['word']!r} is not a directive: write ignore[...] or ignore-file[...]"
        return _directive(comment, "ignore", (), problem)
    kind = match["kind"].lower()
    words = [word.strip().upper() for word in (match["codes"] or "").split(",") if word.strip()]
    if not words:
        return _directive(comment, kind, (), f"it names no rule: write {kind}[LLM101]")
    for word in words:
        is_name = word.lower() in names
        if word != "ALL" and not is_name and not any(code.startswith(word) for code in known):
            return _directive(comment, kind, tuple(words), f"{word} is no rule")
    following = _DIRECTIVE.search(comment.text, match.end())
    reason = comment.text[match.end() : following.start() if following else None]
    return _directive(
        comment, kind, tuple(words), reason=reason.removesuffix("*/").removesuffix("-->").lstrip(" :-").rstrip()
    )


def _directive(
    comment: Comment, kind: str, codes: tuple[str, ...], problem: str = "", *, reason: str = ""
) -> Directive:
    return Directive(kind, codes, comment.span, comment.first, comment.last, problem, reason)


def unused(directives: Iterable[Directive], enabled: Mapping[str, str]) -> list[tuple[Directive, list[str]]]:
    """llmlint's own directives that can't be understood, and those that silence nothing although their rules ran, with
    the codes that do not. ``enabled``: the names of the rules that ran, by code."""
    found = []
    for directive in directives:
        idle = [code for code in directive.codes if code not in directive.used and _ran(code, enabled)]
        if directive.problem or (idle and directive.kind != "noqa"):
            found.append((directive, idle))
    return found


def _ran(code: str, enabled: Mapping[str, str]) -> bool:
    return code == "ALL" or any(rule.startswith(code) or name.upper() == code for rule, name in enabled.items())
