"""The front end for JavaScript and TypeScript: bytes to facts through one walk over tree-sitter's tree."""

from __future__ import annotations

import sys
from contextlib import closing

from llmlint.facts import Fault, FileFacts
from llmlint.languages.typescript.anatomy import ScriptAnatomy
from llmlint.languages.typescript.comments import directive_comments
from llmlint.languages.typescript.positions import code_points
from llmlint.languages.typescript.scripts import scripts_of
from llmlint.languages.typescript.stand_ins import with_stand_ins
from llmlint.languages.typescript.syntax import Node, parser
from llmlint.languages.typescript.visitor import Visitor
from llmlint.scripts import LANGUAGE
from llmlint.source import line_starts, position

_RECURSION_LIMIT = 12_000
_TOO_DEEP = "nested too deeply to be parsed"
_GRAMMARS = {"js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "javascript", "tsx": "tsx"}
_PAGES = frozenset({"html", "htm", "vue", "svelte", "astro"})


def extract(path: str, text: str, interest: frozenset[str]) -> FileFacts:
    """The facts of a script, or of the scripts in a page. What can't be parsed yields a fault, and no facts itself."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    facts = FileFacts(path, LANGUAGE, line_starts=line_starts(text))
    program, data = _read(path, text)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        with closing(Visitor(facts, data, interest)) as visitor:
            visitor.visit(program)
    except RecursionError:
        facts = FileFacts(path, LANGUAGE, line_starts=facts.line_starts)
        facts.faults.append(Fault(_TOO_DEEP))
        return facts
    finally:
        sys.setrecursionlimit(before)
    if program.has_error:
        facts.faults.append(_fault(program, data, facts))
    if b"llmlint" in data:
        facts.comments = directive_comments(program, data, facts.line_starts)
    return facts


def anatomy(path: str, text: str) -> ScriptAnatomy | None:
    """How a script is put together; None for what can't be parsed."""
    program, data = _read(path, text)
    return None if program.has_error else ScriptAnatomy(program, data)


def _read(path: str, text: str) -> tuple[Node, bytes]:
    """The tree of a script, or of the scripts in a page, and what was parsed."""
    suffix = path.rpartition(".")[2].lower()
    grammar = _GRAMMARS.get(suffix, "typescript")
    if suffix in _PAGES:
        text, grammar = scripts_of(text, suffix)
    data = text.encode()
    program = _parsed(data, grammar)
    if program.has_error:
        other = with_stand_ins(data, is_page=suffix in _PAGES)
        program = _sound(program, other, grammar) if other != data else program
    return program, data


def _parsed(data: bytes, grammar: str) -> Node:
    """The tree of a program; JavaScript with types in it, as Flow has them, is read as TypeScript."""
    program = parser(grammar).parse(data).root_node
    return _sound(program, data, "tsx") if program.has_error and grammar == "javascript" else program


def _sound(program: Node, data: bytes, grammar: str) -> Node:
    """The tree of these bytes, or the one that there is where they have errors too."""
    other = parser(grammar).parse(data).root_node
    return program if other.has_error else other


def _fault(program: Node, data: bytes, facts: FileFacts) -> Fault:
    """The place of the first syntax error."""
    node = program
    while True:
        broken = next((child for child in node.children if child.is_error or child.is_missing or child.has_error), None)
        if broken is None:
            break
        node = broken
        if node.is_error or node.is_missing:
            break
    reason = f"{node.type!r} is missing" if node.is_missing else "this is not understood"
    offset = code_points(data, [node.start_byte])[0]
    return Fault(f"syntax error: {reason}", *position(facts.line_starts, offset))
