"""``--changed-since``: what a branch brought in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import CALL, check, run, write
from repository import commit, git, needs_git

pytestmark = needs_git

HELPER = """\
import openai

client = openai.OpenAI(timeout=30, max_retries=0)


def ask(prompt):
    return client.responses.create(input=prompt, max_output_tokens=500)
"""
LOOP = """\
from helper import ask


def work():
    while True:
        try:
            return ask("hi")
        except Exception:
            pass
"""


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A branch of its own, in a work tree with one finding."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"old.py": CALL, "helper.py": "def ask(prompt):\n    return prompt\n", "loop.py": LOOP})
    commit(tmp_path)
    git(tmp_path, "checkout", "-q", "-b", "topic")
    return tmp_path


def found(folder: Path, *arguments: str) -> list[tuple[str, int, str]]:
    return check(folder, "--select", "LLM101,LLM201", "--changed-since", "main", *arguments).findings


def test_nothing_changed(branch: Path) -> None:
    assert found(branch) == []


def test_changed_lines(branch: Path) -> None:
    write(branch, {"old.py": CALL + 'client.responses.create(input="new")\n'})
    assert found(branch) == [("old.py", 5, "LLM101")]


def test_a_finding_on_a_line_that_was_touched(branch: Path) -> None:
    write(branch, {"old.py": CALL.replace('"hi"', '"ho"')})
    assert found(branch) == [("old.py", 4, "LLM101")]


def test_new_files(branch: Path) -> None:
    write(branch, {"new.py": CALL})
    assert found(branch) == [("new.py", 4, "LLM101")]


def test_what_a_change_causes_in_another_file(branch: Path) -> None:
    write(branch, {"helper.py": HELPER})
    assert found(branch) == [("loop.py", 5, "LLM201")]


def test_what_a_removed_line_causes(branch: Path) -> None:
    write(branch, {"old.py": CALL.replace('"hi")', '"hi",\n    max_output_tokens=500,\n)')})
    commit(branch)
    git(branch, "branch", "-f", "main")
    write(branch, {"old.py": CALL.replace('"hi")', '"hi",\n)')})
    assert found(branch) == [("old.py", 4, "LLM101")]


def test_moved_lines_and_files(branch: Path) -> None:
    git(branch, "mv", "old.py", "moved.py")
    write(branch, {"moved.py": "import os\n" + CALL})
    assert found(branch) == []


def test_removed_files(branch: Path) -> None:
    git(branch, "rm", "-q", "old.py")
    assert found(branch) == []


def test_a_suppression_that_is_gone(branch: Path) -> None:
    write(branch, {"old.py": "# llmlint: ignore-file[LLM101]\n" + CALL})
    commit(branch)
    git(branch, "branch", "-f", "main")
    write(branch, {"old.py": CALL})
    assert found(branch) == [("old.py", 4, "LLM101")]


def test_below_the_root(branch: Path) -> None:
    write(branch, {"app/llmlint.toml": "", "app/a.py": CALL})
    commit(branch)
    git(branch, "branch", "-f", "main")
    write(branch, {"app/a.py": CALL + 'client.responses.create(input="new")\n', "b.py": CALL})
    assert found(branch / "app") == [("a.py", 5, "LLM101")]


def test_notebooks(branch: Path) -> None:
    cell = {"cell_type": "code", "source": CALL.splitlines(keepends=True)}
    write(branch, {"a.ipynb": json.dumps({"cells": [cell]}, indent=1)})
    commit(branch)
    git(branch, "branch", "-f", "main")
    new = {"cell_type": "code", "source": ['client.responses.create(input="new")\n']}
    write(branch, {"a.ipynb": json.dumps({"cells": [cell, new]}, indent=1)})
    (finding,) = check(branch, "--select", "LLM101", "--changed-since", "main").json["findings"]
    assert (finding["cell"], finding["line"]) == (1, 1)


def test_through_a_link(branch: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write(branch, {"new.py": CALL})
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(branch)
    assert [code for _, _, code in found(link)] == ["LLM101"]


def test_with_a_baseline(branch: Path) -> None:
    write(branch, {"new.py": CALL, "llmlint.toml": ""})
    run("baseline", "write", "--baseline", "known.json", cwd=branch)
    write(branch, {"new.py": CALL + 'client.responses.create(input="new")\n'})
    assert found(branch, "--baseline", "known.json") == [("new.py", 5, "LLM101")]


def test_unknown_revisions_and_no_repository(branch: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    done = run("check", "--changed-since", "nowhere", cwd=branch)
    assert (done.code, done.err) == (2, "llmlint: error: git knows no revision 'nowhere'\n")
    assert run("check", "--changed-since", "main", cwd=tmp_path_factory.mktemp("none")).code == 2


@pytest.mark.parametrize("option", ["--fix", "--diff", "-"])
def test_what_it_does_not_go_with(option: str, branch: Path) -> None:
    assert run("check", "--changed-since", "main", option, cwd=branch).code == 2
