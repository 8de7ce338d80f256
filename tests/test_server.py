"""``llmlint server``, asked by a client over its standard input and output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import CALL, CLEAN, run, write
from language_client import Client

pytest.importorskip("pygls")

LOOP = """\
from helper import ask


def work():
    while True:
        try:
            return ask()
        except Exception:
            pass
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(tmp_path_factory.mktemp("workspace")) as client:
        yield client


@pytest.fixture
def client(server: Client, tmp_path: Path) -> Client:
    """A client in a project of its own; to start a server for each takes long."""
    write(tmp_path, {"llmlint.toml": "output-cap = 800\n", "helper.py": "def ask():\n    return 1\n"})
    server.folder = tmp_path
    return server


def codes(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(found["code"], found["range"]["start"]["line"]) for found in diagnostics]


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text in UTF-16 after edits."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=_start, reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        units = lines[start["line"]].encode("utf-16-le")
        new = units[: 2 * start["character"]] + edit["newText"].encode("utf-16-le") + units[2 * end["character"] :]
        lines[start["line"]] = new.decode("utf-16-le")
    return "".join(lines)


def _start(edit: dict[str, Any]) -> tuple[int, int]:
    start = edit["range"]["start"]
    return start["line"], start["character"]


def test_diagnostics_follow_what_is_typed(client: Client) -> None:
    assert codes(client.open("app.py", CALL)) == [("LLM101", 3)]
    assert client.change("app.py", CLEAN, 2) == []
    assert codes(client.change("app.py", "import os\n" + CALL, 3)) == [("LLM101", 4)]
    assert codes(client.change("app.py", "def (\n", 4)) == [("LLM000", 0)]


def test_columns_count_utf16_units(client: Client) -> None:
    (found,) = client.open("app.py", CALL.replace("client.resp", "e = '😀é'; client.resp"))
    assert found["range"] == {"start": {"line": 3, "character": 11}, "end": {"line": 3, "character": 34}}


def test_other_files_count_saved_or_not(client: Client) -> None:
    assert client.open("loop.py", LOOP) == []
    helper = CALL.replace("client.responses", "def ask():\n    return client.responses")
    client.open("helper.py", helper)
    found = {found["code"]: found for found in client.diagnostics("loop.py", 1)}
    related = [other["location"]["uri"] for other in found["LLM201"]["relatedInformation"]]
    assert related == [client.uri("loop.py")] * 2


def test_hover(client: Client) -> None:
    client.open("app.py", CALL)
    text = client.at("hover", "app.py", 3, 4)["contents"]["value"]
    assert text.startswith("**LLM101 missing-output-cap**: responses.create sets no max_output_tokens")
    assert "*Incident 002:* $4,218 in 48 hours" in text
    assert client.at("hover", "app.py", 0, 0) is None


def test_actions(client: Client) -> None:
    text = CALL.replace("client.resp", "e = '😀'; client.resp")
    client.open("app.py", text)
    fix, ignore = client.at("codeAction", "app.py", 3, 12)
    assert (fix["title"], fix["isPreferred"]) == ("llmlint: mend LLM101", True)
    mended = applied(text, fix["edit"]["changes"][client.uri("app.py")])
    assert mended == text.replace('"hi"', '"hi", max_output_tokens=800')
    assert client.change("app.py", mended, 2) == []
    assert ignore["title"] == "llmlint: ignore LLM101 here"
    ignored = applied(text, ignore["edit"]["changes"][client.uri("app.py")])
    assert "# llmlint: ignore[LLM101]\ne = " in ignored
    assert client.change("app.py", ignored, 3) == []


def test_a_second_suppression_joins_the_first(client: Client) -> None:
    text = (
        "import openai\n\nif 1:\n    # llmlint: ignore[LLM105] why\n    openai.responses.create(\n        input='hi')\n"
    )
    assert codes(client.open("app.py", text)) == [("LLM101", 4)]
    *_, ignore = client.at("codeAction", "app.py", 4, 10)
    ignored = applied(text, ignore["edit"]["changes"][client.uri("app.py")])
    assert "    # llmlint: ignore[LLM105, LLM101] why\n" in ignored
    assert client.change("app.py", ignored, 2) == []


def test_infrastructure(client: Client) -> None:
    write(client.folder, {"llmlint.toml": "queues-everywhere = true\n"})
    policy = "redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn })"
    text = f'resource "aws_sqs_queue" "work" {{\n  {policy}\n}}\nresource "aws_sqs_queue" "dlq" {{}}\n'
    assert codes(client.open("main.tf", text)) == [("LLM501", 0)]
    fix, ignore = client.at("codeAction", "main.tf", 0, 3)
    mended = applied(text, fix["edit"]["changes"][client.uri("main.tf")])
    assert mended == text.replace("arn })", "arn, maxReceiveCount = 5 })")
    ignored = applied(text, ignore["edit"]["changes"][client.uri("main.tf")])
    assert client.change("main.tf", ignored, 2) == []


def test_no_comment_goes_where_there_are_none(client: Client) -> None:
    write(client.folder, {"llmlint.toml": "queues-everywhere = true\n"})
    text = '{"Resources": {"Work": {"Type": "AWS::SQS::Queue"}}}\n'
    assert codes(client.open("template.json", text)) == [("LLM501", 0)]
    assert client.at("codeAction", "template.json", 0, 17) == []


def test_what_is_closed_is_forgotten(client: Client) -> None:
    client.open("app.py", CALL)
    client.notify("textDocument/didClose", {"textDocument": {"uri": client.uri("app.py")}})
    assert client.diagnostics("app.py", None) == []


def test_a_configuration_that_is_saved(client: Client) -> None:
    client.open("app.py", CALL)
    write(client.folder, {"llmlint.toml": 'ignore = ["LLM101"]\n'})
    client.notify("textDocument/didSave", {"textDocument": {"uri": client.uri("llmlint.toml")}})
    assert client.diagnostics("app.py", 1) == []


def test_a_broken_configuration(client: Client) -> None:
    write(client.folder, {"other/llmlint.toml": "ignore = 1\n"})
    document = {"uri": client.uri("other/app.py"), "languageId": "python", "version": 1, "text": CALL}
    client.notify("textDocument/didOpen", {"textDocument": document})
    client.notify("textDocument/didChange", {"textDocument": {**document, "version": 2}, "contentChanges": []})
    assert client.at("hover", "other/app.py", 0, 0) is None
    (message,) = client.messages()
    assert "ignore is 1, not a list of strings" in message


def test_what_is_no_file(client: Client) -> None:
    document = {"uri": "untitled:Untitled-1", "languageId": "python", "version": 1, "text": CALL}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert codes(client.open("app.py", CALL)) == [("LLM101", 3)]


def test_the_json_of_a_notebook(client: Client) -> None:
    """Its cells are no lines of it."""
    text = json.dumps({"cells": [{"cell_type": "code", "source": CALL}], "nbformat": 4})
    write(client.folder, {"book.ipynb": text})
    document = {"uri": client.uri("book.ipynb"), "languageId": "json", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    client.notify("textDocument/didChange", {"textDocument": {**document, "version": 2}, "contentChanges": []})
    assert codes(client.open("app.py", CALL)) == [("LLM101", 3)]
    assert not client.at("codeAction", "book.ipynb", 3, 0)


def test_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("llmlint.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    done = run("server", cwd=tmp_path)
    assert done.code == 2
    assert done.err == "llmlint: error: llmlint server needs the extra llmlint[lsp]: there is no lsprotocol\n"
