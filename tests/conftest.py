"""What all tests have: helpers whose assertions explain themselves, and a look at what links."""

from __future__ import annotations

import os
from typing import Any

import pytest

from llmlint.link import Linker
from llmlint.linked import LinkedFile

pytest.register_assert_rewrite("support")

# Tests are about what is found; those of the cache switch it on again.
os.environ["LLMLINT_NO_CACHE"] = "1"


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> list[Linker]:
    """What links from now on."""
    linkers: list[Linker] = []
    real = Linker.link

    def noted(self: Linker, *arguments: Any, **options: Any) -> dict[str, LinkedFile]:
        linkers.append(self)
        return real(self, *arguments, **options)

    monkeypatch.setattr(Linker, "link", noted)
    return linkers
