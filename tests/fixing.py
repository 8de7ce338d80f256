"""Lets llmlint fix small files, and sees that it did no harm."""

from __future__ import annotations

import textwrap
from pathlib import Path

from command import check, run, write

# What a team might set, so that every kind of edit is offered.
SETTINGS = 'output-cap = 800\nrequest-timeout = 30\nstop-sequence = "###"\nqueues-everywhere = true\n'


def fixed(folder: Path, text: str | bytes, *arguments: str, name: str = "main.py") -> str:
    """What a file is after ``--fix``, which a second run leaves as it is."""
    data = textwrap.dedent(text).encode() if isinstance(text, str) else text
    write(folder, {name: data, "llmlint.toml": SETTINGS})
    before = check(folder, name, *_selected(arguments))
    run("check", "--fix", name, *arguments, cwd=folder)
    after = check(folder, name, *_selected(arguments))
    assert "LLM000" not in after.codes
    assert len(after.codes) < len(before.codes) or (folder / name).read_bytes() == data
    outcome = (folder / name).read_bytes()
    run("check", "--fix", name, *arguments, cwd=folder)
    assert (folder / name).read_bytes() == outcome
    return outcome.decode()


def _selected(arguments: tuple[str, ...]) -> list[str]:
    return [argument for argument in arguments if argument != "--unsafe-fixes"]
