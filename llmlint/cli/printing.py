"""How a report leaves the program: rendered, without keys, with the exit code that it asks for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmlint.cli.exits import CLEAN, FOUND, INTERNAL
from llmlint.discover import relative
from llmlint.errors import ConfigError
from llmlint.findings import Report, Severity, Tally
from llmlint.formats import FORMATS
from llmlint.output import Context, display_path, renderer, total

if TYPE_CHECKING:
    from llmlint.config import Config


class Printer:
    """Prints the reports on one project after the other: at once where the format is lines, else all in the end."""

    def __init__(self, config: Config, whole: Context) -> None:
        """``config``: what says how; ``whole``: the context of the output as a whole."""
        self._config = config
        self._context = whole
        self._format = FORMATS[config.format]
        self._tally = Tally()
        self._report = Report()
        self._code = CLEAN
        if config.output_file:
            write(config.output_file, "")

    def add(self, report: Report, config: Config, context: Context) -> None:
        """Take in a report, with the configuration and the context of its project."""
        self._tally.add(report)
        self._code = max(self._code, ended(report, config, context))
        if self._format.is_stream:
            self._print(rendered(self._config.format, report, context))
        else:
            self._report.add(report.moved(relative(context.root, self._context.root)))

    def close(self) -> int:
        """Print what is left; the exit code that the reports ask for."""
        if not self._format.is_stream:
            self._print(rendered(self._config.format, self._report, self._context))
        elif self._format.is_document:
            self._print(total(self._config.format)(self._tally))
        if self._config.statistics:
            click.echo(_statistics(self._tally), nl=False, err=self._format.is_document)
        if not self._config.quiet and not self._format.is_document:
            click.echo(summary(self._tally))
        return self._code

    @property
    def is_document(self) -> bool:
        return self._format.is_document

    def _print(self, text: str) -> None:
        if self._config.output_file:
            write(self._config.output_file, text, mode="a")
        else:
            emit(text)


def rendered(form: str, report: Report, context: Context) -> str:
    """A report in a format, without keys."""
    text = renderer(form)(report, context)
    return context.catalog.keys.redacted(text) if text else ""


def emit(text: str) -> None:
    """Print a text as it is, whatever the encoding of a pipe."""
    # A console may have to be told of colours, which click does for text alone.
    is_console = sys.platform == "win32" and sys.stdout.isatty()
    click.echo(text if is_console else text.encode("utf-8", "backslashreplace"), nl=False, color=True)


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


def write(path: str, text: str, mode: str = "w") -> None:
    try:
        with Path(path).open(mode, encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(path, f"can't be written: {error.strerror}") from None


def summary(tally: Tally) -> str:
    """What was found, in one line."""
    files = f"{counted(tally.files, 'file')} checked"
    if not tally.findings:
        return f"No findings, {files}."
    parts = [
        f"{count} {severity}" if severity is Severity.INFO else counted(count, str(severity))
        for severity in reversed(Severity)
        if (count := tally.severities[severity])
    ]
    return f"{counted(tally.findings, 'finding')} ({', '.join(parts)}), {files}.{_fixable(tally)}"


def counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' if count != 1 else ''}"


def _fixable(tally: Tally) -> str:
    safe, suggested = tally.repairs[True], tally.repairs[False]
    parts = [f"{safe} fixable with --fix"] if safe else []
    parts += [f"{suggested} {'more' if safe else 'fixable'} with --unsafe-fixes"] if suggested else []
    return f" {' and '.join(parts)}." if parts else ""


def _statistics(tally: Tally) -> str:
    rows = sorted(tally.rules.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {code}  {name}\n" for (code, name), count in rows)
