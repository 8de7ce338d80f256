"""The front end for CloudFormation and what is like it: SAM, the output of CDK, ``serverless.yml``, and Kubernetes
manifests of cloud resources, in YAML or JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from llmlint.declarations import Declaration, Node, Row, Table
from llmlint.facts import Fault, FileFacts
from llmlint.languages.cloudformation.intrinsics import Intrinsics
from llmlint.languages.documents import DocumentError, documents
from llmlint.languages.line_comments import line_comments
from llmlint.prefilter import is_template
from llmlint.source import line_starts

LANGUAGE = "cloudformation"
# The kinds of functions whose settings a template may give once for all of them.
_SAM_FUNCTION = "AWS::Serverless::Function"
_SERVERLESS_FUNCTION = "serverless.function"
_SERVERLESS_STREAM = "serverless.function.stream"


class _Entry(NamedTuple):
    """A key, where it stands, and its value."""

    name: str
    place: tuple[int, int]
    value: Node


def extract(path: str, text: str, types: Collection[str]) -> FileFacts | None:
    """The declarations of a file; of resources, what is in those of ``types``. None for a file that is something else:
    what can't be parsed is only ours where it can be nothing but a template."""
    facts = FileFacts(path, LANGUAGE, line_starts=line_starts(text))
    is_ours = False
    try:
        for document in documents(text):
            declared = list(_Reader(types).read(document))
            facts.declarations.extend(declared)
            is_ours |= bool(declared)
    except DocumentError as error:
        if not is_ours and not is_template(text.encode()):
            return None
        facts.faults.append(Fault(f"syntax error: {error.reason}", error.line, error.column))
        is_ours = True
    facts.comments = list(line_comments(text, facts.line_starts))
    return facts if is_ours else None


class _Reader:
    def __init__(self, types: Collection[str]) -> None:
        self.types = types

    def read(self, document: Node) -> Iterator[Declaration]:
        root = _table(document)
        if root.get("apiVersion") is not None and root.get("kind") is not None:
            yield from self._manifest(root)
        elif _is_serverless(root):
            yield from self._serverless(root)
        elif _is_template(root):
            yield from self._template(root, Intrinsics())

    # -- CloudFormation ---------------------------------------------------------------------------------------

    def _template(self, root: Table, intrinsics: Intrinsics) -> Iterator[Declaration]:
        for name, place, parameter in _entries(root.get("Parameters")):
            default = _table(parameter).get("Default")
            known = Table((("default", default),) if default is not None else ())
            yield Declaration("variable", "", name, Node(known, parameter.start, parameter.end), *place)
        shared = _table(_table(root.get("Globals")).get("Function"))
        for name, place, resource in _entries(root.get("Resources")):
            given = _table(resource)
            type_node = given.get("Type")
            type_ = type_node.content if type_node is not None else ""
            if isinstance(type_, str):
                properties = given.get("Properties") or Node(Table(()), *place)
                if type_ == _SAM_FUNCTION:
                    properties = _with_defaults(properties, shared)
                body = intrinsics.node(properties) if type_ in self.types else Node(Table(()), *place)
                yield Declaration("resource", type_, name, body, *place)
                if type_ == _SAM_FUNCTION:
                    yield from self._events(name, _table(properties).get("Events"), intrinsics)

    def _events(self, function: str, events: Node | None, intrinsics: Intrinsics) -> Iterator[Declaration]:
        """What sets a function of SAM off, each with a type of its own: ``AWS::Serverless::Function.Kinesis``."""
        for name, place, event in _entries(events):
            given = _table(event)
            properties = given.get("Properties") or Node(Table(()), *place)
            type_ = f"{_SAM_FUNCTION}.{_text(given.get('Type'))}"
            if type_ in self.types:
                yield Declaration("resource", type_, f"{function}.{name}", intrinsics.node(properties), *place)

    # -- Serverless -------------------------------------------------------------------------------------------

    def _serverless(self, root: Table) -> Iterator[Declaration]:
        intrinsics = Intrinsics(has_variables=True)
        shared = _table(root.get("provider"))
        for name, place, function in _entries(root.get("functions")):
            body = intrinsics.node(_with_defaults(function, shared))
            yield Declaration("resource", _SERVERLESS_FUNCTION, name, body, *place)
            for event in _rows(_table(body).get("events")):
                stream = _table(event).get("stream")
                if stream is not None:
                    yield Declaration("resource", _SERVERLESS_STREAM, name, _stream(stream), stream.start, stream.end)
        resources = root.get("resources")
        for part in _rows(resources):
            yield from self._template(_table(part), intrinsics)

    # -- Kubernetes -------------------------------------------------------------------------------------------

    def _manifest(self, root: Table) -> Iterator[Declaration]:
        version, kind = (_text(root.get(key)) for key in ("apiVersion", "kind"))
        if kind == "List":
            for item in _rows(root.get("items")):
                yield from self.read(item)
        type_ = f"{version.partition('/')[0]}/{kind}"
        node = root.get("kind")
        if type_ in self.types and node is not None:
            name = _text(_table(root.get("metadata")).get("name"))
            body = Intrinsics().node(root.get("spec") or Node(Table(()), node.start, node.end))
            yield Declaration("resource", type_, name, body, node.start, node.end)


def _is_template(root: Table) -> bool:
    return any("Type" in dict(_table(resource).entries) for _, _, resource in _entries(root.get("Resources")))


def _is_serverless(root: Table) -> bool:
    return root.get("provider") is not None and (root.get("functions") or root.get("resources")) is not None


def _with_defaults(node: Node, shared: Table) -> Node:
    """A function's settings, with those of all functions behind them."""
    own = _table(node)
    return Node(Table(own.entries, (*own.rest, Node(shared, node.start, node.end)), own.is_open), node.start, node.end)


def _table(node: Node | None) -> Table:
    return node.content if node is not None and isinstance(node.content, Table) else Table(())


def _rows(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; anything else by itself."""
    if node is None:
        return ()
    return node.content.items if isinstance(node.content, Row) else (node,)


def _stream(event: Node) -> Node:
    """The settings of a stream's event, which may be no more than its ARN."""
    return Node(Table((("arn", event),)), event.start, event.end) if isinstance(event.content, str) else event


def _text(node: Node | None) -> str:
    return node.content if node is not None and isinstance(node.content, str) else ""


def _entries(node: Node | None) -> Iterator[_Entry]:
    table = _table(node)
    for (name, value), place in zip(table.entries, table.places, strict=False):
        yield _Entry(name, place, value)
