"""Edits in notebooks: in the source of a cell, and nowhere else in the JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import check, run, write
from fixing import SETTINGS
from samples import key_of

CLIENT = "import openai\n\nclient = openai.OpenAI(timeout=3, max_retries=0)\n"
CALL = "client.responses.create(\n    input='ö \\n \U0001f600',\n    model=\"m\",\n)"
CAPPED = CALL.replace('model="m",\n', 'model="m",\n    max_output_tokens=800,\n')
LAYOUTS: dict[str, dict[str, Any]] = {
    "as Jupyter writes it": {"indent": 1, "ensure_ascii": False},
    "on one line": {},
    "compact": {"separators": (",", ":")},
    "by tabs, in ASCII": {"indent": "\t", "sort_keys": True},
}


def cell(source: str | list[str], kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "id": "a", "metadata": {"source": ["x"]}, "outputs": [{"text": "]}"}], "source": source}


def notebook(*sources: str | list[str]) -> dict[str, Any]:
    text = cell(["# Größe\n", "\\text"], "markdown")
    return {"cells": [text, *map(cell, sources)], "metadata": {"a": "source"}, "nbformat": 4, "nbformat_minor": 5}


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def fixed(folder: Path, data: bytes, *arguments: str) -> bytes:
    """What a notebook is after ``--fix``, which a second run leaves as it is."""
    write(folder, {"a.ipynb": data, "llmlint.toml": SETTINGS})
    run("check", "--fix", "a.ipynb", *arguments, cwd=folder)
    outcome = (folder / "a.ipynb").read_bytes()
    run("check", "--fix", "a.ipynb", *arguments, cwd=folder)
    assert (folder / "a.ipynb").read_bytes() == outcome
    return outcome


def sources(data: bytes) -> list[str]:
    """The code of a notebook's cells."""
    cells = json.loads(data)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["no end of line", "LF", "CRLF"])
@pytest.mark.parametrize("is_list", [True, False], ids=["lines", "text"])
def test_layouts(layout: dict[str, Any], end: str, is_list: bool, tmp_path: Path) -> None:
    def written(*cells: str) -> bytes:
        data = json.dumps(notebook(*([lines(text) if is_list else text for text in cells])), **layout) + end
        return data.replace("\n", end or "\n").encode()

    assert fixed(tmp_path, written(CLIENT, CALL), "--select", "LLM101") == written(CLIENT, CAPPED)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
def test_line_breaks_of_a_cell_stay(mark: bytes, tmp_path: Path) -> None:
    before, after = (
        mark + json.dumps(notebook(CLIENT, lines(text.replace("\n", "\r\n"))), indent=1).encode()
        for text in (CALL, CAPPED)
    )
    assert fixed(tmp_path, before, "--select", "LLM101") == after


def test_letters_may_be_escaped(tmp_path: Path) -> None:
    """Those of a key, and those of a source, which may also be cut anywhere."""
    before, after = (
        json.dumps(notebook(CLIENT, [text[:9], text[9:]]))
        .replace('"source"', '"s\\u006furce"')
        .replace("client", "cl\\u0069ent")
        for text in (CALL, CAPPED)
    )
    outcome = fixed(tmp_path, before.encode(), "--select", "LLM101").decode()
    assert json.loads(outcome)["cells"][1] == json.loads(after)["cells"][1]
    assert sources(outcome.encode()) == [CLIENT, CAPPED]
    assert outcome.count("\\u0069") == before.count("\\u0069")


def test_a_line_more_in_a_cell_of_one(tmp_path: Path) -> None:
    retry = 'client = openai.OpenAI(timeout=3, max_retries=0, api_key="' + key_of("OpenAI") + '")'
    for layout, between in (({"indent": 1}, ",\n    "), ({}, ", ")):
        data = json.dumps(notebook(["import openai"], [retry]), **layout).encode()
        outcome = fixed(tmp_path, data, "--select", "LLM301", "--unsafe-fixes").decode()
        assert f'"import os\\n"{between}"\\n"{between}"import openai"' in outcome
        assert sources(outcome.encode())[1].endswith('api_key=os.environ["OPENAI_API_KEY"])')


