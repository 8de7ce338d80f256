"""Follows values through imports, variables, attributes, calls and parameters, across the files of a project."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from llmlint.apis import Apis
from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.answers import CUT, Answer, Answers
from llmlint.link.assigned import Assigned
from llmlint.link.hierarchy import Hierarchy
from llmlint.link.meanings import (
    AMBIGUOUS,
    MAX_MEANINGS,
    NOTHING,
    RECURSIVE,
    ClassMeaning,
    Constant,
    External,
    Frame,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    Meanings,
)
from llmlint.link.members import Members
from llmlint.link.names import Names
from llmlint.link.results import Results
from llmlint.model_calls import Site
from llmlint.modules import Modules
from llmlint.values import (
    Attribute,
    Builtin,
    Caught,
    Choice,
    ClassValue,
    Element,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Missing,
    Operation,
    Parameter,
    Patched,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Unknown,
    Value,
    Variable,
)
from llmlint.values import Mapping as MappingValue

_T = TypeVar("_T")
# The kinds of values whose meanings are kept by themselves.
_KEPT = frozenset((Attribute, Item, Element))
# How many steps away a value is looked for, and how many values one question may lead to before it is given up.
MAX_DEPTH = 60
MAX_STEPS = 2000
# How often a value is looked at inside itself: what a loop makes of what it began with shows the second time.
MAX_TURNS = 2


class Resolver:
    """Answers what a value may be. Each answer is worked out once, until there are news of what it hangs on.

    ``entered``: the calls through which functions are looked into, the outermost first; what hangs on one of them is
    kept for the same calls alone. ``unread``: the project's files that were not parsed, and should be.
    """

    def __init__(self, files: Mapping[str, FileFacts], modules: Modules, apis: Apis, libraries: Libraries) -> None:
        self.files = files
        self.modules = modules
        self.apis = apis
        self.libraries = libraries
        self.answers = Answers()
        self.names = Names(self)
        self.assigned = Assigned(self)
        self.members = Members(self)
        self.hierarchy = Hierarchy(self)
        self.results = Results(self)
        self.entered: tuple[Frame, ...] = ()
        self.unread: set[str] = set()
        self._active: set[Hashable] = set()
        # How often each value that is being looked at has led back to itself.
        self._turns: dict[tuple[int, tuple[Frame, ...]], int] = {}
        # How many answers were cut short so far.
        self._cut = 0
        self._depth = 0
        self._steps = 0
        self._handlers = self._handlers_by_type()

    def _handlers_by_type(self) -> dict[type, Callable[[FileFacts, Any], Meanings]]:
        return {
            Literal: lambda _, value: (Constant(value.value),),
            Unknown: lambda _, value: (Lost(value.reason),),
            Missing: lambda _, value: NOTHING,
            Caught: lambda _, value: (Lost("an exception"),),
            Imported: self.names.imported,
            Builtin: lambda _, value: (External(value.name),),
            Attribute: partial(self._remembered, self._attribute),
            Item: partial(self._remembered, self._item),
            Element: partial(self._remembered, self.members.elements),
            Result: lambda facts, value: self.results.result(Site(facts, value.call)),
            Variable: lambda facts, value: self.names.binding(facts, value.scope, value.name),
            Parameter: lambda facts, value: self.results.parameter(facts, value.function, value.name),
            This: lambda facts, value: (
                ClassMeaning(facts, value.cls) if value.is_class else InstanceMeaning(facts, value.cls),
            ),
            FunctionValue: lambda facts, value: (FunctionMeaning(facts, value.function),),
            ClassValue: lambda facts, value: (ClassMeaning(facts, value.cls),),
            Choice: self._choice,
            Operation: self._operation,
            Patched: lambda facts, value: self.once(("patched", id(value)), lambda: self._patched(facts, value)),
            Typed: self._typed,
            MappingValue: self._located,
            Sequence: self._located,
            Text: self._located,
        }

    def index(self, files: Collection[FileFacts]) -> dict[Site, None]:
        """Note what new files tell of others, before anything else is asked. The calls of which they tell more come
        back."""
        calls = self.answers.take_in(("unread", facts.path) for facts in files)
        self.members.note_super_calls(files)
        self.assigned.index(files)
        self.hierarchy.index(files)
        self.results.index(files)
        return calls | self.answers.take_in()

    def file(self, path: str) -> FileFacts | None:
        """A file of the project, if it was parsed."""
        if path not in self.files:
            self.answers.note(("unread", path))
        return self.files.get(path)

    def ask_for(self, meaning: Meaning) -> None:
        """Note the file that would tell what a meaning is, if it was not parsed."""
        if isinstance(meaning, Lost) and meaning.unread:
            self.unread.add(meaning.unread)

    def meanings(self, facts: FileFacts, value: Value) -> Meanings:
        """Everything that ``value``, read in ``facts``, may be."""
        if type(value) in _KEPT:
            known = self._kept(id(value))
            if known is not None:
                return known
        if self._depth == 0:
            self._steps = MAX_STEPS
        self._steps -= 1
        if self._depth > MAX_DEPTH or self._steps < 0:
            self._cut_short()
            return (Lost("too far away"),)
        self._depth += 1
        try:
            return self._handlers[type(value)](facts, value)
        finally:
            self._depth -= 1

    def once(self, key: Hashable, work: Callable[[], Meanings]) -> Meanings:
        known = self._kept(key)
        if known is not None:
            return known
        if key in self._active:
            self._cut_short()
            return RECURSIVE
        self._active.add(key)
        try:
            return self._answered(key, work, keeps_cut=True)
        finally:
            self._active.discard(key)

    def _kept(self, key: Hashable) -> Meanings | None:
        answer = self.answers.get(key)
        if self.entered and (answer is None or answer.hangs_on_callers):
            answer = self.answers.get((self.entered, key))
        if answer is None:
            return None
        self.answers.use(answer)
        return answer.found

    def _answered(self, key: Hashable, work: Callable[[], Meanings], *, keeps_cut: bool) -> Meanings:
        """The answer of ``work``, kept; ``keeps_cut``: even if it was cut short."""
        answers, cut = self.answers, self._cut
        answer = Answer(key)
        answers.asking.append(answer)  # as "asked_by" does: ways of a thousand steps leave no frame to spare
        try:
            answer.found = work()
        finally:
            answers.asking.pop()
        is_of_calls = bool(self.entered) and answer.hangs_on_callers
        if self._cut == cut or (keeps_cut and not is_of_calls):
            answers.keep((self.entered, key) if is_of_calls else key, answer)
        answers.use(answer)
        return answer.found

    def _cut_short(self) -> None:
        self._cut += 1
        self.answers.note(CUT)

    def hangs(self, key: Hashable) -> bool:
        """Whether a kept answer hangs on who calls what."""
        answer = self.answers.get(key)
        return answer is not None and answer.hangs_on_callers

    def inside(self, entered: tuple[Frame, ...], work: Callable[[], _T]) -> _T:
        """What ``work`` finds when functions were entered by these calls."""
        before, self.entered = self.entered, entered
        try:
            return work()
        finally:
            self.entered = before

    def within(self, located: Located, value: Value) -> Meanings:
        """Everything that a part of a located value may be."""
        if located.entered == self.entered:
            return self.meanings(located.facts, value)
        return self.inside(located.entered, lambda: self.meanings(located.facts, value))

    def _remembered(self, work: Callable[[FileFacts, Any], Meanings], facts: FileFacts, value: Value) -> Meanings:
        """As ``once``, but lets the value lead back to itself, and keeps no answer that was cut short by that."""
        turn, turns = (id(value), self.entered), self._turns
        before = turns.get(turn, 0)
        if before == MAX_TURNS:
            self._cut_short()
            return RECURSIVE
        turns[turn] = before + 1
        try:
            return self._answered(id(value), partial(work, facts, value), keeps_cut=False)
        finally:
            turns[turn] = before

    def union(self, parts: Iterable[Meanings]) -> Meanings:
        found: list[Meaning] = []
        for part in parts:
            for meaning in part:
                if not found or meaning not in found:
                    found.append(meaning)
            if len(found) > MAX_MEANINGS:
                return (*found[:MAX_MEANINGS], AMBIGUOUS)
        return tuple(found)

    def any_of(self, facts: FileFacts, values: tuple[Value, ...]) -> Meanings:
        found = self.union(self.meanings(facts, value) for value in values)
        several = len([meaning for meaning in found if not isinstance(meaning, Lost)]) > 1
        return (*found, AMBIGUOUS) if several and len(values) > 1 else found

    def _attribute(self, facts: FileFacts, value: Attribute) -> Meanings:
        return self.union(self.members.attribute(base, value.name) for base in self.meanings(facts, value.base))

    def _item(self, facts: FileFacts, value: Item) -> Meanings:
        return self.union(self.members.item(base, value.key) for base in self.meanings(facts, value.base))

    def _choice(self, facts: FileFacts, value: Choice) -> Meanings:
        return self.once(
            ("choice", id(value)), lambda: self.union(self.meanings(facts, option) for option in value.options)
        )

    def _operation(self, facts: FileFacts, value: Operation) -> Meanings:
        if value.operator in ("and", "bounded", "small file"):
            return self.meanings(facts, value.operands[-1])
        if value.operator == "enter":
            return self.union(map(self.results.entered, self.meanings(facts, value.operands[0])))
        if value.operator == "|":
            parts = [self.meanings(facts, operand) for operand in value.operands]
            objects = [m for part in parts for m in part if isinstance(m, External) and m.chain]
            if objects:
                return tuple(objects)
        return self._located(facts, value)

    def _located(self, facts: FileFacts, value: Value) -> Meanings:
        return (Located(facts, value, self.entered),)

    def _patched(self, facts: FileFacts, value: Patched) -> Meanings:
        here = Located(facts, value, self.entered)
        found: list[Meaning] = []
        for base in self.meanings(facts, value.base):
            if isinstance(base, External):
                found.append(External(base.path, base.chain, (*base.patches, here)))
            elif isinstance(base, InstanceMeaning):
                found.append(InstanceMeaning(base.facts, base.index, base.site, (*base.patches, here)))
            else:
                found.append(here)
        return tuple(found)

    def _typed(self, facts: FileFacts, value: Typed) -> Meanings:
        found = self.meanings(facts, value.value)
        declared = self.instances(facts, value.type)
        if any(not isinstance(meaning, Lost) and meaning != Constant(None) for meaning in found):
            # What an object from outside holds is only known by its type: ContextVar[OpenAI].
            is_outside = all(isinstance(meaning, External) for meaning in found)
            declared = tuple(held for held in declared if isinstance(held, Located)) if is_outside else ()
        return self.union((found, declared))

    def instances(self, facts: FileFacts, declared: Value) -> Meanings:
        """Objects of a declared type, whose making can't be seen."""
        found: list[Meaning] = []
        for meaning in self.meanings(facts, declared):
            match meaning:
                case External(path) if "." in path and not path.endswith(")"):
                    found.append(External(path + "()", (None,)))
                case ClassMeaning():
                    found.append(InstanceMeaning(meaning.facts, meaning.index))
                case Located(_, MappingValue() | Operation("collect")):
                    found.append(meaning)
                case Lost() if meaning.unread:
                    found.append(meaning)
                case Located(_, Operation("|") as either):
                    for operand in either.operands:
                        found.extend(self.instances(meaning.facts, operand))
        return tuple(found)
