"""``--fix`` and ``--diff``: what they write and print, and what they leave alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from command import check, run, spawn, write
from fixing import SETTINGS
from hypothesis import given, settings
from hypothesis import strategies as st
from repository import needs_git
from samples import key_of
from support import CATALOG
from test_examples import SUFFIXES

from llmlint.catalog import Rule
from llmlint.config import Config
from llmlint.discover import discover
from llmlint.findings import Report
from llmlint.fix import mend
from llmlint.project import Project

RETRY = """\
import backoff
import openai

client = openai.OpenAI(timeout=30, max_retries=0)


@backoff.on_exception(backoff.expo, openai.RateLimitError)
def ask(prompt):
    return client.responses.create(input=prompt, max_output_tokens=500)
"""
MENDED = RETRY.replace("RateLimitError)", "RateLimitError, max_tries=5)")


# -- the command ----------------------------------------------------------------------------------------------


def test_fix_writes_and_reports_what_is_left(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY, "b.py": RETRY.replace("max_output_tokens=500", "")})
    done = run("check", "--fix", "--select", "LLM101,LLM202", cwd=tmp_path)
    assert done.code == 1
    assert "LLM101" in done.out
    assert "LLM202" not in done.out
    assert done.out.endswith("Fixed 2 findings in 2 files.\n")
    assert (tmp_path / "a.py").read_text() == MENDED


def test_diff_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY})
    done = run("check", "--diff", cwd=tmp_path)
    assert done.code == 1
    assert "-@backoff.on_exception(backoff.expo, openai.RateLimitError)\n" in done.out
    assert "+@backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=5)\n" in done.out
    assert (tmp_path / "a.py").read_text() == RETRY
    write(tmp_path, {"a.py": MENDED})
    assert run("check", "--diff", cwd=tmp_path).out == ""
    assert run("check", "--diff", cwd=tmp_path).code == 0


@needs_git
def test_a_diff_can_be_applied(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY.rstrip("\n")})
    patch = run("check", "--diff", cwd=tmp_path).out
    subprocess.run(["git", "apply", "-p0"], cwd=tmp_path, input=patch, text=True, check=True)
    assert (tmp_path / "a.py").read_text() == MENDED.rstrip("\n")


def test_a_diff_shows_no_key(tmp_path: Path) -> None:
    key = key_of("OpenAI")
    write(tmp_path, {"a.py": f'key = "{key}"\n'})
    done = run("check", "--diff", "--unsafe-fixes", cwd=tmp_path)
    assert 'os.environ["OPENAI_API_KEY"]' in done.out
    assert key not in done.out


def test_standard_input_goes_to_standard_output(tmp_path: Path) -> None:
    done = run("check", "--fix", "-", cwd=tmp_path, stdin=RETRY.encode())
    assert done.out == MENDED
    assert run("check", "--fix", "-", cwd=tmp_path, stdin=b"x = 1\n").out == "x = 1\n"


def test_unsafe_fixes_need_something_to_do(tmp_path: Path) -> None:
    assert run("check", "--unsafe-fixes", cwd=tmp_path).code == 2


def test_findings_say_that_they_are_fixable(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY.replace("timeout=30, ", "")})
    done = run("check", "--select", "LLM105,LLM202", cwd=tmp_path)
    assert "(fixable)" in done.out
    assert "(fixable with --unsafe-fixes)" in done.out
    assert "1 fixable with --fix and 1 more with --unsafe-fixes." in done.out


def test_json_holds_the_edits(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY})
    (finding,) = check(tmp_path, "--select", "LLM202").json["findings"]
    place = {"cell": None, "line": 7, "column": 58, "end_line": 7, "end_column": 58}
    assert finding["fixes"] == [{"safe": True, "edits": [{**place, "text": ", max_tries=5"}]}]


def test_what_is_suppressed_stays(tmp_path: Path) -> None:
    text = RETRY.replace("RateLimitError)", "RateLimitError)  # llmlint: ignore[LLM202]")
    write(tmp_path, {"a.py": text})
    run("check", "--fix", cwd=tmp_path)
    assert (tmp_path / "a.py").read_text() == text


def test_files_that_were_not_asked_for_stay(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": RETRY, "b.py": "from a import ask\nask(1)\n" + RETRY})
    run("check", "--fix", "b.py", cwd=tmp_path)
    assert (tmp_path / "a.py").read_text() == RETRY
    assert MENDED in (tmp_path / "b.py").read_text()


# -- files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "encoding", "newline"),
    [(b"", "utf-8", "\n"), (b"\xef\xbb\xbf", "utf-8", "\r\n"), (b"", "latin-1", "\n"), (b"", "utf-8", "\r")],
    ids=["plain", "mark and CRLF", "Latin-1", "CR"],
)
def test_bytes(mark: bytes, encoding: str, newline: str, tmp_path: Path) -> None:
    head = f"# -*- coding: {encoding} -*-\n# größer\n"
    text = f"{head}import openai\nopenai.responses.create(\n    input='ß',\n    timeout=9,\n)\n"
    data = mark + text.replace("\n", newline).encode(encoding)
    write(tmp_path, {"a.py": data, "llmlint.toml": SETTINGS})
    run("check", "--fix", "--select", "LLM101", cwd=tmp_path)
    after = text.replace("timeout=9,\n", "timeout=9,\n    max_output_tokens=800,\n")
    assert (tmp_path / "a.py").read_bytes() == mark + after.replace("\n", newline).encode(encoding)


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
def test_mode_and_links_stay(tmp_path: Path) -> None:
    write(tmp_path, {"app/a.py": RETRY})
    (tmp_path / "app/a.py").chmod(0o754)
    (tmp_path / "link.py").symlink_to("app/a.py")
    run("check", "--fix", "link.py", cwd=tmp_path)
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "app/a.py").read_text() == MENDED
    assert stat.S_IMODE((tmp_path / "app/a.py").stat().st_mode) == 0o754
    assert [path.name for path in (tmp_path / "app").iterdir()] == ["a.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever runs this may write everything")
def test_files_that_nobody_is_to_write(tmp_path: Path) -> None:
    write(tmp_path, {"app/a.py": RETRY, "b.py": RETRY})
    (tmp_path / "app").chmod(0o555)
    (tmp_path / "b.py").chmod(0o444)
    found = check(tmp_path, "--fix").findings
    (tmp_path / "app").chmod(0o755)
    assert [(path, code) for path, _, code in found if code in ("LLM000", "LLM202")] == [
        ("app/a.py", "LLM000"),
        ("app/a.py", "LLM202"),
        ("b.py", "LLM000"),
        ("b.py", "LLM202"),
    ]
    assert (tmp_path / "b.py").read_text() == RETRY


def test_a_file_that_can_not_be_written_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": RETRY, "b.py": RETRY, "c/a.py": RETRY, "c/llmlint.toml": ""})
    original = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if target == tmp_path / "a.py":
            raise OSError(28, "No space left on device")
        return original(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    done = run("check", "--fix", "--format", "concise", cwd=tmp_path)
    assert "a.py:1:1: LLM000 --fix can't write this file: No space left on device" in done.out
    assert "a.py:7:2: LLM202" in done.out
    assert done.out.endswith("Fixed 2 findings in 2 files.\n")
    assert done.code == 1
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py", "c/a.py")] == [RETRY, MENDED, MENDED]
    assert {path.name for path in tmp_path.iterdir()} == {"a.py", "b.py", "c"}


def test_a_file_that_changes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": RETRY})
    changed = RETRY.replace("500", "600")

    def mended(*arguments: Any, **options: Any) -> Any:
        outcome = mend(*arguments, **options)
        write(tmp_path, {"a.py": changed})
        return outcome

    monkeypatch.setattr("llmlint.cli.fixing.mend", mended)
    done = run("check", "--fix", "--format", "concise", cwd=tmp_path)
    assert "LLM000 --fix can't write this file: it has changed meanwhile" in done.out
    assert (tmp_path / "a.py").read_text() == changed


def test_nothing_is_loaded_for_it_without_findings(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1\n"})
    done = spawn("check", cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert "llmlint.fixes" not in done.stderr


# -- rules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", CATALOG.rules.values(), ids=lambda rule: rule.code)
def test_a_rule_says_whether_it_has_edits(rule: Rule, tmp_path: Path) -> None:
    options = {"output-cap": 800, "stop-sequence": "###", "queues-everywhere": True}
    config = Config(select=(rule.code,), options=options, root=tmp_path)
    for number, example in enumerate(rule.examples):
        name = example.path or f"example.{SUFFIXES[example.language]}"
        write(tmp_path, {f"{number}/{name}": example.risky.replace("sk-proj-...", key_of("OpenAI"))})
    report = Project(discover([tmp_path], tmp_path, ()), config, CATALOG, repairs=True).check()
    assert any(finding.repair for finding in report.findings) == bool(rule.edits)


# -- any program ----------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(["input='ß(,'", 'model="m"', "temperature=(0)", "user=name", "metadata={'a': [1, 2,],}"])
_GAPS = st.sampled_from([", ", ",", ",\n        ", ",  # why, (because)\n        ", " ,\n\n        "])
_BEGINNINGS = st.sampled_from(["", "\n        ", " ", "  # begin\n        "])
_ENDS = st.sampled_from(["", ",", ",\n    ", "  # end\n    ", ",  # end\n    "])
_DECORATORS = st.sampled_from(["", "@retry\n", "@retry()\n", "@retry(reraise=True,)\n", "@tenacity.retry\n"])
_IMPORTS = st.sampled_from(["from tenacity import retry\n", "from tenacity import (retry)  # why\n", ""])
_CLIENTS = st.sampled_from(["openai.OpenAI()", "openai.OpenAI(  )", "openai.OpenAI(max_retries=0, )"])


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Calls in any layout, under a decorator."""
    calls = []
    for _ in range(draw(st.integers(1, 2))):
        words = draw(st.lists(_WORDS, min_size=1, max_size=4, unique=True))
        gaps = [draw(_GAPS) for _ in words[1:]] + [draw(_ENDS)]
        arguments = "".join(map("".join, zip(words, gaps, strict=True)))
        calls.append(f"    client.responses.create({draw(_BEGINNINGS)}{arguments})\n")
    head = f"import openai\nimport tenacity\n{draw(_IMPORTS)}name = 'ü'\nclient = {draw(_CLIENTS)}\n"
    return f"{head}\n\n{draw(_DECORATORS)}def ask():\n{''.join(calls)}"


