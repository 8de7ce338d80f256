"""What the grammars do not know, put into words of the same length that they do: tried where a script has errors."""

from __future__ import annotations

import re

# The type of a module: as a promise, which import() gives elsewhere, these would make no sense.
_MODULE_TYPE = re.compile(rb"""(?<=\btypeof )import\((["'])[^"'\n]*\1\)|\bimport\((["'])[^"'\n]*\2\)(?=\.[A-Z])""")
# What a template's engine puts a value in the place of, and what it goes by.
_PLACEHOLDER = re.compile(rb"\{\{[^{}\n]*\}\}|<%=[^%\n]*%>")
_INSTRUCTION = re.compile(rb"\{%[^{}\n]*%\}|\{#[^{}\n]*#\}|<%[^=%\n][^%\n]*%>")


def with_stand_ins(data: bytes, *, is_page: bool) -> bytes:
    """A script with names for the types of modules; in a page also for placeholders, and with no instructions."""
    named = _MODULE_TYPE.sub(_name, data)
    return _INSTRUCTION.sub(_blank, _PLACEHOLDER.sub(_name, named)) if is_page else named


def _name(found: re.Match[bytes]) -> bytes:
    return b"_" * len(found[0])


def _blank(found: re.Match[bytes]) -> bytes:
    return b" " * len(found[0])
