"""CloudFormation's functions (``Ref``, ``Fn::Sub``, ``Fn::If``), and Serverless' variables, as references and parts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmlint.declarations import Content, Either, Hidden, Joined, Node, Reference, Row, Table
from llmlint.languages.json_text import decoded

_HIDDEN = Hidden()
_NO_VALUE = "AWS::NoValue"
_PSEUDO = "AWS::"
_VARIABLE = re.compile(r"\$\{(!?)([^${}]+)\}")
# Of these, a table may hold more than it shows.
_GENERATORS = ("Fn::ForEach", "Fn::Transform")


class Intrinsics:
    """``has_variables``: a text may hold variables that only a tool fills in: ``${self:custom.queue}``."""

    def __init__(self, *, has_variables: bool = False) -> None:
        self._has_variables = has_variables
        # What an alias stands for is worked out once.
        self._known: dict[int, tuple[Node, Node]] = {}

    def node(self, node: Node) -> Node:
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = node, Node(self._content(node), node.start, node.end)
        return known[1]

    def _content(self, node: Node) -> Content:
        content = node.content
        if isinstance(content, Table):
            if len(content.entries) == 1 and not content.rest:
                name, argument = content.entries[0]
                if name in ("Ref", "Condition") or (name.startswith("Fn::") and not name.startswith(_GENERATORS)):
                    return self._function(name, argument)
            return self._table(content)
        if isinstance(content, Row):
            return Row(tuple(map(self.node, content.items)))
        if isinstance(content, str):
            return self._substituted(node, {}) if self._has_variables and "${" in content else decoded([node])
        return content

    def _table(self, table: Table) -> Table:
        entries = tuple((name, self.node(value)) for name, value in table.entries if not name.startswith(_GENERATORS))
        is_open = table.is_open or len(entries) < len(table.entries)
        return Table(entries, tuple(map(self.node, table.rest)), is_open, table.places if not is_open else ())

    def _function(self, name: str, argument: Node) -> Content:
        given = argument.content
        items = given.items if isinstance(given, Row) else ()
        if name == "Ref" and isinstance(given, str):
            return _referred(given)
        if name == "Fn::GetAtt":
            words = [item.content for item in items] if items else [given]
            return Reference(tuple(".".join(map(str, words)).split("."))) if _are_texts(words) else _HIDDEN
        if name == "Fn::Sub":
            return self._sub(argument, items)
        if name == "Fn::If" and len(items) == 3:
            return Either((self.node(items[1]), self.node(items[2])))
        if name == "Fn::Join" and len(items) == 2:
            return self._joined(items[0], items[1])
        return _HIDDEN

    def _sub(self, argument: Node, items: tuple[Node, ...]) -> Content:
        if not items:
            return self._substituted(argument, {})
        table = items[1].content if len(items) > 1 else None
        given = {name: self.node(value) for name, value in table.entries} if isinstance(table, Table) else {}
        return self._substituted(items[0], given)

    def _substituted(self, node: Node, given: Mapping[str, Node]) -> Content:
        """A text with what ``${...}`` stands for in its place."""
        if not isinstance(node.content, str):
            return _HIDDEN
        parts: list[Node] = []
        end = 0
        for match in _VARIABLE.finditer(node.content):
            parts.append(Node(node.content[end : match.start()], node.start, node.end))
            end = match.end()
            name = match[2].strip()
            if match[1]:
                parts.append(Node(f"${{{name}}}", node.start, node.end))
            else:
                content = given[name].content if name in given else _HIDDEN if ":" in name else _dotted(name)
                parts.append(Node(_referred(name) if name.startswith(_PSEUDO) else content, node.start, node.end))
        parts.append(Node(node.content[end:], node.start, node.end))
        filled = [part for part in parts if part.content != ""]
        return decoded(filled) if filled else ""

    def _joined(self, separator: Node, list_: Node) -> Content:
        if not isinstance(list_.content, Row) or not isinstance(separator.content, str):
            return _HIDDEN
        parts: list[Node] = []
        for item in list_.content.items:
            if parts and separator.content:
                parts.append(separator)
            inner = self.node(item)
            parts.extend(inner.content.parts if isinstance(inner.content, Joined) else (inner,))
        return decoded(parts) if parts else ""


def _referred(name: str) -> Content:
    if name == _NO_VALUE:
        return None
    return _HIDDEN if name.startswith(_PSEUDO) else Reference((name,))


def _dotted(name: str) -> Content:
    return Reference(tuple(name.split(".")))


def _are_texts(words: list[Content]) -> bool:
    return all(isinstance(word, str) for word in words)
