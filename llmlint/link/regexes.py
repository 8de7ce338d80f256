"""Regular expressions that look for JSON in a text."""

from __future__ import annotations

import re

from llmlint.link.meanings import Constant, External
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site

_QUANTIFIER = re.compile(r"(?<!\\)\{\d*,?\d*\}")
_WILDCARD = r"(?:(?<!\\)\.|\[\^|\\[SDW])"
_OPEN = re.compile(r"\{|" + _WILDCARD)
# A brace that opens an object: not one of a template ({{name}}), nor of a LaTeX command (\boxed{...}).
_OBJECT = re.compile(r"(?:^|[^\w\\{]|\\[a-zA-Z])\\?\{(?!\\?\{).*" + _WILDCARD, re.S)


def pattern_of(resolver: Resolver, site: Site, path: str) -> str:
    """The pattern that ``re.search(...)`` or ``compiled.search(...)`` looks for, without quantifiers such as ``{4}``;
    empty where it is not known."""
    if "()" not in path:
        return _given(resolver, site)
    compiled = [m.chain[-1] for m in resolver.results.callees(site) if isinstance(m, External) and m.chain]
    return _given(resolver, compiled[0]) if compiled and compiled[0] is not None else ""


def _given(resolver: Resolver, site: Site) -> str:
    """The pattern that is a call's first argument: a string, or what a string was compiled to."""
    for argument in site.call.arguments[:1]:
        for meaning in resolver.meanings(site.facts, argument.value):
            if isinstance(meaning, Constant) and isinstance(meaning.value, str):
                return _QUANTIFIER.sub("", meaning.value)
            if isinstance(meaning, External) and meaning.path.endswith("compile()") and meaning.chain[-1] is not None:
                return _given(resolver, meaning.chain[-1])
    return ""


def may_find_json(pattern: str) -> bool:
    """Whether what is found may be JSON: a pattern of digits alone finds a number."""
    return _OPEN.search(pattern) is not None


def finds_object(pattern: str) -> bool:
    """Whether a pattern looks for ``{...}``."""
    return _OBJECT.search(pattern) is not None
