"""``llmlint init``: the first configuration, and what runs llmlint where a team already works."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmlint.cli.exits import CLEAN
from llmlint.cli.options import targets_of
from llmlint.cli.printing import counted
from llmlint.errors import ConfigError
from llmlint.output import display_path

if TYPE_CHECKING:
    from llmlint.catalog import Catalog
    from llmlint.discover import Files

CONFIGURATION = """\
# What llmlint does in this project. Paths are relative to this folder; docs/configuration.md of llmlint has every key.
{found}
# Findings of this severity and above fail a run: error, warning or info.
fail-on = "warning"

# Rules that are off unless they are asked for here; llmlint rules lists all.
# extend-select = ["LLM106", "LLM209"]

# Rules that do not run, anywhere or in some files, and files that are not looked at.
# ignore = ["LLM102"]
# per-file-ignores = {{ "notebooks/*" = ["LLM101", "LLM105"] }}
# extend-exclude = ["docs/drafts"]

# What llmlint check --fix writes where it is missing: a cap in tokens, about 1.5 times the longest reply that you
# expect, and a timeout in seconds.
# output-cap = 2000
# request-timeout = 60

# Much is found already? Run llmlint baseline write; what it writes down is left out from then on.
# baseline = "llmlint-baseline.json"
"""
HOOK = """\
repos:
  - repo: local
    hooks:
      - id: llmlint
        name: llmlint
        entry: llmlint check
        language: system # the llmlint that is installed where git commit runs
        types: [text]
        require_serial: true
"""
WORKFLOW = """\
name: llmlint
on: pull_request
permissions: {{}}
jobs:
  llmlint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1
        with:
          fetch-depth: 0 # the history tells which lines the pull request changes
          persist-credentials: false
      - uses: {action}
"""
_ACTION = re.compile(r"[\w.-]+/[\w./-]+@[\w./-]+")


@click.command()
@click.argument("path", default=".")
@click.option("--pre-commit", "hook", is_flag=True, help="Write .pre-commit-config.yaml, too.")
@click.option("--workflow", metavar="OWNER/NAME@COMMIT", help="Write a workflow for GitHub with the action there, too.")
def init(path: str, hook: bool, workflow: str | None) -> int:
    """Write a first configuration. What is there already stays as it is."""
    from llmlint.catalog import Catalog
    from llmlint.config import find
    from llmlint.discover import discover, project_root
    from llmlint.patterns import DEFAULT_EXCLUDES

    if workflow is not None and not _ACTION.fullmatch(workflow):
        raise click.UsageError(f"--workflow is {workflow!r}, not of the form OWNER/NAME@COMMIT")
    target = targets_of([path], None)[0][0]
    if not target.is_dir():
        raise click.UsageError(f"{path!r} is no folder")
    root = project_root(target) or target
    known = find(root)
    if known is not None and known.parent == root:
        click.echo(f"{_shown(known)} configures llmlint already, and stays as it is.")
    else:
        files = discover([root], root, DEFAULT_EXCLUDES)
        _write(root / "llmlint.toml", CONFIGURATION.format(found=_found(files, Catalog())))
    if hook or _is_wanted(root / ".pre-commit-config.yaml", "Run llmlint before each commit, by pre-commit?"):
        _offer(root / ".pre-commit-config.yaml", HOOK)
    if workflow is not None:
        _offer(root / ".github" / "workflows" / "llmlint.yml", WORKFLOW.format(action=workflow))
    return CLEAN


def _found(files: Files, catalog: Catalog) -> str:
    """A comment that says which SDKs the programs of a project import."""
    from llmlint.prefilter import imports_of

    sdks = {module: path.stem.removeprefix("npm-") for path, modules in catalog.api_files.items() for module in modules}
    counts: Counter[str] = Counter()
    for name in files.project:
        try:
            imported = imports_of(name, (files.root / name).read_bytes())
        except OSError:
            continue
        names = {name for module, member in imported for name in _prefixes(f"{module}.{member}".rstrip("."))}
        counts.update({sdks[name] for name in names if name in sdks})
    if not counts:
        return "# No SDK of a model provider was found here so far.\n"
    listed = (f"{sdk} in {counted(count, 'file')}" for sdk, count in counts.items())
    return f"# Found here: {', '.join(sorted(listed))}.\n"


def _prefixes(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _is_wanted(path: Path, question: str) -> bool:
    """Whether somebody at a terminal wants a file that is not there yet."""
    return not path.exists() and sys.stdin.isatty() and sys.stdout.isatty() and click.confirm(question)


def _offer(path: Path, text: str) -> None:
    """Write a file, or show what to add to the one that is there."""
    if path.exists():
        click.echo(f"{_shown(path)} is there already, and stays as it is. What to add to it:\n\n{text}")
    else:
        _write(path, text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(str(path), f"can't be written: {error.strerror}") from None
    click.echo(f"Wrote {_shown(path)}.")


def _shown(path: Path) -> str:
    return display_path(path, Path.cwd())
