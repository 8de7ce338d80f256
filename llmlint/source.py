"""Bytes to text, once, and offsets to lines and columns."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# How much of a file tells whether it is text.
_HEAD = 8192
_NO_FUTURE = "llmlint"
# The fields of nodes that hold words, numbers and operators.
_PLAIN = frozenset(
    """
    arg asname attr conversion ctx id is_async kind kwd_attrs level lineno module name names op ops rest simple str tag
    type_comment type_ignores
    """.split()
)
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class DecodeError(Exception):
    """The bytes are no text; ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


def plain(data: bytes) -> bytes | None:
    """The bytes of a text, one of UTF-16 in UTF-8; None for what is no text."""
    if data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data if b"\0" not in data[:_HEAD] else None


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, newlines kept, a byte order mark dropped.

    Raises DecodeError with the place of the first byte that is not UTF-8, or of a NUL.
    """
    return _decode(data, "utf-8", "not valid UTF-8")


def decode_python(data: bytes) -> str:
    """The text of a Python file, newlines kept, in the encoding that its byte order mark or cookie declares.

    Raises DecodeError where CPython would refuse the bytes too.
    """
    encoding = python_encoding(data)
    if encoding == "utf-8":
        return _decode(data, "utf-8", "not valid UTF-8, and no other encoding is declared")
    return _decode(data, encoding, f"not valid {encoding}, which the file declares")


def python_encoding(data: bytes) -> str:
    """The encoding that a Python file declares by its byte order mark or cookie. Raises DecodeError."""
    head = b"\n".join(_LINE_END.split(data, maxsplit=2)[:2])
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError as error:
        if "encoding declaration" not in str(error):
            raise DecodeError(str(error)) from None
        encoding = "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def encode_python(text: str) -> bytes:
    """The bytes that a Python file with this text would have, in the encoding that it declares."""
    data = text.encode("utf-8", "replace")
    try:
        return text.encode(python_encoding(data), "replace")
    except (DecodeError, LookupError, UnicodeError):
        return data


def _decode(data: bytes, encoding: str, reason: str) -> str:
    if data.startswith(_UTF16_MARKS):
        raise DecodeError("encoded in UTF-16, not UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    nul = data.find(b"\0")
    if nul >= 0:
        raise DecodeError("contains a NUL byte", *_byte_position(data, nul))
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DecodeError(reason, *_byte_position(data, error.start)) from None
    except (LookupError, UnicodeError):
        raise DecodeError(f"{encoding} is no encoding of text") from None


def _byte_position(data: bytes, offset: int) -> tuple[int, int]:
    before = _LINE_END.split(data[:offset])
    return len(before), len(before[-1].decode("utf-8", "replace")) + 1


def is_python(text: str) -> bool:
    """Whether the running Python reads a text: a quick yes, and no reason for a no."""
    # A future that does not exist is refused after the parse and before any other work: half the time of ast.parse.
    probe = f"from __future__ import {_NO_FUTURE}\n{text}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(probe, "<text>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.msg.startswith(f"future feature {_NO_FUTURE}")
        except (ValueError, RecursionError, MemoryError):
            return False
    return True


def python_tree(text: str) -> ast.Module | None:
    """The ``ast`` of a text, or None where the running Python can't read it."""
    try:
        return _tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=1)
def _tree(text: str) -> ast.Module:
    """Who decides by a file's outline whether to read it is followed by who reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


class _Parts(dict[type[ast.AST], tuple[str, ...]]):
    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in kind._fields if name not in _PLAIN)
        return self[kind]


# The fields of a kind of node in which expressions and statements stand, alone, in lists, or not at all.
PARTS = _Parts()


def line_starts(text: str) -> array[int]:
    """The offset at which each line begins; LF, CRLF and CR end lines, as Python reads them."""
    if "\r" in text:
        return array("I", [0, *(match.end() for match in NEWLINE.finditer(text))])
    return array("I", accumulate(map((1).__add__, map(len, text.split("\n")[:-1])), initial=0))


def position(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1, the column in code points."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
