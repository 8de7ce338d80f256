"""What stands in the body of each function: its calls and the statements that leave it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from llmlint.facts import Exit, FileFacts
from llmlint.link.blocks import function_index
from llmlint.model_calls import Site


class Bodies:
    """Looks up a function's facts; each file is sorted once."""

    def __init__(self) -> None:
        self._calls: dict[str, dict[int, list[Site]]] = {}
        self._exits: dict[str, dict[int, list[Exit]]] = {}

    def calls(self, facts: FileFacts, index: int) -> Sequence[Site]:
        if facts.path not in self._calls:
            found = self._calls[facts.path] = defaultdict(list)
            for number, call in enumerate(facts.calls):
                found[function_index(facts, call.block)].append(Site(facts, number))
        return self._calls[facts.path].get(index, ())

    def exits(self, facts: FileFacts, index: int) -> Sequence[Exit]:
        if facts.path not in self._exits:
            found = self._exits[facts.path] = defaultdict(list)
            for exit_ in facts.exits:
                found[function_index(facts, exit_.block)].append(exit_)
        return self._exits[facts.path].get(index, ())
