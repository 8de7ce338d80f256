"""The functions that a platform calls with a batch of a queue's messages: ``for record in event["Records"]``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from llmlint.facts import FileFacts
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph
from llmlint.link.origins import parts_of
from llmlint.values import Attribute, Element, Item, Literal, Parameter, Result, Value

_RECORDS = "Records"
# What a record of SQS holds, and one of S3, SNS, Kinesis or DynamoDB does not.
_BODY = "body"
_MAX_DEPTH = 6


class RecordHandlers:
    def __init__(self, files: Mapping[str, FileFacts], bodies: Bodies, graph: CallGraph) -> None:
        self.files = files
        self.bodies = bodies
        self.graph = graph

    def find(self) -> Iterator[tuple[FileFacts, int]]:
        for facts in self.files.values():
            for loop in facts.loops:
                index = _handed(facts, loop.iterable) if loop.iterable is not None else -1
                if index >= 0 and self._reads_body(facts, index):
                    yield facts, index

    def _reads_body(self, facts: FileFacts, index: int) -> bool:
        """Whether a function, or one that it hands a record to, reads the body of one."""

        def is_record(value: Value) -> bool:
            return isinstance(value, Element) and _handed(facts, value.base) == index

        for site in self.bodies.calls(facts, index):
            values = [argument.value for argument in site.call.arguments]
            if any(_is_body(value, is_record) for value in (*values, site.call.callee)):
                return True
            if any(map(is_record, values)) and any(
                self._reads_given(edge.target)
                for edge in self.graph.edges.get(facts.path, ())
                if edge.site.index == site.index
            ):
                return True
        return False

    def _reads_given(self, key: tuple[str, int]) -> bool:
        return any(
            _is_body(argument.value, lambda value: isinstance(value, Parameter) and value.function == key[1])
            for site in self.bodies.calls(self.files[key[0]], key[1])
            for argument in site.call.arguments
        )


def _handed(facts: FileFacts, value: Value) -> int:
    """The function whose parameter holds the records that a loop goes through, or -1."""
    name, base = _part(value)
    if isinstance(value, Result):
        call = facts.calls[value.call]
        if isinstance(call.callee, Attribute) and call.callee.name == "get" and call.arguments:
            name, base = _part(Item(call.callee.base, call.arguments[0].value))
    return base.function if name == _RECORDS and isinstance(base, Parameter) else -1


def _is_body(value: Value, is_record: Callable[[Value], bool], depth: int = 0) -> bool:
    name, base = _part(value)
    if name == _BODY and base is not None and is_record(base):
        return True
    return depth < _MAX_DEPTH and any(_is_body(part, is_record, depth + 1) for part in parts_of(value))


def _part(value: Value) -> tuple[str, Value | None]:
    """The name of an attribute or key, and what it is read of."""
    if isinstance(value, Attribute):
        return value.name, value.base
    if isinstance(value, Item) and isinstance(value.key, Literal) and isinstance(value.key.value, str):
        return value.key.value, value.base
    return "", None
