"""The front end for Terraform and OpenTofu: what the blocks of a ``.tf`` file declare, out of tree-sitter's tree."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator

from llmlint.declarations import Declaration, Hidden, Node, Table
from llmlint.facts import Comment, Fault, FileFacts, Span
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.terraform.anatomy import TerraformAnatomy
from llmlint.languages.terraform.expressions import Expressions
from llmlint.languages.terraform.syntax import WORDS, Offsets, Syntax, parse, words_of
from llmlint.source import line_starts, position

LANGUAGE = "terraform"
_RECURSION_LIMIT = 12_000
_TYPED = ("resource", "data")
_NAMED = ("module", "variable", "output")
_KINDS = frozenset({*_TYPED, *_NAMED, "locals"})
_HEADING = re.compile(rb'^[ \t]*(resource|data)[ \t]+"([\w-]+)"[ \t]+"([\w-]+)"', re.M)
_DIRECTIVE = re.compile(r"llmlint\s*:", re.I)


def extract(path: str, text: str, types: Collection[str]) -> FileFacts:
    """The declarations of a file; of resources, those of ``types``."""
    if path.lower().endswith(".json"):
        from llmlint.languages.terraform import json_syntax

        return json_syntax.extract(path, text, types)
    text = text.encode("utf-8", "replace").decode("utf-8")
    data = text.encode()
    facts = FileFacts(path, LANGUAGE, line_starts=line_starts(text))
    root = parse(data)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        _Reader(data, types, facts).read(root)
    except RecursionError:
        facts.declarations.clear()
        facts.faults.append(Fault("nested too deeply to be parsed"))
    finally:
        sys.setrecursionlimit(before)
    return facts


def anatomy(text: str) -> TerraformAnatomy | None:
    """How a file is put together; None for what can't be parsed."""
    root = parse(text.encode("utf-8", "replace"))
    return None if root.has_error else TerraformAnatomy(text, root)


class _Reader:
    def __init__(self, data: bytes, types: Collection[str], facts: FileFacts) -> None:
        self.data = data
        self.types = types
        self.facts = facts
        self.offsets = Offsets(data)
        self.expressions = Expressions(self.offsets)

    def read(self, root: Syntax) -> None:
        for block in _blocks(root):
            self.facts.declarations.extend(self._declared(block))
        if root.has_error:
            self._lost()
            self.facts.faults.append(self._fault(root))
        if b"llmlint" in self.data:
            self.facts.comments = list(self._comments(root))

    # -- blocks -----------------------------------------------------------------------------------------------

    def _declared(self, block: Syntax) -> Iterator[Declaration]:
        kind, *labels = words_of(block)
        body = next((child for child in block.children if child.type == "body"), None)
        if kind == "locals" and body is not None:
            for attribute in body.children:
                if attribute.type == "attribute":
                    yield self._local(attribute)
        elif (kind in _TYPED and len(labels) == 2 and labels[0] in self.types) or (kind in _NAMED and labels):
            yield self._block(kind, labels, block, body)

    def _local(self, attribute: Syntax) -> Declaration:
        name, value = self.expressions.attribute(attribute)
        return Declaration("local", "", name, value, *self.offsets.of(attribute), attribute.has_error)

    def _block(self, kind: str, labels: list[str], block: Syntax, body: Syntax | None) -> Declaration:
        heading = [child for child in block.children if child.type in WORDS]
        start, end = self.offsets.at(heading[0].start_byte), self.offsets.at(heading[-1].end_byte)
        value = self.expressions.body(body, *self.offsets.of(block))
        type_ = labels[0] if kind in _TYPED else source_of(value) if kind == "module" else ""
        return Declaration(kind, type_, labels[-1], value, start, end, block.has_error)

    def _lost(self) -> None:
        """The resources whose headings stand where the file can't be parsed."""
        known = {(d.kind, d.type, d.name) for d in self.facts.declarations}
        for match in _HEADING.finditer(self.data):
            kind, type_, name = (group.decode() for group in match.groups())
            if type_ in self.types and (kind, type_, name) not in known:
                start, end = self.offsets.at(match.start(1)), self.offsets.at(match.end())
                body = Node(Hidden(), start, end)
                self.facts.declarations.append(Declaration(kind, type_, name, body, start, end, is_broken=True))

    # -- what is wrong, and what is said of it ----------------------------------------------------------------

    def _fault(self, root: Syntax) -> Fault:
        """The place of the first syntax error."""
        node = root
        while not (node.is_error or node.is_missing):
            inner = next((child for child in node.children if child.has_error or child.is_missing), None)
            if inner is None:
                break
            node = inner
        reason = f"{node.type!r} is missing" if node.is_missing else "this is not understood"
        line, column = position(self.facts.line_starts, self.offsets.at(node.start_byte))
        return Fault(f"syntax error: {reason}", line, column)

    def _comments(self, root: Syntax) -> Iterator[Comment]:
        """The comments with a directive: beside an attribute or a heading they speak of it, alone of what follows."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            waiting.extend(node.children)
            if node.type == "comment" and _DIRECTIVE.search(text_of(node)):
                yield self._comment(node)

    def _comment(self, node: Syntax) -> Comment:
        begin, last = node.start_point[0] + 1, node.end_point[0] + 1
        before = self.data[self.data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
        alone = not before.strip()
        if alone:
            following = _following(node)
            first, last = begin, following.start_point[0] + 1 if following is not None else last
        else:
            held = node.prev_named_sibling
            first = held.start_point[0] + 1 if held is not None and held.end_point[0] + 1 == begin else begin
        return Comment(text_of(node), Span(*self.offsets.of(node)), min(first, begin), last, alone)


def _blocks(node: Syntax) -> Iterator[Syntax]:
    """The blocks of a file; where a brace is missing, also those that follow, and stand inside then."""
    for body in node.children:
        for block in body.children if body.type == "body" else ():
            if block.type == "block":
                if node.type != "block" or words_of(block)[0] in _KINDS:
                    yield block
                if block.has_error:
                    yield from _blocks(block)


def source_of(body: Node) -> str:
    """Where a module comes from: a folder, or its name in the registry."""
    source = body.content.get("source") if isinstance(body.content, Table) else None
    text = source.content if source is not None and isinstance(source.content, str) else ""
    return text.removeprefix("registry.terraform.io/")


def _following(comment: Syntax) -> Syntax | None:
    """What a comment that stands alone speaks of: the next thing below it, further comments left out."""
    node = comment.next_named_sibling
    line = comment.end_point[0]
    while node is not None and node.start_point[0] <= line + 1:
        if node.type != "comment":
            inner = next(iter(code_of(node)), node) if node.type == "body" else node
            return inner if inner.start_point[0] <= line + 1 else None
        line = node.end_point[0]
        node = node.next_named_sibling
    return None
