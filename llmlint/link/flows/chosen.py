"""Files that somebody outside chooses, by an argument or by what lies in a folder, and files that the program names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llmlint.facts import FileFacts
from llmlint.link.flows.arguments import given_for
from llmlint.link.flows.calls import CallReader
from llmlint.link.flows.files import ASKING, Files, opened
from llmlint.link.meanings import InstanceMeaning, name_of
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Choice,
    Element,
    Imported,
    Item,
    Literal,
    Operation,
    Parameter,
    Patched,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Value,
    Variable,
)

# What lists a folder.
_LISTING = frozenset("glob iglob rglob globSync iterdir listdir scandir walk readdir readdirSync ls_files".split())
# What joins a folder and a file's name, and what makes another name of a file's.
_JOINING = frozenset({"join", "joinpath", "resolve"})
_NAMING = frozenset({"with_suffix", "with_name", "with_stem"})
# What reads settings, whose files are most often the program's own.
_SETTING = re.compile(r"config|settings?|environ|getenv|^env$", re.I)
_MAX_SUFFIX = len(".json")
# How many values are looked at for one path.
_MAX_PARTS = 500


class ChosenFiles:
    def __init__(self, calls: CallReader, files: Files) -> None:
        self.calls = calls
        self.files = files
        self.resolver = calls.resolver

    def is_chosen(self, site: Site) -> bool:
        """Whether the last part of the path of the file that a call opens comes from outside of the program."""
        seen: dict[tuple[str, int], Value] = {}
        waiting: list[tuple[FileFacts, Value]] = [(site.facts, opened(site))]
        while waiting and len(seen) < _MAX_PARTS:
            facts, value = waiting.pop()
            if (facts.path, id(value)) not in seen:
                seen[facts.path, id(value)] = value
                if self._is_given(facts, value):
                    return True
                waiting += self._parts(facts, value)
        return False

    def _is_given(self, facts: FileFacts, value: Value) -> bool:
        match value:
            case Parameter(function, name):
                return self._is_called_from_outside(facts, function) and not _SETTING.search(name)
            case Imported(module, name):
                return (module, name) == ("sys", "argv")
            case Result(call):
                return name_of(facts.calls[call].callee) in _LISTING | ASKING
            case Element(base):
                return not _SETTING.search(name_of(base)) and not self.files.is_fixed(facts, value)
        return False

    def _is_called_from_outside(self, facts: FileFacts, function: int) -> bool:
        fact = facts.functions[function]
        is_called = bool(self.resolver.results.callers.get((facts.path, function)))
        return fact.name != "<lambda>" and (not is_called or bool(fact.decorators))

    def _parts(self, facts: FileFacts, value: Value) -> Iterator[tuple[FileFacts, Value]]:
        """What decides which file a path leads to."""
        match value:
            case Parameter(function, name):
                for site in self.resolver.results.callers.get((facts.path, function), ()):
                    yield from ((f, v) for f, v, _ in given_for(site, facts, facts.functions[function], name, ()))
            case Variable(scope, name):
                yield from _all(facts, facts.scopes[scope].bindings.get(name, ()))
            case Attribute(This(cls), name):
                yield from _all(facts, facts.classes[cls].attributes.get(name, ()))
            case Attribute(base, name) if not _SETTING.search(name_of(base)):
                yield from self._of_attribute(facts, base, name)
            case Item(base, key):
                yield from _all(facts, (base, key))
            case Operation("/", (_, last)):
                yield facts, last
            case Operation("format" | "+", operands):
                yield from _all(facts, _last(operands))
            case Text(parts, written):
                yield from _all(facts, parts if written <= _MAX_SUFFIX else ())
            case Element(base) | Typed(base) | Patched(base):
                yield facts, base
            case Choice(parts) | Sequence(parts) | Operation(_, parts):
                yield from _all(facts, parts)
            case Result(call):
                yield from self._of_call(Site(facts, call))

    def _of_attribute(self, facts: FileFacts, base: Value, name: str) -> Iterator[tuple[FileFacts, Value]]:
        yield facts, base
        for meaning in self.resolver.meanings(facts, base):
            if isinstance(meaning, InstanceMeaning):
                cls = meaning.facts.classes[meaning.index]
                yield from _all(meaning.facts, cls.attributes.get(name, ()))

    def _of_call(self, site: Site) -> Iterator[tuple[FileFacts, Value]]:
        callee = site.call.callee
        name = name_of(callee)
        entered = self.calls.entered(site)
        for edge in entered:
            facts = self.resolver.files[edge.target[0]]
            yield from _all(facts, facts.functions[edge.target[1]].returns)
        if entered or name in _NAMING or _SETTING.search(name):
            return
        given = [argument.value for argument in site.call.arguments]
        if name in _JOINING and given:
            yield from _all(site.facts, given[-1:])
            return
        if isinstance(callee, Attribute) and not isinstance(callee.base, Imported):
            yield site.facts, callee.base
        yield from _all(site.facts, given)


def _all(facts: FileFacts, values: Iterable[Value]) -> Iterator[tuple[FileFacts, Value]]:
    return ((facts, value) for value in values)


def _last(operands: tuple[Value, ...]) -> tuple[Value, ...]:
    """What makes up the last part of a path, where no more than a suffix stands in the code."""
    found: list[Value] = []
    for place, operand in enumerate(reversed(operands)):
        if not isinstance(operand, Literal):
            found.append(operand)
        elif place or len(str(operand.value)) > _MAX_SUFFIX:
            return tuple(found) if str(operand.value).endswith("/") else ()
    return tuple(found)
