"""What a call of a function of the project gives for one of its parameters, spread arguments and defaults included."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import FileFacts, Function, ParameterFact
from llmlint.link.flows.steps import Path, reads_all
from llmlint.link.results import argument_for, positional_names
from llmlint.model_calls import Site
from llmlint.values import Value

Given = tuple[FileFacts, Value, Path]


def given_for(site: Site, facts: FileFacts, function: Function, name: str, path: Path) -> Iterator[Given]:
    """The values that a call gives for what ``path`` reads out of the parameter ``name``, and how they are read."""
    parameter = next((p for p in function.parameters if p.name == name), None)
    if parameter is None:
        return
    if parameter.kind in ("*", "**"):
        gathered = _by_place(site, function, path) if parameter.kind == "*" else _by_name(site, path)
        yield from ((site.facts, value, further) for value, further in gathered)
        return
    argument = argument_for(site, function, name)
    if argument is not None:
        yield site.facts, argument.value, path
        return
    spread = list(_spread(site, function, parameter, path))
    yield from ((site.facts, value, further) for value, further in spread)
    if parameter.default is not None and not spread:
        yield facts, parameter.default, path


def _by_name(site: Site, path: Path) -> Iterator[tuple[Value, Path]]:
    """What ``**kwargs`` holds under a name."""
    key = None if reads_all(path) else path[0]
    for _, argument in site.arguments:
        if argument.stars == 2:
            yield argument.value, path
        elif argument.name is not None and key in (argument.name, None):
            yield argument.value, path[1:]


def _by_place(site: Site, function: Function, path: Path) -> Iterator[tuple[Value, Path]]:
    """What ``*args`` holds at a place."""
    before = len(positional_names(site, function))
    key = None if reads_all(path) else path[0]
    place = 0
    for _, argument in site.arguments:
        if argument.stars == 1:
            yield argument.value, (None, *path[1:])
            return
        if argument.name is None and not argument.stars:
            if place >= before and key in (place - before, None):
                yield argument.value, path[1:]
            place += 1


def _spread(site: Site, function: Function, parameter: ParameterFact, path: Path) -> Iterator[tuple[Value, Path]]:
    """What is given for an ordinary parameter by ``*values`` or ``**values``."""
    names = positional_names(site, function)
    place = names.index(parameter.name) if parameter.name in names else -1
    for _, argument in site.arguments:
        if argument.stars == 2:
            yield argument.value, (parameter.name, *path)
        elif argument.stars == 1 and place >= 0:
            yield argument.value, (place, *path)
            return
        elif argument.name is None:
            place -= 1
