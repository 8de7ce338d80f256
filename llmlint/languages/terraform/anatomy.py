"""How a Terraform file is put together, by tree-sitter's tree of its text."""

from __future__ import annotations

from collections.abc import Sequence

from llmlint.facts import Span
from llmlint.languages.anatomy import DeclarationAnatomy, Entry, Listing, form_of
from llmlint.languages.json_text import listing_in
from llmlint.languages.syntax_trees import code_of, text_of, walk
from llmlint.languages.terraform.syntax import Offsets, Syntax

_ENCODER = "jsonencode"


class TerraformAnatomy(DeclarationAnatomy):
    """``root``: what was parsed of ``text``."""

    nothing: tuple[str, ...] = ("null",)

    def __init__(self, text: str, root: Syntax) -> None:
        self.text = text
        self._offsets = Offsets(text.encode())
        self._nodes: dict[Span, Syntax] = {}
        for node in walk(root):
            self._nodes.setdefault(self.span(node), node)

    def span(self, node: Syntax) -> Span:
        return Span(*self._offsets.of(node))

    def listing(self, span: Span) -> Listing | None:
        """The attributes of a block, the entries of an object, or those of JSON in a text."""
        node = self._nodes.get(span)
        if node is not None and node.type == "block":
            body = next((child for child in node.children if child.type == "body"), None)
            attributes = [child for child in body.children if child.type == "attribute"] if body is not None else []
            return self._listing(attributes, span.end - 1, "")
        inner = _object(node) if node is not None else None
        if inner is None:
            return listing_in(self.text, span)
        elements = [child for child in inner.children if child.type == "object_elem"]
        is_in_lines = bool(elements) and elements[-1].start_point.row > inner.start_point.row
        has_commas = any(child.type == "," for child in inner.children)
        return self._listing(elements, self.span(inner).end - 1, "" if is_in_lines and not has_commas else ",")

    def _listing(self, elements: Sequence[Syntax], close: int, separator: str) -> Listing | None:
        if not elements:
            return None
        entries = tuple(map(self._entry, elements))
        last = entries[-1]
        key, *_ = code_of(elements[-1])
        end = self.span(key).end
        is_alone = elements[-1].start_point.row < elements[-1].end_point.row
        in_columns = not is_alone and (separator == "" or elements[-1].start_point.row > elements[0].start_point.row)
        gap = " = " if is_alone else self.text[end : last.value.start]
        form = form_of(text_of(key), gap, " = ", in_columns=in_columns)
        width = last.value.start - last.span.start - len(" = ") if in_columns else 0
        return Listing(entries, close, form, separator=separator, width=width)

    def _entry(self, element: Syntax) -> Entry:
        key, *values = code_of(element)
        span = self.span(element)
        return Entry(text_of(key).strip('"'), span, self.span(values[0]) if values else span)


def _object(node: Syntax) -> Syntax | None:
    """The object that an expression is, by itself or written as JSON."""
    while node.type != "object":
        inner = list(code_of(node))
        is_encoded = node.type == "function_call" and len(inner) == 2 and text_of(inner[0]) == _ENCODER
        if not is_encoded and len(inner) != 1:
            return None
        node = inner[-1]
        if node.type in ("template_expr", "literal_value", "variable_expr"):
            return None
    return node
