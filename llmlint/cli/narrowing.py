"""``--baseline`` and ``--changed-since``: less than all that is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.asked import Run
from llmlint.cli.printing import counted

if TYPE_CHECKING:
    from llmlint.discover import Files
    from llmlint.findings import Report
    from llmlint.since import Since


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that leave something out of a report."""
    since = click.option(
        "--changed-since",
        metavar="REVISION",
        help="Report what was brought in since the branch left this one: on changed lines, or because of them.",
    )
    baseline = click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Leave out what this file, written by llmlint baseline, knows of.",
    )
    return since(baseline(command))


class Narrowing:
    """``since``: the revision that a branch left; ``baseline``: the file that was named. ``gone``: how many findings of
    baselines are no longer found."""

    def __init__(self, since: str | None, baseline: Path | None) -> None:
        self._since = since
        self._baseline = baseline
        self.gone = 0

    def check_of(self, run: Run) -> Callable[[Mapping[str, bytes]], Report]:
        """What checks a project in which some files hold other bytes, without what is to be left out."""
        file = self._baseline.absolute() if self._baseline is not None else run.asked.config.baseline
        check = run.check if file is None else self._without_known(run, file)
        if self._since is None:
            return check
        since = since_of(run, self._since)
        return lambda changed: since.narrowed(check(changed))

    def _without_known(self, run: Run, file: Path) -> Callable[[Mapping[str, bytes]], Report]:
        from llmlint.baseline import read

        known = read(file)

        def check(changed: Mapping[str, bytes]) -> Report:
            report = run.check(changed)
            quotes = run.context._replace(given={**run.context.given, **changed}).quotes()
            if not changed:
                self.gone += len(known.gone(report, quotes, run.scope))
            return known.hide(report, quotes)

        return check


def told_of(gone: int) -> str:
    """What has become of baselines, if that is worth a sentence."""
    if not gone:
        return ""
    are = "is" if gone == 1 else "are"
    return f"{counted(gone, 'finding')} of the baseline {are} gone: llmlint baseline prune takes out what is gone."


def since_of(run: Run, revision: str) -> Since:
    """What tells of a project what was brought in since its branch left a revision. Raises ConfigError."""
    from llmlint.changes import changes_since
    from llmlint.since import Since

    def before(files: Files, given: Mapping[str, bytes]) -> Report:
        return run.check(given, files)

    return Since(changes_since(run.asked.root, revision), run.files, before, run.asked.catalog.keys)
