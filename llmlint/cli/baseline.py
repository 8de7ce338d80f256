"""``llmlint baseline``: what is found today is written down, so that only what comes tomorrow is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from llmlint.cli.asked import Run, asking, extracting
from llmlint.cli.cache import caching
from llmlint.cli.exits import CLEAN
from llmlint.cli.options import selection, targets_of
from llmlint.cli.printing import counted, write
from llmlint.errors import ConfigError
from llmlint.output import Context, display_path

_NAME = "llmlint-baseline.json"


@click.command(short_help="Write down what is found, so that it is left out.")
@click.argument("action", type=click.Choice(["write", "update", "prune"]))
@click.argument("paths", nargs=-1)
@selection
@click.option("--baseline", "file", type=click.Path(path_type=Path, dir_okay=False), help="Where it is written.")
@caching
def baseline(
    action: str,
    paths: tuple[str, ...],
    file: Path | None,
    no_cache: bool,
    cache_dir: Path | None,
    **options: Any,
) -> int:
    """Write down what is found (write), bring that up to date (update), or take out what is gone (prune)."""
    with asking(targets_of(paths or (".",), None)[0], options) as asked:
        if file is not None and len(asked) > 1:
            raise click.UsageError("--baseline names one file, and these are several projects")
        with extracting(asked[0].catalog) as workers:
            for each in asked:
                known = file.absolute() if file is not None else each.config.baseline or each.root / _NAME
                with each.cache(cache_dir, no_cache) as cache:
                    context = Context(each.catalog, each.root, Path.cwd())
                    _act(action, Run.of(each, context, workers, cache), known)
                if action == "write" and file is None and each.config.baseline is None:
                    click.echo(f'Put baseline = "{_NAME}" into the configuration, and llmlint check leaves these out.')
    return CLEAN


def _act(action: str, run: Run, file: Path) -> None:
    """Write the baseline of a project. Raises ConfigError."""
    from llmlint.baseline import Baseline, read

    if action == "write" and file.exists():
        raise ConfigError(str(file), "is there already: llmlint baseline update brings it up to date")
    known = Baseline({}) if action == "write" else read(file)
    report, quotes = run.check(), run.context.quotes()
    gone = known.gone(report, quotes, run.scope)
    new = known.pruned(gone) if action == "prune" else known.pruned(gone).joined(report, quotes)
    added = len(new.known) - len(known.known) + len(gone)
    write(str(file), run.context.catalog.keys.redacted(new.text()))
    shown = display_path(file, run.context.here)
    click.echo(f"{shown}: {counted(len(new.known), 'finding')}, {added} added, {len(gone)} gone.")
