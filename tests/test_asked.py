"""What is checked, and that it is judged alike whatever way it is asked for."""

from __future__ import annotations

import json
from pathlib import Path

from command import CALL, CLEAN, RETRY_FOR_EVER, TWO, check, run, spawn, write


def test_standard_input(tmp_path: Path) -> None:
    write(
        tmp_path, {"lib/llm.py": "import openai\n\ndef ask(p):\n    return openai.OpenAI().responses.create(input=p)\n"}
    )
    done = check(tmp_path, "-", stdin=CALL.encode())
    assert done.findings == [("stdin.py", 4, "LLM101")]
    done = check(tmp_path, "-", "--stdin-filename", "lib/app.py", stdin=CALL.encode())
    assert done.findings == [("lib/app.py", 4, "LLM101")]
    assert "    4 | client.responses" in run("check", "-", cwd=tmp_path, stdin=CALL.encode()).out


def test_standard_input_stands_for_the_file_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "pyproject.toml": "", "main.py": "from app import client\n"})
    done = check(tmp_path, "-", "--stdin-filename", "app.py", stdin=CLEAN.encode())
    assert (done.code, done.findings) == (0, [])


def test_standard_input_as_a_notebook(tmp_path: Path) -> None:
    notebook = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": CALL}]})
    done = check(tmp_path, "-", "--stdin-filename", "book.ipynb", stdin=notebook.encode())
    assert [(found["cell"], found["line"]) for found in done.json["findings"]] == [(0, 4)]


def test_a_stdin_filename_goes_with_standard_input(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    assert run("check", "app.py", "--stdin-filename", "b.py", cwd=tmp_path).code == 2


WRAPPER = {
    "pyproject.toml": "",
    "llm.py": """\
import openai


def ask(prompt):
    return openai.OpenAI(timeout=9).responses.create(input=prompt)
""",
    "app/main.py": """\
from llm import ask


def answer(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception:
            continue
""",
}


def test_a_single_file_is_judged_with_the_project_around_it(tmp_path: Path) -> None:
    write(tmp_path, WRAPPER)
    done = check(tmp_path, "--select", "LLM201,LLM101", "app/main.py")
    assert done.findings == [("app/main.py", 5, "LLM201")]
    assert done.json["summary"]["files"] == 1
    assert check(tmp_path / "app", "--select", "LLM201", "main.py").findings == [("main.py", 5, "LLM201")]


def test_what_imports_join_to_a_file_is_read_and_nothing_else(tmp_path: Path) -> None:
    """Whom it asks and who asks it, over any number of steps; a notebook, a package and a script beside it."""
    write(tmp_path, WRAPPER)
    files = {
        "pkg/__init__.py": "",
        "pkg/near.py": "from .far import ask\n",
        "pkg/far.py": "from llm import ask\n",
        "app/main.py": WRAPPER["app/main.py"].replace("from llm import ask", "from pkg.near import ask"),
        "app/user.py": "import main\nfrom openai import OpenAI\n",
        "book.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "import openai\nimport app.user"}]}),
        "alone.py": CALL,
        "broken.py": "import openai\ndef",
    }
    write(tmp_path, files)
    done, whole = (check(tmp_path, "--select", "LLM201", path) for path in ("app/main.py", "."))
    assert done.findings == [("app/main.py", 5, "LLM201")]
    assert whole.json["summary"]["parsed"] - done.json["summary"]["parsed"] == len(["alone.py"])


def test_a_git_repository_is_a_project_too(tmp_path: Path) -> None:
    write(tmp_path, {**WRAPPER, ".git/HEAD": ""})
    (tmp_path / "pyproject.toml").unlink()
    assert check(tmp_path, "--select", "LLM201", "app/main.py").findings == [("app/main.py", 5, "LLM201")]


def test_another_project_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, {**WRAPPER, "app/pyproject.toml": ""})
    assert check(tmp_path, "--select", "LLM201", "app/main.py").findings == []


def test_the_same_findings_whatever_way_asked(tmp_path: Path) -> None:
    write(tmp_path, {**WRAPPER, "app/other.py": TWO, "notes/old.py": CALL, "notes/syntax.py": "def"})
    names = ["llm.py", "app/main.py", "app/other.py", "notes/old.py", "notes/syntax.py"]
    expected = check(tmp_path, "--select", "ALL").json
    assert {found["code"] for found in expected["findings"]} >= {"LLM000", "LLM101", "LLM105", "LLM201"}
    for paths in (names, names[::-1], ["app", "notes", "llm.py"], [".", "app"], [str(tmp_path)], ["app/../."]):
        assert check(tmp_path, "--select", "ALL", *paths).json["findings"] == expected["findings"], paths


def test_paths_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, WRAPPER | {"app/other.py": TWO})
    from_above = check(tmp_path, "--select", "ALL", "app").findings
    assert from_above
    from_inside = check(tmp_path / "app", "--select", "ALL").findings
    assert [(f"app/{path}", line, code) for path, line, code in from_inside] == from_above
    write(tmp_path, {"elsewhere/x": ""})
    from_beside = check(tmp_path / "elsewhere", "--select", "ALL", "../app").findings
    assert [(path.removeprefix("../"), line, code) for path, line, code in from_beside] == from_above


def test_the_order_is_by_place(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}.py": TWO + TWO for name in "cab"})
    found = check(tmp_path).findings
    assert found == sorted(found)
    assert len(found) == 12


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    write(tmp_path, {**WRAPPER, "app/other.py": TWO, "retry.py": RETRY_FOR_EVER})
    first, second = (
        spawn("check", "--select", "ALL", "--format", "json", cwd=tmp_path, PYTHONHASHSEED=seed).stdout
        for seed in ("1", "2")
    )
    assert first == second
    assert len(json.loads(first)["findings"]) > 4
