"""Terraform's JSON syntax (``.tf.json``), in which expressions stand in strings: ``"${aws_sqs_queue.work.arn}"``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from llmlint.declarations import Content, Declaration, Hidden, Node, Row, Table
from llmlint.facts import Fault, FileFacts
from llmlint.languages.documents import DocumentError, documents
from llmlint.languages.syntax_trees import code_of
from llmlint.languages.terraform import LANGUAGE, source_of
from llmlint.languages.terraform.expressions import Expressions
from llmlint.languages.terraform.syntax import Offsets, parse
from llmlint.source import line_starts

_KINDS = ("resource", "data", "module", "variable", "output")


def extract(path: str, text: str, types: Collection[str]) -> FileFacts:
    """The declarations of a file; of resources, those of ``types``."""
    facts = FileFacts(path, LANGUAGE, line_starts=line_starts(text))
    try:
        for document in documents(text):
            facts.declarations.extend(_declared(document, types))
    except DocumentError as error:
        facts.faults.append(Fault(f"syntax error: {error.reason}", error.line, error.column))
    return facts


def _declared(document: Node, types: Collection[str]) -> Iterator[Declaration]:
    for kind, _, block in _entries(document):
        for name, place, inner in _entries(block):
            if kind == "locals":
                yield Declaration("local", "", name, _read(inner), *place)
            elif kind in ("resource", "data") and name in types:
                for label, own, body in _entries(inner):
                    yield Declaration(kind, name, label, _read(body), *own)
            elif kind in _KINDS[2:]:
                value = _read(inner)
                yield Declaration(kind, source_of(value) if kind == "module" else "", name, value, *place)


def _entries(node: Node) -> Iterator[tuple[str, tuple[int, int], Node]]:
    """The blocks that a table, or a list of tables, holds by name."""
    for table in node.content.items if isinstance(node.content, Row) else (node,):
        if isinstance(table.content, Table):
            for (name, value), place in zip(table.content.entries, table.content.places, strict=False):
                yield name, place, value


def _read(node: Node) -> Node:
    """A value with the expressions in its strings."""
    return Node(_content(node), node.start, node.end)


def _content(node: Node) -> Content:
    content = node.content
    if isinstance(content, Table):
        entries = tuple((name, _read(value)) for name, value in content.entries if name != "dynamic")
        return Table(entries, is_open=len(entries) < len(content.entries), places=())
    if isinstance(content, Row):
        return Row(tuple(map(_read, content.items)))
    return _expression(node, content) if isinstance(content, str) else content


def _expression(node: Node, text: str) -> Content:
    root = parse(f"x = {json.dumps(text, ensure_ascii=False)}".encode("utf-8", "replace"))
    attribute = next((child for body in code_of(root) for child in body.children if child.type == "attribute"), None)
    if attribute is None:
        return Hidden()
    return Expressions(_At(node)).attribute(attribute)[1].content


class _At(Offsets):
    """Everything stands where the string does."""

    def __init__(self, node: Node) -> None:
        super().__init__(b"")
        self._place = node.start, node.end

    def of(self, node: object) -> tuple[int, int]:
        return self._place
