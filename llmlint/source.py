"""Bytes to text, once, and offsets to lines and columns."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from array import array
from bisect import bisect_right
from collections.abc import Sequence

_NEWLINE = re.compile(r"\r\n|\r|\n")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class DecodeError(Exception):
    """The bytes are no text; ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, newlines kept, a byte order mark dropped.

    Raises DecodeError with the place of the first byte that is not UTF-8, or of a NUL.
    """
    return _decode(data, "utf-8-sig", "not valid UTF-8")


def decode_python(data: bytes) -> str:
    """The text of a Python file, newlines kept, in the encoding that its byte order mark or cookie declares.

    Raises DecodeError where CPython would refuse the bytes too.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data[:4096].replace(b"\r", b"\n")).readline)
    except SyntaxError as error:
        if "encoding" in str(error) and "unknown" in str(error):
            raise DecodeError(str(error)) from None
        encoding = "utf-8-sig"
    declared = encoding not in ("utf-8", "utf-8-sig")
    reason = f"not valid {encoding}" if declared else "not valid UTF-8, and no encoding is declared"
    return _decode(data, encoding if declared else "utf-8-sig", reason)


def _decode(data: bytes, encoding: str, reason: str) -> str:
    if data.startswith(_UTF16_MARKS):
        raise DecodeError("encoded in UTF-16, not UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise DecodeError("contains a NUL byte", *_byte_position(data, nul))
    try:
        return codecs.decode(data, encoding)
    except UnicodeDecodeError as error:
        raise DecodeError(reason, *_byte_position(data, error.start)) from None


def _byte_position(data: bytes, offset: int) -> tuple[int, int]:
    before = re.split(rb"\r\n|\r|\n", data[:offset])
    return len(before), len(before[-1].decode("utf-8", "replace")) + 1


def line_starts(text: str) -> array[int]:
    """The offset at which each line begins; LF, CRLF and CR end lines, as Python reads them."""
    return array("I", [0, *(match.end() for match in _NEWLINE.finditer(text))])


def position(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1, the column in code points."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
