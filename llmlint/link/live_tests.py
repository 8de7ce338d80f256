"""Tests that ask a model for real: what a run of them calls with no mock, no recorder, and no marker in between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from llmlint.facts import FileFacts, Function
from llmlint.findings import Place
from llmlint.leaks import LiveTest, SharedSecret
from llmlint.libraries import Libraries
from llmlint.link.blocks import function_index
from llmlint.link.meanings import External, name_of
from llmlint.link.mocks import is_mocked
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.model_calls import ModelCall
from llmlint.modules import Modules
from llmlint.scripts import LANGUAGE
from llmlint.values import Literal

_TEST_MODULE = re.compile(r"(?:^|/)(?:(?:test_[^/]*|[^/]*_test)\.py|[^/]+\.(?:test|spec)\.[cm]?[jt]sx?)$")
# A folder "test" may be an environment that is deployed.
_TEST_FILE = re.compile(r"(?:^|/)(?:(?:tests|__tests__|testdata|fixtures)/|conftest\.py$)")
# Folders and files that are run when somebody asks for them.
_ON_DEMAND = re.compile(
    r"(?:^|[/_-])(?:integrations?|e2e|end_to_end|live|online|manual|evals?|evaluations?|benchmarks?|smoke|system|acceptance"
    r"|functional|external|examples?|notebooks?)(?:[/_.-]|tests?/|$)"
)
# What a test may be decorated with and still runs by default.
_HARMLESS = re.compile(
    r"pytest\.mark\.(?:parametrize|asyncio|anyio|trio|usefixtures|filterwarnings|timeout|flaky|order|xfail|django_db)\b"
    r"|pytest\.fixture|staticmethod|classmethod"
)
_SKIPS = frozenset({"skip", "skipTest", "importorskip", "SkipTest", "skipIf", "runIf", "todo"})
# A client that is given one of these speaks to something else than its provider.
_REPLACED = frozenset(
    {"http_client", "transport", "http_options", "httpx_client", "base_url", "baseURL", "fetch", "httpAgent"}
)


def is_of_tests(path: str) -> bool:
    """Whether a file is there for tests alone."""
    return _TEST_MODULE.search(path) is not None or _TEST_FILE.search(path) is not None


def conftests(path: str) -> Iterator[str]:
    """Where the fixtures of a test module may be: in its folder and those around it."""
    folder = path.rpartition("/")[0]
    while True:
        yield f"{folder}/conftest.py" if folder else "conftest.py"
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def unread_conftests(files: Mapping[str, FileFacts], modules: Modules) -> list[str]:
    """The files with fixtures for the test modules among ``files`` that are not among them."""
    wanted = {other for path in files if _TEST_MODULE.search(path) for other in conftests(path)}
    return sorted(path for path in wanted if path not in files and modules.has(path))


class LiveTests:
    """Finds the model calls that a project's tests make."""

    def __init__(self, resolver: Resolver, libraries: Libraries, reach: ReachIndex, keys: Collection[str]) -> None:
        """``keys``: the parameters that take a key."""
        self.resolver = resolver
        self.libraries = libraries
        self.reach = reach
        self.keys = keys

    def of_file(self, facts: FileFacts) -> Iterator[LiveTest]:
        path = facts.path
        if not _TEST_MODULE.search(path) or _ON_DEMAND.search(path) or self._is_kept_out(facts):
            return
        seen: set[int] = set()
        for reach in self.reach.of_file(facts):
            function = self._test_around(facts, reach.site.call.block)
            target = reach.target
            if function is None or id(target) in seen or not self._is_real(facts, target):
                continue
            if not self._is_marked(facts, function):
                seen.add(id(target))
                name = function.name if facts.language != LANGUAGE else "this test"
                yield LiveTest(target.site.callee, name, target.label)

    def _is_kept_out(self, facts: FileFacts) -> bool:
        """Whether a module marks all of its tests, skips itself, or takes fixtures that mock. What skips a test of a
        script stands around it, and is called for all of them."""
        if "pytestmark" in facts.scopes[0].bindings or self._skips(facts, -1):
            return True
        around = (self.resolver.files.get(path) for path in conftests(facts.path))
        return any(other is not None and is_mocked(other, self.resolver, self.libraries) for other in around)

    def _test_around(self, facts: FileFacts, block: int) -> Function | None:
        index = function_index(facts, block)
        function = facts.functions[index] if index >= 0 else None
        is_test = function is not None and (facts.language == LANGUAGE or function.name.startswith("test"))
        return function if is_test else None

    def _is_real(self, facts: FileFacts, call: ModelCall) -> bool:
        """Whether a call of this file goes to a provider: its client, if it has one, is built here and as usual."""
        if call.site.facts is not facts or call.is_local or not call.operation.is_billed:
            return False
        if call.maker is None:
            return call.operation.sdk == "litellm"
        given = {argument.name: argument.value for _, argument in call.maker.site.arguments}
        if call.maker.site.facts is not facts or _REPLACED & set(given):
            return False
        return not any(name in given and isinstance(given[name], Literal) for name in self.keys)

    def _is_marked(self, facts: FileFacts, function: Function) -> bool:
        """Whether something may keep a test out of a run: a decorator of its own or of its class, or a skip in it."""
        decorators = list(function.decorators)
        if function.cls >= 0:
            decorators += facts.classes[function.cls].decorators
        for decorator in decorators:
            for meaning in self.resolver.meanings(facts, decorator.value):
                if not isinstance(meaning, External) or not _HARMLESS.match(meaning.path):
                    return True
        return self._skips(facts, facts.functions.index(function))

    def _skips(self, facts: FileFacts, function: int) -> bool:
        """Whether a function, or the top level, calls what skips tests."""
        return any(
            name_of(call.callee) in _SKIPS and function_index(facts, call.block) == function for call in facts.calls
        )


def shared_secrets(texts: Mapping[str, FileFacts]) -> dict[str, list[SharedSecret]]:
    """The keys that jobs which test and jobs which deploy share, at the jobs that test."""
    deployed = {
        name: Place(facts, span)
        for facts in texts.values()
        for job in facts.jobs
        if job.deploys and not job.tests
        for name, span in job.secrets
    }
    found: dict[str, list[SharedSecret]] = {}
    for path, facts in texts.items():
        for job in facts.jobs:
            if job.tests and not job.deploys:
                for name, span in job.secrets:
                    if name in deployed:
                        found.setdefault(path, []).append(
                            SharedSecret(Place(facts, span), name, job.name, deployed[name])
                        )
    return found
