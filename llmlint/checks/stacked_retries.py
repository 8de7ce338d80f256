"""LLM205: retries inside retries, whose attempts multiply."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import UNLIMITED, LinkedFile, Retry


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for retry in file.retries:
        if not retry.is_for_passing or retry.attempts in (None, 1, UNLIMITED):
            continue
        if not retry.reaches or not retry.reaches[0].is_certain:
            continue
        layers, target = _layers(retry, set()), retry.reaches[0].target
        client = target.attempts or 1
        if layers is None or len(layers) + (client > 1) < 2:
            continue
        variant = "stacked" if client > 1 else "own"
        if client > 1:
            layers.append(client)
        values = {
            "layers": " x ".join(f"{attempts:g}" for attempts in layers),
            "product": f"{math.prod(layers):g}",
            "call": target.label,
            "inner": f"{layers[-1]:g}",
        }
        notes = (Note(target.site.callee, "call", {"call": target.label}),)
        yield Problem(retry.place, variant, values, notes, Severity.INFO if retry.is_local else None)


def _layers(retry: Retry, seen: set[int]) -> list[float] | None:
    """The attempts of each layer from this retry down, the client left out; None where one of them can't be known."""
    if id(retry) in seen or retry.attempts is None or retry.attempts == UNLIMITED:
        return None
    seen.add(id(retry))
    deeper = _layers(retry.inner[0], seen) if retry.inner else []
    if deeper is None:
        return None
    return [retry.attempts, *deeper] if retry.attempts > 1 else deeper
