"""The numbers that values certainly are."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.meanings import Constant, External
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.linked import UNLIMITED
from llmlint.values import Operation, Parameter, Value


def number_of(resolver: Resolver, facts: FileFacts, value: Value) -> float | None:
    """The number that a value certainly is."""
    if isinstance(value, Operation) and value.operator in "+-" and len(value.operands) == 2:
        left, right = (number_of(resolver, facts, operand) for operand in value.operands)
        if left is None or right is None:
            return None
        return left + right if value.operator == "+" else left - right
    if isinstance(value, Parameter) and _is_decided_by_callers(resolver, facts, value):
        return None
    meanings = resolver.meanings(facts, value)
    if len(meanings) == 1 and isinstance(meanings[0], External) and meanings[0].path == "math.inf":
        return UNLIMITED
    if len(meanings) == 1 and isinstance(meanings[0], Constant):
        found = meanings[0].value
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
    return None


def _is_decided_by_callers(resolver: Resolver, facts: FileFacts, value: Parameter) -> bool:
    """Whether a call is known that gives a parameter something else than its default."""
    function = facts.functions[value.function]
    return any(
        argument_for(site, function, value.name) is not None
        for site in resolver.results.callers.get((facts.path, value.function), ())
    )
