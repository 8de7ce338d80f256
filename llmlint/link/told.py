"""The functions that a library is told to run later: given as they are, or by a text that names them."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.link.calls import CallGraph
from llmlint.link.meanings import Constant, Lost, Meaning
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.task_libraries import TaskKind
from llmlint.values import Imported


def told(resolver: Resolver, site: Site, kind: TaskKind) -> Iterator[Meaning]:
    """What function a call of some kind may be given; for a text such as ``talks.tasks.parse``, what it names."""
    named = [argument for _, argument in site.arguments if argument.name is not None and argument.name == kind.named]
    placed = [argument for _, argument in site.arguments if argument.name is None and not argument.stars]
    given = named or (placed[kind.function :][:1] if -len(placed) <= kind.function else [])
    if not given:
        return
    for meaning in resolver.meanings(site.facts, given[0].value):
        text = meaning.value if isinstance(meaning, Constant) and isinstance(meaning.value, str) else ""
        module, _, name = text.rpartition(".")
        own = f".{site.facts.path.rpartition('.')[0].replace('/', '.')}"
        if module and own.endswith(f".{module}"):
            yield from resolver.names.exported(site.facts, name) or ()
        elif module:
            yield from resolver.meanings(site.facts, Imported(module, name))
        else:
            yield meaning


def unread_tasks(resolver: Resolver, graph: CallGraph) -> set[str]:
    """The files that were not parsed, and hold a function that a text names as a task."""
    kinds = resolver.libraries.tasks
    return {
        meaning.unread
        for site, paths in graph.external.items()
        for path in paths
        if path in kinds and kinds[path].form == "argument"
        for meaning in told(resolver, site, kinds[path])
        if isinstance(meaning, Lost) and meaning.unread
    }
