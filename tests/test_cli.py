"""The commands and options of the command line, their output and their exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from command import CALL, CLEAN, check, run, spawn, write

import llmlint
from llmlint.checks import missing_output_cap
from llmlint.facts import FileFacts
from llmlint.findings import Problem
from llmlint.linked import LinkedFile

# LLM105 (info) in line 3, LLM101 (warning) in line 4.
TWO = CALL.replace("timeout=30, ", "")
MESSAGE = (
    "responses.create sets no max_output_tokens: a reply may run on to the model's own limit,"
    " and every token of it is billed"
)
RETRY_FOR_EVER = """\
import openai

client = openai.OpenAI(timeout=30, max_retries=0)


def ask(prompt):
    while True:
        try:
            return client.responses.create(input=prompt, max_output_tokens=500)
        except openai.APIError:
            continue
"""


def test_version(tmp_path: Path) -> None:
    done = run("--version", cwd=tmp_path)
    assert (done.code, done.out) == (0, f"llmlint, version {llmlint.__version__}\n")


# -- exit codes -----------------------------------------------------------------------------------------------


def test_exit_codes(tmp_path: Path) -> None:
    write(tmp_path, {"risky.py": CALL, "clean.py": CLEAN})
    assert run("check", "clean.py", cwd=tmp_path).code == 0
    assert run("check", "risky.py", cwd=tmp_path).code == 1
    assert run("check", cwd=tmp_path).code == 1
    assert run("check", "--exit-zero", cwd=tmp_path).code == 0


def test_an_empty_folder_is_clean(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path)
    assert (done.code, done.out) == (0, "No findings, 0 files checked.\n")


@pytest.mark.parametrize(
    ("program", "fail_on", "code"),
    [
        (TWO, "info", 1),
        (TWO, "warning", 1),
        (TWO, "error", 0),
        (CALL.replace('"hi"', '"hi", max_output_tokens=9999'), "warning", 0),
        (CALL.replace('"hi"', '"hi", max_output_tokens=9999'), "info", 1),
        (RETRY_FOR_EVER, "error", 1),
    ],
)
def test_fail_on(tmp_path: Path, program: str, fail_on: str, code: int) -> None:
    write(tmp_path, {"app.py": program})
    done = check(tmp_path, "--fail-on", fail_on)
    assert done.codes
    assert done.code == code


@pytest.mark.parametrize("arguments", [("--no-such-option",), ("--format", "xml"), ("--fail-on", "never"), ("a", "-")])
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, {"a": ""})
    done = run("check", *arguments, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "Usage:" in done.err


def test_a_path_that_does_not_exist_is_said_before_any_work(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": "select = ["})
    done = run("check", "app.py", "gone.py", "--output-file", "report", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "'gone.py'" in done.err
    assert not (tmp_path / "report").exists()


def test_a_rule_that_fails_costs_that_rule_on_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"app.py": TWO, "other.py": TWO})
    original = missing_output_cap.check

    def broken(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
        if file.facts.path == "app.py":
            raise ValueError("a defect")
        return original(file, options)

    monkeypatch.setattr(missing_output_cap, "check", broken)
    done = run("check", "--format", "json", cwd=tmp_path)
    assert done.code == 3
    assert done.findings == [("app.py", 3, "LLM105"), ("other.py", 3, "LLM105"), ("other.py", 4, "LLM101")]
    assert done.json["errors"] == [{"path": "app.py", "step": "LLM101", "message": "ValueError: a defect"}]
    assert "llmlint: internal error: LLM101 failed on app.py: ValueError: a defect" in done.err


def test_a_front_end_that_fails_costs_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmlint.languages import python

    write(tmp_path, {"app.py": CALL, "other.py": CALL})
    original = python.extract

    def broken(path: str, *arguments: object, **options: object) -> FileFacts:
        if path == "app.py":
            raise KeyError("a defect")
        return original(path, *arguments, **options)

    monkeypatch.setattr(python, "extract", broken)
    done = run("check", "--format", "json", cwd=tmp_path)
    assert (done.code, done.findings) == (3, [("other.py", 4, "LLM101")])


# -- which rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["LLM101", "LLM105"]),
        (["--select", "LLM105"], ["LLM105"]),
        (["--select", "llm105"], ["LLM105"]),
        (["--select", "missing-timeout"], ["LLM105"]),
        (["--select", "LLM1"], ["LLM101", "LLM105"]),
        (["--select", "LLM2"], ["LLM209"]),
        (["--select", "LLM101,LLM105"], ["LLM101", "LLM105"]),
        (["--select", "LLM101", "--select", "LLM105"], ["LLM101", "LLM105"]),
        (["--select", "ALL"], ["LLM101", "LLM105", "LLM209"]),
        (["--select", "ALL", "--ignore", "LLM10"], ["LLM209"]),
        (["--ignore", "LLM101"], ["LLM105"]),
        (["--extend-select", "LLM209"], ["LLM101", "LLM105", "LLM209"]),
        (["--extend-select", "ALL", "--ignore", "LLM209"], ["LLM101", "LLM105"]),
    ],
)
def test_selection(tmp_path: Path, options: list[str], codes: list[str]) -> None:
    each = "for name in open('names'):\n    client.responses.create(input=name, max_output_tokens=9)\n"
    write(tmp_path, {"app.py": TWO + each})
    assert sorted(check(tmp_path, *options).codes) == codes


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_code_names_the_nearest(tmp_path: Path, option: str) -> None:
    done = run("check", option, "LLM110", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"llmlint: error: no rule matches 'LLM110'; did you mean 'LLM1\d\d'\?\n", done.err)
    assert "did you mean 'missing-timeout'?" in run("check", option, "mising-timeout", cwd=tmp_path).err


def test_llm000_is_always_in_force(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "def"})
    assert check(tmp_path, "--select", "LLM101").codes == ["LLM000"]
    assert check(tmp_path, "--ignore", "LLM000").codes == []


# -- formats --------------------------------------------------------------------------------------------------


def test_text(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    done = run("check", cwd=tmp_path)
    assert done.out.splitlines() == [
        "app.py:4:1: warning LLM101 missing-output-cap",
        f"  {MESSAGE}",
        '    4 | client.responses.create(input="hi")',
        "      | ^^^^^^^^^^^^^^^^^^^^^^^",
        "  fix Pass max_output_tokens at about 1.5 times the longest reply you expect.",
        done.out.splitlines()[5],
        "",
        "1 finding (1 warning), 1 file checked.",
    ]
    assert re.fullmatch(r"  why .*\d.* \(llmlint explain LLM101\)", done.out.splitlines()[5])


def test_text_shows_related_places(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": TWO.replace(", max_retries=0", "").replace("max_retries=0", "") + RETRY_FOR_EVER})
    lines = run("check", "--select", "LLM2", cwd=tmp_path).out.splitlines()
    assert any(re.match(r"  see app\.py:\d+:\d+: ", line) for line in lines)


def test_text_underlines_what_stands_behind_wide_characters(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL.replace("client.resp", "语 = '😀é'; client.resp")})
    _, _, line, marks = run("check", cwd=tmp_path).out.splitlines()[:4]
    assert line == "    4 | 语 = '😀é'; client.responses.create(input=\"hi\")"
    assert marks == "      | " + " " * len("__ = '__e'; ") + "^" * len("client.responses.create")


def test_text_of_a_very_long_line(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL.replace("client.resp", f"x = '{'a' * 5000}'; client.resp")})
    _, _, line, marks = run("check", cwd=tmp_path).out.splitlines()[:4]
    assert len(line) < 200
    assert line[marks.index("^") : marks.rindex("^") + 1] == "client.responses.create"


def test_no_escape_of_a_scanned_file_reaches_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, {"a\x1b[31m\n.py": CALL.replace("client.resp", "x = '\x1b[2J\x9b31m\u202e'; client.resp")})
    for form in ("text", "concise"):
        out = run("check", "--format", form, cwd=tmp_path).out
        assert "LLM101" in out
        assert not set(out) & {"\x1b", "\x9b", "\u202e"}


def test_concise(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    first, summary = run("check", "--format", "concise", cwd=tmp_path).out.splitlines()
    assert re.fullmatch(r"app\.py:4:1: LLM101 responses\.create sets no max_output_tokens: .+", first)
    assert summary == "1 finding (1 warning), 1 file checked."


def test_json(tmp_path: Path) -> None:
    write(tmp_path, {"src/app.py": CALL.replace("client.resp", "é = '😀'; client.resp")})
    assert check(tmp_path).json == {
        "version": 1,
        "findings": [
            {
                "code": "LLM101",
                "name": "missing-output-cap",
                "severity": "warning",
                "path": "src/app.py",
                "cell": None,
                "line": 4,
                "column": 10,
                "end_line": 4,
                "end_column": 33,
                "message": MESSAGE,
                "fix": "Pass max_output_tokens at about 1.5 times the longest reply you expect.",
                "incidents": ["002"],
                "related": [],
            }
        ],
        "errors": [],
        "summary": {"files": 1, "parsed": 1, "findings": 1, "error": 0, "warning": 1, "info": 0},
    }


def test_json_of_related_places(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": RETRY_FOR_EVER})
    (found,) = [found for found in check(tmp_path).json["findings"] if found["code"] == "LLM201"]
    assert found["related"]
    for related in found["related"]:
        assert set(related) == {"path", "cell", "line", "column", "message"}
        assert related["path"] == "app.py"


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_json_of_a_path_that_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text(CALL)
    assert check(tmp_path).findings == [("caf\udce9.py", 4, "LLM101")]
    assert check(tmp_path, "--output-file", "report").code == 1
    assert json.loads((tmp_path / "report").read_text())["findings"][0]["path"] == "caf\udce9.py"


# -- what is printed, and where -------------------------------------------------------------------------------


def test_quiet_prints_findings_only(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "clean.py": CLEAN})
    assert run("check", "--quiet", "clean.py", cwd=tmp_path).out == ""
    loud, quiet = (run("check", *options, cwd=tmp_path).out for options in ([], ["--quiet"]))
    assert loud == f"{quiet}1 finding (1 warning), 2 files checked.\n"


def test_statistics(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": TWO, "b.py": CALL})
    lines = run("check", "--statistics", "--format", "concise", cwd=tmp_path).out.splitlines()
    assert lines[3:] == [
        "     2  LLM101  missing-output-cap",
        "     1  LLM105  missing-timeout",
        "3 findings (2 warnings, 1 info), 2 files checked.",
    ]
    assert "LLM101  missing-output-cap" in check(tmp_path, "--statistics").err
    assert check(tmp_path, "--statistics").json


def test_output_file(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    printed = run("check", "--quiet", cwd=tmp_path).out
    done = run("check", "--quiet", "--output-file", "report.txt", cwd=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert (tmp_path / "report.txt").read_text() == printed


def test_an_output_file_that_cannot_be_written_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"app.py": CALL})
    monkeypatch.setattr("llmlint.project.Project.check", None)
    done = run("check", "-o", "no/such/folder/report", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "llmlint: error: no/such/folder/report: can't be written: No such file or directory\n"


def test_a_closed_pipe_ends_the_run_quietly(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL + 'client.responses.create(input="hi")\n' * 700})
    command = [sys.executable, "-m", "llmlint", "check", "--format", "concise"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(llmlint.__file__).parent.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"app.py:4:1: LLM101")
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
@pytest.mark.parametrize(
    ("arguments", "environment", "is_coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        (["--output-file", "report"], {}, False),
    ],
)
def test_colour_on_a_terminal(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], is_coloured: bool
) -> None:
    write(tmp_path, {"app.py": CALL})
    script = "import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'llmlint', 'check', *sys.argv[1:]]) >> 8)"
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        env={**clean, "TERM": "xterm", **environment, "PYTHONPATH": str(Path(llmlint.__file__).parent.parent)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 1
    written = (tmp_path / "report").read_bytes() if arguments else done.stdout
    assert b"LLM101" in written
    assert (b"\x1b[" in written) == is_coloured


# A clock on which each look takes a second, so that any run takes long.
LONG_RUN = """
import itertools, time
seconds = itertools.count()
time.monotonic = lambda: float(next(seconds))
from llmlint.cli import main
main(["check", "--quiet"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_of_long_runs_is_shown_on_a_terminal(tmp_path: Path, is_terminal: bool) -> None:
    write(tmp_path, {f"{name}.py": CLEAN for name in "abcdef"})
    run_in_terminal = "import pty, sys; pty.spawn([sys.executable, '-c', sys.argv[1]])"
    done = subprocess.run(
        [sys.executable, "-c", *([run_in_terminal] if is_terminal else []), LONG_RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(llmlint.__file__).parent.parent)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    shown = (done.stdout + done.stderr).decode()
    if is_terminal:
        assert re.search(r"\r#+\.+ 3/6 files", shown)
        assert shown.endswith("\r\x1b[K")
    else:
        assert shown == ""


def test_no_colour_in_a_pipe(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    assert "\x1b" not in spawn("check", cwd=tmp_path, TERM="xterm").stdout


# -- what is checked ------------------------------------------------------------------------------------------


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


# -- the other commands ---------------------------------------------------------------------------------------


def test_explain(tmp_path: Path) -> None:
    out = run("explain", "LLM101", cwd=tmp_path).out
    for word in ("LLM101 missing-output-cap (warning)", "Why", "Incident 002", "$", "Risky:", "Safe:", "# LLM101"):
        assert word in out
    assert "oversized-cap (default 8192)" in run("explain", "LLM104", cwd=tmp_path).out
    assert run("explain", "missing-output-cap", cwd=tmp_path).out == run("explain", "llm101", cwd=tmp_path).out == out


def test_explain_an_unknown_rule(tmp_path: Path) -> None:
    done = run("explain", "missing-output", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "llmlint: error: there is no rule 'missing-output'; did you mean 'missing-output-cap'?\n"


def test_rules(tmp_path: Path) -> None:
    table = run("rules", cwd=tmp_path).out.splitlines()
    listed = json.loads(run("rules", "--format", "json", cwd=tmp_path).out)
    assert [line.split()[0] for line in table] == [rule["code"] for rule in listed]
    assert all(rule["name"] in line and rule["summary"] in line for rule, line in zip(listed, table, strict=True))
    by_code = {rule["code"]: rule for rule in listed}
    assert by_code["LLM106"]["opt_in"] is True
    assert by_code["LLM104"]["options"]["oversized-cap"]["default"] == 8192
    assert by_code["LLM201"]["severity"] == "error"


def test_help_of_every_command(tmp_path: Path) -> None:
    assert run("--help", cwd=tmp_path).code == 0
    for command in ("check", "explain", "rules", "config"):
        assert command in run("--help", cwd=tmp_path).out
        assert run(command, "-h", cwd=tmp_path).code == 0
