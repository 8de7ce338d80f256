"""Edits in the bytes of a file, whose encoding, byte order mark and line breaks stay; the file replaced as a whole."""

from __future__ import annotations

import codecs
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from llmlint.discover import language_of
from llmlint.findings import Edit
from llmlint.fixes.notebooks import with_edits
from llmlint.fixes.sources import source_of
from llmlint.source import DecodeError, decode, decode_python, line_starts, python_encoding


def rewritten(path: str, data: bytes, edits: Iterable[Edit]) -> bytes | None:
    """A file with edits that do not touch each other; None where the outcome does not parse, or where the rest of the
    file would not stay as it is to the byte."""
    language = language_of(path)
    try:
        encoding = python_encoding(data) if language == "python" else "utf-8"
        text = decode_python(data) if language == "python" else decode(data)
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        if mark + text.encode(encoding) != data:
            return None
        edited = with_edits(text, edits) if language == "notebook" else _edited(text, edits)
        changed = mark + edited.encode(encoding)
    except (DecodeError, UnicodeError):
        return None
    return changed if source_of(path, language, changed) is not None else None


def _edited(text: str, edits: Iterable[Edit]) -> str:
    starts = line_starts(text)
    for edit in sorted(edits, reverse=True):
        place = edit.location
        start, end = starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file by another that keeps its mode: all of it, or nothing. Raises OSError, also where the file is not
    what it was, or where nobody is to write to it."""
    target = Path(os.path.realpath(path))
    if target.read_bytes() != before:
        raise OSError("it has changed meanwhile")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            temporary = file.name
            file.write(after)
        shutil.copymode(target, temporary)
        Path(temporary).replace(target)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise
