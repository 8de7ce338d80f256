"""The catalogue keeps to its schema, and every entry resolves the sample it carries."""

from __future__ import annotations

import pytest

from llmlint.catalog import Catalog
from llmlint.languages.python import extract
from llmlint.link import Linker
from llmlint.linked import UNLIMITED, Operation
from llmlint.modules import Modules

CATALOG = Catalog()
APIS = CATALOG.apis()
LIBRARIES = CATALOG.libraries()


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
