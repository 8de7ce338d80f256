"""What a report says after changes that leave the facts of a file as they are: nothing is linked for them, and the
report is the one that a run without a cache gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import CALL, TWO, check, write

from llmlint.link import Linker

FUNCTIONS = """\
from openai import OpenAI
from settings import client

def ask(prompt):
    while True:
        try:
            return client.responses.create(input=prompt,
                                           model="gpt-4o")
        except Exception:
            continue


def both(prompts):
    return [ask(prompt) for prompt in prompts]
"""
WRAPPER = "from openai import OpenAI\n\nclient = OpenAI(timeout=20)\n"
# Imports no SDK, but what comes to one.
CALLER = (
    """\
from functions import ask, both

QUESTION = "why?"


def again():
    while True:
        try:
            print(ask(QUESTION))
            break
        except Exception:
            continue


def never():
    return None
"""
    + "\n\ndef filler():\n    return None\n" * 80
)
PLAIN = "from functions import both\n\n\ndef name():\n    return 'a'\n" + "\n\ndef more():\n    return 1\n" * 100
SCRIPT = """\
import OpenAI from "openai";

const client = new OpenAI();
export async function ask(input: string) {
  return client.responses.create({ model: "gpt-4o", input });
}
"""
FILES = {
    "app.py": CALL,
    "two.py": TWO,
    "settings.py": WRAPPER,
    "functions.py": FUNCTIONS,
    "caller.py": CALLER,
    "plain.py": PLAIN,
    "ask.ts": SCRIPT,
}


@pytest.fixture(autouse=True)
def _with_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLMLINT_NO_CACHE")


def same_as_cold(folder: Path, *options: str) -> str:
    """The report, which is the same with a cache that knows an older state, with one that knows this one, and without
    any."""
    found = check(folder, "--select", "ALL", *options).out
    assert check(folder, "--select", "ALL", *options).out == found
    assert check(folder, "--select", "ALL", "--no-cache", *options).out == found
    return found


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".py")])
def test_comments_and_lines_between_link_nothing(path: str, tmp_path: Path, linked: list[Linker]) -> None:
    write(tmp_path, FILES)
    before = check(tmp_path, "--select", "ALL").out
    begun = len(linked)
    comment = "# a comment: \N{SNOWMAN}\n"
    for changed in (
        FILES[path] + "\n\n# at the end\n",
        comment + FILES[path],
        comment + FILES[path].replace("\n\n", f"\n\n{comment}\n"),
        FILES[path].replace(":\n", ":  # so it is\n"),
        FILES[path].replace("\n", "\r\n"),
    ):
        write(tmp_path, {path: changed})
        found = check(tmp_path, "--select", "ALL").out
        assert check(tmp_path, "--select", "ALL").out == found
        assert len(linked) == begun
        assert check(tmp_path, "--select", "ALL", "--no-cache").out == found
        begun = len(linked)
    write(tmp_path, FILES)
    assert check(tmp_path, "--select", "ALL").out == before


@pytest.mark.parametrize("path", ["functions.py", "ask.ts"])
def test_what_is_found_moves_along(path: str, tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = check(tmp_path).findings
    write(tmp_path, {path: "\n\n" + FILES[path]})
    moved = [(found, line + 2 if found == path else line, code) for found, line, code in before]
    assert check(tmp_path).findings == moved
    assert moved != before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("functions.py", "        except Exception:", "        except Exception:  # llmlint: ignore"),
        ("functions.py", "    while True:", "    # llmlint: ignore[LLM201]\n    while True:"),
        ("functions.py", "def both", "# llmlint: ignore-file\ndef both"),
        ("functions.py", "while True:", "while prompt:"),
        ("functions.py", "prompt,\n    ", "prompt, max_output_tokens=9,\n    "),
        ("functions.py", "prompt,\n" + " " * 43, "prompt, "),
        ("functions.py", 'model="gpt-4o"', 'model = "gpt-4o",\n'),
        ("functions.py", "from openai import OpenAI\n", ""),
        ("functions.py", "def ask", "def asked"),
        ("functions.py", "continue\n", "continue\n  if\n"),
        ("functions.py", "    return [", "    print(prompts)\n    return ["),
        ("functions.py", "    ", "\t"),
        ("settings.py", "timeout=20", "timeout=20, max_retries=1"),
        ("settings.py", "client = ", '"""import app"""\nclient = '),
        ("caller.py", "def never", "def never(): pass\n\n\n# from app import client\ndef always"),
        ("caller.py", "ask(QUESTION)", "QUESTION"),
        ("caller.py", "return None", "return both([QUESTION])"),
        ("caller.py", "\n\ndef filler():\n    return None\n", ""),
        ("plain.py", "'a'", "both('a')"),
        ("plain.py", "    return 'a'", "    while True:\n        both('a')"),
        ("plain.py", "from functions import both\n", "from functions import ask as both\n"),
        ("plain.py", "both", "ask"),
        ("ask.ts", "input }", "/* all of it */ input }"),
        ("ask.ts", "const client", "// the client\nconst client"),
        ("ask.ts", "client = new", "client: OpenAI = new"),
        ("app.py", "create", "cancel"),
        ("two.py", "openai", "anthropic"),
    ],
)
def test_every_other_change_is_seen(path: str, old: str, new: str, tmp_path: Path) -> None:
    assert old in FILES[path]
    write(tmp_path, FILES)
    before = same_as_cold(tmp_path)
    write(tmp_path, {path: FILES[path].replace(old, new)})
    same_as_cold(tmp_path)
    write(tmp_path, {path: "# again\n" + FILES[path].replace(old, new)})
    same_as_cold(tmp_path)
    write(tmp_path, {path: FILES[path]})
    assert same_as_cold(tmp_path) == before


def test_edits_follow_the_text(tmp_path: Path) -> None:
    """The code is the same, but what an edit has to write is not."""
    write(tmp_path, FILES)
    before = same_as_cold(tmp_path, "--format", "json")
    broken_up = FILES["functions.py"].replace('model="gpt-4o")', 'model="gpt-4o",  # the old one\n        )')
    write(tmp_path, {"functions.py": broken_up, "app.py": CALL.replace("\n", "\r\n")})
    assert same_as_cold(tmp_path, "--format", "json") != before


def test_a_report_on_some_files_follows_too(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "llmlint.toml": ""})
    same_as_cold(tmp_path, "caller.py", "functions.py")
    for new in ("# why\n", '"""import two"""\n', "import two\n"):
        write(tmp_path, {"caller.py": new + CALLER})
        same_as_cold(tmp_path, "caller.py", "functions.py")


def test_several_files_at_once(tmp_path: Path, linked: list[Linker]) -> None:
    write(tmp_path, FILES)
    check(tmp_path, "--select", "ALL")
    begun = len(linked)
    write(tmp_path, {path: "# new\n" + text for path, text in FILES.items() if path.endswith(".py")})
    found = check(tmp_path, "--select", "ALL").out
    assert len(linked) == begun
    assert check(tmp_path, "--select", "ALL", "--no-cache").out == found


def test_a_row_that_is_gone_is_made_anew(tmp_path: Path) -> None:
    """The facts of the older state are no longer kept."""
    import sqlite3

    write(tmp_path, FILES)
    check(tmp_path, "--select", "ALL")
    with sqlite3.connect(tmp_path / ".llmlint_cache" / "cache.sqlite") as connection:
        connection.execute("DELETE FROM results WHERE size = (SELECT min(size) FROM results)")
        connection.execute("UPDATE results SET data = x'00' WHERE size < (SELECT max(size) FROM results)")
    write(tmp_path, {"functions.py": "# new\n" + FUNCTIONS})
    same_as_cold(tmp_path)
