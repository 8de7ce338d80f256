"""Dataclasses that do not change once they are made, which mypy sees to: Python's own way to have them frozen triples
the time that it takes to make one, and facts are made by the million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    _T = TypeVar("_T")

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def frozen(*, eq: bool = True) -> Callable[[type[_T]], type[_T]]: ...

else:

    def frozen(*, eq=True):
        return dataclass(slots=True, eq=eq, unsafe_hash=eq)
