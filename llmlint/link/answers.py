"""Keeps answers, and what each of them hangs on, so that news drop those that they may change, and no others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from llmlint.link.meanings import Meanings
from llmlint.model_calls import Site

_T = TypeVar("_T")
# What an answer hangs on that was cut short: on where the question was asked.
CUT = "cut short"


class Answer:
    """``hangs_on_callers``: it may be another inside a function that was entered by a call; ``is_open``: it hangs on
    something that may come to be known; ``users``: the answers that hang on this one. A topic, of which there may be
    news, has users alone."""

    __slots__ = ("found", "hangs_on_callers", "is_open", "question", "users")

    def __init__(self, question: Hashable) -> None:
        self.question = question
        self.found: Meanings = ()
        self.hangs_on_callers = False
        self.is_open = False
        self.users: list[Answer] = []


class Answers:
    """``asking``: the answers that are being worked out, the innermost last."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Answer] = {}
        self._topics: dict[Hashable, Answer] = {}
        self.asking = [Answer(None)]
        self._news: dict[Hashable, None] = {}
        self.get = self._kept.get

    def use(self, answer: Answer) -> None:
        """Note that the answer that is being worked out hangs on another."""
        asking = self.asking[-1]
        if answer.hangs_on_callers:
            asking.hangs_on_callers = True
        if answer.is_open:
            asking.is_open = True
            users = answer.users
            if not users or users[-1] is not asking:
                users.append(asking)

    def keep(self, question: Hashable, answer: Answer) -> None:
        answer.question = question
        self._kept[question] = answer

    def note(self, topic: Hashable) -> None:
        """Note that the answer that is being worked out hangs on a topic."""
        known = self._topics.get(topic)
        if known is None:
            known = self._topics[topic] = Answer(topic)
            known.is_open = True
        self.use(known)

    def hang_on_callers(self) -> None:
        """Note that the answer that is being worked out is another for each caller of a function."""
        self.asking[-1].hangs_on_callers = True

    def asked_by(self, site: Site, work: Callable[[], _T]) -> _T:
        """What ``work`` finds; all that it asks, a call hangs on."""
        self.asking.append(Answer(site))
        try:
            return work()
        finally:
            self.asking.pop()

    def tell(self, topic: Hashable) -> None:
        """There are news of a topic; what hangs on it holds until they are taken in."""
        self._news[topic] = None

    def forget(self, topic: Hashable) -> None:
        """Have the answers that hang on a topic stand, whatever comes of it."""
        self._topics.pop(topic, None)

    def take_in(self, topics: Iterable[Hashable] = ()) -> dict[Site, None]:
        """Drop the answers that hang on what there are news of. The calls that hang on it come back."""
        waiting = [self._topics.pop(topic) for topic in (*topics, *self._news) if topic in self._topics]
        self._news.clear()
        calls: dict[Site, None] = {}
        while waiting:
            answer = waiting.pop()
            question = answer.question
            if isinstance(question, Site):
                calls[question] = None
            elif self._kept.get(question) is answer:
                del self._kept[question]
            waiting += answer.users
            answer.users = []
        return calls
