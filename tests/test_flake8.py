"""The plugin of flake8, in processes of flake8's own."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from command import CALL, CLEAN, PACKAGE, RETRY_FOR_EVER, check, write
from leaky import FILES, OPENAI, OTHER

from llmlint.flake8_plugin import Plugin

pytest.importorskip("flake8")

ROOT = Path(__file__).parent.parent
_LINE = re.compile(r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<code>LLM\d+) (?P<message>.+)")
# LLM105 is mere information in a script, and LLM106 is opt-in.
PARSED = """\
import json
import openai

client = openai.OpenAI(max_retries=0)
reply = client.responses.create(input="hi", max_output_tokens=90, text={"format": {"type": "json_object"}})
print(json.loads(reply.output_text))
"""


@pytest.fixture(scope="session")
def python_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where flake8 finds llmlint; one that is not installed gets the entry point that its installation would have."""
    places = [str(PACKAGE.parent)]
    try:
        distribution("llmlint")
    except PackageNotFoundError:
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        entry = re.search(r'^\[project.entry-points."(flake8.extension)"\]\n(.+)$', project, re.M)
        assert entry is not None
        site = tmp_path_factory.mktemp("site")
        info = "llmlint-0.dist-info"
        entry_point = entry[2].replace('"', "")
        write(
            site,
            {
                f"{info}/METADATA": "Metadata-Version: 2.1\nName: llmlint\nVersion: 0\n",
                f"{info}/entry_points.txt": f"[{entry[1]}]\n{entry_point}\n",
            },
        )
        places.append(str(site))
    return os.pathsep.join(places)


class Flake8:
    """Runs flake8 in a folder."""

    def __init__(self, folder: Path, python_path: str) -> None:
        self.folder = folder
        self._python_path = python_path

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flake8", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": self._python_path, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def found(self, *arguments: str, stdin: str = "") -> list[tuple[str, int, int, str]]:
        """Path, line, column and code of what llmlint finds."""
        done = self.run(*arguments, stdin=stdin)
        assert done.stderr == ""
        matches = filter(None, map(_LINE.fullmatch, done.stdout.splitlines()))
        return [(Path(m["path"]).as_posix(), int(m["line"]), int(m["column"]), m["code"]) for m in matches]

    def codes(self, *arguments: str, stdin: str = "") -> list[str]:
        return [code for _, _, _, code in self.found(*arguments, stdin=stdin)]


@pytest.fixture
def flake8(tmp_path: Path, python_path: str) -> Flake8:
    return Flake8(tmp_path, python_path)


def test_as_flake8_runs_it(flake8: Flake8) -> None:
    write(flake8.folder, {f"{name}.py": CALL for name in "abcd"} | {"e.py": CLEAN, "pkg/f.py": RETRY_FOR_EVER})
    assert "llmlint: " in flake8.run("--version").stdout
    found = flake8.found("-j", "2")
    assert [place for place in found if place[3] in ("LLM101", "LLM201")] == [
        *((f"{name}.py", 4, 1, "LLM101") for name in "abcd"),
        ("pkg/f.py", 7, 5, "LLM201"),
    ]
    assert flake8.found("-j", "1") == found
    assert flake8.run("a.py").stdout.startswith("a.py:4:1: LLM101 responses.create sets no max_output_tokens: ")


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ((), []),
        (("--extend-ignore=E501",), []),
        (("--ignore=E501",), []),
        (("--select=LLM",), []),
        (("--select=LLM1",), ["LLM105", "LLM106"]),
        (("--extend-select=LLM106",), ["LLM106"]),
        (("--extend-select=LLM105,LLM106", "--per-file-ignores=*.py:LLM106"), ["LLM105"]),
        (("--extend-select=LLM1", "--extend-ignore=LLM105"), ["LLM106"]),
        (("--select=E,F",), []),
    ],
)
def test_what_is_information_or_opt_in(arguments: tuple[str, ...], codes: list[str], flake8: Flake8) -> None:
    write(flake8.folder, {"app.py": PARSED})
    assert flake8.codes(*arguments) == codes


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--select=LLM101",), ["LLM101"]),
        (("--ignore=LLM101",), ["LLM103"]),
        (("--per-file-ignores=app.py:LLM1",), []),
        (("--select=E,F",), []),
    ],
)
def test_what_flake8_selects(arguments: tuple[str, ...], codes: list[str], flake8: Flake8) -> None:
    write(
        flake8.folder,
        {"app.py": PARSED.replace(', max_output_tokens=90, text={"format": {"type": "json_object"}}', "")},
    )
    assert flake8.codes(*arguments) == codes


def test_noqa_as_llmlint_reads_it(flake8: Flake8) -> None:
    line = 'client.responses.create(\n    input="hi",\n)'
    lines = [
        f"{line}  # noqa: LLM101",
        f"{line}  # noqa",
        f"{line}  # noqa: E501",
        f"{line}  # llmlint: ignore[LLM101]",
    ]
    write(flake8.folder, {"app.py": CALL + "\n".join(lines) + "\n"})
    assert [line for _, line, _, _ in flake8.found()] == [4, 11]
    assert [line for _, line, _, _ in flake8.found("--disable-noqa")] == [4, 5, 8, 11]


