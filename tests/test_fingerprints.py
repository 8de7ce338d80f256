"""What tells a finding again: not where it stands, but what is written there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import CALL
from samples import key_of
from support import CATALOG, check

from llmlint.fingerprints import fingerprints
from llmlint.quotes import Quotes

TWICE = CALL + 'client.responses.create(input="bye")\n'


def marks(folder: Path, text: str, path: str = "app.py", code: str = "LLM101") -> list[str]:
    """The fingerprints of what a rule finds in a file, in the order of the file."""
    findings = check(folder, {path: text}, code)
    found = fingerprints(findings, Quotes(folder, CATALOG.keys))
    (folder / path).unlink()
    return [found[finding] for finding in findings]


def notebook(*cells: str, indent: int | None = 1) -> str:
    sources = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": sources, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}, indent=indent)


@pytest.mark.parametrize(
    "moved",
    [
        "# a line\n\n" + TWICE,
        TWICE.replace("client.responses", "if client:\n    client.responses"),
        TWICE.replace("\n", "\r\n"),
        TWICE.replace("(input", "( input"),
        TWICE + "print('end')\n",
    ],
    ids=["below others", "indented", "newlines", "spaces", "above others"],
)
def test_stay_when_lines_move(moved: str, tmp_path: Path) -> None:
    first, second = marks(tmp_path, TWICE)
    assert first != second
    assert marks(tmp_path, moved) == [first, second]


def test_tell_equal_lines_apart_by_their_order(tmp_path: Path) -> None:
    line = CALL.splitlines(keepends=True)[-1]
    once, twice = marks(tmp_path, CALL), marks(tmp_path, CALL + line)
    assert len(set(twice)) == 2
    assert twice[0] == once[0]


def test_tell_files_rules_and_texts_apart(tmp_path: Path) -> None:
    untimed = CALL.replace("timeout=30, ", "")
    here, there = marks(tmp_path, CALL), marks(tmp_path, CALL, "other.py")
    other_rule, other_text = marks(tmp_path, untimed, code="LLM105"), marks(tmp_path, CALL.replace("hi", "you"))
    assert len({*here, *there, *other_rule, *other_text}) == 4


def test_stay_wherever_in_a_repository_llmlint_runs(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    whole = marks(tmp_path, CALL, "sub/app.py")
    assert marks(tmp_path / "sub", CALL) == whole != marks(tmp_path, CALL)


def test_stay_when_cells_of_a_notebook_move(tmp_path: Path) -> None:
    imports, call = CALL.rsplit("\n\n", 1)
    assert marks(tmp_path, notebook(imports, call), "a.ipynb") == marks(
        tmp_path, notebook("'''first'''", imports, "x = 1\n" + call), "a.ipynb"
    )


def test_hold_nothing_of_a_key_but_what_is_shown_of_it(tmp_path: Path) -> None:
    one, other = key_of("OpenAI"), key_of("OpenAI", seed=1)
    keys = [one, other[:-4] + one[-4:], one[:-1] + ("y" if one[-1] == "x" else "x")]
    first, same_end, other_end = (marks(tmp_path, f"KEY = '{key}'\n", code="LLM301") for key in keys)
    assert first == same_end != other_end


# -- quotes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [1, 4, None])
def test_lines_of_a_cell_in_the_file(indent: int | None, tmp_path: Path) -> None:
    text = notebook("import openai\n", "# [one, {\\n two]\n\nclient = openai.OpenAI(timeout=3)", CALL, indent=indent)
    text = text.replace('"cells"', '"about": {"text": ["{", "\\"["]}, "cells"')
    findings = check(tmp_path, {"a.ipynb": text}, "LLM101")
    (place,) = [finding.location for finding in findings]
    quotes = Quotes(tmp_path, CATALOG.keys)
    first, last = quotes.lines_in_file(place)
    assert first == last
    assert 'client.responses.create(input=\\"hi\\")' in text.splitlines()[first - 1]
    assert (first > 1) == (indent is not None)
    assert quotes.line(place) == 'client.responses.create(input="hi")'
