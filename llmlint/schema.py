"""YAML read strictly: what breaks a schema is refused with its file, line and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmlint.errors import CatalogError

# A schema is a type, a tuple of types, [schema] for a list, {"key": schema} for a mapping ("key?" is optional), a
# Named for a mapping with free keys, or a OneOf.
Schema = Any
Route = tuple[str | int, ...]


# How alike a misspelt word is to what was meant.
_NEAR = 0.7


class Named:
    """A mapping from any string to values of one schema."""

    def __init__(self, values: Schema) -> None:
        self.values = values


class OneOf:
    """One of some strings."""

    def __init__(self, *words: str) -> None:
        self.words = words


class _MismatchError(Exception):
    def __init__(self, route: Route, reason: str) -> None:
        super().__init__(reason)
        self.route, self.reason = route, reason


def load(path: Path, schema: Schema) -> Any:
    """The data of a YAML file that keeps to ``schema``. Raises CatalogError."""
    import yaml  # not for runs that find no SDK

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogError(str(path), f"can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CatalogError(str(path), f"can't be read: {error}") from None
    try:
        data = yaml.load(text, Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise CatalogError(str(path), f"not valid YAML: {reason}", mark.line + 1 if mark else 0) from None
    except (ValueError, RecursionError) as error:
        raise CatalogError(str(path), f"not valid YAML: {error}") from None
    try:
        _check(data, schema, ())
    except _MismatchError as mismatch:
        raise CatalogError(str(path), str(mismatch), line_of(text, mismatch.route)) from None
    return data


def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def line_of(text: str, route: Route) -> int:
    """The line, from 1, at which the value at ``route`` stands in a YAML text."""
    import yaml

    node = yaml.compose(text, Loader=_loader())
    for depth, step in enumerate(route, 1):
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            node = found[1] if depth < len(route) else found[0]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return int(node.start_mark.line) + 1 if node is not None else 1


def _check(data: Any, schema: Schema, route: Route) -> None:
    if isinstance(schema, dict):
        _check_mapping(data, schema, route)
    elif isinstance(schema, list):
        _expect(data, list, route)
        for index, item in enumerate(data):
            _check(item, schema[0], (*route, index))
    elif isinstance(schema, Named):
        _expect(data, dict, route)
        for key, value in data.items():
            _check(value, schema.values, (*route, key))
    elif isinstance(schema, OneOf):
        if data not in schema.words:
            raise _MismatchError(route, f"{_name(route)} is {data!r}, not one of {', '.join(schema.words)}")
    else:
        _expect(data, schema, route)


def _check_mapping(data: Any, schema: Mapping[str, Schema], route: Route) -> None:
    _expect(data, dict, route)
    for key, value in data.items():
        wanted = schema.get(f"{key}?", None if str(key).endswith("?") else schema.get(key))
        if wanted is None:
            known = [each.rstrip("?") for each in schema]
            raise _MismatchError((*route, key), f"unknown key {key!r}{nearest(str(key), known)}")
        _check(value, wanted, (*route, key))
    for key in schema:
        if key not in data and not key.endswith("?"):
            raise _MismatchError(route, f"{_name(route)} has no {key!r}")


def _expect(data: Any, kind: type | tuple[type, ...], route: Route) -> None:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(data, kinds) or (isinstance(data, bool) and bool not in kinds):
        wanted = " or ".join(_KINDS.get(item, item.__name__) for item in kinds)
        raise _MismatchError(route, f"{_name(route)} is {data!r}, not {wanted}")


_KINDS = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "a mapping", bool: "true or false"}


def _name(route: Route) -> str:
    return ".".join(str(step) for step in route) or "the file"


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the known word nearest to a misspelt one, or nothing. Words that differ by their
    numbers alone, such as LLM101 and LLM110, have nothing to do with each other."""
    import difflib

    letters = _letters(word)
    close = difflib.get_close_matches(word, [each for each in known if _letters(each) != letters], n=1, cutoff=_NEAR)
    return f"; did you mean {close[0]!r}?" if close else ""


def _letters(word: str) -> str:
    return "".join(char for char in word if not char.isdigit())
