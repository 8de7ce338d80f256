"""Keys: from a literal to a variable of the environment."""

from __future__ import annotations

from llmlint.fixes.imports import import_module
from llmlint.fixes.sources import Change, Source
from llmlint.languages.anatomy import Program
from llmlint.remedies import ReadVariable
from llmlint.scripts import is_script


def read(remedy: ReadVariable, source: Source) -> list[Change] | None:
    span = source.anatomy.key(remedy.place.span) if isinstance(source.anatomy, Program) else None
    if span is None:
        return None
    if is_script(source.path):
        return [Change(span, f"process.env.{remedy.variable}")]
    spelling = import_module(source, "os", span.start)
    reading = source.quoted(f'{spelling.text}.environ["{remedy.variable}"]')
    return [Change(span, reading), *spelling.changes]
