"""``llmlint cache``, and where the cache of a project lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from llmlint.cli.exits import CLEAN
from llmlint.cli.options import root_of, targets_of
from llmlint.errors import ConfigError

_FOLDER = ".llmlint_cache"
_directory = click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LLMLINT_CACHE_DIR",
    help="Where the cache lies, instead of in each project.",
)


def caching(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is done with the cache."""
    off = click.option("--no-cache", is_flag=True, envvar="LLMLINT_NO_CACHE", help="Neither read nor write a cache.")
    return off(_directory(command))


def cache_folder(root: Path, folder: Path | None) -> Path:
    """Where the cache of the project at ``root`` lies, given the folder that the user chose for all projects."""
    if folder is None:
        return root / _FOLDER
    from hashlib import sha256

    return folder / sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@click.group()
def cache() -> None:
    """What earlier runs found out."""


@cache.command()
@click.argument("paths", nargs=-1)
@_directory
def clean(paths: tuple[str, ...], cache_dir: Path | None) -> int:
    """Remove the caches of the projects at some paths (default: this folder)."""
    import shutil

    from llmlint.workspace import parts

    roots = (root_of(part.paths) for part in parts(targets_of(paths or (".",), None)[0]))
    for found in dict.fromkeys(cache_folder(root, cache_dir) for root in roots):
        try:
            shutil.rmtree(found)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ConfigError(str(found), f"can't be removed: {error.strerror}") from None
        click.echo(f"Removed {found}")
    return CLEAN
