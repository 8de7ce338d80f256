"""The options that make up a configuration, and the paths it is for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmlint.findings import Severity
from llmlint.formats import FORMATS

if TYPE_CHECKING:
    from llmlint.catalog import Catalog
    from llmlint.config import Config

# The options that name no value of a configuration.
_WHICH_FILE = {"config_file", "isolated"}
SEVERITIES = [str(severity) for severity in reversed(Severity)]


def _codes(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _with(command: Callable[..., Any], *options: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def selection(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which rules run, and which configuration holds."""
    return _with(
        command,
        click.option(
            "--select", multiple=True, callback=_codes, help="Run only these rules: codes, prefixes, names, ALL."
        ),
        click.option("--ignore", multiple=True, callback=_codes, help="Do not run these rules."),
        click.option("--extend-select", multiple=True, callback=_codes, help="Run these rules too."),
        click.option("--config", "config_file", help="Use this configuration file."),
        click.option("--isolated", is_flag=True, help="Use no configuration file."),
    )


def failing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say when a run fails."""
    return _with(
        command,
        click.option("--fail-on", type=click.Choice(SEVERITIES), help="The severity from which findings fail a run."),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
    )


def printing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how findings are printed, and where."""
    return _with(
        command,
        click.option("--statistics", is_flag=True, help="Count the findings by rule."),
        click.option("--quiet", "-q", is_flag=True, help="Print findings only, no summary."),
        click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="How findings are printed."),
        click.option("--output-file", "-o", help="Write to a file instead of standard output."),
    )


def targets_of(paths: Sequence[str], stdin_filename: str | None) -> tuple[list[Path], bytes | None]:
    """The paths to check; a path that does not exist, or is a pipe, is an error before any work."""
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("- can't be combined with other paths")
        return [_absolute(stdin_filename or "stdin.py")], sys.stdin.buffer.read()
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename goes with -, which reads standard input")
    for path in paths:
        if not os.path.lexists(path):
            raise click.UsageError(f"there is no file or folder {path!r}")
        if Path(path).is_fifo():
            raise click.UsageError(f"{path!r} is neither a file nor a folder")
    return [_absolute(path) for path in paths], None


def _absolute(path: str) -> Path:
    """An absolute path without ``..``, links left as they are."""
    return Path(os.path.normpath(Path.cwd() / path))


def configuration(targets: Sequence[Path], options: dict[str, Any]) -> tuple[Config, Catalog]:
    """The file's configuration with the command line's on top. Raises ConfigError and CatalogError."""
    catalog = _catalog(())
    config = _configured(targets[0], options["config_file"], options["isolated"], catalog)
    chosen = {key.removesuffix("_"): value for key, value in options.items() if key not in _WHICH_FILE and value}
    if "fail_on" in chosen:
        chosen["fail_on"] = Severity[chosen["fail_on"].upper()]
    if "select" in chosen:
        chosen.setdefault("extend_select", ())
    config = config.with_values(chosen, "command line")
    config.check(catalog)
    if config.apis:
        catalog = _catalog(config.apis)
        catalog.check_extra()
    return config, catalog


def root_of(targets: Sequence[Path]) -> Path:
    """The root of the project that some paths are checked in, where no option says otherwise."""
    return _configured(targets[0], None, False, _catalog(())).root


@cache
def _catalog(extra: tuple[Path, ...]) -> Catalog:
    """One for all projects that teach llmlint the same."""
    from llmlint.catalog import Catalog

    return Catalog(extra=extra)


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
