"""How findings are printed, where to, and what is shown on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import CALL, CLEAN, PACKAGE, RETRY_FOR_EVER, TWO, check, run, spawn, write

MESSAGE = (
    "responses.create sets no max_output_tokens: a reply may run on to the model's own limit,"
    " and every token of it is billed"
)


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
                "fixes": [],
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
        "3 findings (2 warnings, 1 info), 2 files checked. 1 fixable with --unsafe-fixes.",
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
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"app.py:4:1: LLM101")
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [(">/dev/full", 2, "llmlint: error: standard output: No space left on device\n"), (">&-", 1, "")],
)
def test_output_that_cannot_be_written(tmp_path: Path, redirection: str, code: int, said: str) -> None:
    write(tmp_path, {"app.py": CALL})
    done = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m llmlint check {redirection}'],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, said)


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
        env={**clean, "TERM": "xterm", **environment, "PYTHONPATH": str(PACKAGE.parent)},
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
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
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
