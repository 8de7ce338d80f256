"""Imports of Python: how a module's name is spelled in a file, and the import that it takes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from llmlint.facts import Span
from llmlint.fixes.sources import Change, Source
from llmlint.languages.anatomy import Import, Importing
from llmlint.remedies import Code


class Spelling(NamedTuple):
    """An expression, and the changes to imports without which it means nothing."""

    text: str
    changes: Sequence[Change] = ()


def spelled(code: Code, source: Source, at: int, replaced: str) -> Spelling:
    """A call as it is written at a place; ``replaced``: the expression that it takes the place of."""
    path, bracket, arguments = code.text.partition("(")
    module, _, name = path.rpartition(".")
    known = [
        each for each in _importing(source).imports() if each.scope.start <= each.span.start < at <= each.scope.end
    ]
    unread = _unread(source, known, replaced.partition("(")[0])
    for imported in known:
        for original, own, _ in imported.names:
            if (imported.module, original) == (module, name):
                return Spelling(own + bracket + arguments, _without(source, *unread) if unread is not None else ())
    for imported in known:
        if imported.alias and imported.module == module:
            return Spelling(f"{imported.alias}.{name}{bracket}{arguments}")
    text = name + bracket + arguments
    statement = next((imported for imported in known if imported.names and imported.module == module), None)
    if statement is None:
        return Spelling(text, [_new_import(source, f"from {module} import {name}", at)])
    if unread is not None and unread[0] is statement:
        return Spelling(text, [Change(unread[0].names[unread[1]][2], name)])
    return Spelling(text, [_joined(source, statement, name)])


def _unread(source: Source, known: Sequence[Import], name: str) -> tuple[Import, int] | None:
    """The import of a name that is read once, and the number of the name in it."""
    for imported in known:
        for number, (_, own, _) in enumerate(imported.names):
            if own == name and _importing(source).uses(name) == 1:
                return imported, number
    return None


def _without(source: Source, statement: Import, number: int) -> list[Change]:
    """An import without one of its names."""
    spans = [span for _, _, span in statement.names]
    if len(spans) == 1:
        return []
    if number:
        return [Change(Span(spans[number - 1].end, spans[number].end), "")]
    return [Change(Span(spans[0].start, spans[1].start), "")]


def _joined(source: Source, statement: Import, name: str) -> Change:
    """A name added to an import, where its order wants it."""
    spans = [span for _, _, span in statement.names]
    written = [source.at(span) for span in spans]
    later = next((span for span, other in zip(spans, written, strict=True) if other.lower() > name.lower()), None)
    if later is None or sorted(written, key=str.lower) != written:
        after = spans[-1]
        indent = source.indent(after.start)
        between = ", " if indent is None else f",{source.newline}{indent}"
        return Change(Span(after.end, after.end), between + name)
    indent = source.indent(later.start)
    between = ", " if indent is None else f",{source.newline}{indent}"
    return Change(Span(later.start, later.start), name + between)


def import_module(source: Source, module: str, at: int) -> Spelling:
    """How a module of the standard library is called at a place, and its import where it has none before."""
    for imported in _importing(source).imports():
        if imported.alias and imported.module == module and imported.scope.start == 0 and imported.span.start < at:
            return Spelling(imported.alias)
    return Spelling(module, [_new_import(source, f"import {module}", at)])


def _new_import(source: Source, statement: str, at: int) -> Change:
    """A new import at the top of a file: among those of its kind where they begin it, in order, and before the place
    that takes it."""
    newline = source.newline
    first = _importing(source).first_statement()
    imports = [imported for imported in _importing(source).imports() if imported.span.start < at]
    top = [imported for imported in imports if source.indent(imported.span.start) == ""]
    same = [imported for imported in top if bool(imported.alias) == statement.startswith("import ")]
    before = [imported for imported in same if source.at(imported.span) < statement and _is_alike(imported, statement)]
    if before:
        end = source.line_end(before[-1].span.end)
        return Change(Span(end, end), newline + statement)
    start = top[0].span.start if top else source.top_of_cell(at) or (first.start if first is not None else at)
    is_own_block = not top or not _is_alike(top[0], statement)
    return Change(Span(start, start), statement + newline + (newline if is_own_block else ""))


def _is_alike(imported: Import, statement: str) -> bool:
    """Whether an import belongs to the same block as a statement: the standard library, or what is installed."""
    module = statement.split()[1]
    return (imported.module.split(".")[0] in sys.stdlib_module_names) == (
        module.split(".")[0] in sys.stdlib_module_names
    )


def _importing(source: Source) -> Importing:
    assert isinstance(source.anatomy, Importing)
    return source.anatomy
