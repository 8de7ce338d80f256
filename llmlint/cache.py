"""What a run need not find out again: the facts of files that hold what they held, and the report on a project in which
nothing changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from llmlint import __version__, codec
from llmlint.catalog import Catalog, rules_directory
from llmlint.config import Config
from llmlint.discover import RESOLUTION, Discovery
from llmlint.findings import Report
from llmlint.gists import Gist, digest_of
from llmlint.store import Store

if TYPE_CHECKING:
    # Where nothing changed nothing is extracted.
    from llmlint.engine import Extraction, Identity, Setup
    from llmlint.extractors import Extractor, Memory

# A string in JSON that is long enough for a key.
_STRING = re.compile(rb'"([A-Za-z0-9_.~+/=|-]{20,400})"')
# What is put together of words and numbers is the name of a model, and no key, however random it looks.
_PIECE = rb"(?:[A-Z]?[a-z]{1,14}\d?|\d{1,8}[A-Za-z]{0,2})"
_SPELLED = re.compile(rb"(?=(?:.*\b[A-Za-z][a-z]{3,14}\b){2})" + _PIECE + rb"(?:[-_/.]" + _PIECE + rb")+")

# What makes of a report another one, now that a file holds something else; None where it can't. It is given the file's
# path, with the digest and the gist of what it held.
Renewed = Callable[[Report, str, str, Gist], "Report | None"]


@dataclass(slots=True)
class Remembered:
    """A report, and the digest of every file that was read for it; an empty one for a file that could not be.
    ``gists``: what the report depends on of files that it depends on in part."""

    report: Report
    read: dict[str, str] = field(default_factory=dict)
    gists: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Glance:
    """A report on files that look in a way. ``beyond``: the digest of every other file that was read for it."""

    looks: str
    report: Report
    beyond: dict[str, str] = field(default_factory=dict)


class Cache:
    """What is remembered of one project. ``root``: what the paths of its files are relative to."""

    def __init__(self, root: Path, folder: Path, catalog: Catalog) -> None:
        self._root = str(root)
        self._catalog = catalog
        self.store = Store(folder)
        self._files: dict[str, tuple[str, str]] | None = None
        self._digests: dict[str, str] = {}
        self._facts: dict[Setup, _Facts] = {}
        # The answer to the last question, once it is kept.
        self._last: Remembered | None = None

    def read(self, path: str) -> bytes:
        """The bytes of a file of the project. Raises OSError."""
        if path in self._digests:
            return self._bytes_of(path)
        self._digests[path] = ""
        state = self._state_of(path)
        data = self._bytes_of(path)
        self._note(path, state, digest_of(data))
        return data

    def report(self, circumstances: object, found: Discovery, check: Callable[[], Report]) -> Report:
        """The report that ``check`` gives, or gave under the same circumstances when all files looked as they do."""
        if not found.looks:
            return check()
        key = _key("glance", _stamp(), circumstances)
        known = self.store.get(key)
        if isinstance(known, Glance) and known.looks == found.looks and self._are_unchanged(known.beyond):
            return known.report
        report = check()
        if self._last is not None and self._last.report is report:
            listed = found.files.all
            beyond = {path: digest for path, digest in self._last.read.items() if path not in listed}
            self.store.put(key, codec.dumps(Glance(found.looks, report.with_remedies(()), beyond)))
        return report

    def _are_unchanged(self, digests: Mapping[str, str]) -> bool:
        return all(self._digest_of(path) == digest for path, digest in digests.items())

    def recall(self, question: object, renewed: Renewed) -> Report | None:
        """The report that was the answer to a question, if it still is: as nothing that it depends on has changed
        since, or nothing but what ``renewed`` can cope with."""
        key = _key("report", _stamp(), question)
        found = self.store.get(key)
        if not isinstance(found, Remembered):
            return None
        now = {path: digest for path, was in found.read.items() if (digest := self._digest_of(path)) != was}
        if not found.gists.keys() >= now.keys():
            return None
        if not now:
            self._last = found
            return found.report
        remedies = self.store.get(_key(key.hex(), "remedies"))
        report: Report | None = found.report.with_remedies(remedies if isinstance(remedies, list) else ())
        for path in now:
            report = report and renewed(report, path, found.read[path], Gist.of(found.gists[path]))
        if report is not None:
            self._put(key, Remembered(report, {**found.read, **now}, found.gists))
        return report

    def remember(self, question: object, report: Report, gists: dict[str, str]) -> None:
        """``gists``: what the report depends on of files that it depends on in part; the others count whole."""
        self._put(_key("report", _stamp(), question), Remembered(report, self._digests, gists))

    def _put(self, key: bytes, remembered: Remembered) -> None:
        """The remedies have a row of their own: few runs have to read it."""
        report = remembered.report
        if not self._may_hold_key(codec.dumps(report)):
            self._last = remembered
            self.store.put(_key(key.hex(), "remedies"), codec.dumps(report.remedies))
            self.store.put(key, codec.dumps(replace(remembered, report=report.with_remedies(()))))

    def extractor(self, inner: Extractor) -> Extractor:
        """An extractor that leaves to another one what is not known."""
        from llmlint.extractors import Remembering

        return Remembering(inner, self.facts)

    def facts(self, setup: Setup) -> Memory:
        """What files amount to under one set-up."""
        if setup not in self._facts:
            self._facts[setup] = _Facts(self, setup)
        return self._facts[setup]

    def close(self) -> None:
        self.store.close()

    def keep(self, key: bytes, extraction: Extraction) -> None:
        data = codec.dumps(extraction)
        extraction.gist = _gist(extraction, data)
        if not self._may_hold_key(data):
            self.store.put(key, data)

    def _may_hold_key(self, data: bytes) -> bool:
        """Whether JSON holds a string that may be a key: it is not for the cache then."""
        texts = (text for text in _STRING.findall(data) if _SPELLED.fullmatch(text) is None)
        return any(self._catalog.keys.is_key(text.decode()) for text in texts)

    # -- the content of files ---------------------------------------------------------------------------------

    def _digest_of(self, path: str) -> str:
        """The digest of a file as it is now; empty where it can't be read."""
        try:
            state = self._state_of(path)
            if self._files is None:
                self._files = self.store.files()
            known, digest = self._files.get(path, ("", ""))
            if state and state == known:
                return digest
            return self._note(path, state, digest_of(self._bytes_of(path)))
        except OSError:
            return ""

    def _bytes_of(self, path: str) -> bytes:
        with open(os.path.join(self._root, path), "rb") as file:
            return file.read()

    def _state_of(self, path: str) -> str:
        """What tells that a file is unchanged without reading it; empty where nothing can."""
        found = os.stat(os.path.join(self._root, path))
        is_settled = time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > RESOLUTION
        return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}" if is_settled else ""

    def _note(self, path: str, state: str, digest: str) -> str:
        self._digests[path] = digest
        if state:
            self.store.note({path: (state, digest)})
        return digest


