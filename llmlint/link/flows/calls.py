"""Calls outside the project, as far as texts go: where one begins, and what hands one on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from llmlint.link.calls import CallGraph, Edge
from llmlint.link.flows.messages import TEXT_KEYS
from llmlint.link.flows.rounds import Rounds
from llmlint.link.flows.steps import ANY, Form, Path, one_by_one, parsed, written
from llmlint.link.regexes import may_find_json, pattern_of
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.values import Attribute, Literal, Parameter, Result, Value


class Passed(NamedTuple):
    """What a call hands on: a value, how it is read, and whether the call cuts it into pieces, or picks some of it."""

    value: Value
    path: Path
    in_pieces: bool = False
    is_picked: bool = False


# Methods that give the text, or a part of it, back.
_KEEPING = frozenset(
    """
    strip lstrip rstrip replace removeprefix removesuffix split rsplit splitlines partition rpartition lower upper
    casefold title capitalize swapcase decode encode expandtabs translate format group groups zfill ljust rjust center
    read readlines iter_lines aiter_lines iter_bytes aiter_bytes text get_text getvalue get_data copy
    model_copy values model_dump dict to_dict result body itertuples iterrows tolist to_string to_csv to_markdown
    head sort reverse raise_for_status groupdict extract_text extract_tables fetchall all dropna fillna reset_index
    sort_values drop_duplicates text_content
    """.split()
)
# Those that put what they are given into a text.
_FILLING = frozenset({"format", "format_map", "format_messages", "replace", "render", "safe_substitute", "substitute"})
# Those that give back what is held under a key.
_GETTING = frozenset({"get", "pop", "setdefault", "getlist", "get_all"})
# Those that read all of the body of a request, or of a file that comes with it.
_BODY = frozenset({"text", "json", "body", "read"})
# Those that read a body as the object that it says, and functions and methods that write an object as text.
_PARSING = frozenset({"json", "get_json"})
_WRITING = frozenset({"dumps", "stringify", "model_dump_json", "to_json"})
# All that write what they are given into a text.
WRITING = _WRITING | _FILLING
READING = frozenset({"read_text", "read_bytes"})
_MEDIA = re.compile(r"Image|Audio|Video|Media|Blob|File|Inline|Bytes")
_SPLITTER = re.compile(
    r"^(?:split_|split[A-Z]|create_?[dD]ocuments|chunk|sent_tokenize|tokenize_sentences)"
    r"|(?:_c|C)hunks?$|(?:^|_)chunks_(?:from|of)(?:_|$)|^(?:break|divide)_.*(?:sentences|pieces|parts)$"
)


# What functions are called that give back the beginning of a text, where they are asked to.
_SHORTENER = re.compile(r"(?:^|_)(?:trunc(?:ate)?|shorten|clip)(?:_|$)|^truncate[A-Z]")


class CallReader:
    def __init__(self, resolver: Resolver, graph: CallGraph) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self.graph = graph
        self.rounds = Rounds()
        self._entered: dict[Site, list[Edge]] = defaultdict(list)
        self._forwarded: dict[Site, list[Edge]] = defaultdict(list)
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback:
                    run = self._forwarded if self.is_forward(edge.site) else self._entered
                    run[edge.site.plain].append(edge)

    def entered(self, site: Site) -> Sequence[Edge]:
        """The functions of the project that a call may run."""
        return self._entered.get(site.plain, ())

    def forwarded(self, site: Site) -> Sequence[Edge]:
        """The functions that a call hands to something that runs them, as ``map`` does."""
        return self._forwarded.get(site.plain, ())

    def is_forward(self, site: Site) -> bool:
        """Whether a call hands a function over without the arguments that it will be called with following it."""
        forwards = self.libraries.forwards
        return any(path in forwards and forwards[path].arguments < 0 for path in self.paths(site))

    def kind_of_name(self, path: str) -> str:
        """What an object outside the project holds: ``flask.request``."""
        return self.libraries.sources.get(path, "")

    def origin(self, site: Site) -> str | None:
        """The kind of text that a call brings in, or None."""
        for path in self.paths(site):
            if path in self.libraries.sources:
                return self.libraries.sources[path]
            if path in self.libraries.encoders:
                return None if _is_given_text(site) else "encoded"
            if path in self.libraries.inputs and path not in self.libraries.events:
                return "input"
        callee = site.call.callee
        return "file" if isinstance(callee, Attribute) and callee.name in READING else None

    def passed_on(self, site: Site, path: Path) -> Iterator[Passed]:
        """The values that a call hands on."""
        paths = self.paths(site)
        libraries = self.libraries
        for name in paths:
            if name in libraries.patterns:
                if may_find_json(pattern_of(self.resolver, site, name)):
                    searched = given(site, "string", 0 if "()" in name else 1)
                    yield from (Passed(value, one_by_one(path), is_picked=True) for value in searched)
                return
            parameter, position = self._text_parameter(name)
            if parameter:
                further = self._changed(name, path)
                yield from (Passed(value, further) for value in given(site, parameter, position))
                return
        if any(name in libraries.gathers for name in paths):
            for argument in site.call.arguments:
                yield Passed(argument.value, path if argument.stars else path[1:])
            return
        callee = site.call.callee
        name = getattr(callee, "name", "")
        if cuts(name):
            yield from (Passed(argument.value, (), in_pieces=True) for argument in site.call.arguments[:1])
        elif isinstance(callee, Attribute):
            yield from (Passed(value, further) for value, further in self._method(site, callee, path))
        if any(_is_container(name) for name in paths):
            names = {path[0]} if path else TEXT_KEYS
            for number, argument in site.arguments:
                is_first = argument.name is None and not path and number == 0
                if is_first or (argument.name is not None and argument.name in names):
                    yield Passed(argument.value, path[1:])

    def _changed(self, name: str, path: Path) -> Path:
        """How a function's argument is read, given how its result is."""
        if name in self.libraries.parsers:
            return parsed(path)
        return written(path) if name.rpartition(".")[2] in _WRITING else path

    def _text_parameter(self, path: str) -> tuple[str, int]:
        libraries = self.libraries
        if path in libraries.texts:
            return libraries.texts[path]
        for table in (libraries.passthrough, libraries.awaits, libraries.parsers):
            if path in table:
                name = table[path]
                return name, int(name) if name.isdigit() else 0
        return "", 0

    def _method(self, site: Site, callee: Attribute, path: Path) -> Iterator[tuple[Value, Path]]:
        arguments = site.call.arguments
        if callee.name in _GETTING and arguments:
            key = arguments[0].value
            step = key.value if isinstance(key, Literal) and isinstance(key.value, str | int) else None
            yield callee.base, (step, *path)
        elif callee.name == "join":
            yield from ((argument.value, (ANY, *one_by_one(path))) for argument in arguments)
        elif callee.name in _PARSING or (callee.name == "parse" and not arguments):
            yield callee.base, _of_body(callee, parsed(path))
        elif callee.name in _WRITING:
            yield callee.base, written(path)
        elif callee.name == "readline":
            yield callee.base, (ANY, *path)
        elif callee.name == "items":
            yield from ((callee.base, (*path[:1], *path[2:])) for key in path[1:2] or (1,) if key != 0)
        elif callee.name in _KEEPING:
            yield callee.base, _of_body(callee, path)
        if callee.name in _FILLING:
            yield from ((argument.value, (Form.WRITTEN,)) for argument in arguments)

    def paths(self, site: Site) -> tuple[str, ...]:
        """The paths outside the project that a call may be a call of."""
        return self.graph.external.get(site.plain, ())


