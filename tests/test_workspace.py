"""Many projects in one run: each with its own configuration and links, told one after the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import CALL, CLEAN, RETRY_FOR_EVER, TWO, check, run, write

LOOP = """\
from llm import ask

while True:
    try:
        print(ask("hi"))
        break
    except Exception:
        continue
"""
WRAPPER = CLEAN + "\n\ndef ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=9)\n"


@pytest.fixture
def checkouts(tmp_path: Path) -> Path:
    """A folder of checkouts: each with a configuration, and a file that is in none of them."""
    write(
        tmp_path,
        {
            "one/pyproject.toml": "[tool.llmlint]\nignore = ['LLM105']\n",
            "one/app.py": TWO,
            "group/two/llmlint.toml": 'severity = { LLM101 = "info" }\n',
            "group/two/app.py": CALL,
            "three/setup.py": "",
            "three/app.py": CLEAN,
            "loose.py": TWO,
        },
    )
    return tmp_path


def test_a_folder_of_checkouts(checkouts: Path) -> None:
    done = check(checkouts)
    assert done.findings == [
        ("loose.py", 3, "LLM105"),
        ("loose.py", 4, "LLM101"),
        ("group/two/app.py", 4, "LLM101"),
        ("one/app.py", 4, "LLM101"),
    ]
    assert [finding["severity"] for finding in done.json["findings"]] == ["info", "warning", "info", "warning"]
    assert done.json["summary"]["files"] == 7


def test_projects_by_name_come_in_their_order(checkouts: Path) -> None:
    assert [path for path, _, _ in check(checkouts, "one", "group/two").findings] == ["one/app.py", "group/two/app.py"]
    assert [path for path, _, _ in check(checkouts, "group/two", "one").findings] == ["group/two/app.py", "one/app.py"]
    assert [path for path, _, _ in check(checkouts / "one", "../group/two", ".").findings] == [
        "../group/two/app.py",
        "app.py",
    ]


def test_nothing_is_told_twice(checkouts: Path) -> None:
    assert check(checkouts, ".", "one", "one/app.py", "group").findings == check(checkouts).findings


@pytest.mark.parametrize("mark", ["setup.py", ""])
def test_one_project_says_nothing_of_another(tmp_path: Path, mark: str) -> None:
    """Two folders with modules of the same names: the call in one is none in the other."""
    files = {"one/llm.py": "def ask(prompt):\n    return prompt\n", "one/app.py": LOOP}
    files |= {"two/llm.py": WRAPPER, "two/app.py": LOOP}
    write(tmp_path, files | ({f"{name}/{mark}": "" for name in ("one", "two")} if mark else {}))
    assert set(check(tmp_path, "one", "two", "--select", "LLM201").findings) == {("two/app.py", 3, "LLM201")}


def test_unpacked_wheels(tmp_path: Path) -> None:
    """What one wheel installs is a project; where many are installed together, none of them tells its root."""
    write(tmp_path, {"one/one-1.dist-info/RECORD": "", "one/llm.py": "", "one/app.py": LOOP})
    write(tmp_path, {"two/two-1.dist-info/RECORD": "", "two/llm.py": WRAPPER, "two/app/main.py": LOOP})
    assert check(tmp_path, ".", "--select", "LLM201").findings == [("two/app/main.py", 3, "LLM201")]
    assert check(tmp_path, "two/app", "--select", "LLM201").findings == [("two/app/main.py", 3, "LLM201")]
    write(tmp_path, {"two/three-1.dist-info/RECORD": ""})
    assert check(tmp_path, "two/app", "--select", "LLM201").findings == []


def test_each_project_fails_by_its_own_rules(tmp_path: Path) -> None:
    write(tmp_path, {"lax/llmlint.toml": 'fail-on = "error"\n', "lax/app.py": CALL})
    write(tmp_path, {"strict/llmlint.toml": 'fail-on = "warning"\n', "strict/app.py": CALL})
    assert run("check", "lax", cwd=tmp_path).code == 0
    assert run("check", "strict", cwd=tmp_path).code == 1
    assert run("check", "lax", "strict", cwd=tmp_path).code == 1
    assert run("check", "--fail-on", "error", "lax", "strict", cwd=tmp_path).code == 0


def test_a_configuration_that_is_wrong_is_told_before_any_work(tmp_path: Path) -> None:
    write(tmp_path, {"one/setup.py": "", "one/app.py": CALL, "two/llmlint.toml": "nonsense = 1\n"})
    done = run("check", "--format", "concise", "one", "two", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "llmlint.toml" in done.err


# -- output ---------------------------------------------------------------------------------------------------


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines(checkouts: Path) -> None:
    done = run("check", "--format", "jsonl", cwd=checkouts)
    *findings, summary = lines(done.out)
    assert {line.pop("type") for line in findings} == {"finding"}
    whole = check(checkouts).json
    assert findings == whole["findings"]
    assert summary == {"type": "summary", "version": 1, **whole["summary"]}


def test_lines_go_out_project_by_project(checkouts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first project says is out before the second is read."""
    told = checkouts / "told.txt"
    seen: list[str] = []
    real = Path.read_bytes

    def noted(path: Path) -> bytes:
        if path.match("two/app.py"):
            seen.append(told.read_text())
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    run("check", "--format", "jsonl", "--output-file", str(told), "one", "group/two", cwd=checkouts)
    assert [line["path"] for line in lines(seen[0])] == ["one/app.py"]
    assert [line["type"] for line in lines(told.read_text())] == ["finding", "finding", "summary"]


@pytest.mark.parametrize("format_", ["text", "concise", "github"])
def test_other_lines_and_one_total(checkouts: Path, format_: str) -> None:
    out = run("check", "--format", format_, "one", "group/two", cwd=checkouts).out
    assert out.index("one/app.py") < out.index("group/two/app.py")
    assert out.count("2 findings (1 warning, 1 info), ") == 1


def test_documents_hold_everything(checkouts: Path) -> None:
    sarif = json.loads(run("check", "--format", "sarif", cwd=checkouts).out)
    assert len(sarif["runs"]) == 1
    assert len(sarif["runs"][0]["results"]) == 4


def test_quoted_lines_are_those_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"one/setup.py": "", "one/app.py": CALL, "two/setup.py": "", "two/app.py": RETRY_FOR_EVER})
    out = run("check", "one", "two", "--select", "LLM101,LLM201", cwd=tmp_path).out
    assert 'client.responses.create(input="hi")' in out
    assert "while True:" in out
