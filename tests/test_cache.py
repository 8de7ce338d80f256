"""What is remembered between runs: never anything wrong, and no reason to fail."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import CALL, CLEAN, PACKAGE, TWO, check, run, spawn, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repository import git, needs_git
from samples import key_of

from llmlint.engine import Engine, Extraction, Request
from llmlint.findings import Report
from llmlint.link import Linker
from llmlint.project import Progress, Project
from llmlint.store import Store

FILES = {"app.py": CALL, "two.py": TWO, "main.py": "from app import client\n", "notes.md": "nothing\n"}
CACHE = ".llmlint_cache"


@pytest.fixture(autouse=True)
def _with_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMLINT_NO_CACHE")


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are extracted from now on."""
    paths: list[str] = []
    real = Engine.run

    def noted(self: Engine, request: Request) -> Extraction:
        paths.append(request.path)
        return real(self, request)

    monkeypatch.setattr(Engine, "run", noted)
    return paths


def database(folder: Path) -> Path:
    return folder / CACHE / "cache.sqlite"


def settle(folder: Path) -> None:
    """Make the files of a folder older than the clock's resolution, as far as their times can tell."""
    for path in folder.rglob("*.*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))


def test_nothing_is_extracted_twice(tmp_path: Path, extracted: list[str]) -> None:
    write(tmp_path, FILES)
    cold = check(tmp_path).out
    assert sorted(set(extracted)) == sorted(FILES)
    extracted.clear()
    assert check(tmp_path).out == cold
    assert extracted == []


@pytest.mark.parametrize(
    "options", [("--select", "LLM105"), ("--ignore", "LLM101"), ("--select", "ALL"), ("two.py",), ("app.py", "two.py")]
)
def test_other_options_extract_nothing_anew(tmp_path: Path, extracted: list[str], options: tuple[str, ...]) -> None:
    write(tmp_path, FILES)
    expected = check(tmp_path, "--no-cache", *options).out
    check(tmp_path)
    check(tmp_path, "app.py", "two.py", "main.py")
    extracted.clear()
    assert check(tmp_path, *options).out == expected
    assert set(extracted) <= {"main.py", "app.py"} if "two.py" in options else extracted == []


def test_a_severity_extracts_nothing_anew(tmp_path: Path, extracted: list[str]) -> None:
    write(tmp_path, {**FILES, "llmlint.toml": ""})
    check(tmp_path)
    write(tmp_path, {"llmlint.toml": 'severity = { LLM101 = "error" }\nper-file-ignores = { "two.py" = ["ALL"] }\n'})
    extracted.clear()
    found = check(tmp_path).json["findings"]
    assert [(finding["path"], finding["severity"]) for finding in found] == [("app.py", "error")]
    assert extracted == ["llmlint.toml"]


def test_a_changed_file_is_extracted_alone(tmp_path: Path, extracted: list[str]) -> None:
    write(tmp_path, FILES)
    check(tmp_path)
    write(tmp_path, {"app.py": CLEAN})
    extracted.clear()
    assert check(tmp_path).findings == [("two.py", 3, "LLM105"), ("two.py", 4, "LLM101")]
    assert extracted == ["app.py"]


OTHERS = {"plain.py": "import os\n\n\ndef name():\n    return os.name\n", "plain.ts": "import os from 'os';\n"}


@pytest.mark.parametrize("path", [*OTHERS, "notes.md"])
def test_a_change_that_nothing_hangs_on_links_nothing(path: str, tmp_path: Path, linked: list[Linker]) -> None:
    write(tmp_path, {**FILES, **OTHERS})
    cold = check(tmp_path).out
    assert len(linked) == 1
    for number in range(3):
        write(tmp_path, {path: {**FILES, **OTHERS}[path] + f"\n\n\n{number}\n"})
        assert check(tmp_path).out == cold
    assert len(linked) == 1


@pytest.mark.parametrize(
    "content",
    [
        "import os\nfrom app import client\n\nfor each in os.environ:\n    client.responses.create(input=each)\n"
        + "#\n" * 2000,
        CALL,
        "import os\nimport sys\nprint(  # llmlint: ignore\n)\n",
        "import os\nif\n",
        "import os\nprint('\xe9')\n".encode("latin-1"),
        f"import os\nKEY = '{key_of('OpenAI')}'\n",
    ],
)
def test_a_change_of_what_nothing_hung_on_is_seen(content: str | bytes, tmp_path: Path) -> None:
    write(tmp_path, {**FILES, **OTHERS})
    check(tmp_path, "--select", "ALL")
    write(tmp_path, {"plain.py": content})
    expected = check(tmp_path, "--no-cache", "--select", "ALL").out
    before = check(tmp_path, "--select", "ALL").out
    assert check(tmp_path, "--select", "ALL").out == before == expected


def test_what_a_change_does_to_other_files_is_seen(tmp_path: Path) -> None:
    wrapper = "def ask(prompt):\n    return None\n"
    loop = "while True:\n    try:\n        print(ask('hi'))\n        break\n    except Exception:\n        continue\n"
    caller = f"from llm import ask\n\n{loop}"
    write(tmp_path, {"llm.py": wrapper, "caller.py": caller})
    assert check(tmp_path).codes == []
    write(
        tmp_path,
        {
            "llm.py": CLEAN
            + "\n\ndef ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=9)\n"
        },
    )
    assert ("caller.py", 3, "LLM201") in check(tmp_path).findings
    (tmp_path / "llm.py").unlink()
    assert check(tmp_path).codes == []


def test_a_change_that_leaves_the_times_alone_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    settle(tmp_path)
    check(tmp_path)
    assert len(CALL) == len(CALL.replace("create", "cancel"))
    write(tmp_path, {"app.py": CALL.replace("create", "cancel")})
    settle(tmp_path)
    assert check(tmp_path).codes == []


def test_a_file_is_not_read_again_for_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"app.py": CALL})
    monkeypatch.setattr("llmlint.cache.RESOLUTION", 0)
    before = check(tmp_path).out
    read: list[str] = []
    real = open

    def noted(path: str, *how: Any, **more: Any) -> Any:
        read.append(os.path.basename(path))
        return real(path, *how, **more)

    monkeypatch.setattr("builtins.open", noted)
    assert check(tmp_path).out == before
    assert "app.py" not in read


