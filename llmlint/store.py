"""A small database of what earlier runs found out, in one SQLite file of a project.

Everything in it stands under a checksum: what is damaged, can't be read or can't be written is a miss, never an error.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from llmlint import codec

# Bytes of compressed rows that are kept; beyond, those go first that were used the longest ago.
MAX_SIZE = 200_000_000
_NAME = "cache.sqlite"
_CHECKSUM = 8
_SECONDS_A_DAY = 86_400
# How long a run waits for another one that is writing.
_PATIENCE = 2.0
# What SQLite raises: a message of its own that quotes damaged text can't even be decoded.
_FAILURES = (sqlite3.Error, ValueError, OverflowError)
_DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
_SCHEMA = """
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, day INTEGER, size INTEGER, data BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path BLOB PRIMARY KEY, state TEXT, digest TEXT) WITHOUT ROWID;
"""


class Store:
    """``results`` by key, and the ``files`` that were looked at: their state on disk and the digest of their content.
    What is put in is written by ``close``, in one transaction."""

    def __init__(self, folder: Path, max_size: int = MAX_SIZE) -> None:
        self._folder = folder
        self._max_size = max_size
        self._today = int(time.time()) // _SECONDS_A_DAY
        self._new: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._new_files: dict[str, tuple[str, str]] = {}
        self._connection = self._opened() if os.path.lexists(folder / _NAME) else None

    def get(self, key: bytes, loads: Callable[[bytes], Any] = codec.loads) -> Any:
        """What was put in under a key, as ``loads`` makes it of the bytes; None for nothing."""
        new = self._new.get(key)
        rows = self._select("SELECT day, data FROM results WHERE key = ?", key) if new is None else [(self._today, new)]
        for day, data in rows:
            try:
                found = loads(_checked(data))
            except Exception:  # whatever the bytes are, they are no reason to fail
                return None
            if day != self._today:
                self._used.add(key)
            return found
        return None

    def put(self, key: bytes, data: bytes) -> None:
        """Keep what ``codec.dumps`` gave."""
        self._new[key] = _sealed(data)

    def files(self) -> dict[str, tuple[str, str]]:
        """The state and the digest of every file that was noted, by path."""
        rows = self._select("SELECT path, state, digest FROM files")
        return {os.fsdecode(path): (state, digest) for path, state, digest in rows if isinstance(path, bytes)}

    def note(self, files: Mapping[str, tuple[str, str]]) -> None:
        self._new_files.update(files)

    def close(self) -> None:
        """Write what is new, as far as that is possible."""
        is_new = bool(self._new or self._used or self._new_files)
        if is_new and self._connection is None:
            self._connection = self._made()
        if self._connection is None:
            return
        try:
            if is_new:
                self._write(self._connection)
        except _FAILURES as error:
            self._give_up(self._connection, error)
        self._connection.close()
        self._connection = None

    # -- SQLite -----------------------------------------------------------------------------------------------

    def _made(self) -> sqlite3.Connection | None:
        """A connection to the file, which there may not be yet; None where there can be none."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            ignore = self._folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError:
            return None
        return self._opened()

    def _opened(self) -> sqlite3.Connection | None:
        """A connection to the file; None where a damaged one had to be removed first."""
        try:
            connection = sqlite3.connect(self._folder / _NAME, timeout=_PATIENCE)
        except _FAILURES:
            return None
        try:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
        except _FAILURES as error:
            self._give_up(connection, error)
            return None
        return connection

    def _select(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self._connection is None:
            return []
        try:
            return self._connection.execute(statement, values).fetchall()
        except _FAILURES as error:
            self._give_up(self._connection, error)
            self._connection = None
            return []

    def _give_up(self, connection: sqlite3.Connection, error: Exception) -> None:
        """A file that is no database, or a broken one, gives way to a new one once nobody has it open."""
        connection.close()
        if type(error) in _DAMAGE:
            with suppress(OSError):
                (self._folder / _NAME).unlink()

    def _write(self, connection: sqlite3.Connection) -> None:
        connection.executescript(_SCHEMA)
        with connection:
            connection.executemany(
                "UPDATE results SET day = ? WHERE key = ?", [(self._today, key) for key in self._used]
            )
            rows = [(key, self._today, len(data), data) for key, data in self._new.items()]
            connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)
            files = [(os.fsencode(path), *known) for path, known in self._new_files.items()]
            connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", files)
            self._make_room(connection)

    def _make_room(self, connection: sqlite3.Connection) -> None:
        (size,) = connection.execute("SELECT total(size) FROM results").fetchone()
        if size > self._max_size:
            for key, own in connection.execute("SELECT key, size FROM results ORDER BY day").fetchall():
                connection.execute("DELETE FROM results WHERE key = ?", (key,))
                size -= own
                if size <= self._max_size:
                    break


def _sealed(data: bytes) -> bytes:
    packed = zlib.compress(data, 1)
    return hashlib.blake2b(packed, digest_size=_CHECKSUM).digest() + packed


def _checked(data: bytes) -> bytes:
    """Raises ValueError for what is not as it was written."""
    seal, packed = data[:_CHECKSUM], data[_CHECKSUM:]
    if hashlib.blake2b(packed, digest_size=_CHECKSUM).digest() != seal:
        raise ValueError("damaged")
    return zlib.decompress(packed)
