"""What a text is made of: followed back through values and returns to where each part of it begins.

What a function returns, and what a variable or an attribute holds, are questions of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from llmlint.facts import FileFacts, Span
from llmlint.link.calls import FunctionKey
from llmlint.link.flows.added import Added, list_of
from llmlint.link.flows.arguments import given_for
from llmlint.link.flows.bounds import Bounds
from llmlint.link.flows.calls import WRITING, CallReader, cuts, shortens
from llmlint.link.flows.histories import Histories
from llmlint.link.flows.leaf import Leaf, cut, distinct, passed_through
from llmlint.link.flows.lengths import is_section
from llmlint.link.flows.messages import tells_first
from llmlint.link.flows.parts import parts_of
from llmlint.link.flows.questions import Answer, Question, Questions
from llmlint.link.flows.schemas import Schemas
from llmlint.link.flows.steps import Form, Path, inside, reads_all
from llmlint.link.meanings import ClassMeaning, InstanceMeaning
from llmlint.model_calls import ModelCall, Site
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
    Result,
    Text,
    This,
    Value,
    Variable,
)
from llmlint.values import Mapping as MappingValue

# How deep values are followed at once: what lies deeper is a question of its own.
_DEEP = 40
# How long a path is followed, and in how many ways a value is read: enough for all but code that digs ever deeper.
_LONGEST = 10
_MAX_WAYS = 100
# How many functions a call may run: enough for all but functions of which each may run any other.
_MAX_CHOICES = 8

_WRITTEN = ("chat", "completion", "responses", "agent", "transcription", "decision")


class Leaves:
    """``of`` answers for values; a function's answer is in terms of its own parameters. ``bounds``: what keeps texts
    short; without it, short ones are followed as well, but only through calls that can run one function alone.
    ``histories``: what grows, where that is of interest."""

    def __init__(
        self,
        calls: CallReader,
        model_calls: Mapping[str, Iterable[ModelCall]],
        bounds: Bounds | None = None,
        histories: Histories | None = None,
    ) -> None:
        resolver = self.resolver = calls.resolver
        self.calls = calls
        self.bounds = bounds
        self.histories = histories
        self.schemas = Schemas(resolver)
        self._model_calls = {call.site.plain: call for calls in model_calls.values() for call in calls}
        self._joins = {
            id(join.value): (path, facts.span(join.span))
            for path, facts in resolver.files.items()
            for join in facts.joins
        }
        self._added = Added(resolver.files.values(), calls.rounds)
        self._questions = Questions()
        # What parts of values have been found to be: for good, and while an answer that they hang on may still grow.
        self._settled: dict[Question, Answer] = {}
        self._passing: dict[Question, Answer] = {}
        self._ways: dict[int, set[Path]] = defaultdict(set)
        self._depth = 0

    def of(self, facts: FileFacts, value: Value, path: Path = ()) -> Answer:
        """The open beginnings of what ``path`` reads out of ``value``; what is bounded or not known has none."""
        self._passing.clear()
        found = self._within(facts, value, path)
        while self._questions.settle(self._passing.clear):
            found = self._within(facts, value, path)
        return found

    def _within(self, facts: FileFacts, value: Value, path: Path) -> Answer:
        """The answer for a part of a value."""
        key: Question = (id(facts), id(value), path)
        questions = self._questions
        known = self._settled.get(key)
        if known is None and (known := self._passing.get(key)) is not None:
            questions.is_open = True
        if known is not None:
            return known
        if self.bounds is not None and self.bounds.cover(facts, value):
            return ()
        if path and not self._is_followed(value, path):
            return ()
        if self._depth > _DEEP:
            return self._questions.ask(("value", facts.path, id(value)), path, lambda: self._follow(facts, value, path))
        was_open, questions.is_open = questions.is_open, False
        self._depth += 1
        found = distinct(self._follow(facts, value, path))
        self._depth -= 1
        (self._passing if questions.is_open else self._settled)[key] = found
        questions.is_open |= was_open
        return found

    def _is_followed(self, value: Value, path: Path) -> bool:
        """Whether a value is read in one of the first ways that were met."""
        if len(path) > _LONGEST:
            return False
        ways = self._ways[id(value)]
        if len(ways) < _MAX_WAYS:
            ways.add(path)
        return path in ways

    def _within_all(self, facts: FileFacts, values: Iterable[Value], path: Path) -> Iterator[Leaf]:
        for value in values:
            yield from self._within(facts, value, path)

    def _follow(self, facts: FileFacts, value: Value, path: Path) -> Iterator[Leaf]:
        if self.histories is not None and reads_all(path):
            yield from (Leaf("history", growth=growth) for growth in self.histories.of(facts, value))
        if not isinstance(value, Variable):
            yield from self._of_added(facts, list_of(facts, value), path)
        match value:
            case Result(call):
                yield from self._result(Site(facts, call), path)
            case Parameter(function, name):
                if self.bounds is None or not self.bounds.cover_parameter(facts, value, path):
                    yield Leaf("parameter", None, (facts.path, function), name, path)
                    yield from self._computed(facts, value, path)
            case Imported():
                yield from self._imported(facts, value, path)
            case This(cls) if path and isinstance(path[0], str):
                yield from self.attribute(facts, cls, path[0], path[1:])
            case Variable(scope, name):
                yield from self._variable(facts, scope, name, path)
            case Literal():
                if value.is_data_uri:
                    yield Leaf("encoded")
            case Element(base):
                yield from self._one_of(facts, base, base, path)
            case Item(base, Element(iterable)) if self.calls.rounds.goes_over(facts, iterable):
                yield from self._one_of(facts, base, iterable, path)
            case Choice(options) if is_section(options):
                yield from (replace(leaf, in_pieces=True) for leaf in self._within_all(facts, options, path))
            case _:
                join = self._joins.get(id(value))
                is_retold, is_instruction = _writes(value), _is_told_first(value)
                for part, further in self._parts(facts, value, path):
                    for leaf in self._within(facts, part, further):
                        if join is not None and leaf.kind == "encoded" and leaf.join is None:
                            leaf = replace(leaf, join=join)
                        yield leaf.marked(is_retold, is_instruction)

    def _one_of(self, facts: FileFacts, base: Value, iterable: Value, path: Path) -> Iterator[Leaf]:
        """One of the things that a value holds, as a loop over ``iterable`` reads them."""
        is_picked = self.bounds is not None and self.bounds.pick(facts, iterable)
        for leaf in self._within(facts, base, (self.calls.rounds.step(facts, iterable), *path)):
            yield cut(leaf, False, is_picked)

    def _parts(self, facts: FileFacts, value: Value, path: Path) -> Iterator[tuple[Value, Path]]:
        for part, further in parts_of(value, path):
            if (
                isinstance(value, Text)
                and isinstance(part, Element)
                and self.calls.rounds.loop_over(facts, part.base) < 0
            ):
                yield part.base, (Form.JOINED, *further)
            else:
                yield part, further

    # -- names ------------------------------------------------------------------------------------------------

    def _of_added(self, facts: FileFacts, subject: Hashable, path: Path) -> Iterator[Leaf]:
        for value, further in self._added.to(facts, subject, path):
            yield from self._within(facts, value, further)

    def _variable(self, facts: FileFacts, scope: int, name: str, path: Path) -> Answer:
        subject = ("variable", facts.path, scope, name)

        def follow() -> Iterator[Leaf]:
            yield from self._within_all(facts, facts.scopes[scope].bindings.get(name, ()), path)
            yield from self._of_added(facts, subject, path)

        return self._questions.ask(subject, path, follow)

    def _imported(self, facts: FileFacts, value: Imported, path: Path) -> Iterator[Leaf]:
        module = self.resolver.names.module(facts, value.module)
        if module is not None and value.name:
            yield from self._variable(module, 0, value.name, path)
        elif module is None:
            kind = self.calls.kind_of_name(f"{value.module}.{value.name}")
            if kind:
                yield Leaf(kind, path=path)

    def _computed(self, facts: FileFacts, value: Parameter, path: Path) -> Iterator[Leaf]:
        """A property of a parameter, by the class that it is declared with."""
        fact = next((p for p in facts.functions[value.function].parameters if p.name == value.name), None)
        if fact is None or fact.type is None or not path or not isinstance(path[0], str):
            return
        for meaning in self.resolver.instances(facts, fact.type):
            if isinstance(meaning, InstanceMeaning) and path[0] in meaning.facts.classes[meaning.index].methods:
                yield from self.attribute(meaning.facts, meaning.index, path[0], path[1:])

    def attribute(self, facts: FileFacts, cls: int, name: str, path: Path) -> Answer:
        """What the class of an object says of one of its attributes."""
        subject = ("attribute", facts.path, cls, name)
        return self._questions.ask(subject, path, lambda: self._attribute(facts, cls, name, path))

    def _attribute(self, facts: FileFacts, cls: int, name: str, path: Path) -> Iterator[Leaf]:
        fact = facts.classes[cls]
        if self.bounds is not None and self.bounds.cover_field(facts, cls, name):
            return
        yield from self._of_added(facts, ("attribute", facts.path, cls, name), path)
        for value in fact.attributes.get(name, ()):
            if isinstance(value, FunctionValue):
                yield from self.returned((facts.path, value.function), path)
            else:
                yield from self._within(facts, value, path)
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
                yield Leaf("reply", site, path=path)
            return
        made = [meaning for meaning in self.resolver.results.callees(site) if isinstance(meaning, ClassMeaning)]
        for meaning in made:
            yield from self._constructed(site, meaning, path)
        entered = self.calls.entered(site) if not made else ()
        # Each of several functions may bring a text in; whose reply is read, none of them tells.
        followed = entered[:_MAX_CHOICES] if self.bounds is not None or len(entered) == 1 else ()
        for edge in followed:
            yield from self._given_back(edge.site, edge.target, path)
        for edge in self.calls.forwarded(site):
            yield from self.returned(edge.target, inside(path))
        if not made and not entered:
            yield from self._from_outside(site, path)

    def _from_outside(self, site: Site, path: Path) -> Iterator[Leaf]:
        """What a call of nothing in the project brings in, or hands on."""
        if self.bounds is not None and self.bounds.cover_result(site, self.calls.paths(site)):
            return
        origin = self.calls.origin(site)
        checked = self.schemas.passed_on(site, path)
        if origin is not None:
            yield Leaf(origin, site, path=path)
        elif checked is not None:
            yield from self._within(site.facts, *checked)
        else:
            join = self._join_by(site)
            for passed in self.calls.passed_on(site, path):
                for leaf in self._within(site.facts, passed.value, passed.path):
                    if join is not None and leaf.kind == "encoded" and leaf.join is None:
                        leaf = replace(leaf, join=join)
                    yield cut(leaf, passed.in_pieces, passed.is_picked)

    def _join_by(self, site: Site) -> tuple[str, Span] | None:
        """Where a call writes what it is given into a text, unless that is encoded data itself."""
        callee = site.call.callee
        if getattr(callee, "name", "") not in WRITING:
            return None
        base = self._within(site.facts, callee.base, ()) if isinstance(callee, Attribute) else ()
        is_data = any(leaf.kind == "encoded" for leaf in base)
        return None if is_data else (site.facts.path, site.callee.span)

    def _given_back(self, site: Site, target: FunctionKey, path: Path) -> Iterator[Leaf]:
        """What a call of a function of the project returns, with its arguments in the place of the parameters."""
        function = self.resolver.files[target[0]].functions[target[1]]
        if shortens(function.name) and self.bounds is not None:
            return
        if cuts(function.name):
            # Each piece may be short; all of them are the whole text.
            for _, argument in site.arguments[:1]:
                for leaf in self._within(site.facts, argument.value, ()):
                    yield replace(leaf, in_pieces=True)
            return
        for leaf in self.returned(target, inside(path) if function.is_generator else path):
            if leaf.growth is not None and self.histories is not None:
                leaf = replace(leaf, growth=self.histories.seen_from(leaf.growth, site))
            if leaf.function != target or leaf.kind != "parameter":
                yield leaf
                continue
            yield from self._given(site, target, leaf)

    def returned(self, key: FunctionKey, path: Path) -> Answer:
        """What a function returns, in terms of its parameters."""
        facts = self.resolver.files[key[0]]
        returns = facts.functions[key[1]].returns
        return self._questions.ask(("returned", key), path, lambda: self._within_all(facts, returns, path))

    def _given(self, site: Site, target: FunctionKey, leaf: Leaf) -> Iterator[Leaf]:
        """What a call gives for a parameter of the function that it runs."""
        facts = self.resolver.files[target[0]]
        for given, value, path in given_for(site, facts, facts.functions[target[1]], leaf.name, leaf.path):
            for inner in self._within(given, value, path):
                yield passed_through(inner, leaf)

    def _constructed(self, site: Site, made: ClassMeaning, path: Path) -> Iterator[Leaf]:
        """A field of an object of the project: what its constructor was given, or made of that."""
        if not path or not isinstance(path[0], str):
            return
        cls = made.facts.classes[made.index]
        if self.bounds is not None and self.bounds.cover_field(made.facts, made.index, path[0]):
            return
        if "__init__" not in cls.methods and path[0] in cls.fields:
            place = cls.fields.index(path[0])
            given = [a.value for _, a in site.arguments if a.name == path[0]]
            given += [a.value for _, a in site.arguments if a.name is None][place : place + 1]
            yield from self._within_all(site.facts, given, path[1:])
            return
        constructor = (made.facts.path, cls.methods.get("__init__", -1))
        for leaf in self.attribute(made.facts, made.index, path[0], path[1:]):
            if leaf.kind == "parameter" and leaf.function == constructor:
                yield from self._given(site, constructor, leaf)
            else:
                yield leaf


def _writes(value: Value) -> bool:
    """Whether a value is a text that is put together of others."""
    return isinstance(value, Text) or (isinstance(value, Operation) and value.operator in ("%", "format"))


def _is_told_first(value: Value) -> bool:
    """``{"role": "system", "content": ...}``"""
    role = value.get("role") if isinstance(value, MappingValue) else None
    return isinstance(role, Literal) and isinstance(role.value, str) and tells_first(role.value)
