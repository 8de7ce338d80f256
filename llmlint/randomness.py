"""How random a text looks: the bits of its characters, and the pieces of it that are in order."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator


def entropy_of(value: bytes) -> float:
    """Bits a character, by how often each occurs."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def sequences(value: bytes) -> Iterator[int]:
    """The lengths of the pieces in which each character follows the one before, in the alphabet or as its repeat."""
    length, step = 1, None
    for before, after in itertools.pairwise(value):
        difference = after - before
        if difference in (-1, 0, 1) and step in (None, difference):
            length, step = length + 1, difference
        else:
            yield length
            length, step = 1, None
    yield length