class _Facts:
    """The part of a cache that holds what files amount to under one set-up."""

    def __init__(self, cache: Cache, setup: Setup) -> None:
        self._cache = cache
        self._common = _key("facts", _stamp(), setup.modules, setup.max_file_size).hex()

    def get(self, identity: Identity) -> Extraction | None:
        found: Extraction | None = self._cache.store.get(_key(self._common, identity), _extraction)
        return found

    def put(self, identity: Identity, extraction: Extraction) -> None:
        self._cache.keep(_key(self._common, identity), extraction)


def _extraction(data: bytes) -> Extraction | None:
    from llmlint.engine import Extraction

    found = codec.loads(data)
    if not isinstance(found, Extraction):
        return None
    found.gist = _gist(found, data)
    return found


def _gist(extraction: Extraction, data: bytes) -> str:
    """``data``: the extraction as it is written."""
    facts = extraction.facts
    # Of these the lines matter, or their places are written with the rest.
    if facts and any((facts.comments, facts.cells, facts.faults, facts.secrets, facts.shipped, facts.declarations)):
        return ""
    return "" if extraction.text or extraction.declared else digest_of(codec.without_arrays(data))


def settings(config: Config, catalog: Catalog) -> tuple[object, ...]:
    """All that a report depends on besides files and what they hold."""
    return (
        (config.select, config.ignore, config.extend_select, dict(config.severity)),
        dict(config.options),
        dict(config.per_file_ignores),
        config.max_file_size,
        [digest_of(path.read_bytes()) for path in catalog.extra],
    )


def _key(*parts: object) -> bytes:
    text = json.dumps(parts, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=1)
def _stamp() -> str:
    """What all results depend on: llmlint with its catalogue, its parsers and Python."""
    return _key(__version__, sys.version_info[:3], _parsers(), sorted(_sources())).hex()


def _parsers() -> list[str]:
    """The distributions that parse, by their names with their versions."""
    spec = find_spec("libcst")
    if spec is None or spec.origin is None:
        return []
    beside = os.listdir(os.path.dirname(os.path.dirname(spec.origin)))
    return sorted(
        name for name in beside if name.startswith(("libcst-", "tree_sitter")) and name.endswith(".dist-info")
    )


def _sources() -> Iterator[tuple[str, int, int]]:
    """What tells that llmlint itself has changed, in a checkout: there a version means little."""
    package = Path(__file__).parent
    if rules_directory().parent == package:
        return
    for top in (package, rules_directory()):
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith((".py", ".yaml")):
                    path = os.path.join(folder, name)
                    found = os.stat(path)
                    yield path, found.st_size, found.st_mtime_ns
