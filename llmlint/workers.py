"""Extraction on several cores or machines: batches of files go out, facts come back."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from threading import Lock, stack_size
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from llmlint import __version__
from llmlint.catalog import Catalog
from llmlint.discover import language_of
from llmlint.errors import ConfigError
from llmlint.extractors import extracted, unhindered

if TYPE_CHECKING:
    # Loaded where workers are started: it takes longer than most runs of a hook have to read.
    from concurrent.futures import Executor, Future

    # Loaded where something is extracted.
    from llmlint.engine import Engine, Extraction, Request, Setup

# Bytes that this process extracts itself before it starts workers: about what starting one costs.
WORTH_WORKERS = 150_000
# A file that nothing has to be parsed in costs about this much less.
_UNPARSED = 20
# So many files are worth workers whatever is in them.
MANY_FILES = 300
_BATCH_BYTES, _BATCH_FILES = 100_000, 64
_BATCHES_AHEAD = 4

# A process may have several threads; Python's parser does not bear that one of them changes the limit of recursion.
_ONE_AT_A_TIME = Lock()

# Bytes for the stack of a thread, in which chains of thousands of names are followed.
_STACK = 64 * 1024 * 1024

Item = TypeVar("Item")
Result = TypeVar("Result")
Results: TypeAlias = "Iterator[tuple[str, Extraction]]"


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes(jobs: int) -> Executor:
    """So many processes of this machine."""
    from llmlint.processes import start

    return start(jobs)


class Enough(BaseException):
    """There is enough to extract to pay for workers. No defect, that a step could be kept from."""


class Workers:
    """Spreads files over the workers of an executor, once there is enough to extract to pay for starting one.

    A worker that dies takes its batch along: the files of the batch are done again one by one, and the one that
    kills a worker alone is reported as unreadable.
    """

    def __init__(
        self,
        catalog: Catalog,
        jobs: int,
        start: Callable[[int], Executor],
        deaths: tuple[type[Exception], ...] = (),
        worth: int = WORTH_WORKERS,
    ) -> None:
        """``start``: makes an executor of so many workers; ``deaths``: what its futures raise when a worker died,
        besides BrokenExecutor; ``worth``: the bytes from which on workers are started."""
        self.jobs = jobs
        self._catalog = catalog
        self._start = start
        self._other_deaths = deaths
        self._unpaid = self._unread = worth
        # How many files there are to extract besides, if workers had better take those projects whole.
        self.others: Callable[[], int] = int
        self._executor: Executor | None = None
        self._starting = Lock()

    def run(self, setup: Setup, requests: Iterable[Request]) -> Results:
        """Raises Enough where the rest is left to others."""
        from llmlint.engine import Engine

        waiting = iter(requests)
        engine = Engine(setup, self._catalog)
        for request in waiting:
            if self._unread <= 0 and self.others() >= (1 if self._unpaid <= 0 else MANY_FILES):
                raise Enough
            if self._unpaid <= 0:
                yield from self._spread(setup, chain([request], waiting))
                return
            with _ONE_AT_A_TIME:
                extraction = extracted(engine, request)
            self._unread -= len(request.data)
            self._unpaid -= len(request.data) // (_UNPARSED if extraction.facts is None else 1)
            yield request.path, extraction

    @cached_property
    def _deaths(self) -> tuple[type[Exception], ...]:
        from concurrent.futures import BrokenExecutor

        return (BrokenExecutor, *self._other_deaths)

    @property
    def has_begun(self) -> bool:
        """Whether workers were started, since there was enough to do."""
        return self._executor is not None

    def whole(
        self,
        work: Callable[[Item], Result],
        items: Iterable[Item],
        cost: Callable[[Result], int],
        affordable: int,
        prepare: Callable[[], object],
    ) -> Iterator[Result | None]:
        """The results of work that processes of this machine do without this one, in order; None for what one of them
        died of. One whose results cost more in all than is affordable ends, and another follows. ``prepare``: as for
        ``Fleet``."""
        from llmlint.processes import Fleet

        self.close()
        self.others = int
        return Fleet(self.jobs, work, cost, affordable, prepare).results(items)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def _spread(self, setup: Setup, requests: Iterator[Request]) -> Results:
        """Batches in flight enough to keep every worker busy, and no more bytes in memory than that takes."""
        flying: deque[tuple[Future[list[Extraction]], list[Request]]] = deque()
        for batch in _batches(requests):
            flying.append((self._submit(extract, __version__, setup, batch), batch))
            if len(flying) > self.jobs * _BATCHES_AHEAD:
                yield from self._landed(setup, *flying.popleft())
        while flying:
            yield from self._landed(setup, *flying.popleft())

    def _submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        with self._starting:
            if self._executor is None:
                self._executor = self._start(self.jobs)
            try:
                return self._executor.submit(work, *arguments)
            except self._deaths:
                self._executor.shutdown()
                self._executor = self._start(self.jobs)
                return self._executor.submit(work, *arguments)

    def _landed(self, setup: Setup, future: Future[list[Extraction]], batch: list[Request]) -> Results:
        try:
            yield from zip((request.path for request in batch), future.result(), strict=True)
        except self._deaths as death:
            from concurrent.futures import BrokenExecutor

            if isinstance(death, BrokenExecutor):
                self.close()
            yield from self._one_by_one(setup, batch)

    def _one_by_one(self, setup: Setup, batch: list[Request]) -> Results:
        """The files of a lost batch by themselves: which of them kills a worker shows now."""
        from llmlint.engine import Extraction, faulty

        worker = self._start(1)
        for request in batch:
            try:
                yield request.path, worker.submit(extract, __version__, setup, [request]).result()[0]
            except self._deaths:
                worker.shutdown()
                worker = self._start(1)
                reason = "the process that read this file died, for want of memory perhaps"
                facts = faulty(request.path, language_of(request.path) or "text", reason)
                yield request.path, Extraction(facts, is_lost=True)
        worker.shutdown()


def overlapped(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results of some work, in order. The next item is begun, in a thread, while the one before it is still worked
    on: its files are extracted while the others are linked."""
    from concurrent.futures import ThreadPoolExecutor

    stack_size(_STACK)
    threads = ThreadPoolExecutor(2)
    try:
        flying: deque[Future[Result]] = deque()
        for item in items:
            flying.append(threads.submit(work, item))
            if len(flying) > 2:
                yield flying.popleft().result()
        while flying:
            yield flying.popleft().result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def extract(version: str, setup: Setup, requests: Sequence[Request]) -> list[Extraction]:
    """What a worker does with a batch of files. Raises ConfigError where it has another version of llmlint."""
    if version != __version__:
        raise ConfigError("", other_version(version, __version__))
    with _ONE_AT_A_TIME, unhindered():
        engine = _engine(setup)
        return [extracted(engine, request) for request in requests]


def other_version(ours: str, theirs: str | None) -> str:
    return f"a worker has {f'llmlint {theirs}' if theirs else 'no llmlint'}, where llmlint {ours} is needed"


@lru_cache(maxsize=4)
def _engine(setup: Setup) -> Engine:
    from llmlint.engine import Engine

    return Engine(setup, Catalog())


def _batches(requests: Iterable[Request]) -> Iterator[list[Request]]:
    batch: list[Request] = []
    size = 0
    for request in requests:
        batch.append(request)
        size += len(request.data)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
