"""Could this file hold a fact? Asked of bytes, and of an outline only where words that are names stand in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from llmlint.scripts import PREFIX, importing, is_script, script_imports, without_script_imports

# Import statements, also in a notebook's JSON or after a byte order mark; each begins with a word, to be found fast.
_FROM_IMPORT = re.compile(
    rb"from(?<![^\s;:\"n\xbf]from)[ \t]+([.\w]+)[ \t]+import[ \t]*"
    rb"(\([^)]*\)|(?<=[ \t])[^\r\n#;\\(]*(?:\\\r?\n[^\r\n#;\\(]*)*)"
)
_IMPORT = re.compile(rb"import(?<![^\s;:\"n\xbf]import)[ \t]+([\w., \t]+)")
# One for each word, which is found faster than any of them.
_IMPORTS_BY_NAME = [
    re.compile(word + rb"\w*\(\s*[\"']([\w.]+)") for word in (b"import", b"require", b"module", b"dependency")
]
# What stands in an import statement beside the names of what is imported.
_AS = re.compile(rb"\s+as\s+\w+|#[^\n]*|\\")
# A needed word that names something which is used, not a variable of the environment or an address that a text holds.
_NAME = re.compile(rb"\.?(\w*[a-z]\w*)\(?")
_TEMPLATE = re.compile(
    rb"^(?:AWSTemplateFormatVersion|Resources)[ \t]*:|\"Resources\"\s*:\s*\{\s*\"\w+\"\s*:\s*\{", re.M
)
# Something else writes the template first; what CloudFormation fills in is not that.
_RENDERED = re.compile(rb"\{%|\{\{(?!resolve:)")
# Where the name of a module, or of a package around it, ends.
_END = re.compile(r"[./]|$")
_DIRECTIVE = re.compile(rb"(?:#|//|\*|<!--)\s*llmlint\s*:")


class Prefilter:
    """``modules``: import names of SDKs, each with the words one of which has to stand in the file too, if any."""

    def __init__(self, modules: Mapping[str, Sequence[str]]) -> None:
        scripts = {module: words for module, words in modules.items() if module.startswith(PREFIX)}
        self._needs = {m: tuple(word.encode() for word in words) for m, words in modules.items() if m not in scripts}
        self._script_needs = _by_words(scripts)

    def passes(self, data: bytes, *, script: bool = False) -> bool:
        """Whether the bytes of a file or notebook import an SDK, or send requests to a provider's host."""
        if script:
            return any(_holds(data, words) and names.search(data) for words, names in self._script_needs)
        found = [words for words in set(needed(self._needs, _python_modules(data))) if _holds(data, words)]
        return any(not all(map(_NAME.fullmatch, words)) or not words for words in found) or _uses(data, found)


class QueueFilter:
    """Which files that import no SDK may say something of tasks and queues: ``modules`` as in the prefilter, ``names``
    what libraries call their settings."""

    def __init__(self, modules: Mapping[str, Sequence[str]], names: Collection[str]) -> None:
        self._needs = {module: tuple(word.encode() for word in words) for module, words in modules.items()}
        self._names = [name.encode() for name in names]

    def passes(self, data: bytes, imports: Iterable[tuple[str, str]]) -> bool:
        return any(name in data for name in self._names) or any(
            _holds(data, words) for words in set(needed(self._needs, (f"{module}.{name}" for module, name in imports)))
        )


def needed(modules: Mapping[str, tuple[bytes, ...]], imported: Iterable[str]) -> Iterator[tuple[bytes, ...]]:
    """The words that each of some modules needs, where it or a package around it is imported."""
    for module in imported:
        for name in _with_packages(module):
            words = modules.get(name)
            if words is not None:
                yield words


@lru_cache(maxsize=10_000)
def _with_packages(module: str) -> tuple[str, ...]:
    """The packages around a module, and the module itself."""
    return tuple(module[: end.start()] for end in _END.finditer(module))


def _by_words(modules: Mapping[str, Sequence[str]]) -> list[tuple[tuple[bytes, ...], re.Pattern[bytes]]]:
    """For the modules that need the same words: these, and a pattern that finds an import of one of them."""
    groups: dict[tuple[bytes, ...], list[str]] = {}
    for module, words in modules.items():
        groups.setdefault(tuple(word.encode() for word in words), []).append(module)
    return [(words, importing(names)) for words, names in groups.items()]


def _holds(data: bytes, words: tuple[bytes, ...]) -> bool:
    return not words or any(word in data for word in words)


def declared_words(types: Iterable[str]) -> tuple[bytes, ...]:
    """Words one of which stands in every file that declares something of ``types``. A manifest has the group of its
    kind on one line and the kind on another; Serverless names no type at all."""
    found = {type_.partition("/")[0] if "." in type_.partition("/")[0] else type_ for type_ in types}
    return tuple(sorted(b"functions:" if word.startswith("serverless.") else word.encode() for word in found))


def is_template(data: bytes) -> bool:
    """Whether bytes that can't be read as a template are meant to be one all the same."""
    return _TEMPLATE.search(data) is not None and _RENDERED.search(data) is None


def _uses(data: bytes, wanted: Iterable[tuple[bytes, ...]]) -> bool:
    """Whether one of the wanted names is used in a Python program, not only defined, or quoted in a text."""
    words = {word.decode() for each in wanted for word in each}
    if not words:
        return False
    from llmlint.outlining import read

    outline = read(data)
    return outline is None or not outline.functions or any(outline.uses(word) for word in words)


def _python_modules(data: bytes) -> set[str]:
    """What a Python file or notebook imports: ``a.b`` stands for a module, and for a name in one."""
    by_name = {name.decode("ascii", "ignore") for pattern in _IMPORTS_BY_NAME for name in pattern.findall(data)}
    return by_name.union(f"{module}.{name}" for module, name in _python_imports(data))


def has_directive(data: bytes) -> bool:
    """Whether a suppression comment of llmlint's own may stand in a file; one that suppresses nothing is a finding."""
    return b"llmlint" in data and _DIRECTIVE.search(data) is not None


def imports_of(path: str, data: bytes) -> list[tuple[str, str]]:
    """The modules that a file imports, and the name imported from each (empty for the module itself)."""
    return script_imports(data) if is_script(path) else _python_imports(data)


@lru_cache(maxsize=1)
def _python_imports(data: bytes) -> list[tuple[str, str]]:
    """Asked for twice: by who decides whether to read a file, and then for one that is not read."""
    found: list[tuple[str, str]] = []
    for statement in _import_statements(data):
        if statement.re is _FROM_IMPORT:
            module, names = statement[1].decode("ascii", "ignore"), statement[2].strip(b"()")
            found.extend((module, name) for name in _names(names))
        else:
            found.extend((name, "") for name in _names(statement[1]))
    return found


def _import_statements(data: bytes) -> Iterator[re.Match[bytes]]:
    """In order. What looks like one inside another is the end of that."""
    end = 0
    for statement in sorted([*_FROM_IMPORT.finditer(data), *_IMPORT.finditer(data)], key=re.Match.start):
        if statement.start() >= end:
            end = statement.end()
            yield statement


def _names(listed: bytes) -> list[str]:
    return [name.strip().decode("ascii", "ignore") for name in _AS.sub(b"", listed).split(b",")]


def without_imports(path: str, data: bytes) -> bytes:
    """The bytes of a file without its import statements."""
    if is_script(path):
        return without_script_imports(data)
    spans = [statement.span() for statement in _import_statements(data)]
    return b"".join(data[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(data), len(data))]))
