"""What a text is made of: followed back through values and returns to where each part of it begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from llmlint.facts import FileFacts, Span
from llmlint.link.calls import CallGraph, FunctionKey
from llmlint.link.flows.arguments import given_for
from llmlint.link.flows.calls import CallReader
from llmlint.link.flows.early_ends import EarlyEnds
from llmlint.link.flows.histories import Growth, Histories
from llmlint.link.flows.length_checks import LengthChecks
from llmlint.link.flows.lengths import ends, is_short, sets_length
from llmlint.link.flows.messages import written_items
from llmlint.link.flows.schemas import Schemas
from llmlint.link.meanings import ClassMeaning, InstanceMeaning
from llmlint.link.resolver import Resolver
from llmlint.linked import ModelCall, Site
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    FunctionValue,
    Imported,
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

# How many values one question may lead to before it is given up.
_MAX_STEPS = 1500
_MAX_DEPTH = 120
# A step into some element of a list, or to a computed key.
ANY = None

Step = str | int | None
Path = tuple[Step, ...]

_WRITTEN = ("chat", "completion", "responses", "agent", "transcription", "decision")
_JOINING = frozenset({"+", "%", "format", "list", "tuple", "sorted", "reversed", "set", "iter", "enter"})
_NUMBERING = frozenset({"enumerate", "zip"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a part of a text begins.

    ``kind``: reply, file, page, request, input, table or encoded, brought in by the call at ``site``; or parameter, for
    what ``path`` reads out of the parameter ``name`` of ``function``; or history, for what grows by ``growth``.
    ``in_pieces``: it was cut into pieces on the way; ``join``: the file and the span where encoded data joins a text.
    """

    kind: str
    site: Site | None = None
    function: FunctionKey = ("", -1)
    name: str = ""
    path: Path = ()
    in_pieces: bool = False
    join: tuple[str, Span] | None = None
    growth: Growth | None = None


