"""Files that name no SDK are read where something in them may be found, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import CATALOG, assert_marked, check, files_of

from llmlint.config import Config
from llmlint.discover import discover
from llmlint.project import Project

_PADDING = "# " + "x" * 100 + "\n"
# Longer than what is read for its imports alone.
LONG = _PADDING * 25
_LLM = """
# -- asking.py
from openai import OpenAI
client = OpenAI(timeout=5, max_retries=0)
def ask(prompt):
    return client.responses.create(input=prompt, max_output_tokens=9)
class Model:
    def __init__(self):
        self.client = client
    def ask(self, prompt):
        return ask(prompt)
"""

FOUND = {
    "a loop": """
# -- main.py
from asking import ask
def run(prompt):
    while True:  # LLM201
        try:
            return ask(prompt)
        except Exception:
            continue
""",
    "a loop around a method": """
# -- main.py
from asking import Model
def run(prompt, model: Model):
    while True:  # LLM201
        try:
            return model.ask(prompt)
        except Exception:
            continue
""",
    "a loop around a function of a file without one": """
# -- middle.py
from asking import ask
def relay(prompt):
    return ask(prompt)
# -- main.py
from middle import relay
def run(prompt):
    while True:  # LLM201
        try:
            return relay(prompt)
        except Exception:
            continue
""",
    "a loop around a method two files away": """
# -- inner.py
import asking
class Inner:
    def relay(self, prompt):
        text = prompt.strip()
        return asking.ask(text)
# -- outer.py
from inner import Inner
class Outer:
    def __init__(self):
        self.inner = Inner()
    def relay(self, prompt):
        return self.inner.relay(prompt)
# -- main.py
from outer import Outer
def run(prompt):
    outer = Outer()
    while True:  # LLM201
        try:
            return outer.relay(prompt)
        except Exception:
            continue
""",
    "a decorator": """
# -- main.py
from tenacity import retry
from asking import ask
@retry  # LLM202
def run(prompt):
    return ask(prompt)
""",
    "recursion": """
# -- main.py
from asking import ask
def run(prompt):
    answer = ask(prompt)
    if not answer.output_text:
        return run(prompt)  # LLM207
    return answer
""",
    "another name": """
# -- main.py
from asking import ask as question
def run(prompt):
    while True:  # LLM201
        try:
            return question(prompt)
        except Exception:
            continue
""",
    "a client that an object holds": """
# -- main.py
from asking import Model
def run(prompt):
    return Model().client.responses.create(input=prompt)  # LLM101
""",
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_found(tmp_path: Path, program: str) -> None:
    program = _LLM + program
    long = "\n".join(f"{line}\n{LONG}" if line.startswith("# -- ") else line for line in program.splitlines())
    assert_marked(tmp_path, long, "LLM101", "LLM201", "LLM202", "LLM207")


def test_files_without_loops_stay_unread(tmp_path: Path) -> None:
    program = _LLM + f"# -- main.py\n{LONG}from asking import ask\ndef run(prompt):\n    return ask(prompt)\n"
    files = files_of(program)
    assert not check(tmp_path, files)
    report = Project(discover([tmp_path], tmp_path, ()), Config(), CATALOG).check()
    assert report.parsed == 1
