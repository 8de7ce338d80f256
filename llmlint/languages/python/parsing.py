"""The tree of a Python text, and the places of what stands in it."""

from __future__ import annotations

from array import array
from contextlib import suppress

import libcst as cst

from llmlint.languages.python.offsets import Offsets
from llmlint.languages.python.origins import Origins
from llmlint.languages.python.positions import Places
from llmlint.languages.python.provided import Provided
from llmlint.languages.python.trees import Statements, UnknownSyntaxError
from llmlint.source import python_tree


def parse(text: str, starts: array[int]) -> tuple[cst.Module, Places]:
    """The tree of a program, without its layout, and where its nodes stand. ``starts``: where its lines begin. Raises
    ParserSyntaxError."""
    tree = python_tree(text)
    if tree is not None:
        offsets = Offsets(text, starts)
        trees = Statements(offsets)
        with suppress(UnknownSyntaxError, cst.ParserSyntaxError):
            module = trees.module(tree)
            return module, Origins(module, trees, offsets)
    module = cst.parse_module(text)
    return module, Provided(module, starts)