class Leaves:
    """``of`` answers for values; a function's answer is worked out once, in terms of its own parameters."""

    def __init__(
        self,
        resolver: Resolver,
        graph: CallGraph,
        model_calls: Mapping[str, Iterable[ModelCall]],
        histories: Histories,
    ) -> None:
        self.resolver = resolver
        self.histories = histories
        self.early_ends = EarlyEnds(histories.loops)
        self.length_checks = LengthChecks(resolver.files, graph)
        self.calls = CallReader(resolver.libraries, graph)
        self.schemas = Schemas(resolver)
        self._model_calls = {_plain(call.site): call for calls in model_calls.values() for call in calls}
        self._targets: dict[Site, list[FunctionKey]] = defaultdict(list)
        self._handed: dict[Site, list[FunctionKey]] = defaultdict(list)
        for edges in graph.edges.values():
            for edge in edges:
                if not edge.is_callback:
                    run = self._handed if self.calls.is_forward(edge.site) else self._targets
                    run[_plain(edge.site)].append(edge.target)
        self._joins = {
            id(join.value): (path, facts.span(join.span))
            for path, facts in resolver.files.items()
            for join in facts.joins
        }
        self._known: dict[tuple[int, int, Path], tuple[Leaf, ...]] = {}
        self._returned: dict[tuple[FunctionKey, Path], tuple[Leaf, ...]] = {}
        self._active: set[tuple[FunctionKey, Path]] = set()
        self._cut: set[tuple[FunctionKey, Path]] = set()
        self._depth = 0
        self._steps = 0

    def of(self, facts: FileFacts, value: Value, path: Path = ()) -> tuple[Leaf, ...]:
        """The open beginnings of what ``path`` reads out of ``value``; what is bounded or not known has none."""
        if self._depth:
            return self._within(facts, value, path)
        question = (id(facts), id(value), path)
        if question not in self._known:
            self._steps = _MAX_STEPS
            self._known[question] = self._within(facts, value, path)
        return self._known[question]

    def _within(self, facts: FileFacts, value: Value, path: Path) -> tuple[Leaf, ...]:
        """The answer to a part of a question, as far as its steps reach."""
        if self._depth > _MAX_DEPTH or self._steps < 0 or self.length_checks.covers(facts, value):
            return ()
        self._steps -= 1
        self._depth += 1
        try:
            return tuple(dict.fromkeys(self._follow(facts, value, path)))
        finally:
            self._depth -= 1

    def _of_all(self, facts: FileFacts, values: Iterable[Value], path: Path) -> Iterator[Leaf]:
        for value in values:
            yield from self.of(facts, value, path)

    def _follow(self, facts: FileFacts, value: Value, path: Path) -> Iterator[Leaf]:
        if not path or path[0] is ANY:
            yield from (Leaf("history", growth=growth) for growth in self.histories.of(facts, value))
        match value:
            case Result(call):
                yield from self._result(Site(facts, call), path)
            case Parameter():
                yield from self._parameter(facts, value, path)
            case Imported():
                yield from self._imported(facts, value, path)
            case This(cls) if path and isinstance(path[0], str):
                yield from self.attribute(facts, cls, path[0], path[1:])
            case Variable(scope, name):
                yield from self._of_all(facts, facts.scopes[scope].bindings.get(name, ()), path)
            case Literal():
                if value.is_data_uri:
                    yield Leaf("encoded")
            case Element(base) if self.early_ends.is_cut(facts, base):
                return
            case _:
                join = self._joins.get(id(value))
                for part, further in _parts(facts, value, path):
                    for leaf in self.of(facts, part, further):
                        is_first = join is not None and leaf.kind == "encoded" and leaf.join is None
                        yield replace(leaf, join=join) if is_first else leaf

    # -- names ------------------------------------------------------------------------------------------------

    def _parameter(self, facts: FileFacts, value: Parameter, path: Path) -> Iterator[Leaf]:
        function = facts.functions[value.function]
        fact = next((p for p in function.parameters if p.name == value.name), None)
        if fact is None:
            return
        if is_short(facts, fact.type) or sets_length(facts, fact.default) or self._is_number(fact.default):
            return
        if path and fact.type is not None and isinstance(path[0], str):
            for meaning in self.resolver.instances(facts, fact.type):
                if isinstance(meaning, InstanceMeaning) and self._is_short_field(meaning.facts, meaning.index, path[0]):
                    return
        yield Leaf("parameter", None, (facts.path, value.function), value.name, path)

    def _is_number(self, default: Value | None) -> bool:
        return isinstance(default, Literal) and isinstance(default.value, bool | int | float)

    def _is_short_field(self, facts: FileFacts, cls: int, name: str) -> bool:
        """Whether a class, or one that it is made from, says how long one of its fields may be."""
        fact = facts.classes[cls]
        if is_short(facts, fact.types.get(name)) or self.length_checks.covers_field(facts, cls, name):
            return True
        if name in fact.attributes or name in fact.types:
            return any(sets_length(facts, value) for value in fact.attributes.get(name, ()))
        bases = (meaning for base in fact.bases for meaning in self.resolver.meanings(facts, base))
        return any(
            isinstance(base, ClassMeaning) and self._is_short_field(base.facts, base.index, name) for base in bases
        )

    def _imported(self, facts: FileFacts, value: Imported, path: Path) -> Iterator[Leaf]:
        module = self.resolver.names.module(facts, value.module)
        if module is not None and value.name:
            yield from self._of_all(module, module.scopes[0].bindings.get(value.name, ()), path)
        elif module is None:
            kind = self.calls.kind_of_name(f"{value.module}.{value.name}")
            if kind:
                yield Leaf(kind, path=path)

    def attribute(self, facts: FileFacts, cls: int, name: str, path: Path) -> Iterator[Leaf]:
        """What the class of an object says of one of its attributes."""
        fact = facts.classes[cls]
        if is_short(facts, fact.types.get(name)) or self.length_checks.covers_field(facts, cls, name):
            return
        for value in fact.attributes.get(name, ()):
            if isinstance(value, FunctionValue):
                yield from self.returned((facts.path, value.function), path)
            elif not sets_length(facts, value):
                yield from self.of(facts, value, path)
        if name not in fact.attributes:
            for base in fact.bases:
                for meaning in self.resolver.meanings(facts, base):
                    if isinstance(meaning, ClassMeaning):
                        yield from self.attribute(meaning.facts, meaning.index, name, path)

    # -- calls ------------------------------------------------------------------------------------------------

    def _result(self, site: Site, path: Path) -> Iterator[Leaf]:
        call = self._model_calls.get(site)
        if call is not None:
            if "b64_json" in path:
                yield Leaf("encoded", site)
            elif call.operation.kind in _WRITTEN:
                yield Leaf("reply", site)
            return
        made = [meaning for meaning in self.resolver.results.callees(site) if isinstance(meaning, ClassMeaning)]
        for meaning in made:
            yield from self._constructed(site, meaning, path)
        targets = self._targets.get(site, ())
        for target in targets if not made else ():
            yield from self._given_back(site, target, path)
        for target in self._handed.get(site, ()):
            yield from self.returned(target, path[1:])
        if made or targets:
            return
        origin = self.calls.origin(site)
        if origin is not None:
            yield Leaf(origin, site, path=path)
            return
        checked = self.schemas.passed_on(site, path)
        if checked is not None:
            yield from self.of(site.facts, *checked)
            return
        for value, further, in_pieces in self.calls.passed_on(site, path):
            for leaf in self.of(site.facts, value, further):
                yield replace(leaf, in_pieces=True) if in_pieces else leaf

    def _given_back(self, site: Site, target: FunctionKey, path: Path) -> Iterator[Leaf]:
        """What a call of a function of the project returns, with its arguments in the place of the parameters."""
        facts = self.resolver.files[target[0]]
        function = facts.functions[target[1]]
        if function.is_generator:
            path = path[1:]
        for leaf in self.returned(target, path):
            if leaf.growth is not None and not self.histories.is_kept(leaf.growth, site):
                continue
            if leaf.function != target or leaf.kind != "parameter":
                yield leaf
                continue
            yield from self._given(site, target, leaf)

    def returned(self, key: FunctionKey, path: Path) -> tuple[Leaf, ...]:
        """What a function returns, in terms of its parameters."""
        question = (key, path)
        if question in self._returned:
            return self._returned[question]
        if question in self._active:
            self._cut.add(question)
            return ()
        self._active.add(question)
        facts = self.resolver.files[key[0]]
        found = tuple(dict.fromkeys(self._of_all(facts, facts.functions[key[1]].returns, path)))
        self._active.discard(question)
        self._cut.discard(question)
        # An answer that hangs on one that is still being worked out is not the whole answer.
        if not self._cut & self._active and self._steps >= 0:
            self._returned[question] = found
        return found

    def _given(self, site: Site, target: FunctionKey, leaf: Leaf) -> Iterator[Leaf]:
        """What a call gives for a parameter of the function that it runs."""
        facts = self.resolver.files[target[0]]
        for given, value, path in given_for(site, facts, facts.functions[target[1]], leaf.name, leaf.path):
            for inner in self.of(given, value, path):
                yield replace(inner, in_pieces=True) if leaf.in_pieces else inner

    def _constructed(self, site: Site, made: ClassMeaning, path: Path) -> Iterator[Leaf]:
        """A field of an object of the project: what its constructor was given, or made of that."""
        if not path or not isinstance(path[0], str):
            return
        cls = made.facts.classes[made.index]
        if self._is_short_field(made.facts, made.index, path[0]):
            return
        if "__init__" not in cls.methods and path[0] in cls.fields:
            place = cls.fields.index(path[0])
            given = [a.value for _, a in site.arguments if a.name == path[0]]
            given += [a.value for _, a in site.arguments if a.name is None][place : place + 1]
            yield from self._of_all(site.facts, given, path[1:])
            return
        constructor = (made.facts.path, cls.methods.get("__init__", -1))
        for leaf in self.attribute(made.facts, made.index, path[0], path[1:]):
            if leaf.kind == "parameter" and leaf.function == constructor:
                yield from self._given(site, constructor, leaf)
            else:
                yield leaf


