"""Pages: what is script in HTML, Vue, Svelte and Astro, each character at its place in the file."""

from __future__ import annotations

import re

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.I | re.S)
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
    for script in _SCRIPT.finditer(text):
        kind = _TYPE.search(script[1])
        if kind is None or kind[1].lower() in _SCRIPT_TYPES:
            kept.append(script.span(2))
            is_typed = is_typed or _LANGUAGE.search(script[1]) is not None
    parts: list[str] = []
    at = 0
    for start, end in kept:
        parts += [_HIDDEN.sub(" ", text[at:start]), text[start:end]]
        at = end
    parts.append(_HIDDEN.sub(" ", text[at:]))
    return "".join(parts), "typescript" if is_typed else "javascript"
