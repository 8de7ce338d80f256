"""Collects the facts of one file while a front end walks it, each in its place in the tree of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llmlint.facts import Argument, Block, Call, Change, Condition, Exit, FileFacts
from llmlint.values import Attribute, Imported, Item, Parameter, Result, Sequence, Value, Variable

_LASTING = (Attribute, Imported, Item, Parameter, Result, Sequence, Variable)


class Recorder:
    """``block`` is the innermost open block; ``loops`` how many loops of this function are open."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.block = -1
        self.loops = 0
        self._order = 0
        self._blocks: list[Block] = facts.blocks

    def tick(self) -> int:
        self._order += 1
        return self._order

    @contextmanager
    def inside(self, kind: str, index: int = -1) -> Iterator[int]:
        """Open a block for the facts that follow."""
        outer, number = self.block, len(self._blocks)
        start = self.tick()
        self._blocks.append(Block(kind, outer, index, start, start))
        self.block = number
        try:
            yield number
        finally:
            self._blocks[number] = Block(kind, outer, index, start, self.tick())
            self.block = outer

    @contextmanager
    def inside_loop(self, index: int) -> Iterator[int]:
        self.loops += 1
        try:
            with self.inside("loop", index) as block:
                yield block
        finally:
            self.loops -= 1

    @contextmanager
    def inside_function(self, index: int, parent: int) -> Iterator[int]:
        """Open a function's block under ``parent``, the block that the function was defined in."""
        outer, loops = self.block, self.loops
        self.block, self.loops = parent, 0
        try:
            with self.inside("function", index) as block:
                yield block
        finally:
            self.block, self.loops = outer, loops

    def call(self, callee: Value, arguments: tuple[Argument, ...], span: int) -> Result:
        self._order += 1
        self.facts.calls.append(Call(callee, arguments, self.block, self._order, span))
        return Result(len(self.facts.calls) - 1)

    def imported(self, module: str) -> Imported:
        """A module that a call imports."""
        found = Imported(module)
        self.facts.imports.append(found)
        return found

    def condition(self, condition: Condition) -> int:
        self.facts.conditions.append(condition)
        return len(self.facts.conditions) - 1

    def change(self, name: str | None, kind: str, value: Value | None = None, held: tuple[Value, ...] = ()) -> None:
        """Note that a loop's body changes a variable; outside loops, only what may outlive the function is of
        interest."""
        if (self.loops and name is not None) or any(isinstance(value, _LASTING) for value in held):
            self.facts.changes.append(Change(name or "", kind, self.block, self.tick(), value, held))

    def exit(self, kind: str) -> None:
        self.facts.exits.append(Exit(kind, self.block, self.tick()))
