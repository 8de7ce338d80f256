"""JavaScript and TypeScript before they are parsed: which files hold them, and what these import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LANGUAGE = "typescript"
# Before the name of a package, so that it is not taken for a Python module of that name.
PREFIX = "npm:"
# Stands for the language's own names, which no import brings in.
RUNTIME = PREFIX + "javascript"

# The name under which a module of CommonJS keeps what it exports as a whole.
WHOLE = "module.exports"

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
PAGES = (".html", ".htm", ".vue", ".svelte", ".astro")
_TYPED = (".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")

_SPECIFIER = rb"[\"']([^\"'\r\n]{1,500})[\"']"
_FROM = re.compile(rb"\bfrom\s{0,100}" + _SPECIFIER)
_LOADED = re.compile(
    rb"(?:\b(?:const|let|var)\s{1,100}([\w$]{1,100}|\{[^}]{0,500}\})\s{0,100}=\s{0,100}(?:await\s{1,100}import|require)"
    rb"|\b(?:import|require))\s{0,100}\(?\s{0,100}" + _SPECIFIER
)
_TYPE_ONLY = re.compile(rb"\s*type\b(?!\s*,|\s*$)")
_NAMES = re.compile(rb"\{([^}]*)\}")
_AS = re.compile(rb"\s+as\s+.*|\s*:.*", re.S)
# How far before its module the names of an import may begin.
_LONGEST_CLAUSE = 4_000
# Of a bundle, lines are longer than this on average.
_LONG = 400
_LOOKED_AT = 200_000


def is_script(path: str) -> bool:
    return path.lower().endswith((*SUFFIXES, *PAGES)) and not path.lower().endswith(_DECLARATIONS)


def is_typed(path: str) -> bool:
    """Whether a script may be in TypeScript."""
    return path.lower().endswith(_TYPED)


def is_minified(data: bytes) -> bool:
    """Whether a script was made by a bundler, for machines to read."""
    head = data[:_LOOKED_AT]
    return len(head) > 5_000 and len(head) / (head.count(b"\n") + 1) > _LONG


def package(specifier: str) -> str:
    """``./llm`` as it is written, ``openai`` as ``npm:openai``; Node's own modules go by their bare names."""
    if specifier.startswith("."):
        return specifier
    return PREFIX + specifier.removeprefix("node:")


def plain_package(path: str) -> str:
    """A package's default export goes by the name of the package: so does all of it, where it is loaded by a call."""
    return path.removesuffix(".default") if path.startswith(PREFIX) else path


def importing(modules: Sequence[str]) -> re.Pattern[bytes]:
    """Matches the name of any of some packages as an import spells it, a path inside of it included."""
    names = [re.escape(name.removeprefix(PREFIX)) for name in modules if name.startswith(PREFIX)]
    if RUNTIME in modules:
        return re.compile(b"")
    pattern = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(rf"[\"'](?:{pattern})(?:/[^\"'\s]*)?[\"']".encode() if names else rb"(?!)")


def script_imports(data: bytes) -> list[tuple[str, str]]:
    """The modules that a script imports, and the name imported from each (empty for the module itself)."""
    found: list[tuple[str, str]] = []
    for statement in _statements(data):
        module = package(statement.specifier.decode("utf-8", "replace"))
        found.extend((module, name) for name in _imported(statement.clause, is_loaded=statement.is_loaded))
    return found


class _Statement(NamedTuple):
    start: int
    end: int
    clause: bytes
    specifier: bytes
    is_loaded: bool


def _statements(data: bytes) -> Iterator[_Statement]:
    """What imports a module, imports of types alone left out. Each look back is a short one, so that no text, however
    strange, takes long."""
    end = 0
    for match in _FROM.finditer(data):
        first = max(end, match.start() - _LONGEST_CLAUSE)
        start = max(data.rfind(word, first, match.start()) for word in (b"import", b"export"))
        clause = data[start + len(b"import") : match.start()]
        if start >= 0 and not _TYPE_ONLY.match(clause) and not any(mark in clause for mark in b";\"'=("):
            end = match.end()
            yield _Statement(start, end, clause, match[1], False)
    for match in _LOADED.finditer(data):
        yield _Statement(match.start(), match.end(), match[1] or b"", match[2], match[1] is not None)


def _imported(clause: bytes, *, is_loaded: bool) -> Iterator[str]:
    """The names in what stands between ``import`` and ``from``."""
    listed = _NAMES.search(clause)
    if listed is not None:
        for name in listed[1].split(b","):
            word = _AS.sub(b"", name.strip()).removeprefix(b"type ").strip()
            if word:
                yield word.decode("utf-8", "replace")
    rest = _NAMES.sub(b"", clause)
    if b"*" in rest or is_loaded or not clause.strip():
        yield ""
    elif rest.strip(b" \t\r\n,"):
        yield "default"


def without_script_imports(data: bytes) -> bytes:
    """A script without the statements that import modules."""
    parts: list[bytes] = []
    at = 0
    for statement in sorted(_statements(data)):
        if statement.start >= at:
            parts.append(data[at : statement.start])
            at = statement.end
    return b"".join([*parts, data[at:]])
