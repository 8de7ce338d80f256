"""Files extracted on a Dask cluster: the same bytes out, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command import CALL, TWO, check, run, write

from llmlint.catalog import Catalog
from llmlint.cluster import on_cluster
from llmlint.config import Config
from llmlint.discover import discover
from llmlint.findings import Report
from llmlint.project import Project

distributed = pytest.importorskip("distributed")

CATALOG = Catalog()
PADDING = "# a line of padding\n" * 200


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def address(cluster: Any) -> str:
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


def project(folder: Path) -> None:
    files = {f"app/part_{number}.py": f"{CALL}{PADDING}# {number}\n" for number in range(60)}
    broken = {"broken.py": "import openai\nif\n", "latin.py": b"import openai  # \xe9\n", "keys.env": "NOTHING=1\n"}
    write(folder, {**files, **broken, "two.py": TWO})


def test_the_output_is_that_of_one_process(tmp_path: Path, cluster: Any) -> None:
    project(tmp_path)
    alone = check(tmp_path, "--jobs", "1")
    assert len(alone.findings) > 60
    assert check(tmp_path, "--executor", address(cluster)).out == alone.out


def test_a_worker_that_is_lost_and_one_that_comes_late(tmp_path: Path, cluster: Any) -> None:
    project(tmp_path)
    done: list[int] = []

    def disturb(number: int, total: int) -> None:
        done.append(number)
        if number == total // 4:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            cluster.scale(3)

    files = discover([tmp_path], tmp_path, ())
    alone = Project(files, Config(), CATALOG).check()
    with closing(on_cluster(CATALOG, address(cluster))) as workers:
        found: Report = Project(files, Config(), CATALOG, extractor=workers).check(disturb)
    assert found == alone
    assert len(done) == done[-1] > 60


def test_another_version_is_refused(tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmlint.cluster.__version__", "99.0")
    write(tmp_path, {"app.py": CALL})
    done = run("check", "--executor", address(cluster), cwd=tmp_path)
    assert done.code == 2
    assert "a worker has llmlint" in done.err
    assert "where llmlint 99.0 is needed" in done.err


def test_another_version_that_joins_late_is_refused(
    tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmlint.workers.__version__", "99.0")
    write(tmp_path, {"app.py": CALL})
    done = run("check", "--executor", address(cluster), cwd=tmp_path)
    assert done.code == 2
    assert "where llmlint 99.0 is needed" in done.err


@pytest.mark.parametrize(
    ("url", "reason"),
    [("dask://127.0.0.1:1", "no worker can be reached"), ("tcp://127.0.0.1:1", "not of the form dask://HOST:PORT")],
)
def test_no_cluster(tmp_path: Path, url: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmlint.cluster._PATIENCE", 1)
    write(tmp_path, {"app.py": CALL})
    done = run("check", "--executor", url, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert "Traceback" not in done.err
