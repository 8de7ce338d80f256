"""A key is never printed whole: in no format, in no message, whatever else is found in its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import run, spawn, write
from leaky import FILES, OPENAI, OTHER
from samples import assembled, formats

from llmlint.formats import FORMATS


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("select", [["--select", "ALL"], ["--ignore", "LLM3"]], ids=["all", "without the keys"])
def test_folder(tmp_path: Path, form: str, select: list[str]) -> None:
    write(tmp_path, FILES)
    done = run("check", *select, "--format", form, "--statistics", cwd=tmp_path)
    assert "LLM101" in done.out
    assert OPENAI not in done.out + done.err
    assert OTHER not in done.out + done.err
    run("check", *select, "--format", form, "--output-file", "report", cwd=tmp_path)
    report = (tmp_path / "report").read_text()
    assert "LLM101" in report
    assert OPENAI not in report
    assert OTHER not in report


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", FILES)
def test_standard_input(tmp_path: Path, form: str, name: str) -> None:
    options = ["--format", form, "--stdin-filename", name]
    done = run("check", *options, "-", cwd=tmp_path, stdin=FILES[name].encode())
    assert "LLM" in done.out
    assert OPENAI not in done.out + done.err


def test_a_defect_of_a_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(OPENAI)

    write(tmp_path, FILES)
    monkeypatch.setattr("llmlint.checks.missing_output_cap.check", fail)
    for form in FORMATS:
        done = run("check", "--format", form, cwd=tmp_path)
        assert done.code == 3
        assert "ValueError" in done.err
        assert OPENAI not in done.out + done.err


def test_a_setting_that_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"llmlint.toml": f'select = "{OPENAI}"\n'})
    done = run("check", cwd=tmp_path)
    assert done.code == 2
    assert "select" in done.err
    assert OPENAI not in done.err


def test_of_every_format_little_is_shown(tmp_path: Path) -> None:
    for provider, form in formats():
        name = "x" if not form.get("assigned") else f"{provider.replace(' ', '_')}_API_KEY"
        key = assembled(form["samples"][0])
        name = {"AWS_API_KEY": "AWS_SECRET_ACCESS_KEY"}.get(name, name)
        write(tmp_path, {"a.env": f"{name}='{key}'  {' '.join(form.get('beside', ()))}\n"})
        done = run("check", cwd=tmp_path)
        assert "LLM301" in done.out, provider
        prefixes = [p for p in form.get("prefixes", ()) if key.startswith(p)]
        hidden = key.removeprefix(max(prefixes, key=len, default=""))[:-4]
        assert hidden[:8] not in done.out
        assert hidden[-5:] not in done.out


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    done = spawn("check", cwd=tmp_path, PYTHONWARNINGS="always")
    assert "LLM301" in done.stdout
    assert OPENAI not in done.stdout + done.stderr
