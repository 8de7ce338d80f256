"""How a document in YAML or JSON is put together."""

from __future__ import annotations

from collections.abc import Iterable

from llmlint.declarations import Node, Row, Table
from llmlint.facts import Span
from llmlint.languages.anatomy import DeclarationAnatomy, Entry, Listing, form_of
from llmlint.languages.documents import DocumentError, documents
from llmlint.languages.json_text import listing_in


def anatomy(text: str) -> DocumentAnatomy | None:
    """How a document is put together; None for what can't be parsed."""
    try:
        return DocumentAnatomy(text, list(documents(text)))
    except DocumentError:
        return None


class DocumentAnatomy(DeclarationAnatomy):
    """``documents``: what was parsed of ``text``."""

    nothing: tuple[str, ...] = ("null", "~")

    def __init__(self, text: str, documents: Iterable[Node]) -> None:
        self.text = text
        self._tables: dict[Span, Table] = {}
        waiting, seen = list(documents), set[Span]()
        while waiting:
            node = waiting.pop()
            span = Span(node.start, node.end)
            if span in seen:
                continue
            seen.add(span)
            if isinstance(node.content, Table):
                self._tables[span] = node.content
                waiting.extend(value for _, value in node.content.entries)
            elif isinstance(node.content, Row):
                waiting.extend(node.content.items)

    def listing(self, span: Span) -> Listing | None:
        """The entries of a mapping, or those of JSON in a text."""
        table = self._tables.get(span)
        if table is None:
            return listing_in(self.text, span)
        if not table.entries or len(table.places) != len(table.entries):
            return None
        pairs = zip(table.entries, table.places, strict=True)
        entries = tuple(self._entry(name, value, start) for (name, value), (start, _) in pairs)
        start, end = table.places[-1]
        form = form_of(self.text[start:end], self.text[end : entries[-1].value.start], ": ")
        is_block = not self.text.startswith("{", span.start)
        return Listing(entries, span.end - 1, form, separator="" if is_block else ",")

    def _entry(self, name: str, value: Node, start: int) -> Entry:
        # A text over several lines ends where the next thing begins.
        end = value.start + len(self.text[value.start : value.end].rstrip())
        return Entry(name, Span(start, max(start, end)), Span(value.start, end))
