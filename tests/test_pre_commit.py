"""The hooks, as pre-commit builds and runs them on what is about to be committed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import CALL, CLEAN, write
from repository import git, needs_git
from samples import key_of
from sources import copy_sources

pytest.importorskip("pre_commit")

SCRIPT = 'import OpenAI from "openai";\nnew OpenAI().responses.create({ input: "hi" });\n'
ASK = CLEAN.replace("client.responses", "def ask():\n    return client.responses")
LOOP = """\
from a import ask


def go():
    while True:
        try:
            return ask()
        except Exception:
            continue
"""
pytestmark = needs_git


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """A repository with what the hooks are built from."""
    folder = tmp_path / "hooks"
    copy_sources(folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "hooks")
    return folder


def try_out(hooks: Path, folder: Path) -> tuple[int, dict[str, str]]:
    """The exit code of both hooks over what is staged in a folder, and what each printed."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", "--color=never", str(hooks)],
        cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(hooks.parent / "home")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if "Could not find a version" in done.stdout or "No matching distribution" in done.stdout:
        if os.environ.get("CI"):
            pytest.fail(done.stdout)
        pytest.skip("the packages that the hooks need can't be fetched")
    _, *parts = re.split(r"^(llmlint(?: \(keys\))?)\.+", done.stdout, flags=re.M)
    assert len(parts) == 4, done.stdout + done.stderr
    return done.returncode, dict(zip(parts[::2], parts[1::2], strict=True))


def places(printed: str) -> list[tuple[str, str]]:
    return re.findall(r"^(\S+?):\d+:\d+: \w+ (LLM\d+)", printed, re.M)


def test_a_commit_that_is_stopped(hooks: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write(folder, {"app.py": CALL, "ask.ts": SCRIPT, "a.py": ASK, "z.py": LOOP})
    write(folder, {".env": f"OPENAI_API_KEY={key_of('OpenAI')}\n"})
    # So many names that they go to llmlint in several runs, and a.py in another than z.py.
    write(folder, {f"{'n' * 90}{number}.txt": "" for number in range(1500)})
    code, printed = try_out(hooks, folder)
    assert code == 1
    found = [place for place in places(printed["llmlint"]) if place[1] in ("LLM101", "LLM201", "LLM301")]
    assert sorted(found) == [(".env", "LLM301"), ("app.py", "LLM101"), ("ask.ts", "LLM101"), ("z.py", "LLM201")]
    assert printed["llmlint"].count(" checked.") > 1
    assert places(printed["llmlint (keys)"]) == [(".env", "LLM301")]
    assert key_of("OpenAI") not in str(printed)


def test_a_commit_that_passes(hooks: Path, tmp_path: Path) -> None:
    write(
        tmp_path / "project",
        {"app.py": CLEAN, "README.md": "# Use\n", "deploy.sh": "#!/bin/sh\nexport OPENAI_API_KEY\n"},
    )
    code, printed = try_out(hooks, tmp_path / "project")
    assert code == 0
    assert [text.strip() for text in printed.values()] == ["Passed", "Passed"]
