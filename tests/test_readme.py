"""What the README and the pages in docs/ say is what the program does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from command import CALL, write
from command import run as run_in

from llmlint.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = re.findall(r"^python3 -m venv .*$", README, re.M)


def run(*arguments: str) -> str:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False).output


def block(language: str, containing: str) -> str:
    """The code block of a language that contains some text."""
    blocks = [text for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.M | re.DOTALL) if kind == language]
    return next(text for text in blocks if containing in text)


def test_generated_parts_are_fresh() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "docs.refresh", "--check"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_output_is_what_the_first_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(COMMANDS[0].rpartition("&& .venv/bin/llmlint ")[2])
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0
    rest = result.output
    for piece in block("text", "unbounded-agent-loop").split("\n...\n"):
        _, found, rest = rest.partition(piece)
        assert found, piece
    assert rest == ""


def test_two_commands_set_everything_up() -> None:
    check, tests = COMMANDS
    assert check.startswith("python3 -m venv .venv && .venv/bin/pip install -q . && ")
    assert tests.startswith("python3 -m venv .venv && .venv/bin/pip install -q '.[test]' && .venv/bin/pytest ")


def test_every_setting_is_described_with_its_default(tmp_path: Path) -> None:
    described = dict(re.findall(r"^\| `([a-z-]+)` \| (?:`(.*?)`|see below) \|", TEXT, re.M))
    settings = dict(re.findall(r"^([a-z-]+) = (.*)  # default$", run("config", str(tmp_path), "--isolated"), re.M))
    assert described.pop("exclude") == ""
    assert settings.pop("exclude")
    assert described == settings


def test_configuration_is_valid(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(block("toml", "[tool.llmlint]"))
    assert 'severity = {"LLM105": "error"}' in run("config", str(tmp_path))


def test_the_commands_of_other_programs_run(tmp_path: Path) -> None:
    section = README.partition("## Where it runs")[2].partition("## Configuration")[0]
    commands = re.findall(r"llmlint (check --format [^|'`\n]*)", section)
    assert {words.split()[2] for words in commands} == {"github", "gitlab", "junit", "rdjson"}
    write(tmp_path, {"app.py": CALL})
    for words in commands:
        done = run_in(*words.split(), cwd=tmp_path)
        assert done.code == ("--exit-zero" not in words), done


def test_the_job_for_gitlab_keeps_to_its_schema(tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    (tmp_path / "ci.yml").write_text(block("yaml", "codequality"))
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", "ci.yml")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_suppression_suppresses(tmp_path: Path) -> None:
    program = f"from openai import OpenAI\nclient = OpenAI(timeout=9)\n{block('python', 'llmlint: ignore')}"
    (tmp_path / "script.py").write_text(program)
    assert run("check", str(tmp_path), "--isolated", "--quiet") == ""
    (tmp_path / "script.py").write_text(program.replace("# llmlint: ignore[LLM101]", "#"))
    assert " LLM101 " in run("check", str(tmp_path), "--isolated", "--quiet")


def test_a_wrapper_is_taught(tmp_path: Path) -> None:
    (tmp_path / "llm-apis.yaml").write_text(block("yaml", "acme_llm"))
    (tmp_path / "llmlint.toml").write_text('apis = ["llm-apis.yaml"]\n')
    (tmp_path / "use.py").write_text('import acme_llm\n\nacme_llm.complete(prompt="hi")\n')
    findings = json.loads(run("check", str(tmp_path), "--format", "json"))["findings"]
    assert [finding["code"] for finding in findings] == ["LLM101"]


def test_links_lead_somewhere() -> None:
    links = {page: re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")) for page in PAGES}
    assert links[ROOT / "README.md"]
    assert all((page.parent / link).exists() for page, found in links.items() for link in found)


@pytest.mark.parametrize(
    "path", re.findall(r"`((?:rules|llmlint|docs|\.ci)/[\w/.-]*)`", TEXT.replace("LLMnnn", "LLM101"))
)
def test_places_exist(path: str) -> None:
    assert (ROOT / path).exists()
