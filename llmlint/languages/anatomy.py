"""How a piece of code is put together, asked of its text when it is to be edited: facts say no more than where it is.

Each front end has a module ``anatomy`` with a class that answers these questions for one text.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from llmlint.facts import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """An argument of a call or an entry of a mapping. ``name`` is empty where it has none; ``value``: its part without
    the name."""

    name: str
    span: Span
    value: Span
    is_spread: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands between two brackets, of which the closing one is at ``close``. ``form``: how a name and its value
    are written in it, with ``{name}`` and ``{value}``; ``around``: what has to stand around them in an empty one.
    ``separator``: what stands between two entries besides the end of a line; ``width``: how long a name may be to
    stand in one column with those before it, or 0 where nothing is laid out in columns."""

    entries: tuple[Entry, ...]
    close: int
    form: str
    around: tuple[str, str] = ("", "")
    separator: str = ","
    width: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A loop without an end that leaves only by success. ``head``: all of it up to its body; ``handlers``: where
    each handler that lets it go on begins, all of it if it does nothing, and what it calls the error. ``end``: where it
    ends, if what comes after it would be a way out of a function without the value that this promises."""

    head: Span
    names: frozenset[str]
    handlers: tuple[tuple[Span, str], ...]
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """``from module import names``, each with what it is called here and its span; ``import module as alias`` has the
    alias for ``name`` and no names. ``span``: the statement; ``scope``: where what it binds is known."""

    module: str
    span: Span
    scope: Span
    names: tuple[tuple[str, str, Span], ...] = ()
    alias: str = ""


class Anatomy(Protocol):
    """``nothing``: how no value is spelled."""

    nothing: tuple[str, ...]

    def listing(self, span: Span) -> Listing | None:
        """The arguments of the call, or the entries of the mapping, that stands at a span."""

    def listings(self, span: Span) -> Iterable[Listing]:
        """Those of all calls and mappings at a span and inside it."""

    def value(self, span: Span) -> Span | None:
        """The value of the argument, the entry or the variable at a span."""

    def literal(self, value: object) -> str:
        """A plain value as the language writes it."""


class DeclarationAnatomy(ABC):
    """What all languages that declare things have alike: values stand where they are used, and are spelled as in
    JSON."""

    @abstractmethod
    def listing(self, span: Span) -> Listing | None:
        """The entries of the mapping that stands at a span."""

    def listings(self, span: Span) -> Iterable[Listing]:
        return filter(None, [self.listing(span)])

    def value(self, span: Span) -> Span | None:
        return span

    def literal(self, value: object) -> str:
        return json.dumps(value, ensure_ascii=False)


@runtime_checkable
class Program(Anatomy, Protocol):
    """A language in which things are done."""

    def attempt(self, start: int) -> Attempt | None:
        """The loop that begins at an offset, where its only ways out are success and an error."""

    def key(self, span: Span) -> Span | None:
        """The expression that stands for a key: the string that holds a span and nothing else, or is given by the
        argument there; with the variable of the environment that it is a default of, if it is one."""


@runtime_checkable
class Importing(Program, Protocol):
    """A language in which names of other modules have to be imported."""

    def imports(self) -> Iterable[Import]:
        """All imports but the relative ones, in order."""

    def uses(self, name: str) -> int:
        """How often a name is read."""

    def first_statement(self) -> Span | None:
        """The first statement that an import may stand before."""


# -- the layout of entries ------------------------------------------------------------------------------------

_QUOTE = re.compile(r"\\?[\"']")
_GAP = re.compile(r"(\s*)[:=][ \t]*")


def form_of(key: str, gap: str, usual: str, *, in_columns: bool = False) -> str:
    """The form of entries one of which is written with a key, and something between it and its value, such as ``: ``;
    ``usual``: what to write where that can't be taken over."""
    match, quote = _GAP.fullmatch(gap), _QUOTE.match(key)
    mark = quote[0] if quote is not None else ""
    if match is None:
        return f"{mark}{{name}}{mark}{usual}{{value}}"
    if in_columns and not mark:
        return f"{{name:<{len(key) + len(match[1]) - 1}}} {gap.lstrip()}{{value}}"
    return f"{mark}{{name}}{mark}{gap}{{value}}"
