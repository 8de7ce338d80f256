"""Each rule's risky and safe examples, which live with its metadata in ``rules/``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from samples import key_of

from llmlint.catalog import Catalog, Example, Rule
from llmlint.config import Config
from llmlint.discover import discover
from llmlint.project import Project

CATALOG = Catalog()
SUFFIXES = {"python": "py", "typescript": "ts", "terraform": "tf", "yaml": "yaml"}
CASES = [(rule, example) for rule in CATALOG.rules.values() for example in rule.examples]
MARK = re.compile(r"(?:#|//)\s*((?:LLM\d{3}[, ]*)+)$")


def findings(folder: Path, rule: Rule, code: str, example: Example) -> list[tuple[int, str]]:
    file = folder / (example.path or f"example.{SUFFIXES[example.language]}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code.replace("sk-proj-...", key_of("OpenAI")))
    config = Config(extend_select=(rule.code,), options={"queues-everywhere": True})
    report = Project(discover([folder], folder, ()), config, CATALOG).check()
    assert not report.errors
    return sorted((finding.location.line, finding.code) for finding in report.findings)


def marked(code: str) -> list[tuple[int, str]]:
    found = []
    for number, line in enumerate(code.splitlines(), 1):
        match = MARK.search(line)
        if match:
            found.extend((number, word) for word in re.findall(r"LLM\d{3}", match[1]))
    return sorted(found)


@pytest.mark.parametrize(("rule", "example"), CASES, ids=[f"{r.code}-{e.title}" for r, e in CASES])
def test_risky(rule: Rule, example: Example, tmp_path: Path) -> None:
    expected = marked(example.risky)
    assert any(code == rule.code for _, code in expected)
    assert findings(tmp_path, rule, example.risky, example) == expected


@pytest.mark.parametrize(("rule", "example"), CASES, ids=[f"{r.code}-{e.title}" for r, e in CASES])
def test_safe(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert findings(tmp_path, rule, example.safe, example) == []


@pytest.mark.parametrize("rule", CATALOG.rules.values(), ids=lambda rule: rule.code)
def test_every_rule_has_an_example(rule: Rule) -> None:
    assert rule.examples or rule.code in ("LLM000", "LLM001")
