"""Any text: the keys that are written out in it or shipped by it, whatever its language."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator

from llmlint.facts import Cell, FileFacts, Secret, Shipped, Span
from llmlint.keys import Keys, is_allowed
from llmlint.languages.line_comments import line_comments
from llmlint.languages.shipped import shipments
from llmlint.languages.workflow import is_workflow, jobs
from llmlint.source import line_starts


def extract(path: str, language: str | None, data: bytes, keys: Keys) -> FileFacts:
    """What is written in a text."""
    facts = _notebook(path, data, keys) if language == "notebook" else None
    return facts or _facts(path, data.removeprefix(codecs.BOM_UTF8), keys)


def _facts(path: str, data: bytes, keys: Keys) -> FileFacts:
    text = data.decode("utf-8", "replace")
    facts = FileFacts(path, "text", line_starts=line_starts(text))
    place = _Places(data)
    for key in keys.find(data):
        if key.provider and not is_allowed(data, key):
            span, variable = place.span(key.start, key.end), keys.variable(key.provider, key.name)
            facts.secrets.append(Secret(key.provider, key.shown, span, key.name, variable=variable))
    for kind, name, start, end in shipments(path, data, keys):
        facts.shipped.append(Shipped(kind, name, place.span(start, end)))
    if is_workflow(path):
        facts.jobs = list(jobs(text, keys))
    facts.comments = list(line_comments(text, facts.line_starts))
    return facts


class _Places:
    """Offsets of bytes as offsets of characters, each worked out from the one before."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._byte = self._character = 0

    def span(self, start: int, end: int) -> Span:
        """The span of ASCII characters between two bytes."""
        if start < self._byte:
            self._byte = self._character = 0
        self._character += len(self._data[self._byte : start].decode("utf-8", "replace"))
        self._byte = start
        return Span(self._character, self._character + end - start)


# -- notebooks ------------------------------------------------------------------------------------------------


def _notebook(path: str, data: bytes, keys: Keys) -> FileFacts | None:
    """The text of the cells, one after the other, and what keys their outputs show; None for no notebook."""
    try:
        cells = json.loads(data).get("cells")
    except (ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(cells, list):
        return None
    sources: list[str] = []
    places: list[Cell] = []
    shown: dict[int, str] = {}
    line = 1
    for index, cell in enumerate(cells):
        if isinstance(cell, dict):
            source = _joined(cell.get("source"))
            places.append(Cell(index, line))
            shown[line] = "\n".join(_strings(cell.get("outputs")))
            sources.append(source)
            line += len(line_starts(source))
    text = "\n".join(sources).encode("utf-8", "replace")
    facts = _facts(path, text, keys)
    facts.cells = places
    for first, output in shown.items():
        start = facts.line_starts[first - 1]
        seen = {key.shown: key for key in keys.find(output.encode("utf-8", "replace")) if key.provider}
        facts.secrets.extend(
            Secret(key.provider, key.shown, Span(start, start + 1), key.name, True) for key in seen.values()
        )
    return facts


def _joined(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""


def _strings(value: object) -> Iterator[str]:
    """Every string in the outputs of a cell; of a list of strings, which is a text in lines, the whole."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for kind, inner in value.items():
            if not str(kind).startswith("image/"):
                yield from _strings(inner)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
