"""Keeps answers, and what each of them hangs on, so that news drop those that they may change, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple, TypeVar

from llmlint.link.meanings import Meanings
from llmlint.model_calls import Site

_T = TypeVar("_T")
# What an answer hangs on that was cut short: on where the question was asked.
CUT = "cut short"


class Answer(NamedTuple):
    """``hangs_on_callers``: it may be another inside a function that was entered by a call; ``is_open``: it hangs on
    something that may come to be known."""

    found: Meanings
    hangs_on_callers: bool
    is_open: bool


class Answers:
    """``asking``: the questions that are being answered, the innermost last; ``is_open``: set when that one turns out
    to hang on a topic."""

    def __init__(self) -> None:
        self.is_open = False
        self._kept: dict[Hashable, Answer] = {}
        # For each topic, and each question with an open answer: the questions and calls whose answers hang on it.
        self._users: dict[Hashable, list[Hashable]] = defaultdict(list)
        self.asking: list[Hashable] = [None]
        self._news: dict[Hashable, None] = {}

    def get(self, question: Hashable) -> Answer | None:
        return self._kept.get(question)

    def use(self, question: Hashable, answer: Answer) -> None:
        """Note that the question that is being answered hangs on a kept answer."""
        if answer.is_open:
            self.note(question)

    def keep(self, question: Hashable, answer: Answer) -> None:
        self._kept[question] = answer

    def note(self, topic: Hashable) -> None:
        """Note that the question that is being answered hangs on a topic."""
        self.is_open = True
        users, asking = self._users[topic], self.asking[-1]
        if not users or users[-1] is not asking:
            users.append(asking)

    def hand_on(self, question: Hashable, plain: Hashable) -> None:
        """Note that the answer to a question is kept as the one to another."""
        self._users[question].append(plain)

    def asked_by(self, question: Hashable, work: Callable[[], _T]) -> _T:
        """What ``work`` finds; all that it asks, the answer to ``question`` hangs on."""
        self.asking.append(question)
        try:
            return work()
        finally:
            self.asking.pop()

    def tell(self, topic: Hashable) -> None:
        """There are news of a topic; what hangs on it holds until they are taken in."""
        self._news[topic] = None

    def take_in(self, topics: Iterable[Hashable] = ()) -> dict[Site, None]:
        """Drop the answers that hang on what there are news of. The calls that hang on it come back."""
        waiting = [*topics, *self._news]
        self._news.clear()
        calls: dict[Site, None] = {}
        while waiting:
            question = waiting.pop()
            self._kept.pop(question, None)
            if isinstance(question, Site):
                calls[question] = None
            waiting.extend(self._users.pop(question, ()))
        return calls
