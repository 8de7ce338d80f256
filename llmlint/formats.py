"""The names of the output formats, each with what is to be known of it before it is loaded."""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """``is_document``: the output is for a program or a page, and nothing may be added to it; ``is_stream``: it is made
    of lines, so that the outputs for several projects can follow each other."""

    module: str
    is_document: bool = True
    is_stream: bool = False


FORMATS = {
    "text": Format("text", is_document=False, is_stream=True),
    "concise": Format("concise", is_document=False, is_stream=True),
    "json": Format("json_"),
    "jsonl": Format("jsonl", is_stream=True),
    "github": Format("github", is_document=False, is_stream=True),
    "sarif": Format("sarif"),
    "gitlab": Format("gitlab"),
    "junit": Format("junit"),
    "rdjson": Format("rdjson"),
    "markdown": Format("markdown"),
}
