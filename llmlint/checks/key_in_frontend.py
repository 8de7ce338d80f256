"""LLM302: a key that is shipped to everybody who opens the page or the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Place, Problem
from llmlint.linked import LinkedFile


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for exposure in file.exposures:
        if exposure.sink in ("page", "browser", "app", "consent") and exposure.is_whole:
            variant = "client" if exposure.sink in ("browser", "app") else exposure.sink
            yield Problem(exposure.place, variant, {"name": exposure.name, "where": exposure.sink})
    if file.text is None:
        return
    for shipped in file.text.shipped:
        variant = "request" if shipped.kind == "page" else shipped.kind
        yield Problem(Place(file.text, shipped.span), variant, {"name": shipped.name})