def cuts(name: str) -> bool:
    """Whether a function of this name cuts a text into pieces."""
    return _SPLITTER.search(name) is not None


def shortens(name: str) -> bool:
    """Whether a function of this name gives back the beginning of a text."""
    return _SHORTENER.search(name) is not None


def _of_body(callee: Attribute, path: Path) -> Path:
    """How what a function is given is read, where that is a request or a response."""
    return (Form.BODY, *path) if callee.name in _BODY and isinstance(callee.base, Parameter) else path


def given(site: Site, name: str, position: int) -> list[Value]:
    """What a call gives for a parameter, by name or by position."""
    arguments = site.call.arguments
    named = [argument.value for argument in arguments if argument.name == name]
    positional = [argument.value for argument in arguments if argument.name is None and not argument.stars]
    return named or positional[position : position + 1]


def _is_given_text(site: Site) -> bool:
    """``b64encode(text.encode())``: what is encoded was a text before."""
    given = [argument.value for argument in site.call.arguments[:1]]
    return any(
        isinstance(value, Result) and getattr(site.facts.calls[value.call].callee, "name", "") == "encode"
        for value in given
    )


def _is_container(path: str) -> bool:
    """Whether a path names a class outside the project, whose objects hold what they are given."""
    name = path.rpartition(".")[2]
    return name[:1].isupper() and not path.endswith(")") and not _MEDIA.search(name)