def test_a_suppression_that_only_another_file_needs_is_no_finding(flake8: Flake8) -> None:
    write(flake8.folder, {"app.py": CLEAN.rstrip("\n") + "  # llmlint: ignore[LLM101]\n"})
    assert flake8.codes("--extend-select=LLM0") == []


def test_standard_input(flake8: Flake8) -> None:
    assert flake8.found("-", stdin=CALL) == [("stdin", 4, 1, "LLM101")]
    named = ("--stdin-display-name=lib/x.py", "-")
    assert flake8.found(*named, stdin=CALL) == [("lib/x.py", 4, 1, "LLM101")]
    assert flake8.found("--per-file-ignores=lib/*:LLM101", *named, stdin=CALL) == []


def test_the_configuration_of_llmlint(flake8: Flake8) -> None:
    table = 'severity = {{ LLM105 = "warning" }}\nextend-select = ["LLM106"]\n{}'
    write(flake8.folder, {"app.py": PARSED, "legacy/old.py": CALL, "llmlint.toml": table.format("")})
    assert flake8.codes() == ["LLM105", "LLM106", "LLM101"]
    ignores = 'ignore = ["LLM105"]\nper-file-ignores = { "legacy/*" = ["LLM101"] }\n'
    write(flake8.folder, {"llmlint.toml": table.format(ignores)})
    assert flake8.codes("--extend-select=LLM105") == ["LLM106"]


def test_a_wrapper_of_ones_own(flake8: Flake8) -> None:
    api = """\
modules: [acme]
sdk: acme
language: python
packages: {acme: 1.0.0}
operations:
  - paths: [acme.complete]
    kind: chat
    cap: {call: [limit]}
    sample: |
      import acme
      acme.complete()
"""
    write(flake8.folder, {"app.py": "import acme\nacme.complete()\n", "acme.yaml": api})
    assert flake8.codes() == []
    write(flake8.folder, {"llmlint.toml": 'apis = ["acme.yaml"]\n'})
    assert flake8.found() == [("app.py", 2, 1, "LLM101")]


def test_a_configuration_that_is_refused(flake8: Flake8) -> None:
    write(flake8.folder, {"app.py": CALL, "llmlint.toml": "selct = []\n"})
    done = flake8.run()
    assert done.returncode == 1
    assert re.search(
        r"llmlint: .*llmlint.toml:1: unknown key 'selct'; did you mean 'select'\?", done.stdout + done.stderr
    )
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings(encoding: str, flake8: Flake8) -> None:
    text = CALL.replace("client.resp", "é = 'ü'; client.resp")
    cookie = f"# coding: {encoding}\n" if encoding == "latin-1" else "\n"
    write(flake8.folder, {"app.py": (cookie + text).encode(encoding)})
    assert flake8.found("--select=LLM") == [("app.py", 5, 10, "LLM101")]


def test_no_key_is_told(flake8: Flake8) -> None:
    write(flake8.folder, {name: text for name, text in FILES.items() if name.endswith(".py")})
    done = flake8.run("--select=LLM0,LLM1,LLM2,LLM3")
    assert "LLM301" in done.stdout
    for told in (done.stdout, done.stderr):
        assert OPENAI not in told
        assert OTHER not in told


def test_files_without_an_sdk_load_nothing_heavy(flake8: Flake8) -> None:
    write(flake8.folder, {"app.py": "import json\n\nprint(json.dumps({}))\n"})
    done = flake8.run("-j", "1", PYTHONPROFILEIMPORTTIME="1")
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "llmlint.prefilter" in names
    assert not names & {"libcst", "yaml", "click", "llmlint.project", "llmlint.facts", "llmlint.checking"}


def test_a_rule_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no luck")

    monkeypatch.setattr("llmlint.checks.missing_output_cap.check", fail)
    monkeypatch.chdir(tmp_path)
    told = list(Plugin(ast.parse(CALL), CALL.splitlines(keepends=True), "app.py").run())
    assert told == [(1, 0, "LLM000 LLM101 failed inside llmlint: ValueError: no luck", Plugin)]


def test_the_same_as_the_command_line(flake8: Flake8) -> None:
    """For files by themselves, whatever else their project holds."""
    sources = sorted((ROOT / "examples" / "incidents").rglob("*.py"))
    assert len(sources) > 20
    names = [f"{number}/{source.name}" for number, source in enumerate(sources)]
    write(flake8.folder, {name: source.read_bytes() for name, source in zip(names, sources, strict=True)})
    told = flake8.found("--select=LLM0,LLM1,LLM2,LLM3,LLM4,LLM5,LLM6", "--disable-noqa")
    found = []
    for name in names:
        folder = (flake8.folder / name).parent
        done = check(folder, "--isolated", "--select", "ALL", "--ignore", "LLM001")
        found += [(f"{name}", each["line"], each["column"], each["code"]) for each in done.json["findings"]]
    assert len(found) > 40
    assert sorted(told) == sorted(found)
