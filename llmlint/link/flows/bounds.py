"""What keeps a text short on its way: checks of its length, cuts, declarations of a maximum."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.calls import CallGraph
from llmlint.link.flows.early_ends import EarlyEnds
from llmlint.link.flows.length_checks import LengthChecks
from llmlint.link.flows.lengths import MAXIMA, ends, is_short, sets_length
from llmlint.link.flows.rounds import Rounds
from llmlint.link.flows.steps import Path
from llmlint.link.loops import LoopAnalysis
from llmlint.link.meanings import ClassMeaning, InstanceMeaning
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.values import Element, Item, Literal, Operation, Parameter, Result, Typed, Value


class Bounds:
    def __init__(self, resolver: Resolver, graph: CallGraph, loops: LoopAnalysis, rounds: Rounds) -> None:
        self.resolver = resolver
        self.libraries: Libraries = resolver.libraries
        self._early_ends = EarlyEnds(loops, rounds)
        self._length_checks = LengthChecks(resolver.files, graph)

    def cover(self, facts: FileFacts, value: Value) -> bool:
        """Whether a value is short, whatever it is made of."""
        if self._length_checks.covers(facts, value):
            return True
        match value:
            case Item(_, Operation("slice") as cut):
                return ends(facts, cut)
            case Element(base):
                return self._early_ends.is_cut(facts, base)
            case Typed(_, declared):
                return is_short(facts, declared)
            case Operation("bounded"):
                return True
        return False

    def pick(self, facts: FileFacts, iterable: Value) -> bool:
        """Whether a loop reads a section of what it goes over."""
        return self._early_ends.is_picked(facts, iterable)

    def cover_parameter(self, facts: FileFacts, value: Parameter, path: Path) -> bool:
        """Whether a function says that what ``path`` reads out of a parameter is short."""
        fact = next((p for p in facts.functions[value.function].parameters if p.name == value.name), None)
        if fact is None or is_short(facts, fact.type) or sets_length(facts, fact.default) or _is_number(fact.default):
            return True
        if not path or fact.type is None or not isinstance(path[0], str):
            return False
        name = path[0]
        meanings = self.resolver.instances(facts, fact.type)
        return any(isinstance(m, InstanceMeaning) and self.cover_field(m.facts, m.index, name) for m in meanings)

    def cover_field(self, facts: FileFacts, cls: int, name: str) -> bool:
        """Whether a class, or one that it is made from, says how long one of its fields may be."""
        fact = facts.classes[cls]
        if is_short(facts, fact.types.get(name)) or self._length_checks.covers_field(facts, cls, name):
            return True
        if name in fact.attributes or name in fact.types:
            return any(sets_length(facts, value) for value in fact.attributes.get(name, ()))
        bases = (meaning for base in fact.bases for meaning in self.resolver.meanings(facts, base))
        return any(isinstance(base, ClassMeaning) and self.cover_field(base.facts, base.index, name) for base in bases)

    def cover_result(self, site: Site, paths: tuple[str, ...]) -> bool:
        """Whether a call outside the project gives no more than it is told: ``islice(text, 400)``, ``file.read(400)``,
        ``st.text_input("Say", max_chars=400)``."""
        callee, arguments = site.call.callee, site.call.arguments
        read = [*(argument.value for argument in arguments[:1]), getattr(callee, "base", None)]
        if any(path in self.libraries.bounds for path in paths) or _are_of_small_file(site.facts, read):
            return True
        name = getattr(callee, "name", "")
        if name == "head" or (name in ("read", "readline") and arguments):
            return True
        return any(argument.name in MAXIMA for argument in arguments)


def _are_of_small_file(facts: FileFacts, paths: list[Value | None]) -> bool:
    """Whether one of some values is the path of a file that is known to be small, or made of it."""
    made = [facts.calls[path.call].arguments[:1] for path in paths if isinstance(path, Result)]
    given = [argument.value for arguments in made for argument in arguments]
    return any(isinstance(path, Operation) and path.operator == "small file" for path in (*paths, *given))


def _is_number(default: Value | None) -> bool:
    return isinstance(default, Literal) and isinstance(default.value, bool | int | float)
