"""The catalogue keeps to its schema, and every entry resolves the sample it carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.apis import Apis
from llmlint.catalog import Catalog
from llmlint.languages.python import extract
from llmlint.link import Linker
from llmlint.linked import UNLIMITED, Operation
from llmlint.modules import Modules
from llmlint.prefilter import Prefilter

CATALOG = Catalog()
APIS = CATALOG.apis()
LIBRARIES = CATALOG.libraries()
PREFILTER = Prefilter(CATALOG.prefilter_modules)


def linked(code: str) -> Linker:
    facts = extract("sample.py", code, frozenset())
    assert not facts.faults
    return Linker({"sample.py": facts}, Modules(["sample.py"]), CATALOG)


@pytest.mark.parametrize(
    ("path", "sample", "operation"), APIS.samples, ids=[f"{o.sdk}:{o.name}" for _, _, o in APIS.samples]
)
def test_sample_resolves(path: str, sample: str, operation: Operation) -> None:
    names = {call.operation.name for call in linked(sample).model_calls["sample.py"]}
    assert operation.name in names, f"{path}: the sample resolves to {sorted(names)}"


@pytest.mark.parametrize(
    ("path", "sample", "operation"), APIS.samples, ids=[f"{o.sdk}:{o.name}" for _, _, o in APIS.samples]
)
def test_sample_passes_the_prefilter(path: str, sample: str, operation: Operation) -> None:
    assert PREFILTER.passes(sample.encode()), f"{path}: the words of 'needs' hide the sample"


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


_RETRIES = [(helper, bounded, unbounded) for helper, bounded, unbounded in LIBRARIES.samples]


@pytest.mark.parametrize(
    ("helper", "bounded", "unbounded"), _RETRIES, ids=[f"{h.library}:{h.name}" for h, _, _ in _RETRIES]
)
def test_retry_samples(helper: object, bounded: str, unbounded: str) -> None:
    assert UNLIMITED not in attempts(bounded)
    if unbounded:
        assert attempts(unbounded) == [UNLIMITED]


def attempts(sample: str) -> list[float | None]:
    """The attempts of each retry in a sample, whose function ``work`` is given a model call to make."""
    prelude = "import openai\ndef call_model(*args):\n    return openai.OpenAI().responses.create(input='hi')\n"
    code = prelude + sample.replace("def work(): ...", "def work():\n    return call_model()")
    file = linked(code).link()["sample.py"]
    assert file.retries, "the helper was not recognised"
    return [retry.attempts for retry in file.retries]
