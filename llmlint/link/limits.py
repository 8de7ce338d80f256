"""Limits that a called function keeps: it counts on its object, and gives up when the count is used up."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.blocks import conditions_of
from llmlint.link.bodies import Bodies
from llmlint.link.meanings import FunctionMeaning, Located
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.model_calls import Site
from llmlint.values import Attribute, Choice, Literal, Operation, Parameter, Value, Variable

_MAX_STEPS = 3
_MAX_DEPTH = 8


class Limits:
    """Says of a call how the functions that it runs end it once a count has been used up."""

    def __init__(self, resolver: Resolver, bodies: Bodies) -> None:
        self.resolver = resolver
        self.bodies = bodies
        self._known: dict[tuple[str, int], str] = {}

    def of_call(self, site: Site, steps: int = 0) -> str:
        """``raise`` or ``return``, whichever a limit leads to, or nothing."""
        callees = self.resolver.results.callees(site)
        if steps >= _MAX_STEPS or len(callees) != 1 or not isinstance(callees[0], FunctionMeaning):
            return ""
        return self.of_function(callees[0].facts, callees[0].index, steps)

    def of_function(self, facts: FileFacts, index: int, steps: int = 0) -> str:
        key = (facts.path, index)
        if key not in self._known:
            self._known[key] = ""
            self._known[key] = self._search(facts, index, steps)
        return self._known[key]

    def _search(self, facts: FileFacts, index: int, steps: int) -> str:
        function = facts.functions[index]
        found = {
            exit_.kind
            for exit_ in self.bodies.exits(facts, index)
            if exit_.kind in ("raise", "return")
            and any(
                self.counts(facts, facts.conditions[number].value)
                for number in conditions_of(facts, exit_.block, function.block)
            )
        }
        if any(self.counts(facts, value) for value in function.returns):
            found.add("return")
        if not found:
            found = {self.of_call(site, steps + 1) for site in self.bodies.calls(facts, index)}
        return "raise" if "raise" in found else "return" if "return" in found else ""

    def counts(self, facts: FileFacts, value: Value, depth: int = 0) -> bool:
        """Whether a test looks at an attribute, or a variable of the module, to which something is added somewhere."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, Operation):
            return any(self.counts(facts, operand, depth + 1) for operand in value.operands)
        return isinstance(value, Attribute | Variable) and self._is_stepped(facts, value)

    def is_waived(self, facts: FileFacts, value: Value) -> bool:
        """``limit is None or n < limit``, where all who call the function leave the limit out."""
        first = value.options[0] if isinstance(value, Choice) else None
        return (
            isinstance(first, Operation)
            and first.operator == "compare"
            and first.operands[1] == Literal(None)
            and self._is_never_given(facts, first.operands[0])
        )

    def _is_never_given(self, facts: FileFacts, value: Value) -> bool:
        """Whether each known call leaves a parameter to its default of None, or gives None."""
        if isinstance(value, Variable):
            bound = facts.scopes[value.scope].bindings.get(value.name, ())
            return bool(bound) and all(self._is_never_given(facts, part) for part in bound)
        if not isinstance(value, Parameter):
            return False
        function = facts.functions[value.function]
        default = next((p.default for p in function.parameters if p.name == value.name), None)
        sites = self.resolver.results.callers.get((facts.path, value.function), ())
        given = [argument_for(site, function, value.name) for site in sites]
        is_spread = any(argument.stars for site in sites for _, argument in site.arguments)
        return (
            bool(given)
            and not is_spread
            and all((default if argument is None else argument.value) == Literal(None) for argument in given)
        )

    def _is_stepped(self, facts: FileFacts, value: Attribute | Variable) -> bool:
        return any(
            isinstance(meaning, Located)
            and isinstance(meaning.value, Operation)
            and meaning.value.operator in ("+", "-")
            and any(getattr(part, "name", "") == value.name for part in parts_of(meaning.value))
            for meaning in self.resolver.meanings(facts, value)
        )
