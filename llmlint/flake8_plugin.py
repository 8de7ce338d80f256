"""llmlint as a plugin of flake8, over one file at a time. flake8 decides what is told of what is found: by its
``select`` and ``ignore``, and its ``per-file-ignores``.

Nothing of llmlint is loaded with this module: most files name no SDK, and many runs see no other.
"""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from llmlint import __version__
from llmlint.errors import LlmlintError

if TYPE_CHECKING:
    from llmlint.config import Config
    from llmlint.findings import Report

_PREFIX = "LLM"
# Of one file nobody can say that a comment suppresses nothing: what it suppresses may be seen from another.
_NOT_OF_ONE_FILE = "LLM001"
_BROKEN = "LLM000"


class Plugin:
    """What flake8 makes for each file, and runs."""

    name = "llmlint"
    version = __version__
    _selected: ClassVar[tuple[str, ...]] = ()
    _obeys_noqa: ClassVar[bool] = True

    def __init__(self, tree: ast.AST, lines: Sequence[str], filename: str) -> None:
        """``tree`` is not looked at; it makes flake8 run the plugin once for each file that it can parse."""
        self._text = "".join(lines)
        self._path = filename

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Take the codes that flake8 was told to select, but not ``LLM`` itself: like the opinionated codes of other
        plugins, what is opt-in or mere information is told where its own code is selected."""
        selected = (*(options.select or ()), *(options.extend_select or ()))
        cls._selected = tuple(code for code in selected if code.startswith(_PREFIX) and code != _PREFIX)
        cls._obeys_noqa = not options.disable_noqa

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Line, column from 0 and text of each finding. Raises flake8's ExecutionError for a configuration that is
        refused."""
        from llmlint.source import encode_python

        try:
            judge = _judge(self._selected, self._obeys_noqa)
            for line, column, text in judge.told(self._path, encode_python(self._text)):
                yield line, column, text, Plugin
        except LlmlintError as error:
            from flake8.exceptions import ExecutionError

            from llmlint.catalog import Catalog

            raise ExecutionError(f"llmlint: {Catalog().keys.redacted(str(error))}") from None


@cache
def _judge(selected: tuple[str, ...], obeys_noqa: bool) -> _Judge:
    return _Judge(selected, obeys_noqa=obeys_noqa)


class _Judge:
    """Judges files under the configuration that holds where flake8 runs. ``selected``: codes, or how they begin."""

    def __init__(self, selected: tuple[str, ...], *, obeys_noqa: bool) -> None:
        from llmlint.catalog import Catalog
        from llmlint.config import Config, find, load
        from llmlint.discover import project_root
        from llmlint.prefilter import Prefilter

        here = Path.cwd()
        self._selected, self._obeys_noqa = selected, obeys_noqa
        self._catalog = Catalog()
        found = find(here)
        self._own = load(found, self._catalog) if found is not None else Config(root=project_root(here) or here)
        if self._own.apis:
            self._catalog = Catalog(extra=self._own.apis)
        self._prefilter = Prefilter(self._catalog.prefilter_modules)

    def told(self, name: str, data: bytes) -> Iterator[tuple[int, int, str]]:
        """What is found in a file; nothing, and at once, in one that holds nothing to judge."""
        if not self._prefilter.passes(data) and not self._catalog.keys.find(data):
            return
        from llmlint.findings import Severity

        report = self._report(name, data)
        redacted = self._catalog.keys.redacted
        ignored = [] if self._obeys_noqa else [each.finding for each in report.suppressed if each.by == "noqa"]
        for finding in (*report.findings, *ignored):
            if finding.severity > Severity.INFO or finding.code in self._named:
                place = finding.location
                yield place.line, place.column - 1, redacted(f"{finding.code} {finding.message}")
        for error in report.errors:
            yield 1, 0, redacted(f"{_BROKEN} {error.step} failed inside llmlint: {error.message}")

    def _report(self, name: str, data: bytes) -> Report:
        from llmlint.discover import Files, relative
        from llmlint.project import Project

        root = self._config.root
        path = relative(Path.cwd() / name, root)
        files = Files(root, [path], {path}, named={path})
        return Project(files, self._config, self._catalog, {path: data}).check()

    @cached_property
    def _config(self) -> Config:
        codes = tuple(code for code in self._catalog.rules if code.startswith(self._selected))
        values = {
            "extend_select": (*self._own.extend_select, *codes),
            "ignore": (*self._own.ignore, _NOT_OF_ONE_FILE),
        }
        return self._own.with_values(values, "flake8")

    @cached_property
    def _named(self) -> set[str]:
        return self._config.named(self._catalog)
