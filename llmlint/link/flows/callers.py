"""Texts followed out of functions: from a parameter to those who give it, however many calls away."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.calls import EACH, CallGraph, FunctionKey
from llmlint.link.flows.arguments import Given, given_for
from llmlint.link.flows.chosen import ChosenFiles
from llmlint.link.flows.files import Files
from llmlint.link.flows.histories import Growth, Histories
from llmlint.link.flows.leaf import Leaf, passed_through
from llmlint.link.flows.leaves import Leaves
from llmlint.link.flows.lengths import sets_length
from llmlint.link.flows.questions import Readings
from llmlint.link.flows.rounds import gathers, settled
from llmlint.link.flows.steps import Each, Form, reads_all
from llmlint.link.flows.written import WrittenFiles
from llmlint.link.meanings import FunctionMeaning, top_of
from llmlint.link.reach import ReachIndex
from llmlint.link.results import is_handed_self
from llmlint.linked import Source
from llmlint.model_calls import Site
from llmlint.values import FunctionValue, Literal, Mapping, Parameter, Sequence, Value, Variable

# What people call the parameters that say how to speak, not what.
_SETTING = re.compile(
    r"(?:^|_)(?:lang|language|locale|voice|rate|speed|pitch|volume|style|emotion|gender|role|model|format|region|id|key)$"
)
# How many parameters and beginnings are looked at for one text: enough for all but functions that may call any other.
_MAX_CLIMBS = 1000
# Of a page or a body, these read everything.
_WHOLE = frozenset(
    {"text", "content", "body", "data", "json", "text_content", "page_content", "pages", "paragraphs", *Form}
)
# And these, of what a handler is given, the body of a request.
_BODY = frozenset({"body", *Form})


@dataclass(frozen=True, slots=True)
class _Climb:
    """A leaf on its way up: ``at``: the call that is given what it is a part of; ``callers``: the calls that it came
    through; ``grown``: where a function on the way adds to the list that it was given."""

    leaf: Leaf
    at: Site
    callers: tuple[Place, ...] = ()
    grown: Growth | None = None


def _climb(leaf: Leaf, at: Site, callers: tuple[Place, ...] = (), grown: Growth | None = None) -> _Climb:
    return _Climb(replace(leaf, path=settled(leaf.path, at)) if leaf.path else leaf, at, callers, grown)


class Sources:
    """Where texts begin, over the whole project."""

    def __init__(self, graph: CallGraph, leaves: Leaves, histories: Histories, reach: ReachIndex) -> None:
        self.resolver = leaves.resolver
        self.leaves = leaves
        self.histories = histories
        self.roles = reach.roles
        self.graph = graph
        self.files = Files(self.resolver.results.callers)
        self.chosen = ChosenFiles(leaves.calls, self.files)
        self.written = WrittenFiles(self.resolver.files.values())

    def of(self, site: Site, facts: FileFacts, value: Value) -> tuple[Source, ...]:
        """The sources of a text, given to the call at ``site``, that nothing bounds on any way to it, the nearest ones
        first; empty where it is bounded, or not known."""
        found: list[Source] = []
        readings = Readings()
        waiting = deque(_climb(leaf, site) for leaf in self.leaves.of(facts, value))
        while waiting and len(readings) < _MAX_CLIMBS:
            climb = waiting.popleft()
            if climb.leaf.growth is not None:
                if self.histories.feeds(climb.leaf.growth, climb.at):
                    found.append(self._history(climb.leaf.growth, climb.callers, climb.leaf))
            elif readings.is_new(climb.leaf, climb.leaf.subject, climb.leaf.path):
                if climb.leaf.kind == "parameter":
                    for step in self._upward(climb):
                        (waiting if isinstance(step, _Climb) else found).append(step)  # type: ignore[arg-type]
                else:
                    found.append(self._source(climb))
        # A list of the lines of a text, or of the text itself where it has none, is taken for its lines.
        parted = {source.place for source in found if source.is_element and not source.is_whole}
        return tuple(s for s in found if not (s.is_element and s.is_whole and s.place in parted))

    def _source(self, climb: _Climb) -> Source:
        leaf = climb.leaf
        place = leaf.site.callee if leaf.site is not None else None
        join = Place(self.resolver.files[leaf.join[0]], leaf.join[1]) if leaf.join is not None else None
        return Source(
            leaf.kind,
            place,
            climb.callers,
            leaf.in_pieces,
            join,
            is_whole=self._is_whole(leaf, climb.at),
            is_retold=leaf.is_retold,
            is_likely_short=self._is_likely_short(leaf),
            is_element=any(isinstance(step, Each) for step in leaf.path),
        )

    def _history(self, growth: Growth, callers: tuple[Place, ...], leaf: Leaf) -> Source:
        is_retold = growth.is_list and leaf.is_retold
        return Source("history", self.histories.place(growth), callers, is_retold=is_retold)

    def _upward(self, climb: _Climb) -> Iterator[_Climb | Source]:
        """What the calls of a function give for its parameter."""
        leaf, callers, grown = climb.leaf, climb.callers, climb.grown
        if reads_all(leaf.path):
            grown = grown or self.histories.grows_parameter(leaf.function, leaf.name)
        calls = self._calls(leaf.function)
        handed = [edge.site for edge in self.graph.edges_to.get(leaf.function, ()) if edge.is_callback]
        sites = [(site, False) for site in calls]
        sites += [(site, True) for site in handed if not self._is_called_by(site, calls)]
        if not sites and self._is_given_text(leaf):
            kind = "request" if leaf.function in self.roles else "parameter"
            place, is_whole = self._definition(leaf), self._is_body(leaf)
            yield Source(kind, place, callers, leaf.in_pieces, name=leaf.name, is_whole=is_whole)
            if grown is not None and grown.has_reply:
                yield self._history(grown, callers, leaf)
        for site, is_callback in sites:
            given = self._handed_over(site, leaf) if is_callback or self.leaves.calls.is_forward(site) else None
            if given is None and is_callback:
                yield from self._called_back(site, climb, grown)
                continue
            above = (*callers, site.callee)
            for facts, value, path in given if given is not None else self._given(site, leaf):
                if grown is not None and self.histories.outlives(site, facts, value):
                    yield self._history(grown, above, leaf)
                handed_on = grown if isinstance(value, Parameter) else None
                for inner in self.leaves.of(facts, value, path):
                    yield _climb(passed_through(inner, leaf), site, above, handed_on)

    def _called_back(self, site: Site, climb: _Climb, grown: Growth | None) -> Iterator[Source]:
        """What somebody outside gives a function that was handed over."""
        leaf, callers = climb.leaf, climb.callers
        if self._is_given_text(leaf):
            kind = "request" if leaf.function in self.roles else "callback"
            yield Source(kind, site.callee, callers, leaf.in_pieces, is_whole=self._is_body(leaf))
        if grown is not None:
            yield self._history(grown, callers, leaf)
        elif self._is_given_history(site, leaf):
            yield Source("history", site.callee, callers)

    def _is_called_by(self, site: Site, calls: list[Site]) -> bool:
        """Whether the function of the project that another is handed to makes one of its ``calls`` itself."""
        takers = {edge.target for edge in self.leaves.calls.entered(site)}
        called = ((caller.facts.path, caller.call.callee) for caller in calls)
        return any(isinstance(callee, Parameter) and (path, callee.function) in takers for path, callee in called)

    def _calls(self, function: FunctionKey) -> list[Site]:
        """The calls of a function; where a decorator of the project gives it arguments of its own, those of the
        decorator alone, and none of one that only hands on what it is given."""
        sites = list(self.resolver.results.callers.get(function, ()))
        if not self.resolver.files[function[0]].functions[function[1]].decorators:
            return sites
        decorating = [site for site in sites if _is_decorators(site)]
        changing = [site for site in decorating if not _hands_on(site)]
        return changing or [site for site in sites if site not in decorating]

    def _is_whole(self, leaf: Leaf, at: Site) -> bool:
        """Whether all of something is read that may be of any size, and does not come with the code."""
        path = leaf.path[2:] if leaf.kind == "request" and leaf.path[:1] == ("files",) else leaf.path
        if not all(step in _WHOLE or isinstance(step, Each) for step in path) or not gathers(leaf.path, at):
            return False
        if leaf.kind == "file" and leaf.path == (Form.PARSED,) and not leaf.is_retold:
            return False  # messages that were kept, not the text of a document
        return leaf.kind != "file" or (leaf.site is not None and not self.files.comes_with_code(leaf.site))

    def _is_likely_short(self, leaf: Leaf) -> bool:
        """Whether a text tells the model what it is for, is picked out of another, is one entry of what a file says, or
        all of a file that the program writes itself or that nobody outside chooses."""
        if leaf.is_instruction or leaf.is_picked:
            return True
        if leaf.kind != "file" or leaf.site is None:
            return leaf.kind == "page" and Form.PARSED in leaf.path
        is_entry = Form.PARSED in leaf.path and any(isinstance(step, str) for step in leaf.path)
        return is_entry or self.written.is_written(leaf.site) or not self.chosen.is_chosen(leaf.site)

    def _is_body(self, leaf: Leaf) -> bool:
        """Whether a parameter is read for the whole body of the request that a function handles."""
        is_read = leaf.path[:1] in (("body",), (Form.BODY,)) and _BODY.issuperset(leaf.path)
        return is_read and self.roles.get(leaf.function) == "handler"

    def _is_given_text(self, leaf: Leaf) -> bool:
        """Whether somebody outside may give a parameter any text. Not so if it says how something is done: by its name,
        because it belongs to a constructor, or because it has a value of its own."""
        function = self.resolver.files[leaf.function[0]].functions[leaf.function[1]]
        fact = next(p for p in function.parameters if p.name == leaf.name)
        has_value = isinstance(fact.default, Literal) and bool(fact.default.value)
        is_named = fact.kind not in ("*", "**") and function.name not in ("__init__", "<lambda>")
        return is_named and not has_value and not _SETTING.search(leaf.name)

    def _definition(self, leaf: Leaf) -> Place:
        facts = self.resolver.files[leaf.function[0]]
        return Place(facts, facts.span(facts.functions[leaf.function[1]].span))

    def _given(self, site: Site, leaf: Leaf) -> list[Given]:
        """What a call gives for the parameter."""
        facts = self.resolver.files[leaf.function[0]]
        return list(given_for(site, facts, facts.functions[leaf.function[1]], leaf.name, leaf.path))

    def _handed_over(self, site: Site, leaf: Leaf) -> list[Given] | None:
        """What a function will be called with that is handed over: ``submit(fn, text)``, ``Thread(target=fn,
        args=(text,))``; None where somebody outside decides that."""
        if any(top_of(path) in self.resolver.libraries.chats for path in self.leaves.calls.paths(site)):
            return [] if self._is_short_box(site, leaf) else None
        arguments = site.call.arguments
        named = {argument.name: argument.value for argument in arguments if argument.name is not None}
        place = self._position(leaf)
        if "args" in named or "kwargs" in named:
            positional, keywords = named.get("args"), named.get("kwargs")
            found: list[Given] = []
            if isinstance(positional, Sequence) and 0 <= place < len(positional.items):
                found.append((site.facts, positional.items[place], leaf.path))
            if isinstance(keywords, Mapping) and (value := keywords.get(leaf.name)) is not None:
                found.append((site.facts, value, leaf.path))
            return found
        given = [argument.value for argument in arguments if argument.name is None]
        start = next((number for number, value in enumerate(given) if self._is(site.facts, value, leaf)), None)
        if start is None or start + 1 >= len(given):
            return None
        if getattr(site.call.callee, "name", "") in EACH:
            return [(site.facts, given[start + 1], (Each(site.facts.path, -1), *leaf.path))]
        return [(site.facts, value, leaf.path) for value in given[start + 1 + place : start + 2 + place]]

    def _is_short_box(self, site: Site, leaf: Leaf) -> bool:
        """Whether a chat window takes the parameter from a box with a maximum: ``gr.Textbox(max_length=400)``."""
        named = [argument.value for argument in site.call.arguments if argument.name == "inputs"]
        positional = [argument.value for argument in site.call.arguments if argument.name is None]
        boxes = next(iter(named or positional[1:2]), None)
        if isinstance(boxes, Sequence):
            place = self._position(leaf)
            boxes = boxes.items[place] if 0 <= place < len(boxes.items) else None
        return sets_length(site.facts, boxes)

    def _is_given_history(self, site: Site, leaf: Leaf) -> bool:
        """Whether a chat window hands all that was said so far to the parameter."""
        histories = self.resolver.libraries.histories
        places = {histories[path] for path in self.leaves.calls.paths(site) if path in histories}
        return self._position(leaf) in places and reads_all(leaf.path)

    def _position(self, leaf: Leaf) -> int:
        """The parameter's place among those that a caller gives."""
        facts = self.resolver.files[leaf.function[0]]
        function = facts.functions[leaf.function[1]]
        names = [p.name for p in function.parameters if p.kind == "positional"]
        return names.index(leaf.name) - (function.cls >= 0) if leaf.name in names else -1

    def _is(self, facts: FileFacts, value: Value, leaf: Leaf) -> bool:
        """Whether a value is the function that the parameter belongs to."""
        if isinstance(value, FunctionValue):
            return (facts.path, value.function) == leaf.function
        meanings = self.resolver.meanings(facts, value)
        return any(isinstance(m, FunctionMeaning) and (m.facts.path, m.index) == leaf.function for m in meanings)


def _is_decorators(site: Site) -> bool:
    """Whether a decorator calls the function that it was put on."""
    callee = site.call.callee
    bound: tuple[Value, ...] = ()
    if isinstance(callee, Variable):
        bound = site.facts.scopes[callee.scope].bindings.get(callee.name, ())
    return any(isinstance(value, Parameter) for value in bound)


def _hands_on(site: Site) -> bool:
    """``function(*args, **kwargs)``, ``function(self, *args, **kwargs)``."""
    arguments = site.call.arguments
    return all(argument.stars for argument in arguments[is_handed_self(site) :])
