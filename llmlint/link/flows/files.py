"""Files that come with the code, such as templates and settings, and files that are data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from llmlint.facts import FileFacts
from llmlint.link.blocks import function_index
from llmlint.link.calls import FunctionKey
from llmlint.link.flows.arguments import given_for
from llmlint.link.flows.calls import READING
from llmlint.link.meanings import name_of
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Builtin,
    Choice,
    Element,
    Imported,
    Item,
    Literal,
    Operation,
    Parameter,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Value,
    Variable,
)

_TEMPLATE = re.compile(
    r"prompt|template|instruct|guideline|system|config|schema|example|persona|voice|style|skill|rules?|asset|resource",
    re.I,
)
# What asks whoever runs the program.
ASKING = frozenset(
    """
    input parse_args parse_known_args prompt askopenfilename askopenfilenames getOpenFileName getOpenFileNames
    file_uploader text_input
    """.split()
)
# Methods of a path that write to it, and all that open it.
WRITING = frozenset({"write_text", "write_bytes"})
_OF_PATHS = READING | WRITING | {"open"}
_MAX_DEPTH = 20


class Files:
    """``callers``: for each function of the project, the calls of it."""

    def __init__(self, callers: Mapping[FunctionKey, Collection[Site]]) -> None:
        self._callers = callers

    def comes_with_code(self, site: Site) -> bool:
        """Whether the file that a call opens is named by the code alone, or is a template by its name."""
        index = function_index(site.facts, site.call.block)
        if index >= 0 and _TEMPLATE.search(site.facts.functions[index].qualname):
            return True
        return self.is_fixed(site.facts, opened(site))

    def is_fixed(self, facts: FileFacts, value: Value, depth: int = 0) -> bool:
        """Whether a path, or each of a list of paths, stands in the code, or says that it is one of a template."""
        if depth > _MAX_DEPTH:
            return False
        if _TEMPLATE.search(name_of(value)):
            return True
        match value:
            case Literal() | Builtin() | Imported():
                return True
            case Variable(scope, name):
                return self._are_fixed(facts, facts.scopes[scope].bindings.get(name, ()), depth)
            case Text(parts):
                return any(_names_template(part) for part in parts) or self._are_fixed(facts, parts, depth)
            case Operation(_, operands):
                return any(map(_names_template, operands)) or self._are_fixed(facts, operands, depth)
            case Choice(options) | Sequence(options):
                return self._are_fixed(facts, options, depth)
            case Item(_, Literal(str() as key)):
                return _TEMPLATE.search(key) is not None
            case Typed(inner) | Element(
                Sequence() | Variable() | Parameter() | Imported() | Attribute(This()) as inner
            ):
                return self.is_fixed(facts, inner, depth + 1)
            case Attribute(This(cls), name):
                return self._are_fixed(facts, facts.classes[cls].attributes.get(name, ()), depth)
            case Attribute(base):
                return self.is_fixed(facts, base, depth + 1)
            case Parameter():
                return self._is_given_fixed(facts, value, depth)
            case Result(call):
                made = facts.calls[call]
                if name_of(made.callee).rpartition(".")[2] in ASKING:
                    return False
                if any(_TEMPLATE.search(name_of(argument.value)) for argument in made.arguments):
                    return True
                return self._are_fixed(facts, (made.callee, *(argument.value for argument in made.arguments)), depth)
        return False

    def _is_given_fixed(self, facts: FileFacts, value: Parameter, depth: int) -> bool:
        """Whether every call of a function names the file."""
        function = facts.functions[value.function]
        sites = self._callers.get((facts.path, value.function), ())
        given = [found for site in sites for found in given_for(site, facts, function, value.name, ())]
        return bool(given) and all(self.is_fixed(inner, found, depth + 1) for inner, found, _ in given)

    def _are_fixed(self, facts: FileFacts, values: Collection[Value], depth: int) -> bool:
        return bool(values) and all(self.is_fixed(facts, value, depth + 1) for value in values)


def opened(site: Site) -> Value:
    """The file, or the path of it, that a call opens."""
    callee = site.call.callee
    given = [argument.value for argument in site.call.arguments[:1]]
    is_of_path = isinstance(callee, Attribute) and (callee.name in _OF_PATHS or not given)
    if isinstance(callee, Attribute) and is_of_path and not isinstance(callee.base, Imported):
        return callee.base
    return given[0] if given else Literal("")


def _names_template(value: Value) -> bool:
    """Whether a part of a path says what the file is for: ``prompts/``."""
    return isinstance(value, Literal) and isinstance(value.value, str) and bool(_TEMPLATE.search(value.value))
