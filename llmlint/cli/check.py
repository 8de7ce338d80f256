"""``llmlint check``: find."""

from __future__ import annotations

import glob
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.cache import cache_folder, caching
from llmlint.cli.exits import CLEAN
from llmlint.cli.options import configuration, selection, targets_of
from llmlint.cli.printing import Printer, ended
from llmlint.discover import Files, discover, relative
from llmlint.output import Context
from llmlint.workspace import Part, parts

if TYPE_CHECKING:
    from llmlint.cache import Cache
    from llmlint.catalog import Catalog
    from llmlint.cli.fixing import Fixing
    from llmlint.config import Config
    from llmlint.extractors import Extractor
    from llmlint.findings import Report


@click.command()
@click.argument("paths", nargs=-1)
@selection
@click.option("--stdin-filename", help="The path that standard input (-) stands for.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend what somebody has to look at, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--jobs", "-j", type=click.IntRange(1), help="How many processes read files (default: one a core).")
@caching
def check(
    paths: tuple[str, ...],
    stdin_filename: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    **options: Any,
) -> int:
    """Check files and folders (default: this one); - reads standard input."""
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff")
    targets, stdin = targets_of(paths or (".",), stdin_filename)
    asked = [Asked(part, *configuration(part.paths, options)) for part in parts(targets)]
    first = asked[0]
    base = Path(os.path.commonpath([each.root for each in asked]))
    given = {} if stdin is None else {relative(targets[0], first.root): stdin}
    whole = Context(first.catalog, base, Path.cwd(), _wants_color(first.config), given)
    fixing = _fixing(unsafe_fixes, diff) if fix or diff else None
    printer = Printer(first.config, whole) if fixing is None or not (diff or given) else None
    code = CLEAN
    with closing(extractor(first.catalog, jobs)) as workers:
        for each in asked:
            with _cache(each.root, cache_dir, each.catalog, no_cache) as cache:
                project = each.project(given, workers, cache)
                context = replace(whole, catalog=each.catalog, root=each.root)
                report = fixing.run(project, context) if fixing is not None else project({})
            if printer is not None:
                printer.add(report, each.config, context)
            else:
                code = max(code, ended(report, each.config, context))
    if printer is not None:
        code = printer.close()
    if fixing is None:
        return code
    if diff:
        return fixing.code if not first.config.exit_zero else CLEAN
    if not first.config.quiet:
        click.echo(fixing.note, err=printer is None or printer.is_document)
    return code


def _fixing(unsafe: bool, diff: bool) -> Fixing:
    from llmlint.cli.fixing import Fixing

    return Fixing(unsafe=unsafe, is_shown=diff)


@dataclass(frozen=True, slots=True)
class Asked:
    """A project that is to be checked, and how."""

    part: Part
    config: Config
    catalog: Catalog

    @property
    def root(self) -> Path:
        return self.config.root

    def files(self) -> Files:
        beside = (f"/{glob.escape(relative(project, self.root))}" for project in self.part.beside)
        return discover(self.part.paths, self.root, (*self.config.exclude, *self.config.extend_exclude, *beside))

    def project(
        self, given: Mapping[str, bytes], extractor: Extractor, cache: Cache | None
    ) -> Callable[[Mapping[str, bytes]], Report]:
        """What checks the project in which some files hold other bytes."""
        from llmlint.extractors import Remembering
        from llmlint.project import Project

        files, progress = self.files(), _Progress()
        extractor = Remembering(extractor) if cache is None else extractor

        def check(changed: Mapping[str, bytes]) -> Report:
            there = {**given, **changed}
            return Project(files, self.config, self.catalog, there, extractor, cache, repairs=True).check(progress)

        return check


def extractor(catalog: Catalog, jobs: int | None) -> Extractor:
    """What extracts files in so many processes, or in one for each core."""
    from llmlint.extractors import Alone
    from llmlint.workers import Workers, cores, processes

    jobs = jobs or cores()
    return Workers(catalog, jobs, processes) if jobs > 1 else Alone(catalog)


@contextmanager
def _cache(root: Path, folder: Path | None, catalog: Catalog, is_off: bool) -> Iterator[Cache | None]:
    """What is remembered of a project, written down again in the end."""
    if is_off:
        yield None
        return
    from llmlint.cache import Cache

    with closing(Cache(root, cache_folder(root, folder), catalog.keys)) as cache:
        yield cache


def _wants_color(config: Config) -> bool:
    if config.output_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


class _Progress:
    """A line on standard error for runs that take long, on a terminal only."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._start = self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._is_shown and now - self._start > 2 and (now - self._last > 0.1 or done == total):
            self._last = now
            width = 30 * done // total
            bar = f"\r{'#' * width}{'.' * (30 - width)} {done}/{total} files" if done < total else "\r\x1b[K"
            click.echo(bar, err=True, nl=False)
