"""The command line: one module a command, and what ends a run.

What a command needs is imported when it runs, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from llmlint import __version__
from llmlint.cli.exits import CLEAN, INTERRUPTED, USAGE
from llmlint.errors import LlmlintError

# Each is what a module of its name calls so.
_COMMANDS = ("action", "baseline", "cache", "check", "config", "explain", "init", "rules", "server")


class _Group(click.Group):
    """Loads a command when it is asked for; says what to do to whoever names a path and no command, as other linters
    take it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = vars(import_module(f"llmlint.cli.{cmd_name}"))[cmd_name]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and os.path.lexists(args[0]):
            raise click.UsageError(f"no such command {args[0]!r}: llmlint check {args[0]} checks it", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="llmlint")
def cli() -> None:
    """Find the call sites that turn a language model into an open-ended bill."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: errors in one line, a closed output pipe in none."""
    if sys.stdout is None:
        # Whoever started this closed it.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A pipe on Windows takes few letters, and a path may hold any.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except LlmlintError as error:
        from llmlint.catalog import Catalog

        click.echo(f"llmlint: error: {Catalog().keys.redacted(str(error))}", err=True)
        sys.exit(USAGE)
    except OSError as error:
        # What could not be written is not tried once more on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(141)
        click.echo(f"llmlint: error: {error.filename or 'standard output'}: {error.strerror}", err=True)
        sys.exit(USAGE)
    sys.exit(code if isinstance(code, int) else CLEAN)
