"""Workers that are processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

# No more can be waited for on Windows.
_MOST = 61


def start(jobs: int) -> Executor:
    executor = ProcessPoolExecutor(min(jobs, _MOST), initializer=_begin)
    with _uninterrupted():
        executor.submit(int)
    return executor


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
