"""``llmlint check``: find."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.asked import Asked, asking, folder_of
from llmlint.cli.cache import caching
from llmlint.cli.exits import CLEAN
from llmlint.cli.narrowing import narrowing, told_of
from llmlint.cli.options import failing, printing, selection, targets_of
from llmlint.cli.printing import Printer, ended
from llmlint.cli.projects import Outcome, Plan, outcomes
from llmlint.discover import relative
from llmlint.output import Context

if TYPE_CHECKING:
    from llmlint.cli.fixing import Fixing
    from llmlint.config import Config


@click.command(short_help="Check files and folders.")
@click.argument("paths", nargs=-1)
@selection
@failing
@printing
@click.option("--stdin-filename", help="The path that standard input (-) stands for.")
@narrowing
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend what somebody has to look at, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--jobs", "-j", type=click.IntRange(1), help="How many processes read files (default: one a core).")
@click.option("--executor", metavar="URL", help="Read files on a Dask cluster: dask://HOST:PORT.")
@caching
def check(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    changed_since: str | None,
    baseline: Path | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    jobs: int | None,
    executor: str | None,
    no_cache: bool,
    cache_dir: Path | None,
    **options: Any,
) -> int:
    """Check files and folders (default: this one); - reads standard input."""
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff")
    if changed_since is not None and (fix or diff or "-" in paths):
        raise click.UsageError("--changed-since goes without --fix, --diff and standard input")
    targets, stdin = targets_of(paths or (".",), stdin_filename)
    with asking(targets, options) as asked:
        given = {} if stdin is None else {relative(targets[0], asked[0].root): stdin}
        fixing = _fixing(unsafe_fixes, diff) if fix or diff else None
        command = _Command(asked, given, fixing)
        plan = Plan(options, changed_since, baseline, cache_dir, no_cache)
        for each, outcome in outcomes(plan, asked, command.whole, fixing, jobs, executor):
            command.add(each, outcome)
    return command.end()


def _fixing(unsafe: bool, diff: bool) -> Fixing:
    from llmlint.cli.fixing import Fixing

    return Fixing(unsafe=unsafe, is_shown=diff)


class _Command:
    """What is done with one project after the other, and in the end."""

    def __init__(self, asked: list[Asked], given: dict[str, bytes], fixing: Fixing | None) -> None:
        self._config = asked[0].config
        base = folder_of(asked)
        self.whole = Context(asked[0].catalog, base, Path.cwd(), _wants_color(self._config), given)
        self._gone = 0
        self._fixing = fixing
        is_told = fixing is None or not (fixing.is_shown or given)
        self._printer = Printer(self._config, self.whole) if is_told else None
        self._code = CLEAN

    def add(self, asked: Asked, outcome: Outcome) -> None:
        self._gone += outcome.gone
        context = asked.context(self.whole)
        if self._printer is not None:
            self._printer.add(outcome.report, asked.config, context)
        else:
            self._code = max(self._code, ended(outcome.report, asked.config, context))

    def end(self) -> int:
        """Print what is left to say; the exit code."""
        code = self._printer.close() if self._printer is not None else self._code
        notes = [told_of(self._gone)]
        if self._fixing is not None:
            notes.append(self._fixing.note)
            if self._fixing.is_shown:
                return CLEAN if self._config.exit_zero else self._fixing.code
        for note in filter(None, notes if not self._config.quiet else ()):
            click.echo(note, err=self._printer is None or self._printer.is_document)
        return code


def _wants_color(config: Config) -> bool:
    if config.output_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
