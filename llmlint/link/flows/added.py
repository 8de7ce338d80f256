"""What is added to lists that do not show it: held by attributes and by variables of outer scopes, given, or made by a
call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from llmlint.facts import FileFacts
from llmlint.link.flows.rounds import Rounds
from llmlint.link.flows.steps import Path, inside, reads_all
from llmlint.values import Attribute, Element, Parameter, Result, Text, This, Value, Variable


class Added:
    def __init__(self, files: Iterable[FileFacts], rounds: Rounds) -> None:
        self.rounds = rounds
        self._parts: dict[Hashable, list[Value]] = defaultdict(list)
        for facts in files:
            for change in facts.changes:
                if change.kind == "grow" and change.value is not None and change.held[:1] == change.held[1:]:
                    value = change.value
                    parts = value.parts if isinstance(value, Text) else (value,)
                    self._parts[list_of(facts, change.held[0])].extend(parts)

    def to(self, facts: FileFacts, subject: Hashable, path: Path) -> Iterator[tuple[Value, Path]]:
        """What is added to a list, and how it is read where the list is read by ``path``."""
        if subject in self._parts and (reads_all(path) or isinstance(path[0], int)):
            for value in self._parts[subject]:
                if isinstance(value, Element) and self.rounds.loop_over(facts, value.base) < 0:
                    yield value.base, path
                else:
                    yield value, inside(path)


def list_of(facts: FileFacts, value: Value) -> Hashable:
    """What tells a list from others."""
    match value:
        case Attribute(This(cls), name):
            return "attribute", facts.path, cls, name
        case Variable(scope, name):
            return "variable", facts.path, scope, name
        case Parameter() | Result():
            return facts.path, value
    return facts.path, id(value)
