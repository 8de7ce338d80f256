"""Ways to a model call through files that were not read: which words lead to one, and where they stand in a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from llmlint.link.meanings import PROPERTIES
from llmlint.outline import MODULE, Mention, Outline


class Word(NamedTuple):
    """A word by which a file comes to a model call through something that it imports; no ``text`` for the thing itself.
    ``kind``: name (of what is called), method, property, maker (of objects that are called), object (that is called),
    client (an attribute that holds one) or held (a client by a name of its own). ``operation``: the last name of what
    can be called on a client. ``is_telling``: whether each call of it matters, wherever it stands."""

    text: str
    kind: str
    operation: str = ""
    is_telling: bool = False


Words = frozenset[Word]
NEVER: Words = frozenset()
ITSELF = Word("", "name")
MAKER = Word("", "maker")
# What a file imports: a module, and the name in it or nothing.
Import = tuple[str, str]

# Methods that are called by other means than their name.
_CALLED = frozenset(
    ("__call__", "__enter__", "__aenter__", "__iter__", "__aiter__", "__getattr__", "__getitem__", "__await__")
)
_OWN = ("self", "cls")
# Names of the language for things that hold nothing of the project's, and for those that only mark functions.
_PLAIN = frozenset(
    ("str", "bytes", "int", "float", "bool", "open", "len", "repr", "range", "dict", "list", "set", "property",
     "staticmethod", "classmethod")
)  # fmt: skip
_BUILTINS = ("builtins", "")
_ACCESSORS = frozenset(("setter", "getter", "deleter"))
_MAX_DEPTH = 4
# Modules of the standard library that hand on what they are given, or say nothing of it.
_NEUTRAL = frozenset(
    ("abc", "asyncio", "collections", "contextlib", "copy", "dataclasses", "functools", "importlib", "inspect",
     "itertools", "operator", "types", "typing", "typing_extensions", "weakref")
)  # fmt: skip


class Ways:
    """Looks through an outline for ways to a model call. ``judged``: one of them stands where a rule may object, in a
    loop, in a function that is run for others or again, or that comes back to itself, beside what brings a text in, or
    in a class that adds to a list of its own. ``exports``: the words by which importers of the file come to a model
    call in turn."""

    def __init__(
        self,
        outline: Outline,
        words: Mapping[Import, Words],
        is_ours: Callable[[Import], bool],
        runners: Collection[str],
        reruns: Callable[[Import], bool],
        bringers: Collection[str],
    ) -> None:
        """``is_ours``: whether an import is of the project; ``reruns``: whether it is a decorator of the project that
        runs functions, or runs them again; ``runners``: the packages that do; ``bringers``: the names of functions that
        bring in a text of any length."""
        self.outline = outline
        self.judged = False
        self.exports: set[Word] = set()
        self._is_ours = is_ours
        self._runners = runners
        self._reruns = reruns
        self._inherited: dict[str, Words] = {}
        self._reaching: set[int] = set()
        self._bringing = set(self._callers_of(bringers))
        self._adding = {
            outline.class_of(mention.function)
            for mention in outline.mentions.get("append", ())
            if mention.dotted.root in _OWN
        }
        self._calls: dict[int, set[int]] = defaultdict(set)
        self._clients: set[str] = set()
        self._seen: set[Word] = set()
        self._waiting: list[Word] = []
        self._begin(words)
        while self._waiting and not self.judged:
            self._search(self._waiting.pop())
        self.judged = self.judged or any(self._comes_back(function) for function in self._reaching)

    def _callers_of(self, names: Collection[str]) -> Iterator[int]:
        """The functions in which something so called, or a function of the file that calls it, is called."""
        for name in (*names, *self.outline.callers_of(names)):
            for mention in self.outline.mentions.get(name, ()):
                if mention.how == "called" and mention.dotted.last == name:
                    yield mention.function

    def _begin(self, words: Mapping[Import, Words]) -> None:
        for local, meanings in self.outline.imports.items():
            own = [words[imported] for imported in meanings if imported in words]
            if own:
                self._inherited[local] = NEVER.union(*own) if own[1:] else own[0]
        for local, inherited in self._inherited.items():
            for kind in _named(inherited, local):
                self._want(kind)
        for cls in self.outline.classes:
            for base in cls.bases:
                self._hand_on(cls.name, base.root)
        for local, inherited in self._inherited.items():
            if self.outline.hands_on:
                self._hand_on(local, local)
            elif any(mention.is_returned for mention in self.outline.mentions.get(local, ())):
                self.exports |= _parted(inherited)[1]

    def _hand_on(self, name: str, local: str) -> None:
        """Importers come by ``name`` to what the file comes to by what it imports as ``local``."""
        for kind in _named(self._inherited.get(local, NEVER), name):
            self.exports |= kind

    def _want(self, words: AbstractSet[Word]) -> None:
        new = words - self._seen
        self._seen |= new
        self._waiting.extend(new)

    def _search(self, word: Word) -> None:
        if word.kind == "maker":
            made = self.outline.values.items()
            self._want(
                {Word(name, "object") for (_, name), values in made if any(v and v.last == word.text for v in values)}
            )
        for mention in self.outline.mentions.get(word.text, ()):
            if word.kind == "maker":
                self._want({Word(to.last, "object") for to in mention.to if mention.dotted.last == word.text})
            elif word.operation:
                self._follow_client(word, mention)
            elif self._is_hit(word, mention):
                self._note(mention)
                self.judged = self.judged or word.is_telling

    # -- what is a mention of a word --------------------------------------------------------------------------

    def _is_hit(self, word: Word, mention: Mention) -> bool:
        dotted = mention.dotted
        if word.kind == "method":
            return dotted.last == word.text and bool(dotted.names and mention.how) and self._may_be_ours(mention)
        if word.kind == "property":
            return word.text in dotted.names and self._may_be_ours(mention)
        if word.kind == "object":
            return dotted.last == word.text and mention.how == "called"
        if dotted.root == word.text:
            return not any((each, word.text) in self.outline.values for each in self.outline.around(mention.function))
        return (
            word.kind == "name"
            and dotted.root in self.outline.imports
            and not self._is_outside(dotted.root, mention.function)
        )

    def _may_be_ours(self, mention: Mention) -> bool:
        """Whether a method may be one of the project's that reach a model call, as far as its object tells."""
        root, names, function = mention.dotted.root, mention.dotted.names, mention.function
        if root == "super" or (root in _OWN and len(names) == 1):
            cls = self.outline.class_of(function)
            own = self._method(cls, names[0]) if root in _OWN else None
            return own in self._reaching if own is not None else cls < 0 or self._has_own_base(cls)
        return not self._is_outside(root, function)

    def _is_outside(self, name: str, function: int) -> bool:
        """Whether a name surely stands for something that holds nothing of the project's."""
        origins = set(self._origins(name, function))
        return bool(origins) and all(
            origin is not None and not self._is_ours(origin) and _package(origin) not in _NEUTRAL for origin in origins
        )

    def _origins(self, name: str, function: int, depth: int = 0) -> Iterator[Import | None]:
        """The imports that what a name stands for comes from, None for what can't be told."""
        values = self.outline.values_of(name, function) if name else []
        if depth > _MAX_DEPTH or any(value is None or value.root == name for value in values):
            yield None
        elif values:
            for value in values:
                yield from self._origins(value.root if value else "", function, depth + 1)
        elif name in self.outline.imports:
            yield from self.outline.imports[name]
        else:
            yield _BUILTINS if name in _PLAIN else None

    def _has_own_base(self, cls: int) -> bool:
        return any(not self._is_outside(base.root, MODULE) for base in self.outline.classes[cls].bases)

    def _method(self, cls: int, name: str, depth: int = 0) -> int | None:
        """A method of a class of the file, or of the classes of the file that it inherits from."""
        if cls < 0 or depth > 8:
            return None
        own = self.outline.classes[cls]
        if name in own.methods:
            return own.methods[name]
        bases = (n for n, other in enumerate(self.outline.classes) for base in own.bases if base == (other.name, ()))
        return next((found for base in bases if (found := self._method(base, name, depth + 1)) is not None), None)

    # -- what follows from a mention --------------------------------------------------------------------------

    def _note(self, mention: Mention) -> None:
        functions = list(self.outline.around(mention.function))
        is_fed = mention.function in self._bringing or self.outline.class_of(mention.function) in self._adding
        if is_fed or mention.is_repeated or self._is_handed(mention) or any(map(self._is_run, functions)):
            self.judged = True
            return
        target = self._target(mention)
        if target is not None and mention.how == "called" and functions:
            self._calls[functions[0]].add(target)
        for function in functions:
            self._reach(function)
        if not functions:
            self._export({Word(to.root, "name") for to in mention.to if not to.names})

    def _is_handed(self, mention: Mention) -> bool:
        """Whether something outside is told to run what is mentioned, or to run it again."""
        receiver = mention.receiver
        if receiver is None or mention.how != "given":
            return False
        origins = self._origins(receiver.root, mention.function)
        return any(origin is not None and _package(origin) in self._runners for origin in origins)

    def _target(self, mention: Mention) -> int | None:
        """The function of the file that is called."""
        root, names = mention.dotted
        if root in _OWN and len(names) == 1:
            return self._method(self.outline.class_of(mention.function), names[0])
        if not names:
            found = (n for n, each in enumerate(self.outline.functions) if each.name == root and each.cls < 0)
            return next(found, None)
        cls = next((n for n, each in enumerate(self.outline.classes) if each.name == root), -1)
        return self._method(cls, names[0]) if len(names) == 1 else None

    def _reach(self, number: int) -> None:
        if number in self._reaching:
            return
        self._reaching.add(number)
        function = self.outline.functions[number]
        word = Word(function.name, "name" if function.cls < 0 else "method")
        if function.cls >= 0 and (function.name == "__init__" or function.name in _CALLED):
            word = Word(self.outline.classes[function.cls].name, "name")
        elif function.cls >= 0 and any(decorator.last in PROPERTIES for decorator in function.decorators):
            word = Word(function.name, "property")
        self.exports.add(word)
        # Searched for again, should it have been: calls on "self" may be calls of this function now.
        self._waiting.append(word)

    def _export(self, words: AbstractSet[Word]) -> None:
        self.exports |= words
        self._want(words)

    def _is_run(self, function: int) -> bool:
        """Whether a decorator may have something run the function, or run it again."""
        own = self.outline.functions[function]
        return any(
            self._runs(decorator.root, own.around) for decorator in own.decorators if decorator.last not in _ACCESSORS
        )

    def _runs(self, name: str, function: int) -> bool:
        if not self.outline.values_of(name, function) and self.outline.defines(name):
            return name in self.outline.repeating
        return any(
            origin is None or _package(origin) in self._runners or (self._is_ours(origin) and self._reruns(origin))
            for origin in self._origins(name, function)
        )

    def _comes_back(self, function: int) -> bool:
        seen: set[int] = set()
        waiting = list(self._calls.get(function, ()))
        while waiting:
            number = waiting.pop()
            if number == function:
                return True
            if number not in seen:
                seen.add(number)
                waiting.extend(self._calls.get(number, ()))
        return False

    # -- clients ----------------------------------------------------------------------------------------------

    def _follow_client(self, word: Word, mention: Mention) -> None:
        """A client, or what gives one, is called, handed over or kept under another name."""
        names = (mention.dotted.root, *mention.dotted.names)
        place = 0 if word.kind == "held" else len(names) - 1 - names[::-1].index(word.text)
        if names[place] != word.text or not (word.text in self._clients or self._may_hold(word, mention, place)):
            return
        if place < len(names) - 1:
            self.judged = self.judged or (mention.how == "called" and names[-1] == word.operation)
        elif mention.how == "given" or mention.receiver is not None:
            self.judged = True
        elif mention.how in ("kept", "called") and mention.to:
            self._clients.update(to.last for to in mention.to)
            self._want({Word(to.last, "client" if to.names else "held", word.operation) for to in mention.to})
        elif mention.is_returned:
            function = self.outline.functions[mention.function]
            self._clients.add(function.name)
            self._export({Word(function.name, "held" if function.cls < 0 else "client", word.operation)})

    def _may_hold(self, word: Word, mention: Mention, place: int) -> bool:
        root = mention.dotted.root
        if word.kind == "held":
            return not any((each, root) in self.outline.values for each in self.outline.around(mention.function))
        if root in _OWN and place == 1:
            cls = self.outline.class_of(mention.function)
            return cls < 0 or self._has_own_base(cls)
        return place > 0 and not self._is_outside(root, mention.function)


def _named(words: Words, name: str) -> tuple[Words, Words]:
    """The words for the thing itself, under the name that it goes by, and the others."""
    bare, others = _parted(words)
    return frozenset(word._replace(text=name) for word in bare), others


@lru_cache(maxsize=256)
def _parted(words: Words) -> tuple[Words, Words]:
    """The words for the thing itself, and the others: a module brings in hundreds of these under many names."""
    bare = frozenset(word for word in words if not word.text)
    return bare, words - bare


def _package(imported: Import) -> str:
    return imported[0].split(".")[0]
