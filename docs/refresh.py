"""Rewrites what is generated in README.md and docs/ (tables and real output) and draws docs/output.svg.

``--check`` changes nothing, and exits with 1 when something is stale.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from docs.terminal import drawn
from llmlint.catalog import Catalog, Rule, rules_directory
from llmlint.cli import cli

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "output.md", ROOT / "docs" / "sdks.md")
PICTURE = ROOT / "docs" / "output.svg"
INCIDENTS = "examples/incidents"
# What stands for each incident in the README: the folder's number and the rule that the finding is of.
SHOWN = (("000", "LLM206"), ("001", "LLM503"), ("002", "LLM103"), ("003", "LLM201"), ("004", "LLM207"))


def main(arguments: list[str]) -> int:
    fresh = {page: page.read_text(encoding="utf-8") for page in PAGES}
    for name, text in parts(Catalog()):
        for page, before in fresh.items():
            fresh[page] = replaced(before, name, text)
    fresh[PICTURE] = picture()
    stale = [path for path, text in fresh.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is stale' if '--check' in arguments else 'was rewritten'}")
        if "--check" not in arguments:
            path.write_text(fresh[path], encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


def replaced(text: str, name: str, part: str) -> str:
    """A page with what stands between the two marks of a part replaced, if it has them."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    if begin not in text:
        return text
    head, rest = text.split(begin)
    return head + begin + part + end + rest.split(end)[1]


def parts(catalog: Catalog) -> Iterator[tuple[str, str]]:
    yield (
        "rules",
        table(("code", "name", "severity", "what it finds", "incident"), map(rule_row, catalog.rules.values())),
    )
    incidents = sorted(catalog.incidents.values(), key=lambda incident: incident.id)
    yield "incidents", table(("incident", "in one line"), ((incident.id, incident.line) for incident in incidents))
    yield "sdks", table(("language", "packages"), packages())
    yield "libraries", table(("what", "known"), libraries())
    yield "output", fenced("text", excerpt(llmlint("check", INCIDENTS)))
    yield "json", fenced("json", report())


def packages() -> Iterator[tuple[str, str]]:
    """The packages of the SDKs, by language, with the releases that were read."""
    for language, name in (("python", "Python"), ("typescript", "JavaScript, TypeScript")):
        read = {
            package: release
            for data in files("apis")
            if data["language"] == language and data["sdk"] != "http"
            for package, release in data["packages"].items()
        }
        yield name, ", ".join(f"`{package}` {release}" for package, release in sorted(read.items()))


def libraries() -> Iterator[tuple[str, str]]:
    kinds = {"retries": "retry helpers", "tasks": "task queues", "consumers": "queues that code reads"}
    for kind, name in kinds.items():
        known = {data["library"] for data in files("libraries") if kind in data}
        yield name, ", ".join(sorted(known, key=str.lower))


@cache
def files(folder: str) -> list[dict[str, Any]]:
    """What the catalogue's files in a folder say."""
    paths = sorted((rules_directory() / folder).glob("*.yaml"))
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


def table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (heading, ("---",) * len(heading), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def rule_row(rule: Rule) -> tuple[str, ...]:
    level = f"{rule.severity}, opt-in" if rule.is_opt_in else str(rule.severity)
    return rule.code, f"`{rule.name}`", level, rule.summary, ", ".join(rule.incidents)


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}```\n"


def excerpt(output: str) -> str:
    """One finding for each incident and the summary; dots stand for what is left out."""
    *findings, summary = output.split("\n\n")
    chosen = [
        next(text for text in findings if text.startswith(f"{INCIDENTS}/{number}") and f" {code} " in text)
        for number, code in SHOWN
    ]
    return "\n...\n".join([*chosen, summary])


def report() -> str:
    """One finding as JSON, in a file by itself."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / INCIDENTS / "002-feedback-queue" / "broken" / "analyst.py", folder)
        return llmlint("check", "analyst.py", "--select", "LLM103", "--format", "json", folder=Path(folder))


def picture() -> str:
    """The output for the first incident as it looks on a terminal."""
    arguments = ("check", "flight_assistant.py", "--select", "LLM101,LLM204,LLM206")
    folder = ROOT / INCIDENTS / "000-flight-assistant" / "broken"
    output = llmlint(*arguments, folder=folder, FORCE_COLOR="1")
    return drawn(f"\x1b[1m$ llmlint {' '.join(arguments)}\x1b[0m\n{output}", columns=112)


def llmlint(*arguments: str, folder: Path = ROOT, **environment: str) -> str:
    os.chdir(folder)
    result = CliRunner(env=environment).invoke(cli, [*arguments, "--isolated"], catch_exceptions=False)
    os.chdir(ROOT)
    return result.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