@given(programs(), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=20, deadline=None)
def test_any_program(tmp_path_factory: pytest.TempPathFactory, program: str, newline: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    data = program.replace("\n", newline).encode()
    write(folder, {"a.py": data})
    files = discover([folder], folder, ())
    config = Config(options={"output-cap": 800}, root=folder)

    def report(changed: Mapping[str, bytes]) -> Report:
        return Project(files, config, CATALOG, changed, repairs=True).check()

    before, mended = report({}), mend(report, lambda _: data, unsafe=True)
    outcome = mended.files["a.py"]
    compile(outcome, "a.py", "exec")
    assert not mended.refused
    left = Counter(finding.code for finding in mended.report.findings)
    assert {"LLM101", "LLM105", "LLM202"}.isdisjoint(left)
    assert left - Counter(finding.code for finding in before.findings) <= Counter({"LLM205": 2})
    assert is_subsequence(data.decode(), outcome.decode())
    assert outcome.count(newline.encode()) == outcome.count(b"\n")
    write(folder, {"a.py": outcome})
    assert not mend(report, lambda _: outcome, unsafe=True).files


def is_subsequence(part: str, whole: str) -> bool:
    """Whether a text holds all characters of another in their order: nothing but additions were made."""
    rest = iter(whole)
    return all(char in rest for char in part)
