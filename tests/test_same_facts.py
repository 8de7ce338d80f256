"""Programs that say the same in Python and in TypeScript give the same facts: one expectation for both."""

from __future__ import annotations

from pathlib import Path

import pytest
from spelled_facts import spelled

from llmlint.catalog import Catalog
from llmlint.engine import Engine, Request, Setup

FOLDER = Path(__file__).parent / "facts"
PROGRAMS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".py", ".ts"))
CATALOG = Catalog()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_facts(path: Path) -> None:
    extraction = Engine(Setup.of(CATALOG, 100_000), CATALOG).run(Request(path.name, path.read_bytes(), always=True))
    assert extraction.facts is not None
    assert not extraction.facts.faults
    assert spelled(extraction.facts) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_each_program_has_its_pair() -> None:
    assert len(PROGRAMS) == 2 * len({path.stem for path in PROGRAMS}) == 2 * len(list(FOLDER.glob("*.txt")))
