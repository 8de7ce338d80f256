"""Which files that name no SDK have to be read after all: those that import what reaches a model call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llmlint.link import Linker
from llmlint.link.meanings import ClassMeaning, External, FunctionMeaning, InstanceMeaning, Meaning, ModuleMeaning


def files_that_reach(linker: Linker, imports: Mapping[str, list[tuple[str, str]]]) -> list[str]:
    """The files, of those with ``imports``, in which something imported may end in a model call."""
    return [
        path
        for path, names in imports.items()
        if any(_reaches_model(linker, meaning) for meaning in linker.imported(path, names))
    ]


def _reaches_model(linker: Linker, meaning: Meaning) -> bool:
    """Whether using an imported thing may end in a model call: a function or class that reaches one, or a client."""
    reached = linker.reach.reached
    if isinstance(meaning, FunctionMeaning):
        if (meaning.facts.path, meaning.index) in reached:
            return True
        returned = linker.resolver.results.returned(meaning.facts, meaning.index)
        return any(isinstance(result, External) and _reaches_model(linker, result) for result in returned)
    if isinstance(meaning, ClassMeaning | InstanceMeaning):
        return any(
            (meaning.facts.path, method) in reached for method in meaning.facts.classes[meaning.index].methods.values()
        ) or any(_reaches_model(linker, base) for base in _bases(linker, meaning))
    if isinstance(meaning, ModuleMeaning):
        return any(key[0] == meaning.facts.path for key in reached) or meaning.facts.path in linker.exporters
    return isinstance(meaning, External) and bool(meaning.chain) and linker.resolver.apis.covers(meaning.path)


def _bases(linker: Linker, meaning: ClassMeaning | InstanceMeaning) -> Iterator[Meaning]:
    for base in meaning.facts.classes[meaning.index].bases:
        for found in linker.resolver.meanings(meaning.facts, base):
            if isinstance(found, ClassMeaning) and (found.facts is not meaning.facts or found.index != meaning.index):
                yield found
