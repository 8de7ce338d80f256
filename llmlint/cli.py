"""The command line: options to a configuration, commands, exit codes.

What a command needs is imported when it runs, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint import __version__
from llmlint.errors import ConfigError, LlmlintError
from llmlint.findings import Report, Severity
from llmlint.output import FORMATS, Context, display_path, renderer

if TYPE_CHECKING:
    from llmlint.catalog import Catalog, Rule
    from llmlint.config import Config

CLEAN, FOUND, USAGE, INTERNAL = 0, 1, 2, 3
_SEVERITIES = [str(severity) for severity in reversed(Severity)]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="llmlint")
def cli() -> None:
    """Find the call sites that turn a language model into an open-ended bill."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: errors in one line, a closed output pipe in none."""
    try:
        code = cli.main(arguments, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except LlmlintError as error:
        from llmlint.catalog import Catalog

        click.echo(f"llmlint: error: {Catalog().keys.redacted(str(error))}", err=True)
        sys.exit(USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    sys.exit(code if isinstance(code, int) else CLEAN)


def _codes(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that make up a configuration, shared by ``check`` and ``config``."""
    options = [
        click.option(
            "--select", multiple=True, callback=_codes, help="Run only these rules: codes, prefixes, names, ALL."
        ),
        click.option("--ignore", multiple=True, callback=_codes, help="Do not run these rules."),
        click.option("--extend-select", multiple=True, callback=_codes, help="Run these rules too."),
        click.option("--fail-on", type=click.Choice(_SEVERITIES), help="The severity from which findings fail a run."),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
        click.option("--statistics", is_flag=True, help="Count the findings by rule."),
        click.option("--quiet", "-q", is_flag=True, help="Print findings only, no summary."),
        click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="How findings are printed."),
        click.option("--output-file", "-o", help="Write to a file instead of standard output."),
        click.option("--config", "config_file", help="Use this configuration file."),
        click.option("--isolated", is_flag=True, help="Use no configuration file."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@cli.command()
@click.argument("paths", nargs=-1)
@_selection
@click.option("--stdin-filename", help="The path that standard input (-) stands for.")
def check(paths: tuple[str, ...], stdin_filename: str | None, **options: Any) -> int:
    """Check files and folders (default: this one); - reads standard input."""
    from llmlint.discover import discover, relative
    from llmlint.project import Project

    targets, stdin = _targets(paths or (".",), stdin_filename)
    config, catalog = _configuration(targets, options)
    if config.output_file:
        _write(config.output_file, "")
    files = discover(targets, config.root, (*config.exclude, *config.extend_exclude))
    given = {} if stdin is None else {relative(targets[0], config.root): stdin}
    report = Project(files, config, catalog, given).check(_Progress())
    return _print(report, config, Context(catalog, files.root, Path.cwd(), _wants_color(config), given))


def _targets(paths: Sequence[str], stdin_filename: str | None) -> tuple[list[Path], bytes | None]:
    """The paths to check; a path that does not exist is an error before any work."""
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- can't be combined with other paths")
        return [_absolute(stdin_filename or "stdin.py")], sys.stdin.buffer.read()
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with -, which reads standard input")
    for path in paths:
        if not os.path.lexists(path):
            raise click.UsageError(f"there is no file or folder {path!r}")
    return [_absolute(path) for path in paths], None


def _absolute(path: str) -> Path:
    """An absolute path without ``..``, links left as they are."""
    return Path(os.path.normpath(Path.cwd() / path))


def _configuration(targets: Sequence[Path], options: dict[str, Any]) -> tuple[Config, Catalog]:
    """The file's configuration with the command line's on top. Raises ConfigError and CatalogError."""
    from llmlint.catalog import Catalog

    catalog = Catalog()
    config = _configured(targets[0], options["config_file"], options["isolated"], catalog)
    given = {
        "select": options["select"],
        "ignore": options["ignore"],
        "extend_select": options["extend_select"],
        "fail_on": Severity[options["fail_on"].upper()] if options["fail_on"] else None,
        "exit_zero": options["exit_zero"],
        "statistics": options["statistics"],
        "quiet": options["quiet"],
        "format": options["format_"],
        "output_file": options["output_file"],
    }
    chosen = {key: value for key, value in given.items() if value}
    if "select" in chosen:
        chosen.setdefault("extend_select", ())
    config = config.with_values(chosen, "command line")
    if config.format not in FORMATS:
        raise ConfigError(config.sources["format"], f"format is {config.format!r}, not one of {', '.join(FORMATS)}")
    config.check(catalog)
    if config.apis:
        catalog = Catalog(extra=config.apis)
        catalog.check_extra()
    return config, catalog


def _configured(target: Path, file: str | None, isolated: bool, catalog: Catalog) -> Config:
    """What the configuration file around a path says, or the one that was named."""
    from llmlint.config import Config, find, load
    from llmlint.discover import project_root

    if file is not None and isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    if file is not None:
        return load(Path(file), catalog, root=Path.cwd())
    folder = target if target.is_dir() else target.parent
    found = None if isolated else find(folder)
    return load(found, catalog) if found is not None else Config(root=project_root(folder) or folder)


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


def _print(report: Report, config: Config, context: Context) -> int:
    """Print a report; the exit code that it asks for."""
    redacted = context.catalog.keys.redacted
    text = redacted(renderer(config.format)(report, context))
    if config.output_file:
        _write(config.output_file, text)
    else:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False, color=True)
    if config.statistics:
        click.echo(_statistics(report), nl=False, err=config.format == "json")
    if not config.quiet and config.format != "json":
        click.echo(_summary(report))
    for failure in report.errors:
        path = display_path(context.root / failure.path, context.here)
        message = redacted(f"{failure.step} failed on {path}: {failure.message}")
        click.echo(f"llmlint: internal error: {message}", err=True)
    if report.errors:
        return INTERNAL
    failing = any(finding.severity >= config.fail_on for finding in report.findings)
    return FOUND if failing and not config.exit_zero else CLEAN


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(path, f"can't be written: {error.strerror}") from None


def _summary(report: Report) -> str:
    counts = Counter(str(finding.severity) for finding in report.findings)
    files = f"{report.files} file{'s' if report.files != 1 else ''} checked"
    if not report.findings:
        return f"No findings, {files}."
    parts = [
        f"{counts[level]} {level}{'s' if counts[level] != 1 and level != 'info' else ''}"
        for level in _SEVERITIES
        if counts[level]
    ]
    return f"{len(report.findings)} finding{'s' if len(report.findings) != 1 else ''} ({', '.join(parts)}), {files}."


def _statistics(report: Report) -> str:
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {code}  {name}\n" for (code, name), count in rows)


# -- the other commands ---------------------------------------------------------------------------------------


@cli.command()
@click.argument("code")
def explain(code: str) -> int:
    """Say what a rule finds, why, and what to do."""
    from llmlint.catalog import Catalog
    from llmlint.explain import explanation, find_rule

    catalog = Catalog()
    click.echo(explanation(find_rule(code, catalog), catalog), nl=False)
    return CLEAN


@cli.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def rules(format_: str) -> int:
    """List the rules."""
    from llmlint.catalog import Catalog

    catalog = Catalog()
    if format_ == "json":
        click.echo(json.dumps([_rule_as_json(rule) for rule in catalog.rules.values()], indent=2))
        return CLEAN
    width = max(len(rule.name) for rule in catalog.rules.values())
    for rule in catalog.rules.values():
        level = f"{rule.severity}{' (opt-in)' if rule.is_opt_in else ''}"
        click.echo(f"{rule.code}  {rule.name:<{width}}  {level:<14}  {rule.summary}")
    return CLEAN


def _rule_as_json(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "opt_in": rule.is_opt_in,
        "summary": rule.summary,
        "why": rule.why,
        "incidents": list(rule.incidents),
        "options": {name: {"default": option.default, "help": option.help} for name, option in rule.options.items()},
    }


@cli.command("config")
@click.argument("paths", nargs=-1)
@_selection
def show_config(paths: tuple[str, ...], **options: Any) -> int:
    """Show the configuration in force, and where each value comes from."""
    from llmlint.config import DEFAULT

    targets, _ = _targets(paths or (".",), None)
    config, catalog = _configuration(targets, options)
    values: dict[str, Any] = {
        key: getattr(config, key)
        for key in (
            "select", "ignore", "extend_select", "fail_on", "exclude", "extend_exclude", "per_file_ignores",
            "severity", "apis", "format", "output_file", "exit_zero", "statistics", "quiet", "max_file_size",
        )
    }  # fmt: skip
    for rule in catalog.rules.values():
        for name in rule.options:
            values[name] = config.option(rule, name)
    for key, value in values.items():
        source = config.sources.get(key) or (config.sources.get("options") if key in config.options else None)
        click.echo(f"{key.replace('_', '-')} = {_shown(value)}  # {source or DEFAULT}")
    click.echo(f"rules = {_shown(list(config.enabled(catalog)))}  # in force")
    return CLEAN


def _shown(value: Any) -> str:
    if isinstance(value, Severity):
        return json.dumps(str(value))
    if isinstance(value, tuple | list):
        return json.dumps([str(item) for item in value])
    if isinstance(value, dict):
        return json.dumps({str(key): str(item) if isinstance(item, Severity) else item for key, item in value.items()})
    return json.dumps(value)
