"""Nothing that is thrown at llmlint ends in anything but findings that lie in the file, or a configuration refused."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from command import CALL, run, write
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from llmlint.catalog import Catalog
from llmlint.config import Config
from llmlint.discover import Files
from llmlint.findings import Report
from llmlint.formats import FORMATS
from llmlint.output import Context, renderer
from llmlint.project import Project

CATALOG = Catalog()
CONFIG = Config(select=("ALL",))
PROGRAMS = [code for rule in CATALOG.rules.values() for item in rule.examples for code in (item.risky, item.safe)]
SDK = "import openai\nclient = openai.OpenAI()\n"
# Few examples, and the same in each run: what they find must not depend on the day.
few = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def judged(files: dict[str, bytes]) -> Report:
    """The report on files that need not be on disk; sound in whatever they hold."""
    report = Project(Files(Path("project"), sorted(files), set(files)), CONFIG, CATALOG, files).check()
    assert not report.errors
    for finding in report.findings:
        place = finding.location
        lines = lines_of(files[place.path], place.cell)
        assert (place.line, place.column) <= (place.end_line, place.end_column)
        assert 1 <= place.line <= place.end_line
        if finding.code != "LLM000" and lines is not None:
            assert place.end_line <= len(lines)
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1
            assert place.end_column <= len(lines[place.end_line - 1]) + 1
    context = Context(CATALOG, Path("project"), Path(), given=files)
    printed = {name: renderer(name)(report, context) for name in FORMATS}
    assert len(json.loads(printed["json"])["findings"]) == len(report.findings)
    return report


def lines_of(data: bytes, cell: int | None) -> list[str] | None:
    try:
        text = data.decode("utf-8-sig")
        if cell is not None:
            source = json.loads(text)["cells"][cell]["source"]
            text = source if isinstance(source, str) else "".join(part for part in source if isinstance(part, str))
    except UnicodeDecodeError:
        return None
    return re.split(r"\r\n|\r|\n", text)


def bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


# -- Python ---------------------------------------------------------------------------------------------------

CHARACTERS = st.one_of(st.characters(), st.sampled_from("()[]{}:\"'\\#=,.*@ \t\n\r\f\0\ufeff\u2028"))


@few
@given(st.binary(max_size=200), st.booleans())
@example(b"\xff\xfe", True)
@example(b"# coding: undefined\n", False)
def test_any_bytes(data: bytes, has_sdk: bool) -> None:
    judged({"a.py": (SDK.encode() if has_sdk else b"") + data})


@few
@given(st.text(CHARACTERS, max_size=200), st.booleans())
def test_any_text(text: str, has_sdk: bool) -> None:
    judged({"a.py": bytes_of((SDK if has_sdk else "") + text)})


TOKENS = st.sampled_from(
    [
        "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "*", "**", ":=", ";", "\\\n", "\n", "\r", "\r\n", "\t",
        "    ", "'", '"""', "f'{", "#", "\f", "é", "😀", "async ", "await ", "lambda: ", "if ", " else ", "for x in ",
        "while True:", "return ", "yield ", "try:\n", "except:\n", "raise ", "break\n", "continue\n", "with ",
        "class A(A): ", "def f(f=f): ", "None", "self", "global x\n", "nonlocal x\n", "import openai\n",
        "from . import *\n", "from a import *\n", "*a, b = ", "**kwargs", "{**x}", "[x for x in x]", "match x:\n",
        "case _:\n", "client", "client.responses.create()", "# llmlint: ignore[LLM101]\n", "# noqa\n", "@x\n", "not ",
        "del x\n", "print ",
    ]
)  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A rule's example in which spans were deleted, doubled, swapped or replaced."""
    text = draw(st.sampled_from(PROGRAMS))
    for _ in range(draw(st.integers(1, 5))):
        start, size = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 1, 3, 10, 60]))
        other = draw(st.integers(0, len(text)))
        span = text[start : start + size]
        change = draw(st.sampled_from(["delete", "double", "swap", "insert", "rename"]))
        if change == "delete":
            text = text[:start] + text[start + size :]
        elif change == "double":
            text = text[:start] + span + text[start:]
        elif change == "swap":
            text = text[:start] + text[other : other + size] + text[start + size :]
        elif change == "insert":
            text = text[:start] + draw(TOKENS) + text[start:]
        else:
            names = sorted(set(re.findall(r"[A-Za-z_]\w*", text))) or ["x"]
            old, new = draw(st.sampled_from(names)), draw(st.sampled_from(names))
            text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    return text


@settings(few, max_examples=120)
@given(mutants())
def test_mutated_programs(text: str) -> None:
    judged({"a.py": bytes_of(text)})


