"""How a report leaves the program: rendered, without keys, with the exit code that it asks for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmlint.cli.exits import CLEAN, FOUND, INTERNAL
from llmlint.cli.options import SEVERITIES
from llmlint.errors import ConfigError
from llmlint.findings import Report
from llmlint.output import FORMATS, Context, display_path, renderer

if TYPE_CHECKING:
    from llmlint.config import Config


def conclude(report: Report, config: Config, context: Context) -> int:
    """Print a report; the exit code that it asks for."""
    is_document = FORMATS[config.format].is_document
    text = rendered(config.format, report, context)
    if config.output_file:
        write(config.output_file, text)
    else:
        emit(text)
    if config.statistics:
        click.echo(_statistics(report), nl=False, err=is_document)
    if not config.quiet and not is_document:
        click.echo(summary(report))
    return ended(report, config, context)


def rendered(form: str, report: Report, context: Context) -> str:
    """A report in a format, without keys."""
    return context.catalog.keys.redacted(renderer(form)(report, context))


def emit(text: str) -> None:
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False, color=True)


def ended(report: Report, config: Config, context: Context) -> int:
    """Tell of the defects of llmlint; the exit code that a report asks for."""
    for failure in report.errors:
        path = display_path(context.root / failure.path, context.here)
        message = context.catalog.keys.redacted(f"{failure.step} failed on {path}: {failure.message}")
        click.echo(f"llmlint: internal error: {message}", err=True)
    if report.errors:
        return INTERNAL
    failing = any(finding.severity >= config.fail_on for finding in report.findings)
    return FOUND if failing and not config.exit_zero else CLEAN


def write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(path, f"can't be written: {error.strerror}") from None


def summary(report: Report) -> str:
    """What was found, in one line."""
    counts = Counter(str(finding.severity) for finding in report.findings)
    files = f"{report.files} file{'s' if report.files != 1 else ''} checked"
    if not report.findings:
        return f"No findings, {files}."
    parts = [
        f"{counts[level]} {level}{'s' if counts[level] != 1 and level != 'info' else ''}"
        for level in SEVERITIES
        if counts[level]
    ]
    return f"{len(report.findings)} finding{'s' if len(report.findings) != 1 else ''} ({', '.join(parts)}), {files}."


def _statistics(report: Report) -> str:
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {code}  {name}\n" for (code, name), count in rows)