def _parts(facts: FileFacts, value: Value, path: Path) -> Iterator[tuple[Value, Path]]:
    """The values that ``value``, or what a path reads out of it, is made of."""
    first = path[0] if path else ANY
    match value:
        case Attribute(base, name):
            yield base, (name, *path)
        case Item(base, Operation("slice") as key):
            if not ends(facts, key):
                yield base, path
        case Item(base, Literal(str() | int() as key)):
            yield base, (key, *path)
        case Item(base) | Element(base):
            yield base, (ANY, *path)
        case Choice(options):
            yield from ((option, path) for option in options)
        case Typed(inner, declared):
            if not is_short(facts, declared):
                yield inner, path
        case Text(parts):
            yield from ((part, ()) for part in parts)
        case Patched(base, items):
            found = [item for name, item in items if name == first]
            yield from ((item, path[1:]) for item in found)
            if not found:
                yield base, path
        case MappingValue(items, rest):
            written = items if path else written_items(items)
            yield from ((item, path[1:]) for name, item in written if first in (name, ANY))
            if first is ANY or value.get(str(first)) is None:
                yield from ((inner, path) for inner in rest)
        case Sequence(items):
            inside = isinstance(first, int) and -len(items) <= first < len(items)
            yield from ((item, path[1:]) for item in ((items[first],) if inside else items))  # type: ignore[index]
        case Operation("collect", operands):
            yield from ((operand, path[1:]) for operand in operands)
        case Operation("and", operands):
            yield operands[-1], path
        case Operation(operator, operands) if operator in _JOINING:
            yield from ((operand, path) for operand in operands)
        case Operation(operator, operands) if operator in _NUMBERING:
            yield from ((operand, (ANY, *path[2:])) for operand in operands)


def _plain(site: Site) -> Site:
    """A call as it is written, whatever it passes on."""
    return Site(site.facts, site.index)