def test_imports_go_where_the_others_are(tmp_path: Path) -> None:
    imports = "%pip install tenacity\nimport openai\nfrom tenacity import retry\n"
    ask = f"@retry\ndef ask():\n    {CAPPED.replace(chr(10), chr(10) + '    ')}"
    data = json.dumps(notebook(lines(imports), lines(CLIENT), lines(ask)), indent=1).encode()
    first, _, last = sources(fixed(tmp_path, data, "--select", "LLM202"))
    assert first == imports.replace("retry\n", "retry, stop_after_attempt\n")
    assert last == ask.replace("@retry", "@retry(stop=stop_after_attempt(5))")


def test_edits_of_several_cells(tmp_path: Path) -> None:
    data = json.dumps(notebook(lines(CLIENT), lines(CALL), f"# {CALL[:3]}\n{CALL}", lines(CALL)), indent=1).encode()
    outcome = sources(fixed(tmp_path, data, "--select", "LLM101"))
    assert outcome == [CLIENT, CAPPED, f"# {CALL[:3]}\n{CAPPED}", CAPPED]


@pytest.mark.parametrize("magic", ["%%time\n", "%%capture out\n# why\n", "!ls\n", "x = !ls\n"])
def test_magics_stay(magic: str, tmp_path: Path) -> None:
    data = json.dumps(notebook(lines(CLIENT), lines(magic + CALL))).encode()
    assert sources(fixed(tmp_path, data, "--select", "LLM101"))[1] == magic + CAPPED


@pytest.mark.parametrize("line", ["%time client.responses.create(input=1)", "%timeit client.responses.create(input=1)"])
def test_what_a_magic_runs_is_left_alone(line: str, tmp_path: Path) -> None:
    data = json.dumps(notebook(lines(CLIENT), [line])).encode()
    write(tmp_path, {"a.ipynb": data, "llmlint.toml": SETTINGS})
    (found,) = check(tmp_path, "--select", "LLM101").json["findings"]
    assert found["fixes"] == []
    assert fixed(tmp_path, data, "--select", "LLM101") == data


def test_a_key_before_any_import(tmp_path: Path) -> None:
    key = f'KEY = "{key_of("OpenAI")}"\n'
    data = json.dumps(notebook(["%pip install openai"], lines(f"%%time\n{key}{CLIENT}")), indent=1).encode()
    outcome = sources(fixed(tmp_path, data, "--select", "LLM301", "--unsafe-fixes"))[1]
    assert outcome == f'%%time\nimport os\n\nKEY = os.environ["OPENAI_API_KEY"]\n{CLIENT}'


def test_a_notebook_with_a_broken_cell_is_left_alone(tmp_path: Path) -> None:
    data = json.dumps(notebook(lines(CLIENT), ["def ("], lines(CALL))).encode()
    assert fixed(tmp_path, data) == data


def test_a_diff_shows_the_lines_of_cells(tmp_path: Path) -> None:
    write(tmp_path, {"a.ipynb": json.dumps(notebook(lines(CLIENT), lines(CALL))), "llmlint.toml": SETTINGS})
    done = run("check", "--diff", "--select", "LLM101", cwd=tmp_path)
    assert done.out.startswith("--- a.ipynb:cell 2\n+++ a.ipynb:cell 2\n@@ ")
    assert "\n+    max_output_tokens=800,\n" in done.out
    assert "a.ipynb:cell 1" not in done.out


def test_json_names_the_cells_of_edits(tmp_path: Path) -> None:
    key = f'client = openai.OpenAI(timeout=3, api_key="{key_of("OpenAI")}")'
    write(tmp_path, {"a.ipynb": json.dumps(notebook(["import openai"], [key]))})
    (found,) = check(tmp_path, "--select", "LLM301").json["findings"]
    edits = found["fixes"][0]["edits"]
    assert [(found["cell"], edit["cell"], edit["line"], edit["column"]) for edit in edits] == [
        (2, 1, 1, 1),
        (2, 2, 1, 43),
    ]
