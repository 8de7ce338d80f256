"""Programs give the same facts whether Python reads them or, as what Python refuses, libcst."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from support import CATALOG
from test_positions import BLOCKS, EXAMPLES, PROGRAMS, agrees

from llmlint.catalog import Example
from llmlint.codec import dumps, without_arrays
from llmlint.languages.python import extract, parsing
from llmlint.source import python_tree


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_facts(program: str) -> None:
    are_the_same(textwrap.dedent(program))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_facts_of_the_examples(example: Example) -> None:
    for text in (example.risky, example.safe):
        are_the_same(text)


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "facts").glob("*.py")), ids=lambda path: path.name)
def test_facts_of_whole_files(path: Path) -> None:
    are_the_same(path.read_text(encoding="utf-8"))


@given(BLOCKS)
@settings(max_examples=60, deadline=None)
def test_facts_of_any_program(program: str) -> None:
    if python_tree(program) is not None:
        are_the_same(program)


def are_the_same(text: str) -> None:
    ours = extract("main.py", text, CATALOG.interest, CATALOG.setting_names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "python_tree", lambda _: None)
        theirs = extract("main.py", text, CATALOG.interest, CATALOG.setting_names)
    agrees(text, theirs)
    assert without_arrays(dumps(ours)) == without_arrays(dumps(theirs))
