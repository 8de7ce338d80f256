"""Files that come with the code, such as templates and settings, and files that are data."""

from __future__ import annotations

import re

from llmlint.facts import FileFacts
from llmlint.link.blocks import function_index
from llmlint.link.meanings import name_of
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Builtin,
    Choice,
    Imported,
    Literal,
    Operation,
    Result,
    Text,
    Typed,
    Value,
    Variable,
)

_TEMPLATE = re.compile(
    r"prompt|template|instruct|guideline|system|config|schema|example|persona|voice|style|skill|rules?|asset|resource",
    re.I,
)
_MAX_DEPTH = 20


def comes_with_code(site: Site) -> bool:
    """Whether the file that a call opens is named by the code alone, or is a template by its name."""
    index = function_index(site.facts, site.call.block)
    if index >= 0 and _TEMPLATE.search(site.facts.functions[index].qualname):
        return True
    callee = site.call.callee
    given = [argument.value for argument in site.call.arguments[:1]]
    is_method = isinstance(callee, Attribute) and not isinstance(callee.base, Imported)
    opened = callee.base if is_method and isinstance(callee, Attribute) else given[0] if given else Literal("")
    return _is_fixed(site.facts, opened, 0)


def _is_fixed(facts: FileFacts, value: Value, depth: int) -> bool:
    if depth > _MAX_DEPTH:
        return False
    if _TEMPLATE.search(name_of(value)):
        return True
    match value:
        case Literal() | Builtin() | Imported():
            return True
        case Variable(scope, name):
            return _all_fixed(facts, facts.scopes[scope].bindings.get(name, ()), depth)
        case Text(parts):
            return any(_names_template(part) for part in parts) or _all_fixed(facts, parts, depth)
        case Operation(_, operands):
            return any(map(_names_template, operands)) or _all_fixed(facts, operands, depth)
        case Choice(options):
            return _all_fixed(facts, options, depth)
        case Typed(inner):
            return _is_fixed(facts, inner, depth + 1)
        case Attribute(base):
            return _is_fixed(facts, base, depth + 1)
        case Result(call):
            made = facts.calls[call]
            if any(_TEMPLATE.search(name_of(argument.value)) for argument in made.arguments):
                return True
            return _all_fixed(facts, (made.callee, *(argument.value for argument in made.arguments)), depth)
    return False


def _all_fixed(facts: FileFacts, values: tuple[Value, ...], depth: int) -> bool:
    return bool(values) and all(_is_fixed(facts, value, depth + 1) for value in values)


def _names_template(value: Value) -> bool:
    """Whether a part of a path says what the file is for: ``prompts/``."""
    return isinstance(value, Literal) and isinstance(value.value, str) and bool(_TEMPLATE.search(value.value))
