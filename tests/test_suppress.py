"""Suppression comments: where they reach, what they may say, and that none of them is left over unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import CALL, check, write

HEAD = "import openai\n\nclient = openai.OpenAI(timeout=30, max_retries=0)\n"
UNUSED = "this comment suppresses {}, but nothing here would be reported as that"


def codes(folder: Path, program: str, *arguments: str) -> list[str]:
    write(folder, {"app.py": program})
    return check(folder, *arguments).codes


def comment(text: str) -> str:
    """The program with one finding, LLM101, and a comment on its line."""
    return CALL.rstrip("\n") + f"  {text}\n"


# -- where a comment reaches ----------------------------------------------------------------------------------

PLACES = {
    "the end of the line": """
        client.responses.create(input="hi")  # HERE
    """,
    "alone on the line above": """
        # HERE
        client.responses.create(input="hi")
    """,
    "above another comment": """
        # HERE
        # and why it may do so
        client.responses.create(input="hi")
    """,
    "the first line of a call": """
        client.responses.create(  # HERE
            input="hi",
        )
    """,
    "a line inside a call": """
        reply = client.responses.create(
            input="hi",  # HERE
            model="o3",
        )
    """,
    "alone on a line inside a call": """
        reply = client.responses.create(
            # HERE
            input="hi",
        )
    """,
    "the last line of a call": """
        reply = client.responses.create(
            input="hi",
        )  # HERE
    """,
    "a line that a backslash goes on": """
        reply = \\
            client.responses.create(input="hi")  # HERE
    """,
    "a statement around the call": """
        print(
            [
                client.responses.create(input="hi")
            ],  # HERE
        )
    """,
    "a string over many lines in the call": '''
        client.responses.create(input="""
            # no comment: "
        """)  # HERE
    ''',
    "behind another comment": """
        client.responses.create(input="hi")  # type: ignore  # HERE
    """,
    "a line with two statements": """
        a = 1; client.responses.create(input="hi")  # HERE
    """,
    "a header": """
        if client.responses.create(input="hi"):  # HERE
            pass
    """,
    "an indented line": """
        def ask():
            if True:
                # HERE
                return client.responses.create(input="hi")
    """,
}  # fmt: skip


def program(text: str, directive: str) -> str:
    from textwrap import dedent

    return HEAD + dedent(text).replace("HERE", directive)


@pytest.mark.parametrize("place", PLACES)
def test_reaches(tmp_path: Path, place: str) -> None:
    assert codes(tmp_path, program(PLACES[place], "HERE")) == ["LLM101"]
    assert codes(tmp_path, program(PLACES[place], "llmlint: ignore[LLM101] it is short")) == []


ELSEWHERE = {
    "the line below": """
        client.responses.create(input="hi")
        # HERE
    """,
    "above an empty line": """
        # HERE

        client.responses.create(input="hi")
    """,
    "the end of the line above": """
        a = 1  # HERE
        client.responses.create(input="hi")
    """,
    "the header of the block": """
        if True:  # HERE
            client.responses.create(input="hi")
    """,
    "another line of the block": """
        def ask():
            a = 1
            # HERE
            b = 2
            return client.responses.create(input="hi")
    """,
    "a string": """
        text = "  # HERE"
        client.responses.create(input="# HERE")
    """,
    "a string over many lines": '''
        client.responses.create(input="""
        # HERE
        """)
    ''',
    "the docstring": '''
        def ask():
            """# HERE"""
            return client.responses.create(input="hi")
    ''',
    "a formatted string": """
        client.responses.create(input=f"{client} # HERE")
    """,
    "prose": """
        client.responses.create(input="hi")  # see HERE
    """,
}  # fmt: skip


@pytest.mark.parametrize("place", ELSEWHERE)
def test_does_not_reach(tmp_path: Path, place: str) -> None:
    text = program(ELSEWHERE[place], "llmlint: ignore[LLM101]")
    assert "LLM101" in codes(tmp_path, text, "--ignore", "LLM001")


@pytest.mark.parametrize("place", ["a string", "a string over many lines", "the docstring", "prose"])
def test_what_is_no_comment_is_no_directive(tmp_path: Path, place: str) -> None:
    assert codes(tmp_path, program(ELSEWHERE[place], "llmlint: ignore[LLM105]")) == ["LLM101"]


RETRY = """\
import tenacity

ABOVE
@tenacity.retry(wait=tenacity.wait_fixed(1))  FIRST
@print  SECOND
def ask(prompt):  HEADER
    return client.responses.create(input=prompt, max_output_tokens=9)  BODY
"""


@pytest.mark.parametrize("place", ["ABOVE", "FIRST", "SECOND", "HEADER"])
def test_decorators_and_what_they_decorate_are_one_statement(tmp_path: Path, place: str) -> None:
    def retry(directive: str) -> str:
        text = HEAD + RETRY.replace(place, directive)
        for other in ("ABOVE", "FIRST", "SECOND", "HEADER", "BODY"):
            text = text.replace(other, "")
        return text

    assert codes(tmp_path, retry("#"), "--select", "LLM202,LLM001") == ["LLM202"]
    assert codes(tmp_path, retry("# llmlint: ignore[LLM202]"), "--select", "LLM202,LLM001") == []


def test_the_body_is_another_statement(tmp_path: Path) -> None:
    text = HEAD + RETRY.replace("ABOVE", "").replace("FIRST", "").replace("SECOND", "").replace("HEADER", "")
    text = text.replace("BODY", "# llmlint: ignore[LLM202]")
    assert codes(tmp_path, text, "--select", "LLM202,LLM001") == ["LLM202", "LLM001"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_whatever_ends_the_lines(tmp_path: Path, newline: str) -> None:
    text = program(PLACES["a line inside a call"], "llmlint: ignore[LLM101]")
    assert codes(tmp_path, text.replace("\n", newline)) == []


def test_ignore_file(tmp_path: Path) -> None:
    assert codes(tmp_path, CALL + CALL + "# llmlint: ignore-file[LLM101] a demo\n") == []
    assert codes(tmp_path, "x = 1  # llmlint: ignore-file[LLM1]\n" + CALL) == []
    write(tmp_path, {"other.py": CALL})
    assert check(tmp_path).findings == [("other.py", 4, "LLM101")]


# -- what it may say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "# llmlint: ignore[LLM101]",
        "# llmlint:ignore[LLM101]",
        "#llmlint: ignore [LLM101]",
        "# llmlint: ignore[llm101]",
        "# LLMLint: Ignore[LLM101]",
        "# llmlint: ignore[LLM101]: the prompt says how long",
        "# llmlint: ignore[LLM1]",
        "# llmlint: ignore[LLM]",
        "# llmlint: ignore[ALL]",
        "# llmlint: ignore[missing-output-cap]",
        "# noqa: E501  # llmlint: ignore[LLM101]",
        "# llmlint: ignore[LLM101]  # noqa: E501",
    ],
)
def test_directives(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, comment(text)) == []


def test_several_codes_and_several_directives(tmp_path: Path) -> None:
    call = "import openai\nopenai.OpenAI().responses.create(input='hi')"
    assert codes(tmp_path, call) == ["LLM101", "LLM105"]
    assert codes(tmp_path, f"{call}  # llmlint: ignore[LLM101, LLM105] both\n") == []
    assert codes(tmp_path, f"{call}  # llmlint: ignore[LLM101]  # llmlint: ignore[LLM105]\n") == []
    assert codes(tmp_path, f"# llmlint: ignore-file[LLM105]\n{call}  # llmlint: ignore[LLM101]\n") == []


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("# noqa: LLM101", True),
        ("# noqa:LLM101", True),
        ("# NOQA: llm101", True),
        ("# noqa: E501,LLM101", True),
        ("# noqa: E501, LLM101 and why", True),
        ("# noqa: LLM1", True),
        ("# type: ignore  # noqa: LLM101", True),
        ("# noqa", True),
        ("# noqa  it is short", True),
        ("# noqa: E501", False),
        ("# noqa: LLM105", False),
        ("# noqa: missing-output-cap", False),
        ("# noqa:", False),
        ("# noqaed", False),
        ("# llmlint: ignore[LLM105]  # noqa: LLM001", False),
    ],
)
def test_noqa(tmp_path: Path, text: str, is_silent: bool) -> None:
    assert codes(tmp_path, comment(text)) == ([] if is_silent else ["LLM101"])


def test_noqa_on_the_line_above_says_nothing(tmp_path: Path) -> None:
    assert codes(tmp_path, CALL.replace("client.resp", "# noqa: LLM101\nclient.resp")) == ["LLM101"]


# -- what is left over ----------------------------------------------------------------------------------------


def leftover(folder: Path, program: str, *arguments: str) -> list[tuple[int, int, str]]:
    write(folder, {"app.py": program})
    found = check(folder, *arguments).json["findings"]
    assert all((item["name"], item["severity"]) == ("unused-suppression", "warning") for item in found)
    return [(item["line"], item["column"], item["message"]) for item in found]


def test_a_directive_that_suppresses_nothing(tmp_path: Path) -> None:
    capped = CALL.replace('"hi")', '"hi", max_output_tokens=9)  # llmlint: ignore[LLM101]')
    assert leftover(tmp_path, capped) == [(4, 59, UNUSED.format("LLM101"))]
    assert leftover(tmp_path, "# llmlint: ignore-file[LLM1, LLM201]\n") == [(1, 1, UNUSED.format("LLM1, LLM201"))]


def test_a_code_that_suppresses_nothing_beside_one_that_does(tmp_path: Path) -> None:
    text = comment("# llmlint: ignore[LLM101, LLM105]")
    assert leftover(tmp_path, text) == [(4, 38, UNUSED.format("LLM105"))]


@pytest.mark.parametrize("paths", [[], ["app.py"], ["app.py", "b.py"]])
def test_it_is_left_over_in_files_without_an_sdk_too(tmp_path: Path, paths: list[str]) -> None:
    write(tmp_path, {"app.py": "import os  # llmlint: ignore[LLM101]\n", "b.py": ""})
    assert check(tmp_path, *paths).findings == [("app.py", 1, "LLM001")]


@pytest.mark.parametrize("text", ["# noqa", "# noqa: LLM105", "# noqa: LLM101,LLM105", "# noqa: LLM999"])
def test_noqa_is_never_left_over(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, comment(text), "--select", "LLM001") == []


def test_a_directive_for_a_rule_that_does_not_run_is_not_left_over(tmp_path: Path) -> None:
    text = comment("# llmlint: ignore[LLM105, LLM209]")
    assert codes(tmp_path, text, "--select", "LLM101,LLM001") == ["LLM101"]
    write(tmp_path, {"llmlint.toml": '[per-file-ignores]\n"app.py" = ["LLM105"]\n'})
    assert codes(tmp_path, text) == ["LLM101"]


def test_what_is_left_over_can_itself_be_suppressed(tmp_path: Path) -> None:
    text = "# llmlint: ignore-file[LLM001]\nx = 1  # llmlint: ignore[LLM101]\n"
    assert codes(tmp_path, text) == []
    assert codes(tmp_path, "x = 1  # llmlint: ignore[LLM101]\n", "--ignore", "LLM001") == []
    assert codes(tmp_path, "x = 1  # llmlint: ignore[ALL]\n") == ["LLM001"]


def test_a_file_that_cannot_be_parsed_has_no_leftovers(tmp_path: Path) -> None:
    assert codes(tmp_path, "def  # llmlint: ignore[LLM101]\n") == ["LLM000"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# llmlint: ignore", "it names no rule: write ignore[LLM101]"),
        ("# llmlint: ignore LLM101", "it names no rule: write ignore[LLM101]"),
        ("# llmlint: ignore[LLM101", "it names no rule: write ignore[LLM101]"),
        ("# llmlint: ignore[]", "it names no rule: write ignore[LLM101]"),
        ("# llmlint: ignore-file", "it names no rule: write ignore-file[LLM101]"),
        ("# llmlint: ignore[LLM999]", "LLM999 is no rule"),
        ("# llmlint: ignore[LLM101, E501]", "E501 is no rule"),
        ("# llmlint: ignore[LLM101 LLM105]", "LLM101 LLM105 is no rule"),
        ("# llmlint: disable=LLM101", "'disable=LLM101' is not a directive: write ignore[...] or ignore-file[...]"),
        ("# llmlint: ignore-files[LLM101]", "'ignore-files' is not a directive: write ignore[...] or ignore-file[...]"),
        ("# llmlint: noqa", "'noqa' is not a directive: write ignore[...] or ignore-file[...]"),
    ],
)
def test_a_directive_that_cannot_be_understood_suppresses_nothing(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, {"app.py": comment(text)})
    suppressed, leftover = check(tmp_path).json["findings"]
    assert suppressed["code"] == "LLM101"
    assert (leftover["code"], leftover["line"], leftover["column"]) == ("LLM001", 4, 38)
    assert leftover["message"] == f"this suppression comment can't be understood: {problem}"


# -- notebooks ------------------------------------------------------------------------------------------------


def notebook(*cells: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def places(folder: Path, *cells: str) -> list[tuple[int, int, str]]:
    write(folder, {"book.ipynb": notebook(*cells)})
    return [(found["cell"], found["line"], found["code"]) for found in check(folder).json["findings"]]


def test_in_a_notebook(tmp_path: Path) -> None:
    call = 'client.responses.create(input="hi")'
    assert places(tmp_path, HEAD, call) == [(1, 1, "LLM101")]
    assert places(tmp_path, HEAD, f"{call}  # llmlint: ignore[LLM101]") == []
    assert places(tmp_path, HEAD, call, "# llmlint: ignore-file[LLM101]") == []
    assert places(tmp_path, HEAD, f"# llmlint: ignore[LLM105]\n{call}") == [(1, 1, "LLM001"), (1, 2, "LLM101")]


def test_a_comment_at_the_end_of_a_cell_says_nothing_of_the_next(tmp_path: Path) -> None:
    cells = (HEAD + "# llmlint: ignore[LLM101]", 'client.responses.create(input="hi")')
    assert places(tmp_path, *cells) == [(0, 4, "LLM001"), (1, 1, "LLM101")]
