"""Pages: what is script in HTML, Vue, Svelte and Astro, each character at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENED = re.compile(r"<script\b([^>]{0,1000})>", re.I)
_CLOSED = re.compile(r"</script\b", re.I)
_TYPE = re.compile(r"""\btype\s*=\s*["']?([\w/+.-]+)""", re.I)
_LANGUAGE = re.compile(r"""\blang\s*=\s*["']?(ts|tsx|typescript)\b""", re.I)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)^---[ \t]*$", re.S | re.M)
_HIDDEN = re.compile(r"[^\r\n]")
_SCRIPT_TYPES = frozenset({"module", "text/javascript", "application/javascript", "text/babel", "text/typescript"})


def scripts_of(text: str, suffix: str) -> tuple[str, str]:
    """A page with everything but its scripts turned into blanks, and the grammar of these."""
    kept: list[tuple[int, int]] = []
    is_typed = suffix == "astro"
    front = _FRONT_MATTER.search(text) if suffix == "astro" else None
    if front is not None:
        kept.append(front.span(1))
    for attributes, span in _elements(text):
        kind = _TYPE.search(attributes)
        if kind is None or kind[1].lower() in _SCRIPT_TYPES:
            kept.append(span)
            is_typed = is_typed or _LANGUAGE.search(attributes) is not None
    parts: list[str] = []
    at = 0
    for start, end in kept:
        parts += [_HIDDEN.sub(" ", text[at:start]), text[start:end]]
        at = end
    parts.append(_HIDDEN.sub(" ", text[at:]))
    return "".join(parts), "typescript" if is_typed else "javascript"


def _elements(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The attributes and the content of each script element that is closed."""
    at = 0
    while (opened := _OPENED.search(text, at)) is not None:
        closed = _CLOSED.search(text, opened.end())
        if closed is None:
            return
        yield opened[1], (opened.end(), closed.start())
        at = closed.end()
