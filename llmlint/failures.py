"""Defects of llmlint itself: noted, so that one of them costs one file or rule and not the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from llmlint.errors import LlmlintError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class InternalError:
    """A step that failed on a file: ``step`` is a rule's code, ``extract`` or ``link``."""

    path: str
    step: str
    message: str


@dataclass(slots=True)
class Failures:
    """Runs steps, and keeps what went wrong in them."""

    errors: list[InternalError] = field(default_factory=list)

    def attempt(self, path: str, step: str, work: Callable[[], Result]) -> Result | None:
        """What ``work`` gives; None where it fails. Raises LlmlintError: that is the input's defect."""
        try:
            return work()
        except LlmlintError:
            raise
        except Exception as error:
            self.errors.append(InternalError(path, step, f"{type(error).__name__}: {error}"))
            return None
