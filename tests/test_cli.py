"""The commands and options of the command line, their output and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from command import CALL, CLEAN, RETRY_FOR_EVER, TWO, check, run, spawn, write

import llmlint
from llmlint.checks import missing_output_cap
from llmlint.facts import FileFacts
from llmlint.findings import Problem
from llmlint.linked import LinkedFile


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


def test_a_path_without_a_command(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    done = run("app.py", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "no such command 'app.py': llmlint check app.py checks it" in done.err


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
def test_an_unknown_rule_names_the_nearest(tmp_path: Path, option: str) -> None:
    done = run("check", option, "LM101", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "llmlint: error: no rule matches 'LM101'; did you mean 'LLM101'?\n"
    assert "did you mean 'missing-timeout'?" in run("check", option, "mising-timeout", cwd=tmp_path).err


def test_llm000_is_always_in_force(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "def"})
    assert check(tmp_path, "--select", "LLM101").codes == ["LLM000"]
    assert check(tmp_path, "--ignore", "LLM000").codes == []


# -- the other commands ---------------------------------------------------------------------------------------


def test_explain(tmp_path: Path) -> None:
    out = run("explain", "LLM101", cwd=tmp_path).out
    for word in (
        "LLM101 missing-output-cap (warning)",
        "Why",
        "Incident 002",
        "$",
        "What does not add up",
        "Risky:",
        "Safe:",
        "# LLM101",
    ):
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


@pytest.mark.parametrize("arguments", [("check",), ("check", "--diff"), ("cache", "clean"), ("init",), ("config",)])
def test_a_pipe_that_takes_few_letters(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """As on Windows, whose pipes have an encoding of the country."""
    folder = tmp_path / "☃"
    write(folder, {"☃.py": CALL, "llmlint.toml": ""})
    run("check", cwd=folder)
    done = spawn(*arguments, str(folder), cwd=tmp_path, PYTHONIOENCODING="cp1252:strict")
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)


def test_an_action_that_is_refused_for_a_path_of_other_letters(tmp_path: Path) -> None:
    done = spawn("action", cwd=tmp_path, PYTHONIOENCODING="cp1252:strict", LLMLINT_PATHS="☃")
    assert done.stdout == "::error title=llmlint::there is no file or folder '☃'\n"
