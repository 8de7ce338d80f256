"""Which classes inherit from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from llmlint.facts import Class, FileFacts
from llmlint.link.meanings import ClassMeaning, FunctionMeaning, InstanceMeaning, Lost

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver


class Hierarchy:
    """The resolver's part that knows what stands below a class."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._subclasses: dict[tuple[str, int], dict[tuple[str, int], ClassMeaning]] = defaultdict(dict)
        # For each file that was not read: the classes that inherit from something in it.
        self.orphans: dict[str, dict[tuple[str, int], ClassMeaning]] = defaultdict(dict)

    def index(self, files: Iterable[FileFacts]) -> None:
        """Note who inherits from whom."""
        files = list(files)
        orphans = {key: cls for read in files for key, cls in self.orphans.pop(read.path, {}).items()}
        new = {
            (facts.path, index): ClassMeaning(facts, index) for facts in files for index in range(len(facts.classes))
        }
        for cls in {**orphans, **new}.values():
            self._note_bases(cls, cls.facts.classes[cls.index])

    def _note_bases(self, below: ClassMeaning, cls: Class) -> None:
        for base in cls.bases:
            for meaning in self.resolver.meanings(below.facts, base):
                if isinstance(meaning, ClassMeaning):
                    key = (meaning.facts.path, meaning.index)
                    if self._subclasses[key].setdefault((below.facts.path, below.index), below) is below:
                        self.resolver.answers.tell(("below", key))
                elif isinstance(meaning, Lost) and meaning.unread:
                    self.orphans[meaning.unread][below.facts.path, below.index] = below

    def overrides(self, method: FunctionMeaning) -> list[FunctionMeaning]:
        """The methods of subclasses that fill in an abstract one."""
        function = method.facts.functions[method.index]
        if not function.is_abstract or function.cls < 0:
            return []
        start = method.instance or InstanceMeaning(method.facts, function.cls)
        found = []
        for cls in self.below(start):
            own = cls.facts.classes[cls.index].methods.get(function.name)
            if own is not None and not cls.facts.functions[own].is_abstract:
                found.append(FunctionMeaning(cls.facts, own, InstanceMeaning(cls.facts, cls.index)))
        return found

    def below(self, start: ClassMeaning | InstanceMeaning) -> Iterator[ClassMeaning]:
        """The classes that inherit from the class of ``start``, however many steps away."""
        waiting = list(self._directly_below((start.facts.path, start.index)))
        seen = {(cls.facts.path, cls.index) for cls in waiting}
        while waiting:
            cls = waiting.pop()
            yield cls
            for sub in self._directly_below((cls.facts.path, cls.index)):
                if (sub.facts.path, sub.index) not in seen:
                    seen.add((sub.facts.path, sub.index))
                    waiting.append(sub)

    def _directly_below(self, key: tuple[str, int]) -> Iterable[ClassMeaning]:
        self.resolver.answers.note(("below", key))
        return self._subclasses.get(key, {}).values()
