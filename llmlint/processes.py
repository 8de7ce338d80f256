"""Workers that are processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

# No more can be waited for on Windows.
_MOST = 61
# How many results a process may be ahead of the one that is waited for.
_AHEAD = 32

Item = TypeVar("Item")
Result = TypeVar("Result")


def start(jobs: int) -> Executor:
    executor = ProcessPoolExecutor(min(jobs, _MOST), initializer=_begin)
    with _uninterrupted():
        executor.submit(int)
    return executor


@dataclass(slots=True)
class _Member:
    """A process of a fleet, and what its work has cost."""

    executor: Executor
    spent: int = 0


class Fleet(Generic[Item, Result]):
    """Processes that do pieces of work side by side, each without this one. One whose work has cost too much ends, and
    another follows: nothing else gives back all the memory that it took."""

    def __init__(
        self,
        size: int,
        work: Callable[[Item], Result],
        cost: Callable[[Result], int],
        affordable: int,
        prepare: Callable[[], object],
    ) -> None:
        """``prepare``: what this process does before another becomes a copy of it, while the first is at work."""
        self._size = min(size, _MOST)
        self._work = work
        self._prepare = prepare
        self._cost = cost
        self._affordable = affordable
        self._idle: list[_Member] = []
        self._busy: dict[Future[Result], _Member] = {}
        self._ending: list[threading.Thread] = []

    def results(self, items: Iterable[Item]) -> Iterator[Result | None]:
        """What comes of some items, in order; None for one that its process died of."""
        flying: deque[Future[Result]] = deque()
        try:
            for item in items:
                while len(self._busy) >= self._size:
                    self._wait()
                flying.append(self._begin(item))
                while flying and (flying[0].done() or len(flying) > self._size * _AHEAD):
                    yield _outcome(flying.popleft())
            while flying:
                yield _outcome(flying.popleft())
        finally:
            for future, member in self._busy.items():
                if future.done():
                    self._end(member)
                else:
                    member.executor.shutdown(wait=False, cancel_futures=True)
            for member in self._idle:
                self._end(member)
            for thread in self._ending:
                thread.join()

    def _begin(self, item: Item) -> Future[Result]:
        if not self._idle and self._busy:
            self._prepare()
        member = self._idle.pop() if self._idle else _Member(start(1))
        try:
            future = member.executor.submit(self._work, item)
        except BrokenExecutor:
            return self._begin(item)
        self._busy[future] = member
        return future

    def _wait(self) -> None:
        """Wait for a process to get done."""
        for future in wait(self._busy, return_when=FIRST_COMPLETED).done:
            member = self._busy.pop(future)
            if future.exception() is None:
                member.spent += self._cost(future.result())
                if member.spent <= self._affordable:
                    self._idle.append(member)
                    continue
            self._end(member)

    def _end(self, member: _Member) -> None:
        """Have a process end while others work. It is waited for: Python stumbles over one that ends with this one."""
        thread = threading.Thread(target=member.executor.shutdown)
        thread.start()
        self._ending.append(thread)


def _outcome(future: Future[Result]) -> Result | None:
    try:
        return future.result()
    except BrokenExecutor:
        return None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Puts Ctrl-C off: Python complains of one that comes while a process is copied."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Make a worker end at once with Ctrl-C, without a word, and with the process that it works for."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()


def _end_with(process: BaseProcess) -> None:
    process.join()
    os._exit(1)
