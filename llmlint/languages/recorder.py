"""Collects the facts of one file while a front end walks it, each in its place in the tree of blocks."""

from __future__ import annotations

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
        self.blocks: list[Block] = facts.blocks

    def tick(self) -> int:
        self._order += 1
        return self._order

    def inside(self, kind: str, index: int = -1) -> _Inside:
        """Open a block for the facts that follow."""
        return _Inside(self, kind, index, self.block, self.loops)

    def inside_loop(self, index: int) -> _Inside:
        return _Inside(self, "loop", index, self.block, self.loops + 1)

    def inside_function(self, index: int, parent: int) -> _Inside:
        """Open a function's block under ``parent``, the block that the function was defined in."""
        return _Inside(self, "function", index, parent, 0)

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
        interest, and what grows without its value showing it."""
        is_unseen = kind == "grow" and held[:1] == held[1:]
        if (self.loops and name is not None) or is_unseen or any(isinstance(value, _LASTING) for value in held):
            self.facts.changes.append(Change(name or "", kind, self.block, self.tick(), value, held))

    def exit(self, kind: str) -> None:
        self.facts.exits.append(Exit(kind, self.block, self.tick()))


class _Inside:
    """An open block under ``parent``, in which ``loops`` loops of its function are open; gives its number."""

    __slots__ = ("_before", "_index", "_kind", "_loops", "_number", "_parent", "_recorder", "_start")

    def __init__(self, recorder: Recorder, kind: str, index: int, parent: int, loops: int) -> None:
        self._recorder = recorder
        self._kind = kind
        self._index = index
        self._parent = parent
        self._loops = loops

    def __enter__(self) -> int:
        recorder = self._recorder
        self._before = recorder.block, recorder.loops
        self._number = number = len(recorder.blocks)
        self._start = start = recorder.tick()
        recorder.blocks.append(Block(self._kind, self._parent, self._index, start, start))
        recorder.block, recorder.loops = number, self._loops
        return number

    def __exit__(self, *_: object) -> None:
        recorder = self._recorder
        recorder.blocks[self._number] = Block(self._kind, self._parent, self._index, self._start, recorder.tick())
        recorder.block, recorder.loops = self._before
