"""What ``action.yml`` runs: one check, told as annotations, as a summary of the job, and as SARIF.

Inputs come by the environment (``select`` by ``LLMLINT_SELECT``), so that none of them is ever text of a shell. Nothing
goes through GitHub's API, which a pull request from a fork may not write to.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.asked import Asked, extractor
from llmlint.cli.exits import USAGE
from llmlint.cli.options import configuration, selection, targets_of
from llmlint.cli.printing import emit, ended, rendered, summary, write
from llmlint.discover import relative
from llmlint.errors import ConfigError, LlmlintError
from llmlint.findings import Report, Tally
from llmlint.output import Context
from llmlint.workspace import parts

if TYPE_CHECKING:
    from llmlint.config import Config
    from llmlint.findings import Finding


@click.command(hidden=True, context_settings={"auto_envvar_prefix": "LLMLINT"})
@click.option("--paths", default="", help="Files and folders to check, one a line (default: this folder).")
@selection
@click.option("--changed-only", type=bool, default=True, help="Of a pull request, tell of the changed lines alone.")
@click.option("--sarif-file", default="", help="Write all findings there as SARIF.")
@click.option("--annotations", type=click.IntRange(0), default=30, help="How many findings are annotated at most.")
def action(paths: str, changed_only: bool, sarif_file: str, annotations: int, **options: Any) -> int:
    """Check as a step of a workflow of GitHub."""
    from llmlint.cli.event import event

    try:
        happened = event()
        targets, _ = targets_of([line.strip() for line in paths.splitlines() if line.strip()] or ["."], None)
        config, report, context = _checked(targets, options)
        told = report
        if changed_only and happened.base:
            told = replace(report, findings=_on_changed_lines(report.findings, happened.base, context))
        _annotate(told, annotations, context)
        click.echo(summary(Tally.of(told)))
        _append("GITHUB_STEP_SUMMARY", _page(told, len(report.findings), context))
        _append("GITHUB_OUTPUT", f"findings={len(told.findings)}\n")
        sarif_file = "".join(sarif_file.splitlines())
        if sarif_file:
            # GitHub takes what is suppressed for open.
            write(sarif_file, rendered("sarif", replace(report, suppressed=[]), context))
            _append("GITHUB_OUTPUT", f"sarif-file={sarif_file}\nupload={str(happened.may_write).lower()}\n")
        return ended(told, config, context)
    except click.UsageError as error:
        return _refuse(error.format_message())
    except LlmlintError as error:
        return _refuse(str(error))


def _checked(targets: list[Path], options: dict[str, Any]) -> tuple[Config, Report, Context]:
    """One report on all projects that the targets lie in, under the configuration of the first."""
    from llmlint.project import Project

    asked = [Asked(part, *configuration(part.paths, options)) for part in parts(targets)]
    first, whole = asked[0], Report()
    base = Path(os.path.commonpath([each.root for each in asked]))
    with closing(extractor(first.catalog, None)) as workers:
        for each in asked:
            report = Project(each.files(), each.config, each.catalog, extractor=workers).check()
            whole.add(report.moved(relative(each.root, base)))
    return first.config, whole, Context(first.catalog, base, Path.cwd())


def _on_changed_lines(findings: list[Finding], base: str, context: Context) -> list[Finding]:
    """The findings on lines that are new or changed since the work tree left a commit."""
    from llmlint.changes import changes_since

    try:
        changes = changes_since(context.here, base)
    except ConfigError as error:
        hint = "give actions/checkout fetch-depth: 0, or set changed-only to false"
        raise ConfigError("", f"what the pull request changes can't be told: {error}; {hint}") from None
    root, quotes = context.root.resolve(), context.quotes()

    def is_changed(finding: Finding) -> bool:
        first, last = quotes.lines_in_file(finding.location)
        return changes.touch(root / finding.location.path, range(first, last + 1))

    return list(filter(is_changed, findings))


def _annotate(report: Report, most: int, context: Context) -> None:
    """Annotate the worst findings: GitHub shows but a few of each step."""
    worst = sorted(report.findings, key=lambda finding: -finding.severity)
    emit(rendered("github", replace(report, findings=worst[:most]), context))
    left_out = len(worst) - most
    if left_out > 0:
        click.echo(f"::notice title=llmlint::{left_out} more in the summary of the job")


def _page(told: Report, found: int, context: Context) -> str:
    page = rendered("markdown", told, context)
    elsewhere = found - len(told.findings)
    return f"{page}\n{elsewhere} more on lines that are not changed.\n" if elsewhere else page


def _append(variable: str, text: str) -> None:
    """Add to the file that a variable of the runner names, if it does."""
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)


def _refuse(reason: str) -> int:
    from llmlint.catalog import Catalog

    text = Catalog().keys.redacted(reason).replace("%", "%25").replace("\r", "").replace("\n", "%0A")
    click.echo(f"::error title=llmlint::{text}")
    return USAGE