@settings(few, max_examples=40)
@given(mutants(), mutants(), st.booleans())
def test_mutated_programs_that_import_each_other(first: str, second: str, is_package: bool) -> None:
    files = {"pkg/a.py": "from pkg.b import *\nfrom . import b\n" + first, "pkg/b.py": "from .a import *\n" + second}
    if is_package:
        files["pkg/__init__.py"] = "from .a import *\nfrom .b import *\n"
    judged({path: bytes_of(text) for path, text in files.items()})


@settings(few, max_examples=20)
@given(mutants(), st.sampled_from(["\r\n", "\r", "\f\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_mutated_programs_with_other_line_ends(text: str, newline: str, mark: bytes) -> None:
    judged({"a.py": mark + bytes_of(text.replace("\n", newline))})


# -- notebooks ------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
LINES = st.sampled_from(
    [
        SDK,
        "client.responses.create(input='a')",
        "%time x",
        "!ls \\",
        "%%bash",
        "x = (",
        "x?",
        "",
        "\r",
        "  y",
        "y = !ls",
    ]
)
SOURCES = st.lists(LINES | TOKENS, max_size=5)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "code", "code", "markdown"]) | JSON},
    optional={
        "source": SOURCES.map("\n".join) | SOURCES.map(lambda lines: [f"{line}\n" for line in lines]) | JSON,
        "metadata": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(CELLS, max_size=4) | JSON},
    optional={"nbformat": st.sampled_from([3, 4, 5]) | JSON, "metadata": JSON, "worksheets": JSON},
)


@settings(few, max_examples=80)
@given(NOTEBOOKS | JSON, st.booleans())
def test_any_notebook(notebook: Any, has_sdk: bool) -> None:
    if has_sdk and isinstance(notebook, dict) and isinstance(notebook.get("cells"), list):
        notebook["cells"].insert(0, {"cell_type": "code", "source": SDK})
    judged({"a.ipynb": json.dumps(notebook).encode()})


# -- suppression comments -------------------------------------------------------------------------------------

COMMENTS = st.lists(
    st.sampled_from(
        [
            "#",
            "llmlint",
            ":",
            "ignore",
            "ignore-file",
            "[",
            "]",
            "LLM101",
            "LLM1",
            "ALL",
            "x",
            ",",
            " ",
            "noqa",
            "-",
            "é",
        ]
    ),
    max_size=10,
).map("".join)


@settings(few, max_examples=60)
@given(st.lists(COMMENTS, min_size=1, max_size=4))
@example(["# llmlint: ignore[LLM101]"])
def test_any_comment(comments: list[str]) -> None:
    lines = CALL.rstrip("\n").split("\n")
    for number, words in enumerate(comments):
        lines[-1 - number] += f"  # {words}"
    found = judged({"a.py": bytes_of("\n".join(lines))}).findings
    assert {finding.code for finding in found} <= {"LLM101", "LLM001"}
    if not any(re.search(r"#\s*(?:llmlint|noqa)", line) for line in lines):
        assert [finding.code for finding in found] == ["LLM101"]


# -- configuration --------------------------------------------------------------------------------------------

KEYS = [
    "select", "ignore", "extend-select", "fail-on", "exclude", "extend-exclude", "per-file-ignores", "severity", "apis",
    "format", "exit-zero", "statistics", "quiet", "max-file-size", "oversized-cap", "max-agent-steps", "x",
]  # fmt: skip
WORDS = st.sampled_from(["LLM1", "LLM101", "ALL", "a.py", "[", "*", "**", "error", "text", "json", ""]) | st.text(
    max_size=5
)
SCALARS = WORDS | st.booleans() | st.integers(-5, 2**40) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(WORDS, WORDS | st.lists(WORDS, max_size=2), max_size=2)
)
TABLES = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUES, max_size=3)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" for char in value) + '"'
    return json.dumps(value)


@settings(few, max_examples=60)
@given(TABLES | st.text(max_size=30), st.sampled_from(["check", "config"]))
def test_any_configuration(table: dict[str, Any] | str, command: str) -> None:
    text = table if isinstance(table, str) else "\n".join(f"{toml(key)} = {toml(item)}" for key, item in table.items())
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), {"llmlint.toml": text.encode("utf-8", "replace"), "a.py": CALL})
        done = run(command, cwd=Path(name))
    assert done.code in (0, 1, 2), done
    assert (done.code == 2) == done.err.startswith("llmlint: error: ")


@settings(few, max_examples=30)
@given(st.dictionaries(st.sampled_from(["modules", "sdk", "language", "packages", "operations", "clients", "x"]), JSON))
@pytest.mark.parametrize("head", ["modules: [acme]\n", ""])
def test_any_file_of_apis(head: str, data: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        body = head + "\n".join(f"{key}: {json.dumps(item)}" for key, item in data.items())
        write(Path(name), {"llmlint.toml": 'apis = ["a.yaml"]\n', "a.yaml": body, "a.py": "import acme\nacme.x()\n"})
        done = run("check", cwd=Path(name))
    assert done.code == 2, done
    assert "a.yaml" in done.err
