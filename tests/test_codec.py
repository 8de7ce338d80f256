"""Facts written as JSON come back as they were; nothing else comes back at all."""

from __future__ import annotations

import json
from pprint import pformat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmlint import codec
from llmlint.catalog import Catalog, Example
from llmlint.engine import Engine, Extraction, Request, Setup

CATALOG = Catalog()
ENGINE = Engine(Setup.of(CATALOG, 1_000_000), CATALOG)
SUFFIXES = {"python": ".py", "typescript": ".ts"}
EXAMPLES = [
    pytest.param(example, id=f"{rule.code}-{number}")
    for rule in CATALOG.rules.values()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_facts_come_back(example: Example) -> None:
    path = example.path or f"example{SUFFIXES.get(example.language, '')}"
    for code in (example.risky, example.safe):
        found = ENGINE.run(Request(path, code.encode(), is_asked=True, is_named=True, always=True))
        back = codec.loads(codec.dumps(found))
        assert isinstance(back, Extraction)
        assert pformat(back) == pformat(found)


def test_a_chain_of_any_depth_comes_back() -> None:
    code = "import openai\nx = a" + ".b" * 3000 + "\nprint(" + " + ".join(["x"] * 300) + ")\n"
    found = ENGINE.run(Request("chain.py", code.encode()))
    assert found.facts is not None
    assert codec.dumps(codec.loads(codec.dumps(found))) == codec.dumps(found)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", ENGINE])
def test_what_is_no_fact_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        codec.dumps([value])


NAMES = [
    "values.Literal",
    "facts.Span",
    "facts.field",
    "os.system",
    "cli.main",
    "facts",
    "engine.Engine",
    "findings.Severity",
]


@given(
    st.lists(st.sampled_from(NAMES), max_size=3),
    st.lists(st.lists(st.none() | st.text(max_size=3) | st.integers(-2, 5) | st.sampled_from("#ntlsda"), max_size=4)),
)
def test_a_foreign_table_makes_facts_or_fails(names: list[str], rows: list[list[object]]) -> None:
    try:
        found = codec.loads(json.dumps([names, rows]).encode())
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
        return
    assert type(found).__module__ in ("builtins", "array", "llmlint.facts", "llmlint.findings", "llmlint.values")
