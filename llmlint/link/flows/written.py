"""Files that the program writes itself: caches, states and results, each under a name that the program forms."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from llmlint.facts import Call, FileFacts
from llmlint.link.flows.files import WRITING, opened
from llmlint.link.meanings import name_of
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Imported,
    Literal,
    Operation,
    Parameter,
    Result,
    Text,
    This,
    Typed,
    Value,
    Variable,
)

_MODES = frozenset("wax")
_MAX_DEPTH = 10


class WrittenFiles:
    def __init__(self, files: Iterable[FileFacts]) -> None:
        self._shapes = {shape for facts in files for shape in _written(facts)}

    def is_written(self, site: Site) -> bool:
        """Whether the program writes what the call opens, under a name that it makes of others in the same way."""
        return bool(self._shapes) and _forms_name(opened(site)) and _shape(site.facts, opened(site)) in self._shapes


def _written(facts: FileFacts) -> Iterator[Hashable]:
    for index, call in enumerate(facts.calls):
        if name_of(call.callee) in WRITING or (name_of(call.callee) == "open" and _is_for_writing(call)):
            path = opened(Site(facts, index))
            if _forms_name(path):
                yield _shape(facts, path)


def _is_for_writing(call: Call) -> bool:
    modes = [argument.value for argument in call.arguments if argument.name in (None, "mode")]
    return any(
        isinstance(mode, Literal) and isinstance(mode.value, str) and len(mode.value) < 4 and _MODES & set(mode.value)
        for mode in modes
    )


def _forms_name(path: Value) -> bool:
    """Whether the last part of a path is a text that is put together, in a folder."""
    match path:
        case Operation("/", (_, last)):
            return _is_formed(last)
        case Operation("format", operands):
            return isinstance(operands[-1], Literal)
        case Typed(inner):
            return _forms_name(inner)
    return False


def _is_formed(name: Value) -> bool:
    return isinstance(name, Text) and name.written > 0


def _shape(facts: FileFacts, value: Value, depth: int = 0) -> Hashable:
    """How a path is made, whatever is filled in: the same where it is written and where it is read."""
    if depth > _MAX_DEPTH:
        return ""
    match value:
        case Literal(text):
            return "literal", text
        case Variable(_, name) | Imported(_, name):
            return "name", name
        case Attribute(This(), name):
            return "own", name
        case Attribute(base, name):
            return "attribute", _shape(facts, base, depth + 1), name
        case Parameter():
            return "given"
        case Text(parts, written):
            return "text", written, len(parts)
        case Typed(inner):
            return _shape(facts, inner, depth + 1)
        case Operation(operator, operands):
            return operator, *(_shape(facts, operand, depth + 1) for operand in operands)
        case Result(call):
            made = facts.calls[call]
            parts = (made.callee, *(argument.value for argument in made.arguments))
            return "call", *(_shape(facts, part, depth + 1) for part in parts)
    return ""
