"""The vocabulary of facts: what a front end says about one file.

Facts hold no syntax nodes and no source text beyond short literals. They name other facts of the same file by
index, and other files by import, so a file's facts depend on nothing but its bytes and the catalogue.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from llmlint.declarations import Declaration
from llmlint.frozen import frozen
from llmlint.values import Imported, Value

# -- places ---------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """A range of code points, end excluded, in the text that the front end read."""

    start: int
    end: int


# -- what the code does ---------------------------------------------------------------------------------------


@frozen()
class Argument:
    """``stars``: 0 for an ordinary argument, 1 for ``*value``, 2 for ``**value``."""

    name: str | None
    value: Value
    stars: int = 0


@frozen()
class Call:
    """A call, in the order of evaluation. ``span`` numbers the first of its spans in ``FileFacts.spans``:
    the whole call, then the callee, then each argument."""

    callee: Value
    arguments: tuple[Argument, ...]
    block: int
    order: int
    span: int


@frozen()
class Block:
    """A node of the tree of contexts that every fact hangs in.

    ``kind``: module, class, function, loop, try, handler, else, finally, branch, with. ``index`` numbers the
    function, class, loop, handler, condition or with-statement it belongs to (the try statement for try, else
    and finally). ``start`` and ``end`` are orders.
    """

    kind: str
    parent: int
    index: int
    start: int
    end: int


@frozen()
class ParameterFact:
    """``kind``: positional, keyword, ``*`` or ``**``."""

    name: str
    kind: str
    default: Value | None = None
    type: Value | None = None


@frozen()
class Decorator:
    value: Value
    span: int


@frozen()
class Function:
    """``cls``: the class whose method it is, or -1. ``reads``: the names and words in its body that the catalogue asks
    for. ``returns``: one value for each return statement, or for each ``yield`` of a generator. ``always_raises``: it
    never comes back."""

    name: str
    qualname: str
    parameters: tuple[ParameterFact, ...]
    block: int
    scope: int
    cls: int
    decorators: tuple[Decorator, ...]
    returns: tuple[Value, ...]
    return_type: Value | None
    reads: frozenset[str]
    is_abstract: bool
    is_generator: bool
    is_async: bool
    always_raises: bool
    span: int


@frozen()
class Class:
    name: str
    qualname: str
    bases: tuple[Value, ...]
    attributes: dict[str, tuple[Value, ...]]
    types: dict[str, Value]
    methods: dict[str, int]
    fields: tuple[str, ...]
    decorators: tuple[Decorator, ...]
    span: int


@frozen()
class Condition:
    """A test that decides a branch or a loop.

    ``compared``: the variables (``n``, ``self.n``) on either side of a comparison; ``tested``: those whose
    truth is asked; ``contained``: those asked for membership; ``searched``: those asked for a literal text, as in
    ``"DONE" in reply``. ``value`` is what the test depends on.
    ``holds_by``: those of them any one of which can make the test hold, and ``fails_by`` make it fail: in ``a and b``,
    no one alone makes it hold. ``operator``: the one of a plain comparison of two things.
    """

    value: Value
    compared: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    contained: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    holds_by: frozenset[str] = frozenset()
    fails_by: frozenset[str] = frozenset()
    operator: str = ""

    @property
    def asks_for_truth(self) -> bool:
        """Whether it asks for no more than whether something is there: ``if reply``."""
        return bool(self.tested) and not (self.compared or self.contained or self.searched)


@frozen()
class Change:
    """A variable changed inside a loop, or something that outlives its function changed anywhere. ``kind``: step
    (arithmetic), shrink, grow, set. ``held``: what a variable that may be a list or a text holds before and after."""

    name: str
    kind: str
    block: int
    order: int
    value: Value | None = None
    held: tuple[Value, ...] = ()


@frozen()
class Exit:
    """A statement that leaves or repeats a loop. ``kind``: break, return, raise, exit, continue."""

    kind: str
    block: int
    order: int


@frozen()
class Loop:
    """``kind``: for, while or comprehension. ``condition`` is a while loop's test (its index, or -1);
    ``carried`` what the test's variables hold at the end of the body."""

    kind: str
    block: int
    iterable: Value | None
    condition: int
    always: bool
    targets: tuple[str, ...]
    carried: tuple[Value, ...]
    span: int


