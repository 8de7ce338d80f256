"""JavaScript and TypeScript before they are parsed: which files hold them, and what these import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LANGUAGE = "typescript"
# Before the name of a package, so that it is not taken for a Python module of that name.
PREFIX = "npm:"
# Stands for the language's own names, which no import brings in.
RUNTIME = PREFIX + "javascript"

# The name under which a module of CommonJS keeps what it exports as a whole.
WHOLE = "module.exports"

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
PAGES = (".html", ".htm", ".vue", ".svelte", ".astro")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")

_SPECIFIER = rb"[\"']([^\"'\r\n]+)[\"']"
_IMPORT = re.compile(
    rb"\b(?:import|export)\b(?!\s*type\b(?!\s*(?:,|from)))\s*([\w$*{}\s,]*?)\s*\bfrom\s*"
    + _SPECIFIER
    + rb"|(?:\bconst|\blet|\bvar)\s+([\w$]+|\{[^}]*\})\s*=\s*(?:await\s+import|require)\s*\(\s*"
    + _SPECIFIER
    + rb"|\b(?:import\s*\(?|require\s*\()\s*"
    + _SPECIFIER
)
_NAMES = re.compile(rb"\{([^}]*)\}")
_AS = re.compile(rb"\s+as\s+.*|\s*:.*", re.S)
# Of a bundle, lines are longer than this on average.
_LONG = 400
_LOOKED_AT = 200_000


def is_script(path: str) -> bool:
    return path.lower().endswith((*SUFFIXES, *PAGES)) and not path.lower().endswith(_DECLARATIONS)


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
    for names, module, bound, loaded, bare in _IMPORT.findall(data):
        specifier = package((module or loaded or bare).decode("utf-8", "replace"))
        found.extend((specifier, name) for name in _imported(names or bound, is_loaded=bool(loaded)))
    return found


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
    return _IMPORT.sub(b"", data)
