"""The vocabulary of infrastructure files: what a Terraform module, a template or a manifest declares.

Values are as they are written: what a reference stands for is found out when the files of a project are linked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that the file does not show."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of something declared elsewhere: ``aws_sqs_queue.work.arn``; ``Work.Arn`` for ``!GetAtt Work.Arn``."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A text put together from parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, a block or an object in JSON. ``rest``: what is merged into it, the strongest first; ``is_open``: it
    may hold more. ``places``: where the keys of a document's mapping stand."""

    entries: tuple[tuple[str, Node], ...]
    rest: tuple[Node, ...] = ()
    is_open: bool = False
    places: tuple[tuple[int, int], ...] = ()

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name == key), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A list, or the blocks of one name."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, each of them under some condition."""

    options: tuple[Node, ...]


# None stands for a value that is left out: ``null``, ``AWS::NoValue``.
Content = str | int | float | bool | None | Hidden | Reference | Joined | Table | Row | Either


@dataclass(frozen=True, slots=True)
class Node:
    """A value, and the range of code points at which it stands."""

    content: Content
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """``kind``: resource, data, module, variable, local or output; ``type`` of a resource (``aws_sqs_queue``,
    ``AWS::SQS::Queue``) or the source of a module. The range is that of its heading. ``is_broken``: the file can't be
    read whole there, so that nothing is known to be absent."""

    kind: str
    type: str
    name: str
    body: Node
    start: int
    end: int
    is_broken: bool = False
