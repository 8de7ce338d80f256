"""Test files that put something else in the place of the model: their calls reach nobody and cost nothing."""

from __future__ import annotations

import re

from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.meanings import External
from llmlint.link.resolver import Resolver
from llmlint.scripts import LANGUAGE

# The file names that pytest and unittest look for, and the folders that hold them.
_TEST_FILE = re.compile(
    r"(?:^|/)(?:tests?/|test_[^/]*$|[^/]*_test\.\w+$|conftest\.py$|__tests__/|__mocks__/|"
    r"[^/]*\.(?:test|spec)\.\w+$)"
)


def is_mocked(facts: FileFacts, resolver: Resolver, libraries: Libraries) -> bool:
    """Whether a test file imports a mock or a recorder, asks for its fixture, or carries its mark."""
    if not _TEST_FILE.search(facts.path):
        return False
    if any(_names(imported.module, imported.name, libraries.mocks) for imported in facts.imports):
        return True
    if facts.language == LANGUAGE and _mocks(facts, resolver, libraries.mocks):
        return True
    for function in facts.functions:
        if any(parameter.name in libraries.mock_fixtures for parameter in function.parameters):
            return True
        for decorator in function.decorators:
            meanings = resolver.meanings(facts, decorator.value)
            if any(isinstance(m, External) and m.path.removesuffix("()") in libraries.mocks for m in meanings):
                return True
    return False


def _mocks(facts: FileFacts, resolver: Resolver, mocks: set[str]) -> bool:
    """``vi.mock("openai")``, ``vi.spyOn(client, "create")``."""
    methods = {path.rpartition(".")[2] for path in mocks}
    return any(
        isinstance(meaning, External) and meaning.path in mocks
        for call in facts.calls
        if getattr(call.callee, "name", "") in methods
        for meaning in resolver.meanings(facts, call.callee)
    )


def _names(module: str, name: str, mocks: set[str]) -> bool:
    return module in mocks or f"{module}.{name}" in mocks or module.split(".")[0] in mocks
