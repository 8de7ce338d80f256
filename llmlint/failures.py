"""Defects of llmlint itself: noted, so that one of them costs one file or rule and not the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from llmlint.errors import LlmlintError

Result = TypeVar("Result")


class InternalError(NamedTuple):
    """A step that failed on a file: ``step`` is a rule's code, ``extract`` or ``link``."""

    path: str
    step: str
    message: str


class Failures:
    """Runs steps, and keeps what went wrong in them."""

    def __init__(self) -> None:
        self.errors: list[InternalError] = []

    def attempt(self, path: str, step: str, work: Callable[[], Result]) -> Result | None:
        """What ``work`` gives; None where it fails. Raises LlmlintError: that is the input's defect."""
        try:
            return work()
        except LlmlintError:
            raise
        except Exception as error:
            self.errors.append(InternalError(path, step, f"{type(error).__name__}: {error}"))
            return None
