"""Runs the command line, in this process or in one of its own, on small projects."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import llmlint
from llmlint.cli import main

# One finding, LLM101 in line 4.
CALL = """\
import openai

client = openai.OpenAI(timeout=30, max_retries=0)
client.responses.create(input="hi")
"""
# LLM105 (info) in line 3, LLM101 (warning) in line 4.
TWO = CALL.replace("timeout=30, ", "")
CLEAN = CALL.replace('"hi"', '"hi", max_output_tokens=500')
RETRY_FOR_EVER = """\
import openai

client = openai.OpenAI(timeout=30, max_retries=0)


def ask(prompt):
    while True:
        try:
            return client.responses.create(input=prompt, max_output_tokens=500)
        except openai.APIError:
            continue
"""
PACKAGE = Path(llmlint.__file__).parent


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.out)
        return data

    @property
    def findings(self) -> list[tuple[str, int, str]]:
        """Path, line and code of each finding of a run with ``--format json``."""
        return [(found["path"], found["line"], found["code"]) for found in self.json["findings"]]

    @property
    def codes(self) -> list[str]:
        return [code for _, _, code in self.findings]


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)


def run(*arguments: str, cwd: Path, stdin: bytes = b"") -> Run:
    """What ``llmlint`` prints in a folder, and its exit code."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    before = Path.cwd()
    os.chdir(cwd)
    try:
        with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin))):
            main(arguments)
    except SystemExit as end:
        code = end.code
    finally:
        os.chdir(before)
    out.flush()
    assert isinstance(code, int)
    return Run(code, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]


def check(folder: Path, *arguments: str, stdin: bytes = b"") -> Run:
    """``llmlint check`` with its findings as JSON; it ends well."""
    done = run("check", "--format", "json", *arguments, cwd=folder, stdin=stdin)
    assert done.code in (0, 1), done
    return done


def spawn(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m llmlint`` in a process of its own."""
    path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        [sys.executable, "-m", "llmlint", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
