"""Follows a value back to the model call whose reply it was read out of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from llmlint.facts import FileFacts
from llmlint.link.calls import CallGraph, Edge, FunctionKey
from llmlint.link.meanings import ClassMeaning
from llmlint.link.regexes import may_find_json, pattern_of
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.linked import ModelCall, Site
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    Item,
    Literal,
    Operation,
    Parameter,
    Patched,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Value,
    Variable,
)
from llmlint.values import Mapping as MappingValue

_MAX_STEPS = 60
# How many functions may lie between a call and the place where its reply is used.
_MAX_HOPS = 3
# A step into some element of a list, or to a computed key.
_SOME = None

_TEXT_METHODS = frozenset(
    """
    strip lstrip rstrip replace removeprefix removesuffix split rsplit splitlines partition rpartition lower upper
    casefold decode encode expandtabs group groups groupdict
    """.split()
)
_SAME_ITEMS = frozenset({"+", "list", "tuple", "sorted", "reversed", "set", "iter"})
_SAME_OBJECT = frozenset({"model_dump", "to_dict", "dict", "copy", "model_copy", "result"})
_BODY = frozenset({"read", "iter_lines", "aiter_lines", "iter_bytes", "aiter_bytes", "getvalue"})
_PARSED_BODY = frozenset({"json", "parse"})
_GROWING = frozenset({"append", "add", "insert", "extend", "appendleft"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply that a value was read out of. ``is_text``: its text, and not the arguments of a tool call in it."""

    call: ModelCall
    is_text: bool


@dataclass(frozen=True, slots=True)
class _Trail:
    """How far a value has been followed.

    ``path``: what is going to be read out of it, the first step first: names, and numbers in lists. ``opened``: once
    a response's body was parsed, whether text was read out of it. ``inside``: the calls through which the functions
    on the way were entered.
    """

    path: tuple[str | int | None, ...] = ()
    opened: bool | None = None
    inside: tuple[Edge, ...] = ()
    steps: int = 0
    hops: int = 0

    def to(self, *path: str | int | None) -> _Trail:
        return replace(self, path=path, steps=self.steps + 1)

    def before(self, step: str | int | None) -> _Trail:
        return self.to(step, *self.path)

    @property
    def rest(self) -> _Trail:
        return self.to(*self.path[1:])

    @property
    def names(self) -> list[str]:
        return [step for step in self.path if isinstance(step, str)]


class Replies:
    """``text_names`` and ``argument_names``: the attributes and keys by which the text of a reply, and the arguments of
    a tool call in it, are reached; ``raw_names``: those after which a client gives the bare response."""

    def __init__(
        self,
        resolver: Resolver,
        graph: CallGraph,
        model_calls: Mapping[str, Iterable[ModelCall]],
        words: Mapping[str, frozenset[str]],
    ) -> None:
        self.resolver = resolver
        self.graph = graph
        self._text_names = words["reply-text"]
        self._argument_names = words["reply-arguments"]
        self._raw_names = words["raw-reply"]
        self._model_calls: dict[Site, list[ModelCall]] = defaultdict(list)
        for calls in model_calls.values():
            for call in calls:
                self._model_calls[_plain(call.site)].append(call)
        self._edges: dict[Site, list[Edge]] = defaultdict(list)
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback:
                    self._edges[_plain(edge.site)].append(edge)
        self._added: dict[str, dict[int, list[Value]]] = {}

    def behind(self, facts: FileFacts, value: Value) -> list[Reading]:
        """The replies that ``value`` was read out of."""
        return list(_Search(self).follow(facts, value, _Trail()))

    # -- what a search asks for -------------------------------------------------------------------------------

    def reading(self, call: ModelCall, trail: _Trail) -> Reading | None:
        """What a path leads to in the reply of a call, or None where that is neither text nor arguments."""
        if call.operation.builds:
            return None
        if self._is_envelope(call):
            return Reading(call, trail.opened) if trail.opened is not None else None
        is_text = self.is_text(trail)
        return Reading(call, is_text) if is_text is not None and trail.opened is None else None

    def is_text(self, trail: _Trail) -> bool | None:
        """Whether a path leads to the text of a reply; None where it leads to neither text nor arguments."""
        for name in trail.names:
            if name in self._argument_names:
                return False
            if name not in self._text_names:
                return None
        return True

    def is_step(self, name: str) -> bool:
        return name in self._text_names or name in self._argument_names

    def _is_envelope(self, call: ModelCall) -> bool:
        """Whether a call gives the response as it came, body and all."""
        value: Value = call.site.call.callee
        while isinstance(value, Attribute):
            if value.name in self._raw_names:
                return True
            value = value.base
        return call.operation.is_envelope

    def made_by(self, site: Site) -> list[ModelCall]:
        return self._model_calls.get(site, [])

    def entered_by(self, site: Site) -> list[Edge]:
        """The functions of the project that a call may run."""
        return self._edges.get(site, [])

    def callers_of(self, key: FunctionKey) -> list[Site]:
        """The calls that run one function of the project, and can run no other."""
        return [site for site in self.resolver.results.callers.get(key, ()) if len(self.entered_by(_plain(site))) == 1]

    def added(self, facts: FileFacts, value: Sequence) -> list[Value]:
        """What was put into a list after it was made."""
        if facts.path not in self._added:
            found: dict[int, list[Value]] = defaultdict(list)
            for call in facts.calls:
                callee = call.callee
                if isinstance(callee, Attribute) and isinstance(callee.base, Sequence) and callee.name in _GROWING:
                    found[id(callee.base)].extend(argument.value for argument in call.arguments[-1:])
            self._added[facts.path] = found
        return self._added[facts.path].get(id(value), [])


