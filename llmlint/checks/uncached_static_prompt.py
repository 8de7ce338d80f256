"""LLM404: a long prompt that is the same each time, and is paid for in full each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for prompt in file.static_prompts:
        if prompt.characters >= options["cacheable-characters"] and not prompt.call.is_local:
            parameter = prompt.call.operation.options["cache"].name
            values = {"call": prompt.call.label, "characters": f"{prompt.characters:,}", "parameter": parameter}
            yield Problem(prompt.call.site.callee, "static", values)
