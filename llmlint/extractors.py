"""Who extracts files: this process alone, or workers beside it."""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from llmlint.catalog import Catalog
from llmlint.engine import Engine, Extraction, Request, Setup

_RECURSION_LIMIT = 12_000


class Extractor(Protocol):
    def run(self, setup: Setup, requests: Iterable[Request]) -> Iterator[tuple[str, Extraction]]:
        """Each request's path and what its file holds, in any order."""

    def close(self) -> None:
        """End what is still at work."""


class Alone:
    """Extracts one file after the other in this process."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def run(self, setup: Setup, requests: Iterable[Request]) -> Iterator[tuple[str, Extraction]]:
        engine = Engine(setup, self._catalog)
        for request in requests:
            yield request.path, engine.run(request)

    def close(self) -> None:
        """Nothing is at work between two files."""


class Remembering:
    """Has another extractor read each file once, as long as its bytes stay the same."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._known: dict[Setup, dict[tuple[object, ...], Extraction]] = {}

    def run(self, setup: Setup, requests: Iterable[Request]) -> Iterator[tuple[str, Extraction]]:
        known = self._known.setdefault(setup, {})
        found: list[tuple[str, Extraction]] = []
        keys: dict[str, tuple[object, ...]] = {}

        def unknown() -> Iterator[Request]:
            for request in requests:
                digest = hashlib.blake2b(request.data, digest_size=16).digest()
                key = (request.path, digest, request.is_asked, request.is_named, request.always)
                if key in known:
                    found.append((request.path, known[key]))
                else:
                    keys[request.path] = key
                    yield request

        for path, extraction in self._extractor.run(setup, unknown()):
            known[keys[path]] = extraction
            yield path, extraction
        yield from found

    def close(self) -> None:
        self._extractor.close()


@contextmanager
def unhindered() -> Iterator[None]:
    """Without collections of garbage, which walk all facts and find next to none; with the recursion that chains of
    a thousand names, calls or classes take."""
    collecting, limit = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