class _Search:
    """One value followed back. Each question is asked once."""

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.libraries = replies.resolver.libraries
        self._seen: set[tuple[object, ...]] = set()

    def follow(self, facts: FileFacts, value: Value, trail: _Trail) -> Iterator[Reading]:
        key = (facts.path, id(value), trail.path, trail.opened, trail.inside)
        if trail.steps > _MAX_STEPS or trail.hops > _MAX_HOPS or key in self._seen:
            return
        self._seen.add(key)
        if isinstance(value, Result):
            yield from self._result(Site(facts, value.call), trail)
        elif isinstance(value, Parameter):
            yield from self._parameter(facts, value, trail)
        else:
            for part, further in self._parts(facts, value, trail):
                yield from self.follow(facts, part, further)

    def _follow_all(self, facts: FileFacts, values: Iterable[Value], trail: _Trail) -> Iterator[Reading]:
        for value in values:
            yield from self.follow(facts, value, trail)

    # -- values that hold others ------------------------------------------------------------------------------

    def _parts(self, facts: FileFacts, value: Value, trail: _Trail) -> Iterator[tuple[Value, _Trail]]:
        """The values that ``value``, or what the trail reads out of it, is made of."""
        first = trail.path[0] if trail.path else ""
        match value:
            case Attribute(base, name):
                yield base, trail.before(name)
            case Item(base, Operation("slice")):
                yield base, trail.to(*trail.path)
            case Item(base, Literal(str() | int() as key)):
                yield base, trail.before(key)
            case Item(base) | Element(base):
                yield base, trail.before(_SOME)
            case Choice(options):
                yield from ((option, trail.to(*trail.path)) for option in options)
            case Typed(inner):
                yield inner, trail.to(*trail.path)
            case Text(parts) if not trail.names:
                yield from ((part, trail.to()) for part in parts)
            case Patched(base, items):
                yield base, trail.to(*trail.path)
                yield from ((item, trail.rest) for name, item in items if name == first)
            case MappingValue(items, rest) if trail.path:
                yield from ((item, trail.rest) for name, item in items if first in (name, _SOME))
                yield from ((inner, trail.to(*trail.path)) for inner in rest)
            case Sequence(items) if trail.path and not isinstance(first, str):
                inside = first is not None and -len(items) <= first < len(items)
                chosen = (items[first],) if first is not None and inside else items
                yield from ((item, trail.rest) for item in (*chosen, *self.replies.added(facts, value)))
            case Operation("collect", operands) if trail.path and not isinstance(first, str):
                yield from ((operand, trail.rest) for operand in operands)
            case Operation(operator, operands) if operator in _SAME_ITEMS:
                yield from ((operand, trail.to(*trail.path)) for operand in operands)
            case This(cls) if isinstance(first, str):
                yield from ((held, trail.rest) for held in facts.classes[cls].attributes.get(first, ()))
            case Variable(scope, name):
                yield from ((bound, trail.to(*trail.path)) for bound in facts.scopes[scope].bindings.get(name, ()))

    # -- calls ------------------------------------------------------------------------------------------------

    def _result(self, site: Site, trail: _Trail) -> Iterator[Reading]:
        made = self.replies.made_by(site)
        if made:
            readings = (self.replies.reading(call, trail) for call in made)
            yield from (reading for reading in readings if reading is not None)
            return
        edges = self.replies.entered_by(site)
        if len(edges) == 1:
            yield from self._returned(edges[0], trail)
        yield from self._constructed(site, trail)
        for path in self.replies.graph.external.get(site, ()):
            yield from self._outside(site, path, trail)
        if isinstance(site.call.callee, Attribute) and not edges:
            yield from self._method(site, site.call.callee, trail)

    def _returned(self, edge: Edge, trail: _Trail) -> Iterator[Reading]:
        path, index = edge.target
        facts = self.replies.resolver.files[path]
        function = facts.functions[index]
        if function.is_generator and (not trail.path or isinstance(trail.path[0], str)):
            return
        entered = replace(
            trail.rest if function.is_generator else trail, inside=(*trail.inside, edge), hops=trail.hops + 1
        )
        yield from self._follow_all(facts, function.returns, entered)

    def _constructed(self, site: Site, trail: _Trail) -> Iterator[Reading]:
        """A field of an object of the project: what its constructor was given."""
        name = trail.path[0] if trail.path else None
        if not isinstance(name, str):
            return
        for meaning in self.replies.resolver.results.callees(site):
            if isinstance(meaning, ClassMeaning):
                cls = meaning.facts.classes[meaning.index]
                if "__init__" in cls.methods:
                    edge = Edge(site, (meaning.facts.path, cls.methods["__init__"]))
                    inside = replace(trail.rest, inside=(*trail.inside, edge), hops=trail.hops + 1)
                    yield from self._follow_all(meaning.facts, cls.attributes.get(name, ()), inside)
                else:
                    given = [a.value for _, a in site.arguments if a.name == name]
                    yield from self._follow_all(site.facts, given, trail.rest)

    def _parameter(self, facts: FileFacts, value: Parameter, trail: _Trail) -> Iterator[Reading]:
        function = facts.functions[value.function]
        key = (facts.path, value.function)
        entered = next((number for number, edge in enumerate(trail.inside) if edge.target == key), None)
        if entered is not None:
            sites: Iterable[Site] = [trail.inside[entered].site]
            further = replace(trail, inside=trail.inside[:entered], hops=trail.hops - 1)
        else:
            sites = self.replies.callers_of(key)
            further = replace(trail, inside=(), hops=trail.hops + 1)
        for site in sites:
            argument = argument_for(site, function, value.name)
            if argument is not None:
                yield from self.follow(site.facts, argument.value, further)

    def _outside(self, site: Site, path: str, trail: _Trail) -> Iterator[Reading]:
        """What a function outside the project makes of its argument."""
        libraries = self.libraries
        if path in libraries.parsers:
            yield from self._opened(site, trail, given(site, libraries.parsers[path], 0))
        elif (
            path in libraries.patterns
            and not trail.names
            and may_find_json(pattern_of(self.replies.resolver, site, path))
        ):
            yield from self._follow_all(site.facts, given(site, "string", 0 if "()" in path else 1), trail.to())
        elif path in libraries.texts and not trail.names:
            name, position = libraries.texts[path]
            yield from self._follow_all(site.facts, given(site, name, position), trail.to())
        elif path in libraries.awaits:
            yield from self._follow_all(site.facts, given(site, libraries.awaits[path], 0), trail)

    def _method(self, site: Site, callee: Attribute, trail: _Trail) -> Iterator[Reading]:
        name, key = callee.name, next((a.value for _, a in site.arguments if a.name is None), None)
        if name in _TEXT_METHODS and not trail.names:
            yield from self.follow(site.facts, callee.base, trail.to())
        elif name == "get" and key is not None:
            step = key.value if isinstance(key, Literal) and isinstance(key.value, str) else _SOME
            yield from self.follow(site.facts, callee.base, trail.before(step))
        elif name in _PARSED_BODY:
            yield from self._opened(site, trail, [callee.base])
        elif name in _SAME_OBJECT or name in _BODY:
            yield from self.follow(site.facts, callee.base, trail.to(*trail.path))
        elif self.replies.is_step(name):
            yield from self.follow(site.facts, callee.base, trail.before(name))

    def _opened(self, site: Site, trail: _Trail, values: Iterable[Value]) -> Iterator[Reading]:
        """The parsed body of a response."""
        is_text = self.replies.is_text(trail)
        if trail.names and is_text is not None and trail.opened is None:
            yield from self._follow_all(site.facts, values, replace(trail.to(), opened=is_text))


def given(site: Site, name: str, position: int) -> list[Value]:
    """What a call gives for a parameter, by name or by position."""
    arguments = site.call.arguments
    named = [argument.value for argument in arguments if argument.name == name]
    positional = [argument.value for argument in arguments if argument.name is None and not argument.stars]
    return named or positional[position : position + 1]


def _plain(site: Site) -> Site:
    """A call as it is written, whatever it passes on."""
    return Site(site.facts, site.index)
