"""The configuration: defaults, file, command line; each value knows its source."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from llmlint.catalog import Catalog, Rule
from llmlint.errors import ConfigError
from llmlint.findings import Severity
from llmlint.formats import FORMATS
from llmlint.patterns import DEFAULT_EXCLUDES, Excluder
from llmlint.schema import nearest

_SEVERITIES = {str(severity): severity for severity in Severity}
_ALWAYS = "LLM000"
_HEADING = "tool.llmlint"
# What a rule's option may be.
_KINDS = {bool: "true or false", int: "a whole number from 0 up", str: "a string"}
_TOML_LINE = re.compile(r" \(at line (\d+), [^)]*\)$")
DEFAULT = "default"


class Config(NamedTuple):
    """``sources`` says for each setting that is not a default where it came from."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    exclude: tuple[str, ...] = DEFAULT_EXCLUDES
    extend_exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    severity: Mapping[str, Severity] = MappingProxyType({})
    options: Mapping[str, Any] = MappingProxyType({})
    apis: tuple[Path, ...] = ()
    baseline: Path | None = None
    format: str = "text"
    output_file: str = ""
    exit_zero: bool = False
    statistics: bool = False
    quiet: bool = False
    max_file_size: int = 1_000_000
    root: Path = Path()
    sources: Mapping[str, str] = MappingProxyType({})

    def with_values(self, values: Mapping[str, Any], source: str) -> Config:
        return self._replace(**values, sources={**self.sources, **dict.fromkeys(values, source)})

    def check(self, catalog: Catalog) -> None:
        """Raises ConfigError for a selector that matches no rule."""
        _chosen((*self.select, *self.ignore, *self.extend_select), catalog)
        for selectors in self.per_file_ignores.values():
            _chosen(selectors, catalog)

    def enabled(self, catalog: Catalog) -> dict[str, Rule]:
        """The rules that run, by code."""
        rules = catalog.rules
        chosen = (
            _chosen(self.select, catalog) if self.select else {c for c, rule in rules.items() if not rule.is_opt_in}
        )
        chosen |= _chosen(self.extend_select, catalog) | {_ALWAYS}
        chosen -= _chosen(self.ignore, catalog)
        return {code: rules[code] for code in sorted(chosen) if code in rules}

    def named(self, catalog: Catalog) -> set[str]:
        """The codes of the rules that somebody chose, by whatever names them."""
        return _chosen((*self.select, *self.extend_select), catalog)

    def severity_of(self, rule: Rule, own: Severity | None) -> Severity:
        """A rule's severity: as configured, or the finding's own, or the rule's."""
        configured = self.severity.get(rule.code)
        return configured if configured is not None else own if own is not None else rule.severity

    def ignored_in(self, path: str, catalog: Catalog) -> set[str]:
        """The codes that ``per-file-ignores`` switches off for a file, given relative to the root."""
        codes: set[str] = set()
        for pattern, selectors in self.per_file_ignores.items():
            if Excluder((pattern,)).matches(path):
                codes |= _chosen(selectors, catalog)
        return codes

    def option(self, rule: Rule, name: str) -> Any:
        return self.options.get(name, rule.options[name].default)


def _chosen(selectors: Iterable[str], catalog: Catalog) -> set[str]:
    """The codes that selectors (codes, prefixes, names, ALL) stand for. Raises ConfigError."""
    found: set[str] = set()
    for selector in selectors:
        rules = catalog.rules
        matching = {
            code
            for code, rule in rules.items()
            if selector.upper() == "ALL" or code.startswith(selector.upper()) or rule.name == selector.lower()
        }
        if not matching or not selector:
            known = [*rules, *(rule.name for rule in rules.values()), "ALL"]
            raise ConfigError("", f"no rule matches {selector!r}{nearest(selector, known)}")
        found |= matching
    return found


# -- files ----------------------------------------------------------------------------------------------------


def find(start: Path) -> Path | None:
    """The nearest ``llmlint.toml``, or ``pyproject.toml`` with a ``[tool.llmlint]`` table, around a folder."""
    for folder in (start, *start.parents):
        own = folder / "llmlint.toml"
        # Path.is_file raises for a folder that may not be entered.
        if os.path.isfile(own):
            return own
        project = folder / "pyproject.toml"
        if os.path.isfile(project) and _table(_read(project)) is not None:
            return project
    return None


def load(path: Path, catalog: Catalog, root: Path | None = None) -> Config:
    """The configuration of a file. ``root``: what its patterns are relative to, if not the file's folder. Raises
    ConfigError with the key and the reason."""
    data = _read(path)
    if path.name == "pyproject.toml":
        data = _table(data) if _table(data) is not None else {}
        if not isinstance(data, dict):
            raise ConfigError(str(path), "tool.llmlint is not a table")
    elif _table(data) is not None:
        raise ConfigError(str(path), f"keys stand in {path.name} without the heading [{_HEADING}]")
    values: dict[str, Any] = {}
    chosen: dict[str, Any] = {}
    for key, value in data.items():
        with _refused_at(path, key):
            if key in _READERS:
                values[key.replace("-", "_")] = _READERS[key](path, key, value)
            else:
                chosen[key] = _option(path, key, value, catalog)
    if chosen:
        values["options"] = chosen
    if "severity" in values:
        with _refused_at(path, "severity"):
            values["severity"] = _by_code(path, values["severity"], catalog)
    for key in (key for key in values if key in _SELECTING):
        with _refused_at(path, key.replace("_", "-")):
            Config().with_values({key: values[key]}, str(path)).check(catalog)
    return Config().with_values(values, str(path))._replace(root=root or path.parent)


