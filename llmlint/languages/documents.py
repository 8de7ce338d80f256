"""YAML and JSON as the values of declarations: built from the parser's events, so that no depth overflows the stack, an
alias costs nothing, and a tag never makes an object."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from llmlint.declarations import Content, Hidden, Node, Row, Table

_MAX_DEPTH = 200
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(\.\d+)?\Z")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_WORDS: dict[str, Content] = {"true": True, "false": False, "null": None, "~": None, "": None}
# What CloudFormation's short tags stand for; ``!GetAtt`` and the like are functions.
_PLAIN_TAGS = frozenset({"Ref", "Condition"})


class DocumentError(Exception):
    """A text is not what it should be; ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    is_mapping: bool
    is_flow: bool
    start: int
    tag: str | None
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)


def documents(text: str) -> Iterator[Node]:
    """The documents of a text, one after the other. Raises DocumentError."""
    builder = _Builder()
    try:
        for event in _events(text):
            document = builder.take(event)
            if document is not None:
                yield document
                builder = _Builder()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise DocumentError(reason, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1) from None


def _events(text: str) -> Iterator[Any]:
    """The events of libyaml, where it came with PyYAML. It refuses the halves of a pair that JSON may write."""
    if text.lstrip().startswith("{"):
        text = _SURROGATE.sub(r"\\ufffd", text)
    return yaml.parse(text, Loader=getattr(yaml, "CLoader", yaml.Loader))


class _Builder:
    """Puts one document together. ``_anchors``: what has one; None for what is not whole yet."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}

    def take(self, event: Any) -> Node | None:
        """The document, once its last event has come."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.CollectionStartEvent):
            self._open(event, start)
            return None
        if isinstance(event, yaml.ScalarEvent):
            node, anchor = Node(_tagged(event.tag, _scalar(event), start, end), start, end), event.anchor
        elif isinstance(event, yaml.AliasEvent):
            node, anchor = self._named(event) or Node(Hidden(), start, end), None
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self._stack.pop()
            node, anchor = _closed(closed, end), closed.anchor
        else:
            return None
        if anchor is not None:
            self._anchors[anchor] = node
        if self._stack:
            self._stack[-1].nodes.append(node)
            return None
        return node

    def _open(self, event: Any, start: int) -> None:
        if len(self._stack) == _MAX_DEPTH:
            mark = event.start_mark
            raise DocumentError("nested too deeply to be parsed", mark.line + 1, mark.column + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(is_mapping, bool(event.flow_style), start, event.tag, event.anchor))

    def _named(self, event: Any) -> Node | None:
        if event.anchor not in self._anchors:
            mark = event.start_mark
            raise DocumentError(f"there is no anchor {event.anchor!r}", mark.line + 1, mark.column + 1)
        return self._anchors[event.anchor]


def _scalar(event: yaml.ScalarEvent) -> Content:
    """A scalar; only what is a number, true, false or null in JSON too is one here."""
    text: str = event.value
    if event.style or event.tag:
        return text
    number = _NUMBER.match(text)
    if number is not None:
        return float(text) if number[1] else int(text)
    return _WORDS.get(text, text)


def _closed(opened: _Open, end: int) -> Node:
    nodes = opened.nodes
    # Of a block, the parser only tells where the next thing begins.
    end = nodes[-1].end if nodes and not opened.is_flow else end
    if not opened.is_mapping:
        content: Content = Row(tuple(nodes))
    else:
        pairs = [(_key(key), key, value) for key, value in zip(nodes[::2], nodes[1::2], strict=True)]
        entries = {name: (value, key) for name, key, value in pairs if name != "<<"}
        merged = [value for name, _, value in pairs if name == "<<"]
        content = Table(
            tuple((name, value) for name, (value, _) in entries.items()),
            tuple(inner for value in merged for inner in _rows(value)),
            places=tuple((key.start, key.end) for _, key in entries.values()),
        )
    return Node(_tagged(opened.tag, content, opened.start, end), opened.start, end)


def _key(node: Node) -> str:
    """A key as a text; one that is a collection is no one's."""
    return str(node.content) if isinstance(node.content, str | int | float) else ""


def _rows(node: Node) -> tuple[Node, ...]:
    return node.content.items if isinstance(node.content, Row) else (node,)


def _tagged(tag: str | None, content: Content, start: int, end: int) -> Content:
    """``!GetAtt Work.Arn`` as ``{"Fn::GetAtt": "Work.Arn"}``."""
    if tag is None or not tag.startswith("!") or tag.startswith("!!") or tag == "!":
        return content
    name = tag[1:] if tag[1:] in _PLAIN_TAGS else f"Fn::{tag[1:]}"
    return Table(((name, Node(content, start, end)),))
