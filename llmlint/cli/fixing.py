"""``--fix`` and ``--diff``: what was mended, written to the files or shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from llmlint.checking import Checker
from llmlint.cli.asked import Asked
from llmlint.cli.exits import CLEAN, FOUND
from llmlint.cli.printing import counted
from llmlint.discover import language_of
from llmlint.failures import Failures
from llmlint.findings import Report
from llmlint.fix import mend
from llmlint.fixes.rewriting import replace_file
from llmlint.notebooks import sources
from llmlint.output import Context, display_path
from llmlint.source import NEWLINE

_NO_NEWLINE = "\n\\ No newline at end of file\n"


class Fixing:
    """Mends one project after the other. ``unsafe``: by suggestions too; ``is_shown``: the changes are no more than
    printed."""

    def __init__(self, *, unsafe: bool, is_shown: bool) -> None:
        self._unsafe = unsafe
        self.is_shown = is_shown
        self._fixed = self._files = self._refused = 0

    def run(self, check: Callable[[Mapping[str, bytes]], Report], asked: Asked, context: Context) -> Report:
        """Mend a project, and report what is left in it. ``check`` gives the report on it when some files hold other
        bytes. What came by standard input goes to standard output."""
        before: dict[str, bytes] = {}

        def read(path: str) -> bytes:
            if path not in before:
                before[path] = context.given[path] if path in context.given else (context.root / path).read_bytes()
            return before[path]

        mended = mend(check, read, unsafe=self._unsafe)
        report, unwritten = mended.report, dict[str, str]()
        if self.is_shown:
            for path in sorted(mended.files):
                _show(path, before[path], mended.files[path], context)
        elif context.given:
            click.echo(b"".join(mended.files.get(path, data) for path, data in context.given.items()), nl=False)
        else:
            unwritten = _unwritten(context.root, before, mended.files)
        if unwritten:
            files = {path: before[path] if path in unwritten else data for path, data in mended.files.items()}
            report = _with_unwritten(check(files), unwritten, asked)
        self._fixed += sum(finding.location.path not in unwritten for finding in mended.fixed)
        self._files += len(mended.files) - len(unwritten)
        self._refused += mended.refused
        return report

    @property
    def code(self) -> int:
        """The exit code where the changes are only shown."""
        return FOUND if self._files else CLEAN

    @property
    def note(self) -> str:
        """What was done, in a sentence."""
        done = f"Fixed {counted(self._fixed, 'finding')} in {counted(self._files, 'file')}."
        return f"{done} Left out {self._refused}, whose edits would not do what they should." if self._refused else done


def _unwritten(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, str]:
    """Replace files, each by itself; those that can't be, with the reason."""
    unwritten = {}
    for path, data in after.items():
        try:
            replace_file(root / path, before[path], data)
        except OSError as error:
            unwritten[path] = error.strerror or str(error)
    return unwritten


def _with_unwritten(report: Report, unwritten: Mapping[str, str], asked: Asked) -> Report:
    """A report that tells of files which could not be mended, too."""
    config, catalog = asked.config, asked.catalog
    checker = Checker(config, catalog, config.enabled(catalog), Failures())
    findings = sorted([*report.findings, *checker.unwritable(unwritten)], key=lambda finding: finding.sort_key)
    return replace(report, findings=findings)


def _show(path: str, before: bytes, after: bytes, context: Context) -> None:
    """Print what a file would change to, keys made unreadable."""
    shown = display_path(context.root / path, context.here)
    old, new = ([*_texts(path, data)] for data in (before, after))
    text = "".join(
        line for (cell, one), (_, other) in zip(old, new, strict=True) for line in _diff(f"{shown}{cell}", one, other)
    )
    click.echo(context.catalog.keys.redacted(text).encode("utf-8", "backslashreplace"), nl=False)


def _texts(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The text of a file; of a notebook, those of its cells, each with what is put after the path for it."""
    text = data.decode("utf-8", "replace")
    if language_of(path) != "notebook":
        yield "", text
        return
    for cell, pieces in sources(text).items():
        yield f":cell {cell}", "".join(piece.text for piece in pieces)


def _diff(path: str, before: str, after: str) -> Iterator[str]:
    for line in difflib.unified_diff(_lines(before), _lines(after), path, path):
        yield line if line.endswith("\n") else f"{line}{_NO_NEWLINE}"


def _lines(text: str) -> list[str]:
    """The lines of a text, each with one kind of end."""
    lines = NEWLINE.split(text)
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
