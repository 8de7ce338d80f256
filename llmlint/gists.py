"""What a report depends on of files that it depends on in part: digests of what has been of use of each."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

UNASKED = "-"


def digest_of(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


class Gist(NamedTuple):
    """``plain``: of what extraction says of a file, wherever in it that stands; ``always``: of what it says once the
    file is wanted whatever the prefilter says; ``sight``: of what a look at it says."""

    plain: str
    always: str = UNASKED
    sight: str = UNASKED

    @property
    def extractions(self) -> list[tuple[bool, str]]:
        """The gist of each extraction that there was, with whether it was an unconditional one."""
        each = ((False, self.plain), (True, self.always))
        return [(always, gist) for always, gist in each if gist != UNASKED]

    @classmethod
    def of(cls, text: str) -> Gist:
        return cls(*text.split())

    def __str__(self) -> str:
        return " ".join(self)


class Gists:
    """The gists of the files of a project. An empty part means that a file matters whole."""

    def __init__(self) -> None:
        self._known: dict[str, Gist] = {}
        self._whole: set[str] = set()

    def extracted(self, path: str, gist: str, *, always: bool) -> None:
        if not always:
            self._known[path] = Gist(gist)
        elif path in self._known:
            self._known[path] = self._known[path]._replace(always=gist)

    def seen(self, path: str, sight: str) -> None:
        if path in self._known:
            self._known[path] = self._known[path]._replace(sight=sight)

    def read(self, path: str) -> None:
        """Take note of a file that was asked for its bytes."""
        self._whole.add(path)

    def sufficient(self) -> dict[str, str]:
        """The gists of the files of which nothing else has been of use."""
        return {path: str(gist) for path, gist in self._known.items() if all(gist) and path not in self._whole}
