"""What a file that was not parsed may come to a model call by: the words that lead there from what it imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from llmlint.facts import FileFacts
from llmlint.link.calls import FunctionKey
from llmlint.link.meanings import (
    ClassMeaning,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Meaning,
    Meanings,
    ModuleMeaning,
    is_property,
)
from llmlint.link.resolver import Resolver
from llmlint.link.ways import ITSELF, MAKER, NEVER, Word, Words
from llmlint.scripts import is_script
from llmlint.values import Imported


class Leads:
    """Tells the words for each thing that may be imported from the files that are known."""

    def __init__(
        self,
        resolver: Resolver,
        reached: Collection[FunctionKey],
        exporters: Collection[str],
        building: Collection[FunctionKey],
        speaking: Collection[FunctionKey],
    ) -> None:
        """``exporters``: the files whose top level builds a client; ``building``: the functions that build one;
        ``speaking``: those that speak a text, whose length is up to their callers."""
        self.resolver = resolver
        self.exporters = exporters
        self.speaking = speaking
        self._makers = {path for path, _ in building}
        self._reached: dict[str, set[int]] = defaultdict(set)
        for path, index in reached:
            self._reached[path].add(index)
        self._known: dict[tuple[str, str, int], Words] = {}

    def words(self, meaning: Meaning) -> Words:
        if isinstance(meaning, External):
            return self._of_external(meaning)
        if isinstance(meaning, ModuleMeaning):
            return self._once("module", meaning.facts, 0, self._of_module)
        if isinstance(meaning, FunctionMeaning):
            return self._once("function", meaning.facts, meaning.index, self._of_function)
        if isinstance(meaning, ClassMeaning | InstanceMeaning):
            return self._once("class", meaning.facts, meaning.index, self._of_class)
        return NEVER

    def _of_external(self, meaning: External) -> Words:
        """An object of an SDK to call things on, or a class that makes one."""
        apis = self.resolver.apis
        operation = apis.operations.get(meaning.path) or apis.operations.get(meaning.path + "()")
        if operation is not None and not (meaning.chain and operation.builds):
            return frozenset([ITSELF])
        calls = apis.calls_on(meaning.path) if meaning.chain else ()
        return frozenset(Word("", "held", name) for name in calls)

    def _once(
        self, kind: str, facts: FileFacts, index: int, judge: Callable[[FileFacts, int], Iterable[Words]]
    ) -> Words:
        key = (kind, facts.path, index)
        if key not in self._known:
            self._known[key] = NEVER
            self._known[key] = NEVER.union(*judge(facts, index))
        return self._known[key]

    def _of_module(self, facts: FileFacts, _: int) -> Iterator[Words]:
        if facts.path in self.exporters:
            names = facts.scopes[0].bindings
            yield self._of_clients((name, self.resolver.names.binding(facts, 0, name)) for name in names)
        for index in self._reached.get(facts.path, ()):
            if index >= 0 and facts.functions[index].cls < 0:
                yield _as_named(facts.functions[index].name, self._called(facts, index))
        if facts.path in self._makers:
            for index, function in enumerate(facts.functions):
                if function.cls < 0:
                    yield _as_named(function.name, self.words(FunctionMeaning(facts, index)))
        yield self._of_clients((n, m) for n, found in self.resolver.assigned.to(facts).items() for m in found)
        for index, cls in enumerate(facts.classes):
            yield _as_named(cls.name, self.words(ClassMeaning(facts, index)))
        is_package = facts.path.endswith("__init__.py") or is_script(facts.path)
        for imported in facts.imports:
            if imported.name == "*":
                yield from map(self.words, self.resolver.meanings(facts, Imported(imported.module)))
            elif is_package:
                for meaning in self.resolver.meanings(facts, imported):
                    yield _as_named(imported.name, self.words(meaning))

    def _of_function(self, facts: FileFacts, index: int) -> Iterator[Words]:
        if index in self._reached.get(facts.path, ()):
            yield self._called(facts, index)
        yield from map(self.words, self.resolver.results.returned(facts, index))

    def _called(self, facts: FileFacts, index: int) -> Words:
        return frozenset([ITSELF._replace(is_telling=(facts.path, index) in self.speaking)])

    def _of_class(self, facts: FileFacts, index: int) -> Iterator[Words]:
        cls = facts.classes[index]
        for name, method in cls.methods.items():
            if method in self._reached.get(facts.path, ()):
                word = _of_method(facts, name, method)
                yield frozenset([word._replace(is_telling=(facts.path, method) in self.speaking)])
        for base in cls.bases:
            yield from map(self.words, self.resolver.meanings(facts, base))
        held = [(name, value) for name, values in cls.attributes.items() if name not in cls.methods for value in values]
        known = [(name, self.resolver.meanings(facts, value)) for name, value in (*cls.types.items(), *held)]
        assigned = self.resolver.assigned.to(facts, index)
        yield self._of_clients([*known, *((name, m) for name, found in assigned.items() for m in found)])

    def _of_clients(self, known: Iterable[tuple[str, Meanings]]) -> Words:
        """The attributes that hold clients, of those that are ``known``."""
        return NEVER.union(
            *(
                _as_named(name, self.words(meaning), "method")
                for name, meanings in known
                for meaning in meanings
                if isinstance(meaning, External)
            )
        )


def _of_method(facts: FileFacts, name: str, method: int) -> Word:
    if name.startswith("__"):
        return MAKER if name == "__call__" else ITSELF
    return Word(name, "property" if is_property(facts, facts.functions[method]) else "method")


def _as_named(name: str, words: Words, kind: str = "name") -> Words:
    """What leads on from something, where it is read from what holds it by its name."""
    return frozenset(word if word.text else _renamed(word, name, kind) for word in words)


def _renamed(word: Word, name: str, kind: str) -> Word:
    if word.operation:
        return Word(name, "client", word.operation)
    return word._replace(text=name, kind=kind if word.kind == "name" else word.kind)
