"""What the layout of a Python text tells before it is parsed: around the mention of a word, are there loops, which
function is it in? Only used to choose what to parse, so a wrong answer costs time or a look at one file less."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_HEAD = re.compile(r"(?:async[ \t]+)?(for|while|def|class|try|except|if|elif|else|with|finally|match|case)\b")
_NAME = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_COMPREHENSION = re.compile(r"\bfor\b.+\bin\b")
# Decorators after which nobody else runs a function, or runs it again.
_PLAIN_DECORATOR = re.compile(
    r"@(?:\w+\.)*(?:property|cached_property|staticmethod|classmethod|abstractmethod|override|overload|\w+\.setter|"
    r"dataclass|contextmanager|asynccontextmanager|wraps|lru_cache|cache)\b"
)
_CALLED = ("__call__", "__enter__", "__aenter__", "__iter__", "__aiter__", "__getattr__", "__getitem__", "__await__")


def outline(text: str, words: Iterable[str]) -> tuple[bool, set[str]]:
    """Whether one of some words stands where a rule may object: in a loop, in a function that is decorated or calls
    itself. Where none does: the words by which the functions around them can be called, methods with a dot."""
    return _Outline(text, words).read()


class _Outline:
    def __init__(self, text: str, words: Iterable[str]) -> None:
        self.lines = text.split("\n")
        pattern = "|".join(rf"{re.escape(w)}\b" if w.startswith(".") else rf"\b{re.escape(w)}\b" for w in words)
        self._mention = re.compile(pattern or r"(?!)")

    def read(self) -> tuple[bool, set[str]]:
        callers: set[str] = set()
        for number, line in enumerate(self.lines):
            if self._mention.search(line):
                if _COMPREHENSION.search(line):
                    return True, set()
                judged, caller = self._around(number)
                if judged:
                    return True, set()
                callers.update(caller)
        return False, callers

    def _around(self, number: int) -> tuple[bool, list[str]]:
        """The blocks around one line, innermost first: a loop, a function that repeats itself, or only functions."""
        functions: list[str] = []
        for at, kind in self._heads(number):
            if kind in ("for", "while"):
                return True, []
            if kind == "def":
                name = self._name(at)
                if self._is_decorated(at) or self._calls_itself(at, name):
                    return True, []
                functions.append(name)
            elif kind == "class" and functions:
                functions[-1] = self._as_method(self._name(at), functions[-1])
        return False, functions

    def _heads(self, number: int) -> Iterator[tuple[int, str]]:
        """The block headers that enclose a line, from the inside out."""
        indent = _indent(self.lines[number])
        for at in range(number - 1, -1, -1):
            if indent == 0:
                return
            line = self.lines[at]
            match = _HEAD.match(line.lstrip())
            if match and _indent(line) < indent:
                indent = _indent(line)
                yield at, match[1]

    def _name(self, at: int) -> str:
        match = _NAME.match(self.lines[at].lstrip())
        return match[1] if match else ""

    def _as_method(self, cls: str, name: str) -> str:
        if name == "__init__":
            return cls
        return cls if name in _CALLED else f".{name}"

    def _is_decorated(self, at: int) -> bool:
        """Whether something runs the function, or runs it again: ``@retry``, ``@app.post``, ``@task``."""
        indent = _indent(self.lines[at])
        for line in reversed(self.lines[max(at - 40, 0) : at]):
            text = line.lstrip()
            if not text or _indent(line) < indent:
                return False
            if text.startswith("@") and not _PLAIN_DECORATOR.match(text):
                return True
            if _HEAD.match(text) and _indent(line) <= indent:
                return False
        return False

    def _calls_itself(self, at: int, name: str) -> bool:
        called = re.compile(rf"\b{re.escape(name)}[ \t]*\(")
        indent = _indent(self.lines[at])
        for line in self.lines[at + 1 :]:
            if _indent(line) <= indent and _HEAD.match(line.lstrip()):
                return False
            if called.search(line):
                return True
        return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
