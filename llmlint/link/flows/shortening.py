"""What cuts a history short, or begins it anew, other than a change of it that can be seen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from llmlint.facts import Change, FileFacts
from llmlint.link.blocks import function_index
from llmlint.link.flows.growing import Changes, grows
from llmlint.link.flows.states import Key, States
from llmlint.link.flows.turns import CONSTRUCTORS
from llmlint.link.results import argument_for
from llmlint.model_calls import Site
from llmlint.values import Attribute, Parameter, This, Value

# What functions are called that shorten what they are given, where they themselves can't be read.
_SHORTENING = re.compile(
    r"trim|trunc|prun|compact|compress|condens|summar|shorten|shrink|evict|slid|window|reset|clear|forget|fit_|budget",
    re.I,
)


class Shortenings:
    """``cut``: what lasts, and is shortened somewhere; ``calls``: by file, the calls that shorten a value; ``remade``:
    the classes whose objects may be given any attribute, or begin anew."""

    def __init__(self, states: States, changes: Iterable[Changes]) -> None:
        self.states = states
        self.resolver = states.resolver
        self.cut: set[Key] = set()
        self.calls: dict[str, list[tuple[Site, Value]]] = defaultdict(list)
        self.remade: set[tuple[str, int]] = set()
        for facts in self.resolver.files.values():
            self._note_calls(facts)
        for known in changes:
            for change in known.facts.changes:
                self._note_change(known.facts, change)

    def _note_change(self, facts: FileFacts, change: Change) -> None:
        match change.held[0] if change.held else None:
            case Parameter() as given if not grows(change):
                self._note_callers(facts, given)
            case Attribute(This(cls), ""):
                self._note_remade(facts, cls, change.block)

    def _note_calls(self, facts: FileFacts) -> None:
        """The calls that shorten a list which they are given, by their names, and those that make an object anew."""
        for index, call in enumerate(facts.calls):
            site, name = Site(facts, index), getattr(call.callee, "name", "")
            if name and _SHORTENING.search(name):
                for argument in call.arguments:
                    self._note(site, argument.value)
            elif name in CONSTRUCTORS and isinstance(call.callee, Attribute) and isinstance(call.callee.base, This):
                self._note_remade(facts, call.callee.base.cls, call.block)

    def _note_remade(self, facts: FileFacts, cls: int, block: int) -> None:
        """``setattr(self, name, value)``, ``self.__init__()``."""
        index = function_index(facts, block)
        if index < 0 or facts.functions[index].name not in CONSTRUCTORS:
            self.remade.add((facts.path, cls))

    def _note_callers(self, facts: FileFacts, parameter: Parameter) -> None:
        function = facts.functions[parameter.function]
        for site in self.resolver.results.callers.get((facts.path, parameter.function), ()):
            argument = argument_for(site, function, parameter.name)
            if argument is not None:
                self._note(site, argument.value)

    def _note(self, site: Site, value: Value) -> None:
        self.calls[site.facts.path].append((site, value))
        key = self.states.key(site.facts, value)
        if key is not None:
            self.cut.add(key)
