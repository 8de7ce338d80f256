"""Objects that hold on to each other, as parts that know their whole do: without help they stay, with all that they
know, until garbage is looked for."""

from __future__ import annotations


def dismantle(*parts: object) -> None:
    """Have each of some objects, which nobody needs any more, let go of what it knows."""
    for part in parts:
        vars(part).clear()
