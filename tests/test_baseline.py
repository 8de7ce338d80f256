"""``llmlint baseline``: adopting llmlint where much is found already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import CALL, CLEAN, TWO, check, run, write
from samples import key_of

CONFIGURED = 'baseline = "known.json"\n'


@pytest.fixture
def adopted(tmp_path: Path) -> Path:
    """A project of which all findings are known."""
    write(tmp_path, {"a.py": TWO, "b.py": CALL, "llmlint.toml": CONFIGURED})
    assert run("baseline", "write", cwd=tmp_path).out == "known.json: 3 findings, 3 added, 0 gone.\n"
    return tmp_path


def test_what_is_known_is_not_told(adopted: Path) -> None:
    done = run("check", cwd=adopted)
    assert (done.code, done.out) == (0, "No findings, 4 files checked.\n")


def test_lines_may_move(adopted: Path) -> None:
    write(adopted, {"a.py": "import os\n\n\n" + TWO.replace("client = ", "client  =  ")})
    assert check(adopted).findings == []


def test_what_is_new_is_told(adopted: Path) -> None:
    write(adopted, {"a.py": TWO + 'client.responses.create(input="there")\n' + 'client.responses.create(input="hi")\n'})
    assert check(adopted).findings == [("a.py", 5, "LLM101"), ("a.py", 6, "LLM101")]


def test_what_is_gone_is_told(adopted: Path) -> None:
    write(adopted, {"b.py": CLEAN})
    done = run("check", cwd=adopted)
    assert done.out.endswith("1 finding of the baseline is gone: llmlint baseline prune takes out what is gone.\n")
    assert run("baseline", "prune", cwd=adopted).out == "known.json: 2 findings, 0 added, 1 gone.\n"
    assert "baseline" not in run("check", cwd=adopted).out


def test_what_was_not_looked_at_is_not_gone(adopted: Path) -> None:
    assert "gone" not in run("check", "a.py", cwd=adopted).out
    assert "gone" not in run("check", "--select", "LLM105", cwd=adopted).out
    assert run("baseline", "prune", "a.py", cwd=adopted).out == "known.json: 3 findings, 0 added, 0 gone.\n"


def test_removed_files(adopted: Path) -> None:
    (adopted / "b.py").unlink()
    assert "1 finding of the baseline is gone" in run("check", cwd=adopted).out


def test_update(adopted: Path) -> None:
    write(adopted, {"b.py": CLEAN, "c.py": CALL})
    assert run("baseline", "update", cwd=adopted).out == "known.json: 3 findings, 1 added, 1 gone.\n"
    assert check(adopted).findings == []


def test_write_overwrites_nothing(adopted: Path) -> None:
    done = run("baseline", "write", cwd=adopted)
    assert done.code == 2
    assert "is there already" in done.err


def test_a_file_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": ""})
    assert run("baseline", "write", "--baseline", "mine.json", cwd=tmp_path).code == 0
    assert check(tmp_path).codes == ["LLM101"]
    assert check(tmp_path, "--baseline", "mine.json").codes == []


def test_the_default_says_what_to_do_next(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": ""})
    assert 'Put baseline = "llmlint-baseline.json" into' in run("baseline", "write", cwd=tmp_path).out


def test_suppressed_findings_are_not_written_down(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CALL.replace('"hi")', '"hi")  # llmlint: ignore[LLM101]')})
    assert "0 findings" in run("baseline", "write", cwd=tmp_path).out


def test_what_says_how_findings_are_printed_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    assert run("baseline", "write", "--format", "json", cwd=tmp_path).code == 2
    assert run("baseline", "write", cwd=tmp_path).out.startswith("llmlint-baseline.json: 1 finding, 1 added, 0 gone.")


def test_no_key_is_written_down(tmp_path: Path) -> None:
    key = key_of("OpenAI")
    write(tmp_path, {"a.py": f'key = "{key}"\n'})
    run("baseline", "write", cwd=tmp_path)
    text = (tmp_path / "llmlint-baseline.json").read_text()
    assert "LLM301" in text
    assert key not in text


def test_sarif_tells_what_is_known(adopted: Path) -> None:
    (runs,) = json.loads(run("check", "--format", "sarif", cwd=adopted).out)["runs"]
    kinds = [result["suppressions"][0]["kind"] for result in runs["results"]]
    assert kinds == ["external"] * 3


def test_fixes_leave_alone_what_is_known(adopted: Path) -> None:
    write(adopted, {"llmlint.toml": f"output-cap = 800\n{CONFIGURED}", "c.py": CALL})
    run("check", "--fix", cwd=adopted)
    assert (adopted / "b.py").read_text() == CALL
    assert "max_output_tokens=800" in (adopted / "c.py").read_text()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1}', "\x00", '{"version": 1, "findings": [1]}']
)
def test_a_broken_baseline(text: str, adopted: Path) -> None:
    write(adopted, {"known.json": text})
    done = run("check", cwd=adopted)
    assert done.code == 2
    assert "known.json: is " in done.err


def test_a_baseline_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, {"llmlint.toml": CONFIGURED})
    assert "can't be read" in run("check", cwd=tmp_path).err