@contextmanager
def _refused_at(path: Path, key: str) -> Iterator[None]:
    """Says of what is refused in a file where its key stands."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(str(path), error.reason, _line_of(path, key)) from None


def _line_of(path: Path, key: str) -> int:
    """The line of a key, or of the table that it is; 0 where it can't be told."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    start = max(text.find(f"[{_HEADING}"), 0) if path.name == "pyproject.toml" else 0
    match = re.compile(rf"^[ \t]*\[?(?:{re.escape(_HEADING)}\.)?[\"']?{re.escape(key)}\b", re.M).search(text, start)
    return text.count("\n", 0, match.start()) + 1 if match is not None else 0


def _table(data: Mapping[str, Any]) -> Any:
    """What a ``pyproject.toml`` says under ``tool.llmlint``; None where it says nothing."""
    tool = data.get("tool")
    return tool.get("llmlint") if isinstance(tool, dict) else None


def _read(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return data
    except OSError as error:
        raise ConfigError(str(path), f"can't be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        match = _TOML_LINE.search(str(error))
        reason = f"not valid TOML: {_TOML_LINE.sub('', str(error))}"
        raise ConfigError(str(path), reason, int(match[1]) if match is not None else 0) from None
    except RecursionError:
        raise ConfigError(str(path), "not valid TOML: nested too deeply") from None


def _option(path: Path, key: str, value: Any, catalog: Catalog) -> Any:
    """The value of a rule's own option."""
    options = {name: option.default for rule in catalog.rules.values() for name, option in rule.options.items()}
    if key not in options:
        raise ConfigError(str(path), f"unknown key {key!r}{nearest(key, [*_READERS, *options])}")
    default = options[key]
    if type(value) is not type(default) or (type(value) is int and value < 0):
        raise ConfigError(str(path), f"{key} is {value!r}, not {_KINDS[type(default)]} like the default {default!r}")
    return value


def _strings(path: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(str(path), f"{key} is {value!r}, not a list of strings")
    return tuple(value)


def _string(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(str(path), f"{key} is {value!r}, not a string")
    return value


def _path(path: Path, key: str, value: Any) -> Path:
    return path.parent / _string(path, key, value)


def _flag(path: Path, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(str(path), f"{key} is {value!r}, not true or false")
    return value


def _size(path: Path, key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ConfigError(str(path), f"{key} is {value!r}, not a number of bytes above zero")
    return value


def _one_of(known: Iterable[str], path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or value not in known:
        raise ConfigError(str(path), f"{key} is {value!r}, not one of {', '.join(known)}")
    return value


def _severity(path: Path, key: str, value: Any) -> Severity:
    return _SEVERITIES[_one_of(_SEVERITIES, path, key, value)]


def _format(path: Path, key: str, value: Any) -> str:
    return _one_of(FORMATS, path, key, value)


def _severities(path: Path, key: str, value: Any) -> dict[str, Severity]:
    if not isinstance(value, dict):
        raise ConfigError(str(path), f"{key} is {value!r}, not a table of rules")
    return {rule: _severity(path, f"{key}.{rule}", level) for rule, level in value.items()}


def _by_code(path: Path, severities: Mapping[str, Severity], catalog: Catalog) -> dict[str, Severity]:
    """Severities by rule code, where the file names rules by code or by name."""
    codes = {name: rule.code for rule in catalog.rules.values() for name in (rule.code, rule.name)}
    for rule in severities:
        if rule.upper() not in codes and rule not in codes:
            raise ConfigError(str(path), f"severity: there is no rule {rule!r}{nearest(rule, list(codes))}")
    return {codes.get(rule.upper()) or codes[rule]: level for rule, level in severities.items()}


def _ignores(path: Path, key: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ConfigError(str(path), f"{key} is {value!r}, not a table of patterns")
    return {pattern: _strings(path, f"{key}.{pattern}", codes) for pattern, codes in value.items()}


def _files(path: Path, key: str, value: Any) -> tuple[Path, ...]:
    files = tuple(path.parent / name for name in _strings(path, key, value))
    for file in files:
        if not file.is_file():
            raise ConfigError(str(path), f"{key}: there is no file {file}")
    return files


# The keys that name rules.
_SELECTING = {"select", "ignore", "extend_select", "per_file_ignores"}
_READERS = {
    "select": _strings,
    "ignore": _strings,
    "extend-select": _strings,
    "fail-on": _severity,
    "exclude": _strings,
    "extend-exclude": _strings,
    "per-file-ignores": _ignores,
    "severity": _severities,
    "apis": _files,
    "baseline": _path,
    "format": _format,
    "output-file": _string,
    "exit-zero": _flag,
    "statistics": _flag,
    "quiet": _flag,
    "max-file-size": _size,
}
