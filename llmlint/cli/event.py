"""The event that a workflow of GitHub runs for, as the runner writes it down."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmlint.errors import ConfigError

# Whose pull requests get a token that may only read, like those from a fork.
_READERS = frozenset({"dependabot[bot]"})


@dataclass(frozen=True, slots=True)
class Event:
    """``base``: the commit that something is to be merged into, if that is what the workflow runs for; ``may_write``:
    whether its token may do more than read."""

    base: str = ""
    may_write: bool = True


def event() -> Event:
    """The event that the environment tells of. Raises ConfigError."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    if not path:
        return Event()
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(path, f"can't be read: {error}") from None
    base = _at(data, "pull_request", "base", "sha") or _at(data, "merge_group", "base_sha") or ""
    head, own = _at(data, "pull_request", "head", "repo", "full_name"), _at(data, "repository", "full_name")
    is_foreign = bool(_at(data, "pull_request")) and head != own
    return Event(str(base), not is_foreign and os.environ.get("GITHUB_ACTOR") not in _READERS)


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
