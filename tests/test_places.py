"""What a finding points at is what stands there, whatever ends the lines and whatever stands before it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command import check, write

# Each call is marked by the name of its input.
PROGRAM = """\
import openai

client = openai.OpenAI(timeout=30, max_retries=0)
a = client.responses.create(input="plain")
语 = "😀 e\u0301 \U0001f469\u200d\U0001f467"; b = client.responses.create(input="wide")
c = [
    "\t", 'é', client.responses.create(
        input="within"),
]
d = \"\"\"
 语 two
\x0c lines \"\"\" , client.responses.create(input="after a text")
e = \\
  client.responses.create(input="continued")
f = f"{client.responses.create(input='formatted')} 😀 {client.responses.create(input='again')}"
if a:
\tg = client.responses.create(input="tab")
\x0c
h = "\u2028\x0b\x1c\x85"; client.responses.create(input="no line ends")
"""
CALLS = ["plain", "wide", "within", "after a text", "continued", "formatted", "again", "tab", "no line ends"]


def pointed_at(folder: Path, data: bytes, text: str) -> list[str]:
    """What each finding points at, and what follows it."""
    write(folder, {"app.py": data})
    lines = re.split(r"\r\n|\r|\n", text)
    found = []
    for finding in check(folder, "--select", "LLM101").json["findings"]:
        assert finding["line"] == finding["end_line"]
        line = lines[finding["line"] - 1]
        assert line[finding["column"] - 1 : finding["end_column"] - 1] == "client.responses.create"
        following = re.search(r"input=['\"](.*?)['\"]", "".join([line[finding["column"] :], *lines[finding["line"] :]]))
        assert following is not None
        found.append(following[1])
    return found


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "BOM"])
def test_places(tmp_path: Path, newline: str, mark: bytes) -> None:
    text = PROGRAM.replace("\n", newline)
    assert pointed_at(tmp_path, mark + text.encode(), text) == CALLS


def test_places_where_line_ends_are_mixed(tmp_path: Path) -> None:
    ends = iter(["\n", "\r\n", "\r"] * 20)
    text = re.sub("\n", lambda _: next(ends), PROGRAM)
    assert pointed_at(tmp_path, text.encode(), text) == CALLS


def test_places_in_another_encoding(tmp_path: Path) -> None:
    text = "# coding: gb18030\n" + PROGRAM
    assert pointed_at(tmp_path, text.encode("gb18030"), text) == CALLS


@pytest.mark.parametrize("indent", [None, 1], ids=["one line", "many lines"])
def test_places_in_a_notebook(tmp_path: Path, indent: int | None) -> None:
    first, second, third = re.split(r"\n(?=c = |if a)", PROGRAM)
    cells = [first, "%pwd", f"%time print()\n{second}", third]
    book = {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    write(tmp_path, {"book.ipynb": json.dumps(book, indent=indent)})
    found = check(tmp_path, "--select", "LLM101").json["findings"]
    assert len(found) == len(CALLS)
    for finding in found:
        line = cells[finding["cell"]].split("\n")[finding["line"] - 1]
        assert line[finding["column"] - 1 : finding["end_column"] - 1] == "client.responses.create"
