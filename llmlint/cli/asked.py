"""The projects that a command is asked about, each with its configuration, and how they are checked."""

from __future__ import annotations

import glob
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from llmlint.cli.cache import cache_folder
from llmlint.cli.options import configuration
from llmlint.discover import Discovery, Files, foreseeing, relative
from llmlint.errors import ConfigError
from llmlint.findings import Report
from llmlint.output import Context
from llmlint.workspace import Part, parts

if TYPE_CHECKING:
    from llmlint.baseline import Scope
    from llmlint.cache import Cache
    from llmlint.catalog import Catalog
    from llmlint.config import Config
    from llmlint.extractors import Extractor


class Asked(NamedTuple):
    """A project that is to be checked, and how."""

    part: Part
    config: Config
    catalog: Catalog

    @property
    def root(self) -> Path:
        return self.config.root

    def context(self, whole: Context) -> Context:
        """The part of an output's context that is the project's."""
        return whole._replace(catalog=self.catalog, root=self.root)

    def found(self) -> Discovery:
        return Discovery(self.part.paths, self.root, self._excludes)

    def circumstances(self) -> object:
        """All that the report depends on besides what files there are and what they hold."""
        from llmlint.cache import settings

        return [*map(str, self.part.paths)], str(self.root), self._excludes, settings(self.config, self.catalog)

    @property
    def _excludes(self) -> list[str]:
        beside = (f"/{glob.escape(relative(project, self.root))}" for project in self.part.beside)
        return [*self.config.exclude, *self.config.extend_exclude, *beside]

    @contextmanager
    def cache(self, folder: Path | None, is_off: bool) -> Iterator[Cache | None]:
        """What is remembered of the project, written down again in the end."""
        if is_off:
            yield None
            return
        from llmlint.cache import Cache

        with closing(Cache(self.root, cache_folder(self.root, folder), self.catalog)) as cache:
            yield cache


@contextmanager
def asking(targets: Sequence[Path], options: dict[str, Any]) -> Iterator[list[Asked]]:
    """The projects that some paths lie in. Raises ConfigError and CatalogError."""
    asked = parts(targets)
    with foreseeing(path for part in asked for path in part.paths):
        yield [Asked(part, *configuration(part.paths, options)) for part in asked]


def folder_of(asked: Sequence[Asked]) -> Path:
    """The folder that all projects lie in. Raises ConfigError where there is none."""
    try:
        return Path(os.path.commonpath([each.root for each in asked]))
    except ValueError:
        raise ConfigError("", "projects on several drives have to be checked one after the other") from None


@dataclass(slots=True)
class Run:
    """The check of one project, as often as it takes. ``context``: how its files are named, and which bytes stand for
    what is on disk; ``is_hidden``: nobody is to see how far it is."""

    asked: Asked
    context: Context
    found: Discovery
    extractor: Extractor
    cache: Cache | None
    is_hidden: bool

    @classmethod
    def of(
        cls,
        asked: Asked,
        whole: Context,
        extractor: Extractor,
        cache: Cache | None,
        found: Discovery | None = None,
        *,
        is_hidden: bool = False,
    ) -> Run:
        from llmlint.extractors import Remembering

        reader = Remembering(extractor) if cache is None else extractor
        return cls(asked, asked.context(whole), found or asked.found(), reader, cache, is_hidden)

    @property
    def files(self) -> Files:
        return self.found.files

    @property
    def scope(self) -> Scope:
        from llmlint.baseline import Scope

        return Scope(self.asked.config.enabled(self.asked.catalog), self.files, self.asked.part.paths)

    def check(self, changed: Mapping[str, bytes] | None = None, files: Files | None = None) -> Report:
        """The report on the project when some files hold other bytes, or on other files of it."""
        given = {**self.context.given, **(changed or {})}
        if self.found.is_empty and not given and files is None:
            return Report()
        check = partial(self._check, given, files)
        if self.cache is None or given or files is not None:
            return check()
        return self.cache.report(self.asked.circumstances(), self.found, check)

    def _check(self, given: Mapping[str, bytes], files: Files | None) -> Report:
        from llmlint.project import Project

        config, catalog = self.asked.config, self.asked.catalog
        project = Project(files or self.files, config, catalog, given, self.extractor, self.cache, repairs=True)
        return project.check(None if self.is_hidden else _Progress())


@contextmanager
def extracting(catalog: Catalog, jobs: int | None = None, cluster: str | None = None) -> Iterator[Extractor]:
    """What extracts files: a cluster, so many processes, or one for each core. They end with the run."""
    with closing(_extractor(catalog, jobs, cluster)) as extractor:
        yield extractor


def _extractor(catalog: Catalog, jobs: int | None, cluster: str | None) -> Extractor:
    if cluster is not None:
        from llmlint.cluster import on_cluster

        return on_cluster(catalog, cluster)
    from llmlint.extractors import Alone
    from llmlint.workers import Workers, cores, processes

    jobs = jobs or cores()
    return Workers(catalog, jobs, processes) if jobs > 1 else Alone(catalog)


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
