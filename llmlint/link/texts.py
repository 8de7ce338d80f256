"""Whether a call is given a text where it also takes an object of settings."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.flows.calls import given
from llmlint.link.meanings import Constant, Located, Meaning
from llmlint.link.origins import is_text
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.operations import Operation
from llmlint.values import Builtin, Parameter, Sequence, Value


def is_in_text(resolver: Resolver, site: Site, place: str, operation: Operation) -> bool:
    """Whether a place of a setting is inside what the call is given as a text, or as a list of parts:
    ``model.generateContent(prompt)``. The body of a request may be a text that says an object."""
    name, _, inner = place.partition(".")
    if not inner or name != operation.input or operation.is_envelope:
        return False
    position = operation.positional.index(name) if name in operation.positional else -1
    values = given(site, name, position) if position >= 0 else []
    return bool(values) and all(_is_text(resolver, site.facts, value) for value in values)


def _is_text(resolver: Resolver, facts: FileFacts, value: Value) -> bool:
    if isinstance(value, Parameter):
        declared = (each.type for each in facts.functions[value.function].parameters if each.name == value.name)
        return any(isinstance(kind, Builtin) and kind.name == "str" for kind in declared)
    found = resolver.meanings(facts, value)
    return bool(found) and all(map(_means_text, found))


def _means_text(meaning: Meaning) -> bool:
    if isinstance(meaning, Constant):
        return isinstance(meaning.value, str)
    return isinstance(meaning, Located) and (is_text(meaning.value) or isinstance(meaning.value, Sequence))
