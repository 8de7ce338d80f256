"""``llmlint rules``: all of them in a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from llmlint.cli.exits import CLEAN

if TYPE_CHECKING:
    from llmlint.catalog import Rule


@click.command()
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
        "edits": rule.edits,
        "options": {name: {"default": option.default, "help": option.help} for name, option in rule.options.items()},
    }
