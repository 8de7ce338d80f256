"""Checks small programs that say themselves, at the ends of their lines, what has to be found in them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from llmlint.catalog import Catalog
from llmlint.config import Config
from llmlint.discover import discover
from llmlint.findings import Finding
from llmlint.project import Project

CATALOG = Catalog()
_HEADER = re.compile(r"^(?:#|//) -- (\S+)$", re.M)
_MARK = re.compile(r"(?:#|//)\s*((?:LLM\d{3}[, ]*)+)$")

Marks = list[tuple[str, int, str]]


def files_of(program: str) -> dict[str, str]:
    """A program as files. A line ``# -- app/llm.py`` begins a file; a program without one is ``main.py``."""
    _, *parts = _HEADER.split(textwrap.dedent(program))
    if not parts:
        return {"main.py": textwrap.dedent(program).lstrip("\n")}
    return {path: text.lstrip("\n") for path, text in zip(parts[::2], parts[1::2], strict=True)}


def marked(files: dict[str, str]) -> Marks:
    """Path, line and code of each mark such as ``# LLM101``."""
    return sorted(
        (path, number, code)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _MARK.search(line))
        for code in re.findall(r"LLM\d{3}", match[1])
    )


def check(folder: Path, files: dict[str, str], *codes: str, **options: object) -> list[Finding]:
    """What the rules ``codes`` find in ``files``, written below ``folder``. ``options``: those of rules."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    config = Config(select=("LLM000", *codes), options={name.replace("_", "-"): options[name] for name in options})
    report = Project(discover([folder], folder, ()), config, CATALOG).check()
    assert not report.errors
    return report.findings


def assert_marked(folder: Path, program: str, *codes: str, prelude: str = "", **options: object) -> list[Finding]:
    """``codes`` are found in the program where it is marked, and nowhere else. ``prelude`` goes before it."""
    files = files_of(prelude + textwrap.dedent(program))
    findings = check(folder, files, *codes, **options)
    assert sorted((f.location.path, f.location.line, f.code) for f in findings) == marked(files)
    return findings


def messages(folder: Path, program: str, *codes: str, prelude: str = "") -> list[str]:
    """The messages of what is found in the program, in order, where it is marked and nowhere else."""
    return [finding.message for finding in assert_marked(folder, program, *codes, prelude=prelude)]
