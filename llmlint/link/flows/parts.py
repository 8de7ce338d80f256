"""The values that a value is made of, and how each of them is read."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.link.flows.messages import written_items
from llmlint.link.flows.steps import ANY, Path, Step, inside, one_by_one, reads_all, reads_elements, reads_text
from llmlint.values import Attribute, Choice, Item, Literal, Operation, Patched, Sequence, Text, Typed, Value
from llmlint.values import Mapping as MappingValue

_JOINING = frozenset({"+", "%", "format", "list", "tuple", "sorted", "reversed", "set", "iter", "enter", "bounded"})
_NUMBERING = frozenset({"enumerate", "zip"})


def parts_of(value: Value, path: Path) -> Iterator[tuple[Value, Path]]:
    """The values that ``value``, or what a path reads out of it, is made of."""
    first = path[0] if path else ANY
    match value:
        case Attribute(base, name):
            yield base, (name, *path)
        case Item(base, Operation("slice")):
            yield base, path
        case Item(base, Literal(str() | int() as key)):
            yield base, (key, *path)
        case Item(base):
            yield base, (ANY, *path)
        case Choice(options):
            yield from ((option, path) for option in options)
        case Typed(inner):
            yield inner, path
        case Text(parts):
            yield from ((part, one_by_one(path)) for part in parts)
        case Patched(base, items):
            found = [item for name, item in items if name == first]
            yield from ((item, path[1:]) for item in found)
            if not found:
                yield base, path
        case MappingValue():
            yield from _parts_of_mapping(value, path, first)
        case Sequence(items):
            is_there = isinstance(first, int) and -len(items) <= first < len(items)
            chosen = (items[first],) if is_there else items  # type: ignore[index]
            yield from ((item, inside(path)) for item in chosen)
        case Operation("collect", operands):
            yield from ((operand, inside(path)) for operand in operands)
        case Operation("held", operands) if reads_all(path):
            yield from ((operand, inside(path)) for operand in operands)
        case Operation("and", operands):
            yield operands[-1], path
        case Operation(operator, operands) if operator in _JOINING:
            yield from ((operand, path) for operand in operands)
        case Operation(operator, operands) if operator in _NUMBERING:
            yield from ((operand, (ANY, *path[2:])) for operand in operands)


def _parts_of_mapping(value: MappingValue, path: Path, first: Step) -> Iterator[tuple[Value, Path]]:
    # What is read one by one out of a list of parts is a part, whatever its own keys are.
    is_part = reads_elements(path) and value.get("type") is not None
    shown = written_items(value.items) if is_part or reads_text(path) else value.items
    yield from ((item, inside(path)) for name, item in shown if reads_all(path) or name == first)
    if reads_all(path) or value.get(str(first)) is None:
        yield from ((inner, path) for inner in value.rest)
