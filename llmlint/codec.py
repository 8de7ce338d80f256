"""Facts and reports as JSON, and back: plain data, with nothing in it that could run.

A graph of dataclasses is written as a table, a row for each object, after the rows of what it holds: so what is shared
stays shared, and no depth is too deep. In a row a whole number stands for an earlier row and any other scalar for
itself; only in the fields and tuples that hold nothing but whole numbers these stand for themselves. A list of tuples
of strings is a row as it is. Arrays follow on a line of their own: they say where in a text things stand, and what
stands before that line says the rest.
"""

from __future__ import annotations

import importlib
import json
from array import array
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import IntEnum
from functools import cache
from typing import Any

# The modules whose dataclasses, named tuples and enumerations may be written and read.
_MODULES = ("cache", "declarations", "engine", "facts", "failures", "findings", "remedies", "values")
_NUMBER, _NUMBERS, _TUPLE, _LIST, _SET, _DICT, _ARRAY, _WORDS = "#", "n", "t", "l", "s", "d", "a", "w"

Row = list[Any]


def dumps(root: object) -> bytes:
    """A graph of facts as JSON. Raises TypeError for what is none."""
    writer = _Writer()
    parts = writer.write(root), writer.arrays
    return b"\n".join(json.dumps(part, separators=(",", ":")).encode() for part in parts)


def loads(data: bytes) -> Any:
    """The graph again. Raises ValueError, TypeError or LookupError for what ``dumps`` did not write."""
    (names, rows), arrays = map(json.loads, data.split(b"\n"))
    makers = [_maker(name) for name in names]
    made: list[Any] = []
    for row in rows:
        kind = row[0]
        if kind == _ARRAY:
            made.append(array("I", arrays[row[1]]))
        else:
            made.append(makers[kind](row, made) if type(kind) is int else _MADE[kind](row, made))
    return made[-1]


def without_arrays(data: bytes) -> bytes:
    """What ``dumps`` wrote, but for the arrays."""
    return data.partition(b"\n")[0]


# -- writing --------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self) -> None:
        self.arrays: list[list[int]] = []
        self._rows: list[Row] = []
        self._row_of: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._classes: dict[type, int] = {}

    def write(self, root: object) -> tuple[list[str], list[Row]]:
        waiting: list[tuple[Any, Sequence[Any] | None]] = [(root, None)]
        while waiting:
            node, parts = waiting.pop()
            if id(node) in self._row_of:
                continue
            if parts is None:
                parts = () if _is_words(node) else _parts(node)
                waiting.append((node, parts))
                waiting.extend((part, None) for part in parts if type(part) not in _SCALARS)
            else:
                row = self._row(node, parts)
                self._row_of[id(node)] = len(self._rows)
                self._rows.append(row)
        return [f"{_module(cls)}.{cls.__name__}" for cls in self._classes], self._rows

    def _row(self, node: Any, parts: Sequence[Any]) -> Row:
        cls: Any = type(node)
        if _is_words(node):
            return [_WORDS, *node]
        if cls is array:
            self.arrays.append(node.tolist())
            return [_ARRAY, len(self.arrays) - 1]
        if cls in _LETTERS:
            if cls is tuple and parts and all(type(part) is int for part in parts):
                return [_NUMBERS, *parts]
            return [_LETTERS[cls], *map(self._reference, parts)]
        number = self._classes.setdefault(cls, len(self._classes))
        if isinstance(node, IntEnum):
            return [number, int(node)]
        plain = _plain(cls)
        return [number, *(p if n in plain else self._reference(p) for n, p in enumerate(parts))]

    def _reference(self, part: Any) -> Any:
        if type(part) is int:
            if part not in self._numbers:
                self._numbers[part] = len(self._rows)
                self._rows.append([_NUMBER, part])
            return self._numbers[part]
        return part if type(part) in _SCALARS else self._row_of[id(part)]


def _is_words(node: Any) -> bool:
    """Whether something is a list of nothing but tuples of strings: by far the most of what there is to write."""
    return type(node) is list and all(type(part) is tuple and all(type(word) is str for word in part) for part in node)


def _parts(node: Any) -> Sequence[Any]:
    cls: Any = type(node)
    if cls is dict:
        return [part for item in node.items() for part in item]
    if cls is frozenset:
        return sorted(node)
    if cls in _LETTERS or isinstance(node, tuple):
        return node  # type: ignore[no-any-return]
    if cls is array or isinstance(node, IntEnum):
        return ()
    return [getattr(node, name) for name in _names(cls)]


def _module(cls: type) -> str:
    module = cls.__module__.removeprefix("llmlint.")
    if module not in _MODULES:
        raise TypeError(f"{cls.__module__}.{cls.__name__} is no fact")
    return module


# -- reading --------------------------------------------------------------------------------------------------


def _values(row: Row, made: Sequence[Any]) -> list[Any]:
    return [made[part] if type(part) is int else part for part in row[1:]]


def _pairs(parts: list[Any]) -> dict[Any, Any]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


@cache
def _maker(name: str) -> Callable[[Row, Sequence[Any]], Any]:
    """What makes an object of a class out of its row. Raises LookupError for a class that is none of ours."""
    module, _, class_name = name.partition(".")
    if module not in _MODULES:
        raise LookupError(name)
    cls = vars(importlib.import_module(f"llmlint.{module}"))[class_name]
    if issubclass(cls, IntEnum):
        return lambda row, made: cls(row[1])
    plain = _plain(cls)
    references = [number for number in range(len(_names(cls))) if number not in plain]

    def make(row: Row, made: Sequence[Any]) -> Any:
        parts = row[1:]
        for number in references:
            if type(parts[number]) is int:
                parts[number] = made[parts[number]]
        return cls(*parts)

    return make


@cache
def _names(cls: Any) -> tuple[str, ...]:
    """The fields of a dataclass or of a named tuple. Raises TypeError for any other class."""
    if is_dataclass(cls):
        return tuple(field.name for field in fields(cls))
    named: tuple[str, ...] = getattr(cls, "_fields", ())
    if not named:
        raise TypeError(f"{cls.__name__} is no fact")
    return named


@cache
def _plain(cls: Any) -> frozenset[int]:
    """The numbers of the fields that hold nothing but whole numbers."""
    kinds = {field.name: field.type for field in fields(cls)} if is_dataclass(cls) else cls.__annotations__
    return frozenset(
        number
        for number, name in enumerate(_names(cls))
        if getattr(kinds[name], "__forward_arg__", kinds[name]) == "int"
    )


_SCALARS = frozenset({str, int, float, bool, type(None)})
_LETTERS: dict[type, str] = {tuple: _TUPLE, list: _LIST, frozenset: _SET, dict: _DICT}
_MADE: dict[str, Callable[[Row, Sequence[Any]], Any]] = {
    _NUMBER: lambda row, made: row[1],
    _NUMBERS: lambda row, made: tuple(row[1:]),
    _TUPLE: lambda row, made: tuple(_values(row, made)),
    _WORDS: lambda row, made: list(map(tuple, row[1:])),
    _LIST: _values,
    _SET: lambda row, made: frozenset(_values(row, made)),
    _DICT: lambda row, made: _pairs(_values(row, made)),
}
