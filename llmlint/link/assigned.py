"""What files assign to names of other modules, and to attributes of objects that they import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmlint.facts import FileFacts, Setting
from llmlint.link.meanings import ClassMeaning, InstanceMeaning, Lost, Meanings, ModuleMeaning

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver

# The index that stands for a module, where others stand for its classes.
MODULE = -1


class Assigned:
    """The resolver's part that knows of ``state.client = OpenAI()`` in a file that imports ``state``."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._settings: dict[tuple[str, int], dict[int, tuple[FileFacts, Setting]]] = defaultdict(dict)
        # For each file that was not read: what is assigned to something in it.
        self._waiting: dict[str, list[tuple[FileFacts, Setting]]] = defaultdict(list)

    def index(self, files: Iterable[FileFacts]) -> None:
        files = list(files)
        again = [waiting for read in files for waiting in self._waiting.pop(read.path, ())]
        new = [(facts, setting) for facts in files for setting in facts.settings]
        for known, setting in again + new:
            self._note(known, setting)

    def _note(self, facts: FileFacts, setting: Setting) -> None:
        for meaning in self.resolver.meanings(facts, setting.target):
            if isinstance(meaning, ModuleMeaning | InstanceMeaning | ClassMeaning):
                key = (meaning.facts.path, getattr(meaning, "index", MODULE))
                self._settings[key][id(setting)] = (facts, setting)
                self.resolver.answers.tell(("assigned", key))
            elif isinstance(meaning, Lost) and meaning.unread:
                self._waiting[meaning.unread].append((facts, setting))
            self.resolver.ask_for(meaning)

    def to(self, module: FileFacts, index: int = MODULE) -> dict[str, list[Meanings]]:
        """What is assigned to the names of a module, or to the attributes of one of its classes."""
        self.resolver.answers.note(("assigned", (module.path, index)))
        found: dict[str, list[Meanings]] = defaultdict(list)
        for facts, setting in self._settings.get((module.path, index), {}).values():
            found[setting.name].append(self.resolver.meanings(facts, setting.value))
        return found
