"""Keys: from a literal to a variable of the environment."""

from __future__ import annotations

import re

from llmlint.fixes.imports import import_module
from llmlint.fixes.sources import Change, Source
from llmlint.languages.anatomy import Program
from llmlint.remedies import ReadVariable
from llmlint.scripts import is_script

# What is said to be a text in TypeScript, which a variable of the environment may not be.
_PROMISE = re.compile(r":\s*string\s*=\s*\Z")


def read(remedy: ReadVariable, source: Source) -> list[Change] | None:
    span = source.anatomy.key(remedy.place.span) if isinstance(source.anatomy, Program) else None
    if span is None:
        return None
    if is_script(source.path):
        is_promised = _PROMISE.search(source.text[: span.start]) is not None
        return [Change(span, f"process.env.{remedy.variable}{'!' if is_promised else ''}")]
    spelling = import_module(source, "os", span.start)
    reading = source.quoted(f'{spelling.text}.environ["{remedy.variable}"]')
    return [Change(span, reading), *spelling.changes]
