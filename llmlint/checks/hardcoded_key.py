"""LLM301: a provider's key, written out where everybody who reads the file can take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Place, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for key in file.given_keys:
        yield Problem(key.place, "argument", {"call": key.label, "shown": key.shown})
    if file.text is None:
        return
    for secret in file.text.secrets:
        variant = "output" if secret.in_output else "named" if secret.name else "written"
        values = {"provider": secret.provider, "shown": secret.shown, "name": secret.name}
        yield Problem(Place(file.text, secret.span), variant, values)
