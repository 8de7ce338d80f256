"""``llmlint explain``: one rule at length."""

from __future__ import annotations

import click

from llmlint.cli.exits import CLEAN


@click.command()
@click.argument("code")
def explain(code: str) -> int:
    """Say what a rule finds, why, and what to do."""
    from llmlint.catalog import Catalog
    from llmlint.explain import explanation, find_rule

    catalog = Catalog()
    click.echo(explanation(find_rule(code, catalog), catalog), nl=False)
    return CLEAN
