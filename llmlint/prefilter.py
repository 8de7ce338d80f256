"""Could this file hold a fact? Asked of bytes, before anything is decoded or parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from llmlint.scripts import PREFIX, importing, is_script, script_imports, without_script_imports

_IMPORT = re.compile(
    rb"(?:^|(?<=\r))[ \t]*(?:\"[ \t]*)?"
    rb"(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\r\n#;\\]+)|import[ \t]+([\w., \t]+))",
    re.M,
)
_AS = re.compile(rb"\s+as\s+\w+")
_DIRECTIVE = re.compile(rb"(?:#|//|\*|<!--)\s*llmlint\s*:")


class Prefilter:
    """``modules``: import names of SDKs, each with the words one of which has to stand in the file too, if any."""

    def __init__(self, modules: Mapping[str, Sequence[str]]) -> None:
        self._python = _Filter({m: words for m, words in modules.items() if not m.startswith(PREFIX)}, _importing)
        self._scripts = _Filter({m: words for m, words in modules.items() if m.startswith(PREFIX)}, importing)

    def passes(self, data: bytes, *, script: bool = False) -> bool:
        """Whether the bytes of a file or notebook import an SDK, or send requests to a provider's host."""
        return (self._scripts if script else self._python).passes(data)


class _Filter:
    def __init__(
        self, modules: Mapping[str, Sequence[str]], pattern: Callable[[Sequence[str]], re.Pattern[bytes]]
    ) -> None:
        groups: dict[tuple[str, ...], list[str]] = {}
        for module, words in modules.items():
            groups.setdefault(tuple(words), []).append(module)
        self._plain = pattern(groups.pop((), []))
        self._conditional = [([word.encode() for word in words], pattern(names)) for words, names in groups.items()]

    def passes(self, data: bytes) -> bool:
        if self._plain.search(data):
            return True
        return any(any(word in data for word in words) and names.search(data) for words, names in self._conditional)


def _importing(modules: Iterable[str]) -> re.Pattern[bytes]:
    """Matches an import of any of ``modules``, static or through ``import_module`` and its like; ``a.b`` also as
    ``from a import b``."""
    names = sorted(modules, key=len, reverse=True)
    if not names:
        return re.compile(rb"(?!)")
    whole = "|".join(re.escape(name) for name in names)
    patterns = [
        rf"(?:from|import)[ \t]+(?:[\w. \t]+,[ \t]*)*(?:{whole})\b",
        rf"(?:import|require|module|dependency)\w*\([\"'](?:{whole})\b",
    ]
    for name in names:
        parent, _, leaf = name.rpartition(".")
        if parent:
            patterns.append(rf"from[ \t]+{re.escape(parent)}[ \t]+import[ \t(]+[\w, \t\r\n()]*\b{re.escape(leaf)}\b")
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns).encode())


def has_directive(data: bytes) -> bool:
    """Whether a suppression comment of llmlint's own may stand in a file; one that suppresses nothing is a finding."""
    return b"llmlint" in data and _DIRECTIVE.search(data) is not None


def imports_of(path: str, data: bytes) -> list[tuple[str, str]]:
    """The modules that a file imports, and the name imported from each (empty for the module itself)."""
    return script_imports(data) if is_script(path) else _python_imports(data)


def _python_imports(data: bytes) -> list[tuple[str, str]]:
    found = []
    for module, names, modules in _IMPORT.findall(data):
        if module:
            for name in _AS.sub(b"", names.strip(b"()")).split(b","):
                found.append((module.decode("ascii", "ignore"), name.strip().decode("ascii", "ignore")))
        else:
            for name in _AS.sub(b"", modules).split(b","):
                found.append((name.strip().decode("ascii", "ignore"), ""))
    return found


def without_imports(path: str, data: bytes) -> bytes:
    """The bytes of a file without its import statements."""
    return without_script_imports(data) if is_script(path) else _IMPORT.sub(b"", data)
