"""Keys of the providers' formats, put together when a test runs: none is in a file."""

from __future__ import annotations

import base64
import random
import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from support import CATALOG

_CLASSES = {
    "alnum": string.ascii_letters + string.digits,
    "letter": string.ascii_letters,
    "word": string.ascii_letters + string.digits + "_-",
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase,
    "hex": string.digits + "abcdef",
    "base32": string.ascii_uppercase + "234567",
    "base64": string.ascii_letters + string.digits + "+/",
}
_PART = re.compile(r"\{(\w+):(\d+)\}")


def assembled(template: str, seed: int = 0) -> str:
    """A sample of ``rules/keys.yaml`` with its parts filled in. Like real keys, it begins and ends with no sign."""
    source = random.Random(f"{template}{seed}")

    def part(match: re.Match[str]) -> str:
        if match[1] == "bedrock":
            return base64.b64encode(b"bedrock.amazonaws.com").decode().rstrip("=")
        letters = _CLASSES.get(match[1], match[1])
        found = "".join(source.choice(letters) for _ in range(int(match[2])))
        return re.sub(r"^[-_+/]|[-_+/]$", "x", found)

    return _PART.sub(part, template)


def formats() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every format, with its provider."""
    for entry in CATALOG.keys.providers:
        for form in entry.get("formats", ()):
            yield entry["provider"], form


def key_of(provider: str, seed: int = 0) -> str:
    """A key of a provider's first format."""
    return next(assembled(form["samples"][0], seed) for name, form in formats() if name == provider)
