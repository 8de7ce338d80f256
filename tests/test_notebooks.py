"""Notebooks: their cells as one program, what IPython adds to Python, and notebooks that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command import CALL, check, run, write

SETUP = "import openai\nclient = openai.OpenAI(timeout=30, max_retries=0)"
ASK = 'client.responses.create(input="hi")'
Place = tuple[int | None, int, int, str]


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **more}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells: Any, **more: Any) -> str:
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **more})


def places(folder: Path, book: str | bytes, *arguments: str) -> list[Place]:
    """Cell, line, column and code of each finding."""
    write(folder, {"book.ipynb": book})
    found = check(folder, *arguments).json["findings"]
    return [(item["cell"], item["line"], item["column"], item["code"]) for item in found]


def problem(folder: Path, book: str | bytes) -> tuple[int | None, int, str]:
    """Cell, line and message of the one finding, an LLM000; a file beside it is judged all the same."""
    write(folder, {"book.ipynb": book, "other.py": CALL})
    unread, other = check(folder).json["findings"]
    assert (other["path"], other["code"]) == ("other.py", "LLM101")
    assert (unread["path"], unread["code"], unread["severity"]) == ("book.ipynb", "LLM000", "warning")
    return unread["cell"], unread["line"], unread["message"]


# -- one program ----------------------------------------------------------------------------------------------


def test_a_client_serves_the_cells_after_it(tmp_path: Path) -> None:
    assert places(tmp_path, notebook(SETUP, "x = 1", f"\n\nreply = {ASK}")) == [(2, 3, 9, "LLM101")]


def test_cells_are_counted_with_those_of_text(tmp_path: Path) -> None:
    book = notebook(text("# Title"), SETUP, text(ASK), code(""), ASK)
    assert places(tmp_path, book) == [(4, 1, 1, "LLM101")]


def test_a_name_bound_again_wins_from_there_on(tmp_path: Path) -> None:
    assert places(tmp_path, notebook(SETUP, ASK, "client = print", ASK)) == [(1, 1, 1, "LLM101")]
    assert places(tmp_path, notebook("client = print", ASK, SETUP, ASK)) == [(3, 1, 1, "LLM101")]


def test_the_source_as_a_list_of_lines(tmp_path: Path) -> None:
    book = notebook(code([f"{line}\n" for line in SETUP.split("\n")]), code(["if True:\n", f"    {ASK}"]))
    assert places(tmp_path, book) == [(1, 2, 5, "LLM101")]


def test_a_loop_around_a_function_of_another_cell(tmp_path: Path) -> None:
    ask = "def ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=9)"
    loop = "while True:\n    try:\n        ask('a')\n        break\n    except Exception:\n        pass"
    assert places(tmp_path, notebook(SETUP, ask, loop), "--select", "LLM201") == [(2, 1, 1, "LLM201")]


def test_related_places_have_their_cells(tmp_path: Path) -> None:
    loop = "while True:\n    try:\n        ask('a')\n        break\n    except Exception:\n        pass"
    ask = "\ndef ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=9)"
    write(tmp_path, {"book.ipynb": notebook(SETUP, ask, loop)})
    (found,) = check(tmp_path, "--select", "LLM201").json["findings"]
    assert {(related["path"], related["cell"]) for related in found["related"]} <= {
        ("book.ipynb", 1),
        ("book.ipynb", 2),
    }
    assert found["related"]


def test_a_module_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"llm.py": SETUP})
    assert places(tmp_path, notebook("from llm import client", ASK)) == [(1, 1, 1, "LLM101")]


def test_text_and_concise_name_the_cell(tmp_path: Path) -> None:
    write(tmp_path, {"book.ipynb": notebook(SETUP, f"# 语\n{ASK}")})
    assert run("check", "--format", "concise", cwd=tmp_path).out.startswith("book.ipynb:cell 1:2:1: LLM101 ")
    assert run("check", cwd=tmp_path).out.splitlines()[2:4] == [f"    2 | {ASK}", "      | ^^^^^^^^^^^^^^^^^^^^^^^"]


def test_await_at_the_top(tmp_path: Path) -> None:
    setup = "import openai\nclient = openai.AsyncOpenAI(timeout=30, max_retries=0)"
    assert places(tmp_path, notebook(setup, f"await {ASK}")) == [(1, 1, 7, "LLM101")]


# -- what IPython adds ----------------------------------------------------------------------------------------

EXTRAS = {
    "a magic": "%matplotlib inline",
    "a shell line": "!pip install 'openai>=1'",
    "a shell line that goes on": "!pip install \\\n  openai \\\n  'it is (broken'",
    "an indented shell line": "if True:\n    !ls (\n    x = 1",
    "an assigned shell line": "files = !ls {folder}",
    "an assigned magic": "env = %env HOME",
    "help": "?client\nclient?\nclient.responses??",
    "a command without a sign": "pip install openai",
    "another command without a sign": "cd ../data",
    "a magic after a remainder": "x = (1\n     % 2)\n%time",
    "a magic after a text": 'x = """\n%no magic\n! none (\n"""\n%time',
    "a magic under a comment": "# time it\n%time",
    "a timed loop": "%time for x in range(3): print(x)",
    "options": "%timeit -n 10 print()",
}


@pytest.mark.parametrize("extra", EXTRAS)
def test_magics_and_shell_lines(tmp_path: Path, extra: str) -> None:
    lines = EXTRAS[extra].count("\n") + 2
    assert places(tmp_path, notebook(SETUP, f"{EXTRAS[extra]}\n{ASK}")) == [(1, lines, 1, "LLM101")]


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "\n%%timeit -n 3", "# note\n%%time"])
def test_cell_magics_around_python(tmp_path: Path, magic: str) -> None:
    assert places(tmp_path, notebook(SETUP, f"{magic}\n{ASK}")) == [(1, magic.count("\n") + 2, 1, "LLM101")]


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile app.py", "%%html", "%%sql db", "%%!", "%%javascript", "%%R"])
def test_cell_magics_around_anything_else(tmp_path: Path, magic: str) -> None:
    assert places(tmp_path, notebook(SETUP, f"{magic}\n{ASK}\nfi (((", ASK)) == [(2, 1, 1, "LLM101")]


@pytest.mark.parametrize("magic", ["%time", "%timeit", "%prun  "])
def test_a_timed_statement_keeps_its_columns(tmp_path: Path, magic: str) -> None:
    timed = f"{magic} reply = {ASK}"
    assert places(tmp_path, notebook(SETUP, timed)) == [(1, 1, timed.index("client") + 1, "LLM101")]


def test_a_cell_that_is_python_is_left_alone(tmp_path: Path) -> None:
    """Lines that begin like magics, in a statement of many lines."""
    prompt = f'PROMPT = """\n%s !\n! {ASK}\npip install x\n"""\nx = (7\n  % 3)\n{ASK}'
    assert places(tmp_path, notebook(SETUP, prompt)) == [(1, 8, 1, "LLM101")]


EXPORTED = {
    "cells": f"# %%\n{SETUP}\n\n# %% [markdown]\n# Text\n\n# %%\n{ASK}\n",
    "numbered": f"#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\n{SETUP}\n\n\n# In[ ]:\n\n\n{ASK}\n",
    "get_ipython": f"get_ipython().system('pip install x')\nget_ipython().magic('time')\n{SETUP}\n{ASK}\n",
    "raw": f"!pip install openai\n%load_ext dotenv\n{SETUP}\nfiles = !ls\n{ASK}\n",
    "raw, with other line ends": f"!pip install \\\r\n  openai\r\n{SETUP}\r\n{ASK}\r\n",
    "databricks": f"# Databricks notebook source\n# MAGIC %pip install openai\n# COMMAND ----------\n{SETUP}\n{ASK}\n",
}


@pytest.mark.parametrize("export", EXPORTED)
def test_python_files_exported_from_notebooks(tmp_path: Path, export: str) -> None:
    source = EXPORTED[export]
    write(tmp_path, {"book.py": source})
    assert check(tmp_path).findings == [("book.py", source[: source.index(ASK)].count("\n") + 1, "LLM101")]


def test_a_python_file_that_is_broken_beside_its_magics(tmp_path: Path) -> None:
    write(tmp_path, {"book.py": f"!ls\n{SETUP}\nx = (\n"})
    assert check(tmp_path).codes == ["LLM000"]


# -- cells that are broken ------------------------------------------------------------------------------------


def test_a_broken_cell_costs_that_cell(tmp_path: Path) -> None:
    write(tmp_path, {"book.ipynb": notebook(SETUP, "x = 1\ny = = 2", ASK, "print 'a'")})
    found = check(tmp_path).json["findings"]
    assert [(item["cell"], item["line"], item["code"]) for item in found] == [
        (1, 2, "LLM000"),
        (2, 1, "LLM101"),
        (3, 1, "LLM000"),
    ]
    assert found[0]["message"] == "syntax error: invalid syntax"


@pytest.mark.parametrize(
    "broken", ["x = (", "x = '''", "def f():", "  x = 1", "x = 1 \\", "\x0c(", "a\u2028b", "\ud800("]
)
def test_a_cell_that_would_swallow_the_next(tmp_path: Path, broken: str) -> None:
    assert (2, 1, 1, "LLM101") in places(tmp_path, notebook(SETUP, broken, ASK))


def test_a_lone_surrogate_in_a_text(tmp_path: Path) -> None:
    book = notebook(SETUP, f"x = '\ud83d'; {ASK}")
    assert places(tmp_path, book) == [(1, 1, 10, "LLM101")]


# -- notebooks of other kinds ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "R"}},
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"kernelspec": {"language": "julia"}, "language_info": {"name": "julia"}},
    ],
)
def test_another_language(tmp_path: Path, metadata: dict[str, Any]) -> None:
    book = notebook("library(openai)\nfrom openai import", ASK, metadata=metadata)
    assert places(tmp_path, book) == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "python", "version": "3.12"}},
        {"kernelspec": {"name": "conda-env-x", "display_name": "X", "language": "python"}},
        {"language_info": {"name": "pyspark"}},
        {"kernelspec": {"name": "some-kernel"}},
        {"kernelspec": None, "language_info": []},
        None,
        [],
    ],
)
def test_python_by_whatever_name(tmp_path: Path, metadata: Any) -> None:
    assert places(tmp_path, notebook(SETUP, ASK, metadata=metadata)) == [(1, 1, 1, "LLM101")]


def test_a_cell_in_another_language(tmp_path: Path) -> None:
    other = code("SELECT (((", metadata={"vscode": {"languageId": "sql"}})
    assert places(tmp_path, notebook(SETUP, other, ASK)) == [(2, 1, 1, "LLM101")]


def test_outputs_are_not_code_and_may_be_huge(tmp_path: Path) -> None:
    output = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 300_000, "text/plain": [ASK]}}
    assert places(tmp_path, notebook(SETUP, code(ASK, outputs=[output]))) == [(1, 1, 1, "LLM101")]


def test_a_huge_program(tmp_path: Path) -> None:
    said = problem(tmp_path, notebook(SETUP, f"x = '{'a' * 1_100_000}'"))
    assert said == (None, 1, "larger than 1,000,000 bytes (max-file-size): not parsed")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bytes_in_front_and_line_ends(tmp_path: Path, newline: str) -> None:
    book = json.dumps(json.loads(notebook(SETUP, f"x = 'é😀'; {ASK}")), indent=1, ensure_ascii=False)
    data = b"\xef\xbb\xbf" + book.replace("\n", newline).encode()
    assert places(tmp_path, data) == [(1, 1, 11, "LLM101")]


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [None, 1, "text", [], {}, {"cell_type": "code"}],
        [code(""), code([]), code(None), code(["", None, 3])],
        [{"cell_type": 3, "source": 3}, {"source": ASK}],
    ],
)  # fmt: skip
def test_nothing_to_read(tmp_path: Path, cells: list[Any]) -> None:
    write(tmp_path, {"book.ipynb": json.dumps({"nbformat": 4, "cells": cells})})
    assert check(tmp_path).codes == []
    write(tmp_path, {"book.ipynb": json.dumps({"nbformat": 4, "cells": [*cells, code(SETUP), code(ASK)]})})
    (found,) = check(tmp_path).json["findings"]
    assert (found["cell"], found["line"], found["code"]) == (len(cells) + 1, 1, "LLM101")


# -- notebooks that are none ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("book", "line", "message"),
    [
        ("", 1, "empty notebook"),
        (" \n\n", 1, "empty notebook"),
        ("[]", 1, "not a notebook: its JSON is no object"),
        ("null", 1, "not a notebook: its JSON is no object"),
        ("{}", 1, "not a notebook: it has no list of cells"),
        ('{"cells": {}}', 1, "not a notebook: it has no list of cells"),
        ('{"cells": [\n}', 2, "not valid JSON: "),
        ('{"cells": []}\n{}', 2, "not valid JSON: "),
        ('{"nbformat": 3, "worksheets": [{"cells": []}]}', 1, "notebook format 3, which is too old: "),
        ('{"worksheets": [], "nbformat": null}', 1, "notebook format 3, which is too old: "),
        ('{"nbformat": 2, "cells": []}', 1, "notebook format 2, which is too old: "),
        ("[" * 100_000, 1, "JSON nested too deeply"),
        (b'{"cells": ["\xff"]}', 1, "not valid UTF-8"),
        ("{}".encode("utf-16"), 1, "encoded in UTF-16, not UTF-8"),
        (b'{"cells": []}\0', 1, "contains a NUL byte"),
    ],
)  # fmt: skip
def test_a_notebook_that_is_none(tmp_path: Path, book: str | bytes, line: int, message: str) -> None:
    cell, place, said = problem(tmp_path, book)
    assert (cell, place) == (None, line)
    assert said.startswith(message)


def test_a_number_of_more_digits_than_python_reads(tmp_path: Path) -> None:
    write(tmp_path, {"book.ipynb": '{"cells": [' + "1" * 5000 + "]}", "other.py": CALL})
    assert check(tmp_path).codes[-1] == "LLM101"


def test_merge_conflict_marks(tmp_path: Path) -> None:
    book = json.dumps(json.loads(notebook(SETUP, ASK)), indent=1).split("\n")
    book[5:5] = ["<<<<<<< HEAD", '   "execution_count": 3,', "=======", '   "execution_count": 4,', ">>>>>>> other"]
    assert problem(tmp_path, "\n".join(book)) == (None, 6, "merge-conflict marks in the notebook")
