"""What ``action.yml`` runs: one check, told as annotations, as a summary of the job, and as SARIF.

Inputs come by the environment (``select`` by ``LLMLINT_SELECT``), so that none of them is ever text of a shell. Nothing
goes through GitHub's API, which a pull request from a fork may not write to.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.asked import Asked, Run, asking, extracting, folder_of
from llmlint.cli.exits import USAGE
from llmlint.cli.narrowing import Narrowing, since_of
from llmlint.cli.options import failing, selection, targets_of
from llmlint.cli.printing import emit, ended, rendered, summary, write
from llmlint.discover import relative
from llmlint.errors import ConfigError, LlmlintError
from llmlint.findings import Report, Tally
from llmlint.output import Context

if TYPE_CHECKING:
    from llmlint.config import Config
    from llmlint.since import Since


@click.command(hidden=True, context_settings={"auto_envvar_prefix": "LLMLINT"})
@click.option("--paths", default="", help="Files and folders to check, one a line (default: this folder).")
@selection
@failing
@click.option("--changed-only", type=bool, default=True, help="Of a pull request, tell only what it brings in.")
@click.option("--sarif-file", default="", help="Write all findings there as SARIF.")
@click.option("--annotations", type=click.IntRange(0), default=30, help="How many findings are annotated at most.")
def action(paths: str, changed_only: bool, sarif_file: str, annotations: int, **options: Any) -> int:
    """Check as a step of a workflow of GitHub."""
    from llmlint.cli.event import event

    try:
        happened = event()
        targets, _ = targets_of([line.strip() for line in paths.splitlines() if line.strip()] or ["."], None)
        with asking(targets, options) as asked:
            checked = _checked(asked, happened.base if changed_only else "")
        told, context = checked.told, checked.context
        _annotate(told, annotations, context)
        click.echo(summary(Tally.of(told)))
        _append("GITHUB_STEP_SUMMARY", _page(checked))
        _append("GITHUB_OUTPUT", f"findings={len(told.findings)}\n")
        sarif_file = "".join(sarif_file.splitlines())
        if sarif_file:
            # GitHub takes what is suppressed for open.
            write(sarif_file, rendered("sarif", replace(checked.report, suppressed=[]), context))
            _append("GITHUB_OUTPUT", f"sarif-file={sarif_file}\nupload={str(happened.may_write).lower()}\n")
        return ended(told, checked.config, context)
    except click.UsageError as error:
        return _refuse(error.format_message())
    except LlmlintError as error:
        return _refuse(str(error))


@dataclass(frozen=True, slots=True)
class _Checked:
    """``report``: on all projects; ``told``: the part of it that is told here; ``config``: that of the first one."""

    config: Config
    context: Context
    report: Report
    told: Report


def _checked(asked: Sequence[Asked], base: str) -> _Checked:
    """``base``: tell only what was brought in since the branch left this commit, if it is given."""
    folder = folder_of(asked)
    checked = _Checked(asked[0].config, Context(asked[0].catalog, folder, Path.cwd()), Report(), Report())
    with extracting(asked[0].catalog) as workers:
        for each in asked:
            run = Run.of(each, checked.context, workers, None)
            report = Narrowing(None, None).check_of(run)({})
            told = _since(run, base).narrowed(report) if base else report
            checked.report.add(report.moved(relative(each.root, folder)))
            checked.told.add(told.moved(relative(each.root, folder)))
    return checked


def _since(run: Run, base: str) -> Since:
    try:
        return since_of(run, base)
    except ConfigError as error:
        hint = "give actions/checkout fetch-depth: 0, or set changed-only to false"
        raise ConfigError("", f"what the pull request changes can't be told: {error}; {hint}") from None


def _annotate(report: Report, most: int, context: Context) -> None:
    """Annotate the worst findings: GitHub shows but a few of each step."""
    worst = sorted(report.findings, key=lambda finding: -finding.severity)
    emit(rendered("github", replace(report, findings=worst[:most]), context))
    left_out = len(worst) - most
    if left_out > 0:
        click.echo(f"::notice title=llmlint::{left_out} more in the summary of the job")


def _page(checked: _Checked) -> str:
    page = rendered("markdown", checked.told, checked.context)
    others = len(checked.report.findings) - len(checked.told.findings)
    return f"{page}\n{others} more were there before.\n" if others else page


def _append(variable: str, text: str) -> None:
    """Add to the file that a variable of the runner names, if it does."""
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)


def _refuse(reason: str) -> int:
    from llmlint.catalog import Catalog

    text = Catalog().keys.redacted(reason).replace("%", "%25").replace("\r", "").replace("\n", "%0A")
    emit(f"::error title=llmlint::{text}\n")
    return USAGE
