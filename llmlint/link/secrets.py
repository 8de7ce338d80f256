"""Keys in the code: which values are keys, which are written out for a client, and which are put where others read."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from llmlint.facts import Argument, FileFacts
from llmlint.findings import Place
from llmlint.keys import Keys, ending_of
from llmlint.leaks import Exposure, GivenKey
from llmlint.link.blocks import conditions_of
from llmlint.link.calls import CallGraph
from llmlint.link.meanings import Constant, External, FunctionMeaning, InstanceMeaning, Lost, Meaning, name_of
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.model_calls import ModelCall, Site
from llmlint.values import (
    Attribute,
    Choice,
    ClassValue,
    Imported,
    Item,
    Literal,
    Operation,
    Parameter,
    Patched,
    Result,
    Text,
    This,
    Typed,
    Value,
    Variable,
)
from llmlint.values import Mapping as MappingValue
from llmlint.values import Sequence as SequenceValue

_MAX_DEPTH = 12
# Methods that give all of a text back.
_SAME = frozenset({"strip", "rstrip", "lstrip", "encode", "decode", "lower", "upper", "get_secret_value", "replace"})
_ANY_KEY = "apikey"
_NOTHING = (Literal(None), Literal(0), Literal(""))
_PRESENT = frozenset({"is not", "!=", ">"})
# What a collection of names, and of nothing that they stand for, is called: ``ENV_VAR_NAMES.OPENAI_API_KEY``.
_OF_NAMES = re.compile(r"(?:names?|env_?(?:vars?|keys?)|types?|codes?|errors?|messages?)$", re.I)
_RAISED = ("Error", "Exception", "Warning")


class _Part(NamedTuple):
    """A key that a value is made of, by the name of what holds it; or no more of it than its beginning. ``is_given``:
    only the name of a parameter says so; ``is_any``: the name says nothing of a provider."""

    name: str
    is_whole: bool = True
    is_given: bool = False
    is_any: bool = False


class SecretFinder:
    """Finds keys in the calls of a project."""

    def __init__(self, resolver: Resolver, graph: CallGraph, reach: ReachIndex, keys: Keys) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self.graph = graph
        self.roles = reach.roles
        self.keys = keys
        self._known: dict[tuple[str, str, int, str], tuple[int, list[_Part]]] = {}

    # -- literals ---------------------------------------------------------------------------------------------

    def given(self, calls: Iterable[ModelCall]) -> Iterator[GivenKey]:
        """The keys that clients are given as literals, whatever their form."""
        for call in calls:
            if call.operation.builds and not call.is_local:
                for number, argument in call.site.arguments:
                    if argument.name in self.keys.parameters:
                        shown = self._literal(call.site.facts, argument.value)
                        if shown:
                            variable = self.keys.variable_for(call.path) if call.is_at_home else ""
                            yield GivenKey(call.site.argument(number), call.label, shown, variable)

    def key_of(self, call: ModelCall) -> str:
        """What holds the key that a client is built with, or that a request carries; empty where that can't be known,
        or where whoever uses the program gives it."""
        is_request = call.operation.sdk == "http"
        for _, argument in call.site.arguments if call.operation.builds or is_request else ():
            if is_request or argument.name in self.keys.parameters:
                part = self._of_argument(call.site.facts, argument)
                if part is not None and not part.is_given and not part.is_any:
                    return part.name
                if argument.name in self.keys.parameters and self._literal(call.site.facts, argument.value):
                    return argument.name or ""
        return ""

    def _literal(self, facts: FileFacts, value: Value) -> str:
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Constant) and isinstance(meaning.value, str) and self.keys.is_key(meaning.value):
                return ending_of(meaning.value)
        return ""

    # -- keys that are read by others -------------------------------------------------------------------------

    def exposures(self, facts: FileFacts) -> Iterator[Exposure]:
        for index in range(len(facts.calls)):
            site = Site(facts, index)
            sink = self._sink(site)
            if sink:
                yield from self._written(site, sink)
        for index, function in enumerate(facts.functions):
            sink = self._answer(facts, index)
            for value in function.returns if sink else ():
                yield from self._held(sink, facts, value, function.span)
        for cls in facts.classes:
            if self._is_of(self.libraries.pages, facts, cls.bases):
                for name, values in cls.attributes.items():
                    for value in values if not name.startswith("_") else ():
                        yield from self._held("page", facts, value, cls.span)

    def _written(self, site: Site, sink: str) -> Iterable[Exposure]:
        """The keys that a call is given. What an object literal holds is an argument of its own too: the last one that
        shows a key is the nearest to it."""
        found: dict[tuple[str, bool], Exposure] = {}
        for number, argument in site.arguments:
            part = self._of_argument(site.facts, argument)
            if part is None or (part.is_any and self._is_meant(site, sink)):
                continue
            if not _is_empty_at(site.facts, site.call.block, argument.value):
                exposure = Exposure(sink, site.argument(number), part.name, part.is_whole)
                found[part.name, part.is_whole] = exposure
        return found.values()

    def _answer(self, facts: FileFacts, index: int) -> str:
        """Where what a function gives back goes, without a call that puts it there: into a response, or a page."""
        function = facts.functions[index]
        decorators = [decorator.value for decorator in function.decorators]
        if f"function {function.name}" in self.libraries.pages or self._is_of(self.libraries.pages, facts, decorators):
            return "page"
        return "response" if decorators and self.roles.get((facts.path, index)) == "handler" else ""

    def _is_of(self, paths: Container[str], facts: FileFacts, values: Iterable[Value]) -> bool:
        found = (meaning for value in values for meaning in self.resolver.meanings(facts, value))
        return any(isinstance(meaning, External) and meaning.path in paths for meaning in found)

    def _held(self, sink: str, facts: FileFacts, value: Value, span: int) -> Iterator[Exposure]:
        """What is given away is not the object that a call makes, but a text, or what a mapping holds."""
        for item in [item for _, item in value.items] if isinstance(value, Patched) else [value]:
            part = self._worst(facts, item) if not isinstance(item, Result) else None
            if part is not None and not part.is_any and not part.is_given:
                yield Exposure(sink, Place(facts, facts.span(span)), part.name, part.is_whole)

    def _is_meant(self, site: Site, sink: str) -> bool:
        """Whether a key of no known provider may be shown on purpose: to the user whom it was made for."""
        return sink != "exception" and not any("log" in path for path in self.graph.outside(site))

    def _sink(self, site: Site) -> str:
        for path in self.graph.outside(site):
            if path in self.libraries.logs:
                return "log"
            if path in self.libraries.pages:
                return "page"
            if path in self.libraries.responses:
                return "response"
            if path.endswith(_RAISED):
                return "exception"
        callee = site.call.callee
        name = site.facts.classes[callee.cls].name if isinstance(callee, ClassValue) else name_of(callee)
        if name[:1].isupper() and name.endswith(_RAISED):
            return "exception"
        method = f".{name}"
        kind = "page" if method in self.libraries.pages else "response" if method in self.libraries.responses else ""
        return kind if kind and self._is_of_request(site.facts, callee) else ""

    def _is_of_request(self, facts: FileFacts, method: Value) -> bool:
        """Whether a method answers a request, as ``res.status(200).json`` does: one of something that the function
        which handles the request is given."""
        base = method
        while isinstance(base, Attribute | Result):
            base = base.base if isinstance(base, Attribute) else facts.calls[base.call].callee
        return isinstance(base, Parameter) and self.roles.get((facts.path, base.function)) == "handler"

    def _of_argument(self, facts: FileFacts, argument: Argument) -> _Part | None:
        return self._worst(facts, argument.value)

    def _worst(self, facts: FileFacts, value: Value) -> _Part | None:
        """Of the keys that a value is made of, the first that is whole, or else the first of which a part is."""
        self._known.clear()
        found = list(self._parts(facts, value, 0))
        return next((part for part in found if part.is_whole), found[0] if found else None)

    # -- what a value is made of ------------------------------------------------------------------------------

    def _parts(self, facts: FileFacts, value: Value, depth: int) -> Iterator[_Part]:
        """The keys that a value is made of."""
        if depth > _MAX_DEPTH:
            return
        match value:
            case Result(number):
                yield from self._of_result(Site(facts, number), depth)
            case Item(base, Operation("slice", bounds)):
                if bounds[0] == Literal(None) or bounds[0] == Literal(0):
                    yield from (part._replace(is_whole=False) for part in self._parts(facts, base, depth + 1))
            case Item(base, Literal(str(name))) if self._is_environment(facts, base):
                yield from self._of_name(name)
            case Item(base, Literal(str(name))):
                yield from self._of_name(name)
            case Variable(scope, name):
                bindings = facts.scopes[scope].bindings.get(name, ())
                yield from self._of_any(("variable", facts.path, scope, name), facts, bindings, depth)
            case Imported(module, name):
                yield from self._of_import(facts, module, name, depth)
            case Attribute(base, name):
                yield from self._of_attribute(facts, base, name, depth)
            case Parameter(_, name):
                yield from (part._replace(is_given=True) for part in self._of_name(name))
            case Typed(inner) | Operation("bounded" | "and", (*_, inner)):
                yield from self._parts(facts, inner, depth + 1)
            case Choice(parts) | Text(parts) | SequenceValue(parts) | Operation("+" | "%" | "format" | "or", parts):
                for part in parts:
                    yield from self._parts(facts, part, depth + 1)
            case MappingValue(items):
                for _, item in items:
                    yield from self._parts(facts, item, depth + 1)

    def _of_any(
        self, what: tuple[str, str, int, str], facts: FileFacts, values: Iterable[Value], depth: int
    ) -> list[_Part]:
        """The keys that any of the values of a variable, an attribute or a function is made of; looked at once, unless
        more of the way is left than then. What leads back to itself adds nothing."""
        known = self._known.get(what)
        if known is None or depth < known[0]:
            self._known[what] = depth, []
            found = (part for value in values for part in self._parts(facts, value, depth + 1))
            self._known[what] = depth, list(dict.fromkeys(found))
        return self._known[what][1]

    def _of_name(self, name: str) -> Iterator[_Part]:
        if self.keys.holds_key(name):
            yield _Part(name)
        elif name.lower().replace("_", "") == _ANY_KEY:
            yield _Part(name, is_any=True)

    def _is_environment(self, facts: FileFacts, value: Value) -> bool:
        found = self.resolver.meanings(facts, value)
        return any(isinstance(meaning, External) and meaning.path in self.libraries.environments for meaning in found)

    def _of_result(self, site: Site, depth: int) -> Iterator[_Part]:
        paths = self.graph.outside(site)
        call = site.call
        if any(path in self.libraries.environments for path in paths):
            for argument in call.arguments:
                if isinstance(argument.value, Literal) and isinstance(argument.value.value, str):
                    yield from self._of_name(argument.value.value)
            return
        if isinstance(call.callee, Attribute) and call.callee.name in _SAME:
            yield from self._parts(site.facts, call.callee.base, depth + 1)
            return
        for meaning in self.resolver.results.callees(site):
            if isinstance(meaning, FunctionMeaning):
                returns = meaning.facts.functions[meaning.index].returns
                yield from self._of_any(
                    ("function", meaning.facts.path, meaning.index, ""), meaning.facts, returns, depth
                )

    def _of_import(self, facts: FileFacts, module: str, name: str, depth: int) -> Iterator[_Part]:
        other = self.resolver.names.module(facts, module)
        if other is not None and other is not facts:
            for value in other.scopes[0].bindings.get(name, ()):
                yield from self._parts(other, value, depth + 1)
        elif f"{module}.{name}" in self.keys.holders:
            yield _Part(f"{module}.{name}")
        elif module in self.libraries.environments:
            yield from self._of_name(name)

    def _of_attribute(self, facts: FileFacts, base: Value, name: str, depth: int) -> Iterator[_Part]:
        if _OF_NAMES.search(name_of(base)):
            return
        if isinstance(base, This):
            values = facts.classes[base.cls].attributes.get(name, ())
            found = self._of_any(("attribute", facts.path, base.cls, name), facts, values, depth)
            yield from found or self._of_name(name)
            return
        for meaning in self.resolver.meanings(facts, base):
            if isinstance(meaning, External) and name in self.keys.parameters:
                if meaning.path in self.resolver.apis.operations:
                    yield _Part(f"{name} of {meaning.path.removesuffix('()')}")
            elif not self._hides(meaning, name):
                yield from self._of_name(name)

    @staticmethod
    def _hides(meaning: Meaning, name: str) -> bool:
        """Whether an object keeps a value in a type that prints nothing of it."""
        if isinstance(meaning, InstanceMeaning):
            return "Secret" in repr(meaning.facts.classes[meaning.index].types.get(name))
        return not isinstance(meaning, External | Lost)


def _is_empty_at(facts: FileFacts, block: int, value: Value) -> bool:
    """Whether a block runs only where nothing was found in what a value names: ``if not api_key``."""
    names = _names(value)
    for number in conditions_of(facts, block, -1):
        condition = facts.conditions[number]
        if condition.operator not in _PRESENT and names & _denied(condition.value):
            return True
    return False


def _denied(value: Value) -> set[str | int]:
    """What a test finds empty, missing or of the wrong kind, as far as it tells."""
    match value:
        case Operation("not", (tested,)):
            return _names(tested)
        case Operation("compare", operands) if any(operand in _NOTHING for operand in operands):
            return {name for operand in operands for name in _names(operand)}
        case Choice(parts) | Operation("and", parts):
            return {name for part in parts for name in _denied(part)}
    return set()


def _names(value: Value) -> set[str | int]:
    """The variables in a value, by their names, and the calls, by their numbers."""
    match value:
        case Parameter(_, name) | Variable(_, name) | Attribute(_, name):
            return {name}
        case Result(number):
            return {number}
        case Item(base, key):
            return _names(base) | ({str(key.value)} if isinstance(key, Literal) else set())
        case Text(parts) | Operation(_, parts) | Choice(parts) | SequenceValue(parts):
            return {name for part in parts for name in _names(part)}
        case Typed(inner):
            return _names(inner)
    return set()
