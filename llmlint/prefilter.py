"""Could this file hold a fact? Asked of bytes, before anything is decoded or parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_IMPORT = re.compile(
    rb"(?:^|(?<=\r))[ \t]*(?:\"[ \t]*)?"
    rb"(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\r\n#;\\]+)|import[ \t]+([\w., \t]+))",
    re.M,
)
_AS = re.compile(rb"\s+as\s+\w+")
_DIRECTIVE = re.compile(rb"#\s*llmlint\s*:")


class Prefilter:
    """``modules``: import names of SDKs, each with the words one of which has to stand in the file too, if any."""

    def __init__(self, modules: Mapping[str, Sequence[str]]) -> None:
        groups: dict[tuple[str, ...], list[str]] = {}
        for module, words in modules.items():
            groups.setdefault(tuple(words), []).append(module)
        self._plain = _importing(groups.pop((), []))
        self._conditional = [([word.encode() for word in words], _importing(names)) for words, names in groups.items()]

    def passes(self, data: bytes) -> bool:
        """Whether the bytes of a Python file or notebook import an SDK, or send requests to a provider's host."""
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


def imports_of(data: bytes) -> list[tuple[str, str]]:
    """The modules that a Python file imports, and the name imported from each (empty for the module itself)."""
    found = []
    for module, names, modules in _IMPORT.findall(data):
        if module:
            for name in _AS.sub(b"", names.strip(b"()")).split(b","):
                found.append((module.decode("ascii", "ignore"), name.strip().decode("ascii", "ignore")))
        else:
            for name in _AS.sub(b"", modules).split(b","):
                found.append((name.strip().decode("ascii", "ignore"), ""))
    return found


def without_imports(data: bytes) -> bytes:
    """The bytes of a Python file without its import statements."""
    return _IMPORT.sub(b"", data)
