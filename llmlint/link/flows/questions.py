"""Questions whose answers hang on each other: what an answer hangs on is put on an agenda, and a question is looked at
again when an answer that it hangs on has grown, until none does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator

from llmlint.link.flows.leaf import Leaf, distinct
from llmlint.link.flows.steps import Path

# In how many ways a function's result, a variable or a parameter is read, by paths up to this length and by longer
# ones: a recursion that digs deeper each time, as ``walk(node["left"])`` does, has no end of them.
_LONG = 5
_MAX_SHORT = 20
_MAX_LONG = 6
# How often a question is looked at again.
_MAX_LOOKS = 4

Question = tuple[Hashable, ...]
Answer = tuple[Leaf, ...]


class Readings:
    """Which ways of reading something have been met, of those that are followed."""

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()
        self._ways: dict[tuple[Hashable, bool], int] = defaultdict(int)

    def __len__(self) -> int:
        return len(self._seen)

    def is_new(self, reading: Hashable, subject: Hashable, path: Path) -> bool:
        if reading in self._seen:
            return False
        is_long = len(path) > _LONG
        self._ways[subject, is_long] += 1
        self._seen.add(reading)
        return self._ways[subject, is_long] <= (_MAX_LONG if is_long else _MAX_SHORT)


class Questions:
    """``is_open``: an answer was given that may still grow."""

    def __init__(self) -> None:
        self.is_open = False
        self._answers: dict[Question, Answer] = {}
        self._readings = Readings()
        self._askers: dict[Question, dict[Question, None]] = defaultdict(dict)
        self._looks: dict[Question, int] = defaultdict(int)
        self._agenda: dict[Question, Callable[[], Iterator[Leaf]]] = {}
        self._followers: dict[Question, Callable[[], Iterator[Leaf]]] = {}
        self._asking: Question = ()

    def settle(self, forget: Callable[[], None]) -> bool:
        """Answer what is on the agenda, the last question first, until no answer grows any more; whether anything was.
        ``forget`` what was found on the way comes before each look."""
        if not self._agenda:
            return False
        open_: set[Question] = set()
        while self._agenda:
            question, follow = self._agenda.popitem()
            open_.add(question)
            forget()
            self._asking, self._followers[question] = question, follow
            found = distinct(follow())
            if len(found) > len(self._answers[question]):
                self._answers[question] = found
                for asker in self._askers[question]:
                    self._look_again(asker)
        for question in open_:
            del self._followers[question]
            self._askers.pop(question, None)
        self._asking = ()
        forget()
        return True

    def _look_again(self, question: Question) -> None:
        self._looks[question] += 1
        if self._looks[question] < _MAX_LOOKS:
            self._agenda[question] = self._followers[question]

    def ask(self, subject: Hashable, path: Path, follow: Callable[[], Iterator[Leaf]]) -> Answer:
        """The answer to a question as far as it is known; the one that is being answered hangs on it."""
        question = (subject, path)
        if question not in self._answers:
            if not self._readings.is_new(question, subject, path):
                return ()
            self._answers[question] = ()
            self._agenda[question] = follow
            self._followers[question] = follow
        if question in self._followers:
            self.is_open = True
            if self._asking:
                self._askers[question][self._asking] = None
        return self._answers[question]
