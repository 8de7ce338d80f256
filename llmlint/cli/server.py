"""``llmlint server``: for editors."""

from __future__ import annotations

import gc

import click

from llmlint.cli.exits import CLEAN
from llmlint.errors import ConfigError


@click.command(short_help="Serve an editor, by the Language Server Protocol.")
def server() -> int:
    """Serve an editor, by the Language Server Protocol over standard input and output."""
    try:
        from llmlint.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("llmlint"):
            raise
        raise ConfigError("", f"llmlint server needs the extra llmlint[lsp]: there is no {error.name}") from None
    gc.enable()  # unlike other commands, it outlives what it has found
    serve()
    return CLEAN
