"""The three ways in which input can be refused; each names the file, the place and the reason."""

from __future__ import annotations


class LlmlintError(Exception):
    """``line`` counts from 1; 0 where no single line is to blame."""

    def __init__(self, path: str, reason: str, line: int = 0) -> None:
        super().__init__(path, reason, line)
        self.path, self.reason, self.line = path, reason, line

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.reason}" if place else self.reason


class ConfigError(LlmlintError):
    """A configuration file or an option that can't be used."""


class CatalogError(LlmlintError):
    """A file of ``rules/``, or one named by ``apis``, that breaks the catalogue's schema."""


class ParseError(LlmlintError):
    """A source file that can't be read or parsed; reported as LLM000."""