@frozen()
class Handler:
    """An ``except`` clause of try statement ``number``. ``catches`` is None for a bare one. ``outcomes``: how its
    body can end (fall, continue, break, return, raise)."""

    catches: tuple[Value, ...] | None
    number: int
    block: int
    outcomes: frozenset[str]
    span: int


@frozen()
class Try:
    block: int
    handlers: tuple[int, ...]


@frozen()
class Scope:
    """``bindings`` holds, for the module, every top-level name; for a function, the names that inner functions
    read."""

    parent: int
    bindings: dict[str, tuple[Value, ...]]


@frozen()
class Join:
    """A text that is put together from parts one of which looks like encoded binary data."""

    value: Value
    span: int


@frozen()
class Setting:
    """An attribute assigned on an imported module or class: ``openai.api_base = ...``."""

    target: Value
    name: str
    value: Value


@frozen()
class NamedSetting:
    """A setting that a library finds by its name: a variable of a module or a class, or an attribute of ``base``.
    ``keys``: the spans of its items, where it is a mapping written out."""

    name: str
    base: Value | None
    value: Value
    span: int
    keys: dict[str, int]


@frozen()
class Secret:
    """A provider's key that is written out. ``shown``: all of it that is ever told; ``name``: what it is given to,
    where that says whose it is; ``in_output``: a notebook's cell printed it, and the span is where that cell begins;
    ``variable``: of the environment, that such a key is kept in."""

    provider: str
    shown: str
    span: Span
    name: str = ""
    in_output: bool = False
    variable: str = ""


@frozen()
class Shipped:
    """A key that the text ships to everybody. ``kind``: variable (its prefix has a build write it out), build (a build
    file says so), page or app (it sends a request with a key); ``name``: the variable, the client or the host."""

    kind: str
    name: str
    span: Span


@frozen()
class Job:
    """A job of a workflow. ``secrets``: those with providers' keys that it is given; ``calls``: the addresses of
    providers that it asks on every push; each with the span of its name."""

    name: str
    tests: bool
    deploys: bool
    secrets: tuple[tuple[str, Span], ...]
    calls: tuple[tuple[str, Span], ...]


@frozen()
class Comment:
    """A comment that may hold a directive. ``first`` and ``last``: the lines (from 1) of the statement it stands
    on, or of the one below when it stands alone."""

    text: str
    span: Span
    first: int
    last: int
    alone: bool


@frozen()
class Fault:
    """Why a file, or a part of it, could not be read. ``line`` and ``column`` count from 1."""

    reason: str
    line: int = 1
    column: int = 1
    cell: int | None = None


@frozen()
class Cell:
    """A notebook cell's lines in the joined text: ``first_line`` counts from 1, ``index`` over all cells from 0."""

    index: int
    first_line: int


def in_cell(cells: Sequence[Cell], line: int) -> tuple[int, int]:
    """The index of the cell that a line of the joined text stands in, and the line in that cell."""
    found = cells[max(bisect_right(cells, line, key=lambda cell: cell.first_line) - 1, 0)]
    return found.index, line - found.first_line + 1


@dataclass(slots=True, eq=False)
class FileFacts:
    """All that is known of one file; one is equal to no other. Lists are indexed by the numbers that facts hold.
    ``runs_in``: browser, app or server, where the file alone tells."""

    path: str
    language: str
    calls: list[Call] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    withs: list[tuple[Value, ...]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    named_settings: list[NamedSetting] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    imports: list[Imported] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    shipped: list[Shipped] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    reads: frozenset[str] = frozenset()
    runs_in: str = ""
    spans: array[int] = field(default_factory=lambda: array("I"))
    line_starts: array[int] = field(default_factory=lambda: array("I"))

    def span(self, number: int) -> Span:
        return Span(self.spans[2 * number], self.spans[2 * number + 1])