# -- at a glance ----------------------------------------------------------------------------------------------


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """The projects that are looked into from now on, files being trusted as soon as they are written."""
    monkeypatch.setattr("llmlint.discover.RESOLUTION", 0)
    projects: list[Project] = []
    real = Project.check

    def noted(self: Project, progress: Progress | None = None) -> Report:
        projects.append(self)
        return real(self, progress)

    monkeypatch.setattr(Project, "check", noted)
    return projects


def test_files_that_look_as_they_did_are_not_looked_into(tmp_path: Path, checked: list[Project]) -> None:
    write(tmp_path, {"llmlint.toml": "", **FILES})
    before = check(tmp_path).out
    assert check(tmp_path).out == before
    assert check(tmp_path, "--statistics", "--fail-on", "error").json == check(tmp_path).json
    assert len(checked) == 1


def test_a_file_that_may_still_change_unseen_is_looked_into(
    tmp_path: Path, checked: list[Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmlint.discover.RESOLUTION", 600_000_000_000)
    write(tmp_path, FILES)
    assert check(tmp_path).out == check(tmp_path).out
    assert len(checked) == 2


def edited(folder: Path) -> None:
    """The size stays, and so does the time that can be set."""
    before = (folder / "app.py").stat()
    write(folder, {"app.py": CALL.replace("create", "cancel")})
    os.utime(folder / "app.py", ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped(folder: Path) -> None:
    (folder / "app.py").rename(folder / "other")
    (folder / "two.py").rename(folder / "app.py")
    (folder / "other").rename(folder / "two.py")


def ignored(folder: Path) -> None:
    write(folder, {".gitignore": "two.py\n"})


def excluded(folder: Path) -> None:
    write(folder, {"llmlint.toml": 'extend-exclude = ["two.py"]\n'})


@pytest.mark.parametrize(
    "change",
    [
        edited,
        swapped,
        ignored,
        excluded,
        lambda folder: write(folder, {"new.py": CALL}),
        lambda folder: (folder / "two.py").unlink(),
        lambda folder: (folder / "two.py").rename(folder / "three.py"),
        lambda folder: write(folder, {"llmlint.toml": 'severity = { LLM101 = "error" }\n'}),
    ],
)
def test_what_looks_otherwise_is_looked_into(
    change: Callable[[Path], None], tmp_path: Path, checked: list[Project]
) -> None:
    write(tmp_path, {"llmlint.toml": "", **FILES})
    before = check(tmp_path).out
    change(tmp_path)
    expected = check(tmp_path, "--no-cache").out
    assert [check(tmp_path).out, check(tmp_path).out] == [expected] * 2 != [before] * 2
    assert len(checked) == 3


@needs_git
def test_a_change_to_what_is_read_but_not_listed_is_seen(tmp_path: Path, checked: list[Project]) -> None:
    git(tmp_path, "init", "-q")
    client = 'import OpenAI from "openai";\nconst client = new OpenAI({ timeout: 9, maxRetries: 0 });\n'
    ask = "export const ask = (input) => client.responses.create({ input, max_output_tokens: 9 });\n"
    loop = "while (true) {\n  try {\n    await ask(1);\n    break;\n  } catch (error) {\n    continue;\n  }\n}\n"
    write(tmp_path, {".gitignore": "tsconfig.json\n", "src/llm.ts": f"{client}{ask}"})
    write(tmp_path, {"main.ts": f'import {{ ask }} from "@/llm";\n{loop}'})
    aliases = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"]}}}'
    assert check(tmp_path).codes == []
    for configuration, codes in ((aliases, ["LLM201", "LLM203", "LLM204"]), ("{}", [])):
        write(tmp_path, {"tsconfig.json": configuration})
        assert check(tmp_path).codes == check(tmp_path).codes == codes
    assert len(checked) == 3


# -- what is no cache -----------------------------------------------------------------------------------------


def test_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    check(tmp_path, "--no-cache")
    assert not (tmp_path / CACHE).exists()
    monkeypatch.setenv("LLMLINT_NO_CACHE", "1")
    check(tmp_path)
    assert not (tmp_path / CACHE).exists()


def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "other"):
        write(tmp_path / name, {**FILES, "llmlint.toml": ""})
    for name in ("one", "other"):
        check(tmp_path / name, "--cache-dir", str(tmp_path / "memory"))
        assert not (tmp_path / name / CACHE).exists()
    assert len(list((tmp_path / "memory").iterdir())) == 2
    monkeypatch.setenv("LLMLINT_CACHE_DIR", str(tmp_path / "elsewhere"))
    check(tmp_path / "one")
    assert (tmp_path / "elsewhere").is_dir()


def test_git_does_not_see_it(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    check(tmp_path)
    assert (tmp_path / CACHE / ".gitignore").read_text() == "*\n"
    assert check(tmp_path).json["summary"]["files"] == len(FILES)


def test_clean_removes_it(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "llmlint.toml": ""})
    check(tmp_path)
    done = run("cache", "clean", cwd=tmp_path)
    assert done.code == 0
    assert "Removed" in done.out
    assert not (tmp_path / CACHE).exists()
    assert run("cache", "clean", cwd=tmp_path).code == 0


@pytest.mark.parametrize("place", ["inner", "inner/app.py", "."])
def test_clean_finds_it_where_it_was_put(tmp_path: Path, place: str) -> None:
    """The configuration lies further up than the project; a folder holds several projects."""
    write(tmp_path, {"inner/setup.py": "", "inner/app.py": CALL, "other/setup.py": "", "other/app.py": CALL})
    if place != ".":
        write(tmp_path, {"llmlint.toml": ""})
    check(tmp_path, place)
    assert list(tmp_path.rglob(CACHE))
    assert run("cache", "clean", place, cwd=tmp_path).code == 0
    assert not list(tmp_path.rglob(CACHE))


def test_a_baseline_is_made_from_what_is_known(tmp_path: Path, extracted: list[str]) -> None:
    write(tmp_path, {**FILES, "llmlint.toml": ""})
    check(tmp_path)
    extracted.clear()
    assert run("baseline", "write", cwd=tmp_path).code == 0
    assert extracted == []


# -- what is broken is a miss ---------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_changes_nothing(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("project")
    write(folder, FILES)
    before = check(folder).out
    content = bytearray(database(folder).read_bytes())
    kind = data.draw(st.sampled_from(["bytes", "truncated", "random"]))
    if kind == "bytes":
        for position, value in data.draw(
            st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=50)
        ):
            content[position] = value
    elif kind == "truncated":
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[:] = data.draw(st.binary(max_size=2000))
    database(folder).write_bytes(content)
    assert check(folder).out == before
    assert check(folder).out == before
    shutil.rmtree(folder)


def test_a_foreign_row_is_a_miss(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = check(tmp_path).out
    with sqlite3.connect(database(tmp_path)) as connection:
        connection.execute("UPDATE results SET data = ?", ('["os.system"]',))
        connection.execute("UPDATE files SET state = 7, digest = NULL")
    assert check(tmp_path).out == before


@pytest.mark.parametrize("place", [CACHE, f"{CACHE}/cache.sqlite", f"{CACHE}/.gitignore"])
def test_something_else_in_its_place_is_no_error(tmp_path: Path, place: str) -> None:
    write(tmp_path, FILES)
    before = check(tmp_path, "--no-cache").out
    (tmp_path / place).parent.mkdir(exist_ok=True)
    if place == CACHE:
        (tmp_path / place).write_text("a file")
    else:
        (tmp_path / place).mkdir()
    assert check(tmp_path, "app.py", "two.py", "main.py", "notes.md").out == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_disk_that_is_full_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from llmlint.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", "--format", "concise", "--quiet"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert check(tmp_path).codes == ["LLM101", "LLM105", "LLM101"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever runs this may write everything")
def test_a_folder_that_can_be_read_alone_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    tmp_path.chmod(0o555)
    try:
        assert check(tmp_path).codes == ["LLM101", "LLM105", "LLM101"]
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_run_that_is_killed_while_it_writes_leaves_no_damage(tmp_path: Path) -> None:
    write(tmp_path, {f"part_{number}.py": f"{CALL}\nNUMBER = {number}\n" for number in range(60)})
    before = check(tmp_path, "--no-cache").out
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    for round_ in range(6):
        shutil.rmtree(tmp_path / CACHE, ignore_errors=True)
        started = subprocess.Popen(
            [sys.executable, "-m", "llmlint", "check", "-j1"], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL
        )
        while not database(tmp_path).exists() and started.poll() is None:
            time.sleep(0.005)
        time.sleep(0.05 * round_)
        started.kill()
        started.wait()
        assert check(tmp_path).out == before


def test_several_runs_at_once(tmp_path: Path) -> None:
    write(tmp_path, {f"part_{number}.py": CALL for number in range(30)})
    before = check(tmp_path, "--no-cache").out
    command = [sys.executable, "-m", "llmlint", "check", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    runs = [
        subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    assert [started.communicate() for started in runs] == [(before, "")] * 3
    assert check(tmp_path).out == before


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    for number in range(20):
        store = Store(tmp_path, max_size=5000)
        store.put(bytes([number]), b'[[],[["#",1]]]' + os.urandom(1000).hex().encode())
        store.close()
    with sqlite3.connect(tmp_path / "cache.sqlite") as connection:
        ((kept, size),) = connection.execute("SELECT count(*), total(size) FROM results").fetchall()
    assert 0 < kept < 10
    assert size <= 5000


# -- keys -----------------------------------------------------------------------------------------------------


def of_no_known_form() -> str:
    return "pl7Q" + "x9Wc2Rt8" + "Vb4Nm1Kz" + "6Hs3"


@pytest.mark.parametrize("key", [lambda: key_of("OpenAI"), of_no_known_form])
def test_no_key_is_kept(tmp_path: Path, key: Callable[[], str]) -> None:
    program = f"from openai import OpenAI\n\nclient = OpenAI(api_key='{key()}', timeout=9, max_retries=0)\n"
    write(tmp_path, {"app.py": program, ".env": f"OPENAI_API_KEY={key()}\n", "sub/more.py": CALL})
    cold = check(tmp_path).out
    assert "LLM301" in cold
    assert check(tmp_path).out == cold
    rows = sqlite3.connect(database(tmp_path)).execute("SELECT data FROM results").fetchall()
    kept = [database(tmp_path).read_bytes(), *(zlib.decompress(data[8:]) for (data,) in rows)]
    assert len(kept) > 1
    for part in (key(), key()[8:-4]):
        assert not any(part.encode() in data for data in kept)


@pytest.mark.parametrize("name", ["anthropic/claude-sonnet-4-20250514", "meta-llama/Llama-2-70b-chat-hf"])
def test_the_name_of_a_model_is_no_key(name: str, tmp_path: Path, extracted: list[str]) -> None:
    write(tmp_path, {**FILES, "model.py": CALL.replace('input="hi"', f'input="hi", model="{name}"')})
    check(tmp_path)
    write(tmp_path, {"app.py": TWO})
    extracted.clear()
    check(tmp_path)
    assert extracted == ["app.py"]


def test_a_run_over_what_did_not_change_loads_little(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CLEAN, "llmlint.toml": ""})
    program = (
        "import sys, llmlint.discover; llmlint.discover.RESOLUTION = 0; from llmlint.cli import main\n"
        "try: main(['check', '-q', '--format', 'concise'])\n"
        "finally: print(*sorted({'llmlint.engine', 'llmlint.keys', 'llmlint.project'} & set(sys.modules)))"
    )

    def loaded() -> list[str]:
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
        command = [sys.executable, "-c", program]
        return subprocess.check_output(command, cwd=tmp_path, env=environment, text=True).split()

    assert loaded() == ["llmlint.engine", "llmlint.keys", "llmlint.project"]
    assert loaded() == []


def test_a_warm_run_loads_no_parser(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    environment = {"LLMLINT_NO_CACHE": "", "PYTHONPROFILEIMPORTTIME": "1"}
    spawn("check", cwd=tmp_path, **environment)
    assert "libcst" not in spawn("check", cwd=tmp_path, **environment).stderr
