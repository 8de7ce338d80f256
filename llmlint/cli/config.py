"""``llmlint config``: the configuration in force."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from llmlint.cli.exits import CLEAN
from llmlint.cli.options import configuration, failing, printing, selection, targets_of
from llmlint.findings import Severity


@click.command(short_help="Show the configuration in force.")
@click.argument("paths", nargs=-1)
@selection
@failing
@printing
def config(paths: tuple[str, ...], **options: Any) -> int:
    """Show the configuration in force, and where each value comes from; refuse API files whose samples are not seen."""
    from llmlint.config import DEFAULT

    targets, _ = targets_of(paths or (".",), None)
    found, catalog = configuration(targets, options)
    if found.apis:
        from llmlint.samples import resolve

        resolve(catalog.extra_samples(), catalog)
    values: dict[str, Any] = {
        key: getattr(found, key)
        for key in (
            "select", "ignore", "extend_select", "fail_on", "exclude", "extend_exclude", "per_file_ignores",
            "severity", "apis", "baseline", "format", "output_file", "exit_zero", "statistics", "quiet",
            "max_file_size",
        )
    }  # fmt: skip
    for rule in catalog.rules.values():
        for name in rule.options:
            values[name] = found.option(rule, name)
    for key, value in values.items():
        source = found.sources.get(key) or (found.sources.get("options") if key in found.options else None)
        click.echo(f"{key.replace('_', '-')} = {_shown(value)}  # {source or DEFAULT}")
    click.echo(f"rules = {_shown(list(found.enabled(catalog)))}  # in force")
    return CLEAN


def _shown(value: Any) -> str:
    if isinstance(value, Severity):
        return json.dumps(str(value))
    if isinstance(value, tuple | list):
        return json.dumps([str(item) for item in value])
    if isinstance(value, Path | None):
        return json.dumps(str(value or ""))
    if isinstance(value, Mapping):
        return json.dumps({str(key): str(item) if isinstance(item, Severity) else item for key, item in value.items()})
    return json.dumps(value)
