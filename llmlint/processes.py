"""Workers that are processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess


def start(jobs: int) -> Executor:
    return ProcessPoolExecutor(jobs, initializer=_begin)


def _begin() -> None:
    """Make a worker end at once with Ctrl-C, without a word, and with the process that it works for."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()


def _end_with(process: BaseProcess) -> None:
    process.join()
    os._exit(1)
