"""The Python front end: bytes to facts through one libcst walk."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from contextlib import closing

import libcst as cst

from llmlint.facts import Fault, FileFacts
from llmlint.languages.python.anatomy import PythonAnatomy
from llmlint.languages.python.parsing import parse
from llmlint.languages.python.visitor import Visitor
from llmlint.languages.scan import directive_comments, excessive_nesting, scan
from llmlint.source import line_starts, position, python_tree

# Enough for what ``scan`` lets through; Python's own default is for code that people write.
_RECURSION_LIMIT = 12_000
# What a defect of libcst's native parser raises: no Exception, and of no module that can be imported.
_PANIC = "PanicException"
_AT = re.compile(r"error at (\d+):(\d+)")
_TOO_DEEP = "nested too deeply to be parsed"


def extract(
    path: str, text: str, interest: frozenset[str], settings: frozenset[str] = frozenset(), *, is_notebook: bool = False
) -> FileFacts:
    """The facts of a Python text. A text that can't be parsed yields a fault and no other facts."""
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates, which no parser takes
    facts = FileFacts(path, "python", line_starts=line_starts(text))
    layout = scan(text)
    nesting = excessive_nesting(text, layout)
    if nesting is not None:
        reason, offset = nesting
        facts.faults.append(Fault(f"{reason}: not parsed", *position(facts.line_starts, offset)))
        return facts
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        with closing(Visitor(facts, interest, settings)) as visitor:
            _walk(facts, text, visitor, is_notebook=is_notebook)
    except cst.ParserSyntaxError as error:
        facts.faults.append(_fault(text, error))
        return facts
    except RecursionError:
        facts = FileFacts(path, "python", line_starts=facts.line_starts)
        facts.faults.append(Fault(_TOO_DEEP))
        return facts
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        facts.faults.append(Fault(f"the parser gave up: {error}"))
        return facts
    finally:
        sys.setrecursionlimit(before)
    facts.comments = directive_comments(text, layout, facts.line_starts)
    return facts


def anatomy(text: str) -> PythonAnatomy | None:
    """How a Python text is put together; None for what the running Python can't read."""
    tree = python_tree(text)
    return PythonAnatomy(text, tree) if tree is not None else None


def _walk(facts: FileFacts, text: str, visitor: Visitor, *, is_notebook: bool) -> None:
    module, places = parse(text, facts.line_starts)
    visitor.visit(module, is_notebook=is_notebook)
    facts.spans = visitor.positions.find(places)


def _fault(text: str, error: cst.ParserSyntaxError) -> Fault:
    """The place and reason of a syntax error: as CPython words it, where it refuses the text too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as refused:
            return Fault(f"syntax error: {refused.msg}", refused.lineno or 1, max(refused.offset or 1, 1))
        except (ValueError, RecursionError, MemoryError):
            return Fault(_TOO_DEEP)
    match = _AT.search(error.message)
    line, column = (int(match[1]), int(match[2]) + 1) if match else (error.raw_line, error.raw_column + 1)
    return Fault(f"syntax error: {error.message.rpartition(': ')[2]}", line, column)
