"""Workers that are processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import Pipe, Process, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, NamedTuple, TypeVar

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


class _Member(NamedTuple):
    """A process of a fleet, and the way to it."""

    process: BaseProcess
    way: Connection


class Fleet(Generic[Item, Result]):
    """Processes that do pieces of work side by side, each without this one. One whose work has cost too much ends, and
    another follows: nothing else gives back all the memory that it took. No thread looks after them, since another
    process may become a copy of this one at any time."""

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
        self._spent: dict[_Member, int] = {}
        self._idle: list[_Member] = []
        self._busy: dict[Connection, tuple[_Member, Future[Result | None]]] = {}

    def results(self, items: Iterable[Item]) -> Iterator[Result | None]:
        """What comes of some items, in order; None for one that its process died of."""
        flying: deque[Future[Result | None]] = deque()
        try:
            for item in items:
                while len(self._busy) >= self._size:
                    self._wait()
                flying.append(self._begin(item))
                while flying and (flying[0].done() or len(flying) > self._size * _AHEAD):
                    yield self._result(flying.popleft())
            while flying:
                yield self._result(flying.popleft())
        finally:
            for member in self._spent:
                _end(member)
            for member in self._spent:
                member.process.join()

    def _begin(self, item: Item) -> Future[Result | None]:
        if not self._idle and self._busy:
            self._prepare()
        member = self._idle.pop() if self._idle else self._started()
        try:
            member.way.send(item)
        except OSError:
            return self._begin(item)
        future = Future[Result | None]()
        self._busy[member.way] = member, future
        return future

    def _started(self) -> _Member:
        ours, theirs = Pipe()
        member = _Member(Process(target=_serve, args=(theirs, self._work), daemon=True), ours)
        with _uninterrupted():
            member.process.start()
        theirs.close()
        self._spent[member] = 0
        return member

    def _result(self, future: Future[Result | None]) -> Result | None:
        while not future.done():
            self._wait()
        return future.result()

    def _wait(self) -> None:
        """Wait for a process to get done."""
        ready = wait([*self._busy])
        for way in [way for way in self._busy if way in ready]:
            member, future = self._busy.pop(way)
            try:
                result = way.recv()
            except (EOFError, OSError):
                future.set_result(None)
                _end(member)
                continue
            future.set_result(result)
            self._spent[member] += self._cost(result)
            if self._spent[member] <= self._affordable:
                self._idle.append(member)
            else:
                _end(member)


def _end(member: _Member) -> None:
    member.process.kill()
    member.way.close()


def _serve(way: Connection, work: Callable[[Item], Result]) -> None:
    """Do pieces of work as long as somebody asks for them. What one raises, the process dies of without a word: it
    will be raised again where the piece is done once more."""
    try:
        _begin()
        while True:
            way.send(work(way.recv()))
    finally:
        os._exit(1)


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
