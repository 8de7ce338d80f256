"""Draws the output of a command, with its colours, as a terminal's window in SVG. No fonts are fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

_STYLE = re.compile(r"\x1b\[([\d;]*)m")
_COLORS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea"}
_PLAIN, _DIM, _BACKGROUND, _FRAME = "#d1d7e0", "#7d8590", "#161b22", "#30363d"
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_LIGHTS = ("#ff5f57", "#febc2e", "#28c840")
_CHARACTER, _LINE, _MARGIN, _BAR = 8.43, 20, 20, 40
_INDENT = 5

_Cell = tuple[str, str]


def drawn(output: str, columns: int) -> str:
    lines = [part for line in _cells(output.rstrip("\n")) for part in _wrapped(line, columns)]
    width = round(columns * _CHARACTER + 2 * _MARGIN)
    height = _BAR + len(lines) * _LINE + _MARGIN
    size = f'width="{width}" height="{height}"'
    frame = f'x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10" stroke="{_FRAME}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>',
        f"<style>text {{ font: 14px {_FONTS}; white-space: pre; fill: {_PLAIN} }}</style>",
        f'<rect {frame} fill="{_BACKGROUND}"/>',
        *(f'<circle cx="{24 + 22 * n}" cy="21" r="6.5" fill="{color}"/>' for n, color in enumerate(_LIGHTS)),
        *(_row(line, _BAR + _LINE * number) for number, line in enumerate(lines, 1) if line),
        "</svg>",
    ]
    return "".join(f"{part}\n" for part in parts)


def _cells(output: str) -> Iterator[list[_Cell]]:
    """Each line as characters with the attributes that they are drawn with."""
    style = ""
    for line in output.split("\n"):
        cells: list[_Cell] = []
        for number, piece in enumerate(_STYLE.split(line)):
            if number % 2:
                style = _attributes(piece.split(";"))
            else:
                cells.extend((character, style) for character in piece)
        yield cells


def _attributes(codes: list[str]) -> str:
    color = _DIM if "2" in codes else next((_COLORS[code] for code in codes if code in _COLORS), "")
    weight = ' font-weight="bold"' if "1" in codes else ""
    return f' fill="{color}"{weight}' if color else weight


def _wrapped(cells: list[_Cell], columns: int) -> Iterator[list[_Cell]]:
    """A line cut at spaces where it is too long, the rest indented."""
    while len(cells) > columns:
        cut = max((n for n in range(_INDENT + 1, columns) if cells[n][0] == " "), default=columns)
        yield cells[:cut]
        cells = [(" ", "")] * _INDENT + cells[cut:]
    yield cells


def _row(cells: list[_Cell], y: int) -> str:
    runs = ((style, "".join(character for character, _ in run)) for style, run in groupby(cells, lambda cell: cell[1]))
    spans = (
        f"<tspan{style}>{escape(text, quote=False)}</tspan>" if style else escape(text, quote=False)
        for style, text in runs
    )
    return f'<text x="{_MARGIN}" y="{y}" xml:space="preserve">{"".join(spans)}</text>'
