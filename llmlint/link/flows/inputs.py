"""What a model call is given to work on: the argument that takes its text."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import FileFacts
from llmlint.link.meanings import Located
from llmlint.link.resolver import Resolver
from llmlint.model_calls import ModelCall
from llmlint.values import Item, Literal, Parameter, Value
from llmlint.values import Mapping as MappingValue

# The keys that hold the text in a request made by hand.
_BODY = ("input", "text", "prompt", "messages")


def inputs_of(call: ModelCall, resolver: Resolver) -> Iterator[tuple[FileFacts, Value]]:
    """The values that may be what a model call works on, and the files that they are read in."""
    if call.operation.sdk == "http":
        bodies = {place.split(".")[0] for place in call.operation.options["model"].call}
        for _, argument in call.site.arguments:
            if argument.name in bodies:
                for key in _BODY:
                    yield from _inside(call.site.facts, argument.value, key, resolver)
        return
    if call.operation.input:
        yield from given_to(call, call.operation.input, resolver)


def given_to(call: ModelCall, name: str, resolver: Resolver) -> Iterator[tuple[FileFacts, Value]]:
    """The values that a call may give for one of its parameters."""
    site, positional = call.site, call.operation.positional
    position = positional.index(name) if name in positional else -1
    # The keys of an object that is written out are arguments of their own.
    is_written_out = any(argument.name is not None or argument.stars == 2 for _, argument in site.arguments)
    place = 0
    for _, argument in site.arguments:
        if argument.name == name:
            yield site.facts, argument.value
        elif argument.stars == 2 or argument.name in positional:
            yield from _inside(site.facts, argument.value, name, resolver)
        elif argument.stars == 1:
            return
        elif argument.name is None:
            if place == position:
                yield site.facts, argument.value
            elif positional[place : place + 1] == ("**",) and not (
                is_written_out and isinstance(argument.value, MappingValue)
            ):
                yield from _inside(site.facts, argument.value, name, resolver)
            place += 1


def _inside(
    facts: FileFacts, value: Value, name: str, resolver: Resolver, around: tuple[Value, ...] = ()
) -> Iterator[tuple[FileFacts, Value]]:
    """The entry of a dict that is spread into a call, or sent as a body. ``around``: the dicts that it is spread into,
    which may be itself, as in ``self.options = {**self.options, ...}``."""
    if value in around:
        return
    meanings = resolver.meanings(facts, value)
    if isinstance(value, Parameter) and not any(isinstance(meaning, Located) for meaning in meanings):
        yield facts, Item(value, Literal(name))
    for meaning in meanings:
        if isinstance(meaning, Located) and isinstance(meaning.value, MappingValue):
            found = meaning.value.get(name)
            if found is not None:
                yield meaning.facts, found
            for rest in meaning.value.rest:
                yield from _inside(meaning.facts, rest, name, resolver, (*around, value))
