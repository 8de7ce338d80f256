"""The catalogue keeps to its schema, and every entry resolves the sample it carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.apis import Apis, Sample
from llmlint.catalog import Catalog
from llmlint.consumer_libraries import ConsumerKind
from llmlint.languages import python, typescript
from llmlint.link import Linker, resolver_for
from llmlint.link.calls import CallLinker
from llmlint.linked import UNLIMITED
from llmlint.modules import Modules
from llmlint.samples import resolve
from llmlint.task_libraries import TaskKind
from llmlint.tasks import Task

CATALOG = Catalog()
APIS = CATALOG.apis()
LIBRARIES = CATALOG.libraries()


def linked(code: str, *, script: bool = False) -> Linker:
    language, path = (typescript, "sample.ts") if script else (python, "sample.py")
    facts = language.extract(path, code, CATALOG.interest)
    assert not facts.faults
    files = {path: facts}
    calls = CallLinker(resolver_for(files, Modules([path]), CATALOG))
    calls.link(files.values())
    return Linker(files, calls, CATALOG)


@pytest.mark.parametrize("sample", APIS.samples, ids=lambda sample: f"{sample.operation.sdk}:{sample.operation.name}")
def test_sample_resolves(sample: Sample) -> None:
    resolve([sample], CATALOG)


@pytest.mark.parametrize("path", CATALOG.api_files, ids=lambda path: path.stem)
def test_needed_words_stand_in_every_operation(path: Path) -> None:
    words = CATALOG.prefilter_modules[CATALOG.api_files[path][0]]
    apis = Apis()
    apis.add(path)
    hidden = [name for name in apis.operations if not any(word in name.removesuffix("()") + "(" for word in words)]
    assert not words or not hidden


@pytest.mark.parametrize("package", ["langchain", "langchain_classic"])
@pytest.mark.parametrize("module", ["chains", "chains.llm"])
def test_a_class_is_known_by_each_path_to_it(package: str, module: str) -> None:
    code = f"from {package}.{module} import LLMChain\nLLMChain(llm=None, prompt=None).run('hi')"
    assert len(linked(code).model_calls["sample.py"]) == 2


PRELUDE = "import openai\ndef call_model(*args):\n    return openai.OpenAI().responses.create(input='hi')\n"
SCRIPT_PRELUDE = """
import OpenAI from "openai";
const callModel = async () => new OpenAI().responses.create({ input: "hi" });
"""
_RETRIES = [(helper, bounded, unbounded) for helper, bounded, unbounded in LIBRARIES.samples]


@pytest.mark.parametrize(
    ("helper", "bounded", "unbounded"), _RETRIES, ids=[f"{h.library}:{h.name}" for h, _, _ in _RETRIES]
)
def test_retry_samples(helper: object, bounded: str, unbounded: str) -> None:
    assert UNLIMITED not in attempts(bounded)
    if unbounded:
        assert attempts(unbounded) == [UNLIMITED]


_TASKS = [(kind, bounded, unbounded) for kind, bounded, unbounded in LIBRARIES.task_samples]


@pytest.mark.parametrize(
    ("kind", "bounded", "unbounded"), _TASKS, ids=[f"{kind.library}:{kind.path}" for kind, _, _ in _TASKS]
)
def test_task_samples(kind: TaskKind, bounded: str, unbounded: str) -> None:
    assert bounded or kind.settings
    for sample, is_endless in ((bounded, False), (unbounded, True)):
        if sample:
            (task,) = tasks(sample)
            assert (task.attempts.value == UNLIMITED) == is_endless
            assert task.reach is not None


_CONSUMERS = [(kind, safe, risky) for kind, safe, risky in LIBRARIES.consumer_samples]


@pytest.mark.parametrize(
    ("kind", "safe", "risky"), _CONSUMERS, ids=[f"{kind.library}:{kind.path}" for kind, _, _ in _CONSUMERS]
)
def test_consumer_samples(kind: ConsumerKind, safe: str, risky: str) -> None:
    for sample, is_endless in ((safe, False), (risky, True)):
        is_script = is_script_sample(sample)
        code = sample.replace("ask(", "callModel(" if is_script else "call_model(")
        prelude = SCRIPT_PRELUDE if is_script else PRELUDE
        (file,) = linked(prelude + code, script=is_script).link().values()
        assert [consumer.library for consumer in file.consumers] == [kind.library]
        assert file.consumers[0].is_endless == is_endless


def is_script_sample(sample: str) -> bool:
    return "import " in sample and ' from "' in sample


def tasks(sample: str) -> list[Task]:
    """The tasks in a sample, which ``ask`` a model something."""
    is_script = is_script_sample(sample)
    prelude = SCRIPT_PRELUDE if is_script else PRELUDE
    ends = "async function work() { await ask(); }" if is_script and "function work" not in sample else ""
    code = prelude + f"{sample}\n{ends}".replace("ask()", "callModel()" if is_script else "call_model()")
    (file,) = linked(code, script=is_script).link().values()
    return file.tasks


def attempts(sample: str) -> list[float | None]:
    """The attempts of each retry in a sample, whose function ``work`` is given a model call to make."""
    is_script = is_script_sample(sample)
    prelude = SCRIPT_PRELUDE if is_script else PRELUDE
    code = prelude + sample.replace("def work(): ...", "def work():\n    return call_model()")
    (file,) = linked(code, script=is_script).link().values()
    assert file.retries, "the helper was not recognised"
    return [retry.attempts for retry in file.retries]


# -- infrastructure -------------------------------------------------------------------------------------------


def test_the_types_of_infrastructure_are_listed_once_more_for_the_prefilter() -> None:
    assert CATALOG.resources.types == CATALOG.resource_types


def test_code_that_declares_queues_is_let_through() -> None:
    modules = tuple(CATALOG.queue_modules)
    calls = {*CATALOG.resources.calls, *CATALOG.resources.policy_calls, *CATALOG.resources.call_functions}
    assert calls
    assert [path for path in calls if not path.startswith(modules)] == []
