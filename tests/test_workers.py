"""Files extracted by several processes: the same output, and a run that survives the death of a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from multiprocessing import get_start_method
from pathlib import Path

import pytest
from command import CALL, PACKAGE, check, run, write

from llmlint.catalog import Catalog
from llmlint.checking import Checker
from llmlint.config import Config
from llmlint.discover import Discovery, discover
from llmlint.engine import Engine, Extraction, Request
from llmlint.findings import Finding, Report
from llmlint.linked import LinkedFile
from llmlint.project import Project
from llmlint.workers import WORTH_WORKERS, Workers, processes

CATALOG = Catalog()
DEADLY = "deadly.py"
PADDING = "# a line of padding\n" * 500


def report(folder: Path, jobs: int = 2) -> Report:
    with closing(Workers(CATALOG, jobs, processes, worth=0)) as workers:
        return Project(discover([folder], folder, ()), Config(), CATALOG, extractor=workers).check()


def large(folder: Path) -> None:
    """A project with more to extract than one process should do alone."""
    files = {f"app/part_{number}.py": CALL + PADDING for number in range(2 * WORTH_WORKERS // len(PADDING))}
    wrapper = "from app.part_1 import client\n\n\ndef ask():\n    return client.responses.create(input='hi')\n"
    write(folder, {**files, "app/__init__.py": "", "ask.py": wrapper, "broken.py": "import openai\nif\n"})


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes other than this one that die of a file."""
    run, here = Engine.run, os.getpid()

    def dying(self: Engine, request: Request) -> Extraction:
        if request.path == DEADLY and os.getpid() != here:
            os._exit(9)
        return run(self, request)

    monkeypatch.setattr(Engine, "run", dying)


def test_the_output_is_the_same_whatever_the_number_of_processes(tmp_path: Path) -> None:
    large(tmp_path)
    alone = check(tmp_path, "--jobs", "1")
    assert len(alone.findings) > 30
    assert "LLM000" in alone.codes
    assert check(tmp_path, "--jobs", "2").out == alone.out
    assert check(tmp_path, "--jobs", "3").out == alone.out
    assert check(tmp_path).out == alone.out


def projects(folder: Path) -> None:
    for name in ("a", "b", "c", "d"):
        large(folder / name)
        write(folder / name, {"setup.py": ""})


def test_projects_that_workers_check_whole(tmp_path: Path) -> None:
    projects(tmp_path)
    write(tmp_path / "c", {"gone.py": CALL, "llmlint.toml": 'baseline = "known.json"\n'})
    run("baseline", "write", cwd=tmp_path / "c")
    (tmp_path / "c/gone.py").unlink()
    alone = check(tmp_path, "--jobs", "1")
    assert len(alone.findings) > 90
    assert "1 finding of the baseline is gone" in alone.err
    both = check(tmp_path, "--jobs", "2")
    assert (both.out, both.err) == (alone.out, alone.err)


@pytest.fixture
def checked_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that this process checks."""
    check, here = Checker.check, os.getpid()
    found: list[str] = []

    def noted(self: Checker, file: LinkedFile) -> list[Finding]:
        found.extend([file.facts.path] if os.getpid() == here else ())
        return check(self, file)

    monkeypatch.setattr(Checker, "check", noted)
    return found


def test_projects_are_left_to_processes_once_there_is_enough_to_do(tmp_path: Path, checked_here: list[str]) -> None:
    projects(tmp_path)
    assert len(check(tmp_path, "--jobs", "2").findings) > 90
    assert not checked_here


def test_a_project_that_is_most_of_what_there_is_to_do_is_spread(tmp_path: Path, checked_here: list[str]) -> None:
    large(tmp_path / "a")
    for name in ("a", "b", "c"):
        write(tmp_path / name, {"setup.py": "", "other.py": CALL})
    assert len(check(tmp_path, "--jobs", "2").findings) > 30
    assert {"ask.py", "other.py"} <= set(checked_here)
    assert checked_here.count("other.py") == 1


def test_a_project_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large(tmp_path / "a")
    for name in ("a", "b"):
        write(tmp_path, {f"{name}/setup.py": ""})
    listed: list[str] = []
    real = Discovery.__init__

    def noted(self: Discovery, paths: Sequence[Path], root: Path, excludes: Iterable[str]) -> None:
        listed.append(root.name)
        real(self, paths, root, excludes)

    monkeypatch.setattr(Discovery, "__init__", noted)
    check(tmp_path, "--jobs", "2")
    assert listed.count("a") == 1


def process_of(_: int) -> int:
    return os.getpid()


def test_a_process_whose_work_has_cost_too_much_is_followed_by_another() -> None:
    with closing(Workers(CATALOG, 1, processes)) as workers:
        found = list(workers.whole(process_of, range(5), lambda _: 10, 15, bool))
    first, second, third = dict.fromkeys(found)
    assert found == [first, first, second, second, third]


def test_a_worker_that_dies_costs_a_file_of_its_project(tmp_path: Path, deadly: None) -> None:
    projects(tmp_path)
    alone = check(tmp_path, "--jobs", "1")
    write(tmp_path / "c", {DEADLY: CALL})
    lost = check(tmp_path, "--jobs", "2")
    new = [finding for finding in lost.findings if finding not in alone.findings]
    assert new == [(f"c/{DEADLY}", 1, "LLM000")]
    assert len(lost.findings) == len(alone.findings) + 1


@pytest.mark.skipif(get_start_method() != "fork", reason="processes are no copies here")
def test_no_thread_is_at_work_where_a_process_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deadly: None
) -> None:
    projects(tmp_path)
    write(tmp_path / "c", {DEADLY: CALL})
    before = set(threading.enumerate())
    forks: list[set[threading.Thread]] = []
    real = os.fork

    def noted() -> int:
        forks.append(set(threading.enumerate()) - before)
        return real()

    monkeypatch.setattr(os, "fork", noted)
    check(tmp_path, "--jobs", "2")
    assert len(forks) > 2
    assert not any(forks)


def test_a_worker_that_dies_costs_its_file_alone(tmp_path: Path, deadly: None) -> None:
    write(tmp_path, {DEADLY: CALL, **{f"part_{number}.py": CALL for number in range(5)}})
    found = [(finding.location.path, finding.code) for finding in report(tmp_path).findings]
    assert found == [(DEADLY, "LLM000"), *((f"part_{number}.py", "LLM101") for number in range(5))]


def test_few_files_start_no_process(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})

    def refuse(jobs: int) -> None:
        raise AssertionError("a process was started")

    with closing(Workers(CATALOG, 2, refuse)) as workers:  # type: ignore[arg-type]
        found = Project(discover([tmp_path], tmp_path, ()), Config(), CATALOG, extractor=workers).check()
    assert [finding.code for finding in found.findings] == ["LLM101"]


def descendants(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from descendants(child)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process_behind(tmp_path: Path, end: signal.Signals) -> None:
    write(tmp_path, {f"part_{number}.py": CALL + "print([name(1) for name in ()])\n" * 300 for number in range(200)})
    # What runs in the background of a script ignores it, and so do its children.
    heeded = signal.signal(signal.SIGINT, signal.default_int_handler)
    started = subprocess.Popen(
        [sys.executable, "-m", "llmlint", "check", "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, heeded)
    workers: list[int] = []
    while not workers and started.poll() is None:
        workers = list(descendants(started.pid))
    assert workers
    started.send_signal(end)
    _, errors = started.communicate(timeout=30)
    assert "Traceback" not in errors
    assert started.returncode == (130 if end == signal.SIGINT else -signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{worker}").is_dir() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{worker}").is_dir() for worker in workers)
