"""LLM407: a picture written as text, into a text that is spoken, sent or kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for encoding in file.encodings:
        notes = [Note(place, "caller") for place in encoding.source.callers[:3]]
        if encoding.place != encoding.used:
            notes.append(Note(encoding.used, encoding.sink))
        if encoding.source.place is not None:
            notes.append(Note(encoding.source.place, "source"))
        yield Problem(encoding.place, encoding.sink, {}, tuple(notes))
