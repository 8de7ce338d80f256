"""Functions and classes, which open scopes of their own: how they are taken in, whatever their language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from llmlint.facts import Class, Decorator, FileFacts, Function, ParameterFact
from llmlint.languages.evaluator import Evaluator
from llmlint.languages.outcomes import Outcome
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.values import Value


@dataclass(slots=True)
class Head:
    """A function whose body is walked once the code around it, in ``block`` and ``scope``, is known."""

    number: int
    name: str
    qualname: str
    block: int
    scope: Scope
    cls: int
    parameters: tuple[ParameterFact, ...]
    decorators: tuple[Decorator, ...]
    return_type: Value | None
    span: int


HeadT = TypeVar("HeadT", bound=Head)


class Definer(ABC, Generic[HeadT]):
    """``attributes``: what the methods of each class assign to its objects. ``returns``: what the function that is
    walked has returned so far."""

    def __init__(
        self,
        facts: FileFacts,
        recorder: Recorder,
        evaluator: Evaluator,
        attributes: list[dict[str, list[Value]]],
        scopes: list[Scope],
    ) -> None:
        self.facts = facts
        self.recorder = recorder
        self.scopes = scopes
        self.returns: list[Value] = []
        self._evaluator = evaluator
        self._attributes = attributes
        self._functions: list[Function | None] = []
        self._classes: list[Class | None] = []
        self._waiting: deque[HeadT] = deque()
        self._names: list[str] = []
        self._cls = -1

    def new_scope(self, kind: str, parent: Scope | None) -> Scope:
        scope = Scope(kind, len(self.scopes), parent)
        self.scopes.append(scope)
        return scope

    def finish(self) -> None:
        """Walk the bodies that wait, in the order in which their functions were met."""
        while self._waiting:
            self._body(self._waiting.popleft())
        self.facts.functions.extend(function for function in self._functions if function is not None)
        for number, cls in enumerate(self._classes):
            if cls is not None:
                for name, values in self._attributes[number].items():
                    cls.attributes[name] = (*cls.attributes.get(name, ()), *values)
                self.facts.classes.append(cls)
        self.facts.scopes.extend(scope.fact() for scope in self.scopes)

    # -- functions --------------------------------------------------------------------------------------------

    @abstractmethod
    def _body(self, head: HeadT) -> None:
        """Walk a function's body, between ``_opened`` and ``_close``."""

    def _number(self) -> int:
        """The number of a function that is met."""
        self._functions.append(None)
        return len(self._functions) - 1

    def _qualname(self, name: str) -> str:
        return ".".join((*self._names, name))

    def _opened(self, head: HeadT) -> Scope:
        """The scope of a function that is entered."""
        scope = self._evaluator.scope = self.new_scope("function", head.scope)
        self._evaluator.reads, self._evaluator.yielded = set(), []
        self.returns = []
        self._names = [*head.qualname.split("."), "<locals>"]
        self._cls = -1
        return scope

    def _close(self, head: HeadT, block: int, outcome: Outcome, *, is_abstract: bool, is_async: bool) -> None:
        """Keep a function whose body has been walked."""
        evaluator = self._evaluator
        self._functions[head.number] = Function(
            head.name,
            head.qualname,
            head.parameters,
            block,
            evaluator.scope.index,
            head.cls,
            head.decorators,
            tuple(evaluator.yielded or self.returns),
            head.return_type,
            frozenset(evaluator.reads),
            is_abstract,
            bool(evaluator.yielded),
            is_async,
            outcome is Outcome.RAISE and not evaluator.yielded,
            head.span,
        )

    # -- classes ----------------------------------------------------------------------------------------------

    def _take_class(
        self,
        name: str,
        bases: tuple[Value, ...],
        decorators: tuple[Decorator, ...],
        span: int,
        walk: Callable[[int], object],
    ) -> int:
        """Take in a class, whose body is walked at once; its number."""
        index = len(self._classes)
        self._classes.append(None)
        self._attributes.append({})
        outer, outer_cls = self._evaluator.scope, self._cls
        scope = self._evaluator.scope = self.new_scope("class", outer)
        self._cls = index
        self._names.append(name)
        with self.recorder.inside("class", index):
            walk(index)
        qualname = ".".join(self._names)
        self._names.pop()
        self._evaluator.scope, self._cls = outer, outer_cls
        self._classes[index] = Class(
            name,
            qualname,
            bases,
            {key: tuple(values) for key, values in scope.bindings.items()},
            scope.types,
            scope.methods(),
            tuple(scope.fields),
            decorators,
            span,
        )
        return index
