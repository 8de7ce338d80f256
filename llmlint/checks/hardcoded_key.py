"""LLM301: a provider's key, written out where everybody who reads the file can take it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Place, Problem
from llmlint.linked import LinkedFile
from llmlint.remedies import ReadVariable


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    is_server = file.facts.runs_in not in ("browser", "app")
    for key in file.given_keys:
        remedy = ReadVariable(key.place, key.variable) if key.variable and is_server else None
        yield Problem(key.place, "argument", {"call": key.label, "shown": key.shown}, remedy=remedy)
    if file.text is None:
        return
    different = Counter(variable for variable, _ in {(secret.variable, secret.shown) for secret in file.text.secrets})
    for secret in file.text.secrets:
        variant = "output" if secret.in_output else "named" if secret.name else "written"
        values = {"provider": secret.provider, "shown": secret.shown, "name": secret.name}
        place = Place(file.text, secret.span)
        is_told = secret.variable and different[secret.variable] == 1 and not secret.in_output
        yield Problem(
            place, variant, values, remedy=ReadVariable(place, secret.variable) if is_told and is_server else None
        )
