"""What a Python program that is not read says at a glance: what it imports, defines and names, and what stands around
each name. Only to choose what to read: no fact comes from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

# Files up to this many bytes are mostly there to hand on what they import.
SMALL = 2_000
MODULE = -1


class Dotted(NamedTuple):
    """``root.a().b``, without what is called on the way; ``root`` is empty for what begins with no name."""

    root: str
    names: tuple[str, ...] = ()

    @property
    def last(self) -> str:
        return self.names[-1] if self.names else self.root


class Mention(NamedTuple):
    """A dotted name in a function, or in the module. ``how``: called, given (to what ``receiver`` calls), kept (bound
    to the names ``to``, or returned) or nothing of these."""

    dotted: Dotted
    function: int
    is_repeated: bool
    how: str
    receiver: Dotted | None
    to: tuple[Dotted, ...]

    @property
    def is_returned(self) -> bool:
        return self.how == "kept" and not self.to and self.function != MODULE


@dataclass(frozen=True, slots=True)
class Function:
    """``around`` and ``cls``: the function and the class that it stands in, or -1."""

    name: str
    around: int
    cls: int
    decorators: tuple[Dotted, ...]


@dataclass(frozen=True, slots=True)
class Class:
    name: str
    bases: tuple[Dotted, ...]
    methods: dict[str, int] = field(default_factory=dict)


class Outline:
    """``imports``: the modules and the names in them that a local name stands for; ``mentions``: those of each word;
    ``values``: what a name is bound to in a function or the module, None for what is no dotted name."""

    def __init__(self) -> None:
        self.imports: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.mentions: dict[str, list[Mention]] = defaultdict(list)
        self.values: dict[tuple[int, str], list[Dotted | None]] = defaultdict(list)

    @property
    def digest(self) -> str:
        """Of all that it says, as long as it has not been asked."""
        return blake2b(repr(vars(self)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def around(self, function: int) -> Iterator[int]:
        """A function and those that it stands in, the innermost first."""
        while function != MODULE:
            yield function
            function = self.functions[function].around

    def class_of(self, function: int) -> int:
        """The class whose ``self`` a function reads, or -1."""
        return next((cls for each in self.around(function) if (cls := self.functions[each].cls) >= 0), -1)

    def values_of(self, name: str, function: int) -> list[Dotted | None]:
        """What a name is bound to, where a function reads it."""
        scopes = (*self.around(function), MODULE)
        return next((self.values[scope, name] for scope in scopes if (scope, name) in self.values), [])

    @property
    def hands_on(self) -> bool:
        """Whether the file is there for others to import what it imports."""
        return not self.functions or (MODULE, "__all__") in self.values

    def uses(self, word: str) -> bool:
        """Whether a name with ``word`` in it is mentioned, and is no method of the same object. ``(`` after the word:
        the name ends with it and is called; ``.`` before it: it is the whole name."""
        bare = word.strip(".(")
        for name, mentions in self.mentions.items():
            if bare in name and (name == bare or word[0] != ".") and (name.endswith(bare) or word[-1] != "("):
                if any(self._is_used(mention, name, word) for mention in mentions):
                    return True
        return any(bare in base.last for cls in self.classes for base in cls.bases)

    def _is_used(self, mention: Mention, name: str, word: str) -> bool:
        is_own = mention.dotted.root == "self" and len(mention.dotted.names) == 1
        cls = self.class_of(mention.function) if is_own else -1
        if cls >= 0 and name in self.classes[cls].methods:
            return False
        return word[-1] != "(" or (mention.how == "called" and mention.dotted.last == name)

    def defines(self, name: str) -> bool:
        """Whether the file has a function of that name that is no method."""
        return any(function.name == name and function.cls < 0 for function in self.functions)

    @cached_property
    def repeating(self) -> set[str]:
        """The names of the functions in which something that has a plain name is called again and again."""
        return {
            self.functions[function].name
            for name, mentions in self.mentions.items()
            for mention in mentions
            if mention.is_repeated and mention.how == "called" and mention.dotted == (name, ())
            for function in self.around(mention.function)
        }

    @cached_property
    def packages(self) -> set[str]:
        """The packages that the file imports."""
        return {module.split(".")[0] for meanings in self.imports.values() for module, _ in meanings}

    @cached_property
    def _called(self) -> dict[str, set[str]]:
        """What the functions of each name call, by the last part of its name."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, mentions in self.mentions.items():
            for mention in mentions:
                if mention.how == "called" and mention.dotted.last == name:
                    for each in self.around(mention.function):
                        found[self.functions[each].name].add(name)
        return found

    @cached_property
    def _callers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for caller, names in self._called.items():
            for name in names:
                found[name].add(caller)
        return found

    def called_by(self, names: Iterable[str]) -> set[str]:
        """What functions so called call, or a function of the file that they call does."""
        return _closure(self._called, names)

    def callers_of(self, names: Iterable[str]) -> set[str]:
        """The names of the functions that call something so called, or a function of the file that does."""
        return _closure(self._callers, names)


def _closure(steps: Mapping[str, AbstractSet[str]], names: Iterable[str]) -> set[str]:
    """What can be come to in one step or more."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def sight(data: bytes, outline: Outline | None) -> str:
    """The digest of all that a look at a file can tell; empty where more than its outline tells."""
    return outline.digest if outline is not None and len(data) >= SMALL else ""
