"""Who extracts files: this process alone, or workers beside it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from llmlint.catalog import Catalog

if TYPE_CHECKING:
    from llmlint.engine import Engine, Extraction, Identity, Request, Setup

_RECURSION_LIMIT = 12_000
# From so many bytes on, the tree of a file takes tens of megabytes.
_LARGE = 100_000


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
        from llmlint.engine import Engine

        engine = Engine(setup, self._catalog)
        for request in requests:
            yield request.path, extracted(engine, request)

    def close(self) -> None:
        """Nothing is at work between two files."""


def extracted(engine: Engine, request: Request) -> Extraction:
    """What a file holds, without the memory that it took to find out."""
    extraction = engine.run(request)
    if extraction.facts is not None and len(request.data) >= _LARGE:
        _trimmer()(0)
    return extraction


@cache
def _trimmer() -> Callable[[int], object]:
    """What gives free memory back to the system. The C library of Linux keeps what lies below something in use, as the
    facts of a large file do, made when there was its tree."""
    if sys.platform != "linux":
        return bool
    import ctypes

    trim: Callable[[int], object] = getattr(ctypes.CDLL(None), "malloc_trim", bool)
    return trim


class Memory(Protocol):
    """What is known of files under one set-up."""

    def get(self, identity: Identity) -> Extraction | None: ...

    def put(self, identity: Identity, extraction: Extraction) -> None: ...


class Remembering:
    """Has another extractor read each file once, as long as its bytes stay the same."""

    def __init__(self, extractor: Extractor, memory: Callable[[Setup], Memory] | None = None) -> None:
        """``memory``: where to keep what is known, if not with this object."""
        self._extractor = extractor
        self._memory = memory or _Memories().under

    def run(self, setup: Setup, requests: Iterable[Request]) -> Iterator[tuple[str, Extraction]]:
        memory = self._memory(setup)
        known: list[tuple[str, Extraction]] = []
        asked: dict[str, Identity] = {}

        def unknown() -> Iterator[Request]:
            for request in requests:
                identity = request.identity
                found = memory.get(identity)
                if found is not None:
                    known.append((request.path, found))
                else:
                    asked[request.path] = identity
                    yield request

        for path, extraction in self._extractor.run(setup, unknown()):
            identity = asked.pop(path)
            if not extraction.errors and not extraction.is_lost:
                memory.put(identity, extraction)
            yield path, extraction
        yield from known

    def close(self) -> None:
        self._extractor.close()


class _Memories:
    def __init__(self) -> None:
        self._by_setup: dict[Setup, _Known] = {}

    def under(self, setup: Setup) -> Memory:
        return self._by_setup.setdefault(setup, _Known())


class _Known:
    """The last bytes of each file and what they amount to."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[str, Extraction]] = {}

    def get(self, identity: Identity) -> Extraction | None:
        *where, digest = identity
        known, extraction = self._known.get(tuple(where), ("", None))
        return extraction if known == digest else None

    def put(self, identity: Identity, extraction: Extraction) -> None:
        *where, digest = identity
        self._known[tuple(where)] = (digest, extraction)


@contextmanager
def unhindered() -> Iterator[None]:
    """Without collections of garbage, which walk all facts and find next to none; with the recursion that chains of
    a thousand names, calls or classes take. What is frozen meanwhile is collected again afterwards."""
    collecting, limit = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.unfreeze()
            gc.enable()


def load_for_copies(modules: Iterable[str]) -> None:
    """Load what each process needs, if they will be copies of this one."""
    from multiprocessing import get_start_method

    if get_start_method() == "fork":
        for module in modules:
            import_module(module)


def sweep() -> None:
    """Let go of what a project leaves behind: much of it refers to itself. What is left is for all projects, and not
    looked at again."""
    gc.collect()
    gc.freeze()
