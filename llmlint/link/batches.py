"""Loops over a batch in work that is repeated as a whole: a task, or a platform's function."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import FileFacts, Loop
from llmlint.findings import Place
from llmlint.link.blocks import conditions_of, innermost_loop, is_inside, outward
from llmlint.link.calls import FunctionKey, owner
from llmlint.link.handlers import Handlers, catches_all, goes_on
from llmlint.link.origins import is_made_of
from llmlint.link.reach import ReachIndex
from llmlint.linked import Reach
from llmlint.tasks import BatchLoop, Consumer, Task
from llmlint.values import Attribute, Builtin, Item, Literal, Operation, Parameter, Result, Typed, Value

_SAME = frozenset({"enumerate", "list", "sorted", "reversed", "set", "tuple", "zip"})
# Methods that leave of a query what it was, and those that leave something out: with these, what is done is skipped.
_QUERY = frozenset(
    {"filter", "all", "order_by", "iterator", "select_related", "prefetch_related", "values_list", "only"}
)
_TEXTS = frozenset({"str", "bytes"})
_MAX_DEPTH = 12


class BatchFinder:
    def __init__(self, reach: ReachIndex, handlers: Handlers) -> None:
        self.reach = reach
        self.files = reach.files
        self.resolver = handlers.resolver

    def of_task(self, task: Task) -> Iterator[BatchLoop]:
        if task.function is not None and task.reach is not None and (task.is_repeated or task.uncounted):
            # A task that takes too long is repeated, too, where its queue does so.
            is_timed = task.redelivery is not None
            for place, batch, reach in self._loops(task.function, is_timed=is_timed):
                told = next(iter(task.queued), task.place)
                yield BatchLoop(place, task.library, task.label, batch, told, reach)

    def of_consumer(self, consumer: Consumer) -> Iterator[BatchLoop]:
        """The records that a platform hands over at once: all of them come back when one raises."""
        key = consumer.function
        if key is not None and consumer.comes_back and not consumer.gives_some_back:
            function = self.files[key[0]].functions[key[1]]
            for place, batch, reach in self._loops(key, is_timed=False):
                yield BatchLoop(place, consumer.library, function.name, batch, consumer.place, reach)

    def _loops(self, key: FunctionKey, *, is_timed: bool) -> Iterator[tuple[Place, str, Reach]]:
        """The loops of a function over what it is given, in which a model is called for each item."""
        facts = self.files[key[0]]
        for reach in self.reach.of_file(facts):
            index = innermost_loop(facts, reach.site.call.block) if owner(reach.site) == key else -1
            if index < 0:
                continue
            loop = facts.loops[index]
            batch = self._batch(facts, loop, key[1])
            if batch and not self._is_left_out(facts, loop, reach) and (is_timed or not _is_caught(facts, loop, reach)):
                place = reach.site.callee if loop.span < 0 else Place(facts, facts.span(loop.span))
                yield place, batch, reach

    # -- what it goes through ---------------------------------------------------------------------------------

    def _batch(self, facts: FileFacts, loop: Loop, index: int) -> str:
        """The name of the items that a loop goes through, if they are a batch that its function is given."""
        value = loop.iterable if loop.kind != "while" else None
        while isinstance(value, Operation) and value.operator in _SAME and value.operands:
            value = value.operands[0]
        return "" if value is None else self._given(facts, value, index) or self._queried(facts, value, index)

    def _given(self, facts: FileFacts, value: Value, index: int) -> str:
        """The name of a parameter, or of a part of one: ``ids``, ``payload["ids"]``, ``job.data.ids``."""
        if isinstance(value, Typed):
            return self._given(facts, value.value, index)
        if isinstance(value, Parameter):
            fact = next((p for p in facts.functions[index].parameters if p.name == value.name), None)
            is_text = fact is not None and isinstance(fact.type, Builtin) and fact.type.name in _TEXTS
            return value.name if value.function == index and not is_text else ""
        base, name = _read(facts, value)
        return name if base is not None and self._given(facts, base, index) else ""

    def _queried(self, facts: FileFacts, value: Value, index: int) -> str:
        """A query for all rows, or for those that the function is given: ``Video.objects.filter(pk__in=ids)``."""

        def is_given(part: Value) -> bool:
            return is_made_of(facts, part, lambda inner: isinstance(inner, Parameter) and inner.function == index)

        for _ in range(_MAX_DEPTH):
            if isinstance(value, Attribute) and value.name == "objects":
                return f"the rows of {getattr(value.base, 'name', '')}"
            if not isinstance(value, Result):
                return ""
            call = facts.calls[value.call]
            if not isinstance(call.callee, Attribute) or call.callee.name not in _QUERY:
                return ""
            if call.callee.name == "filter" and not all(map(is_given, (a.value for a in call.arguments))):
                return ""
            value = call.callee.base
        return ""

    # -- what is left out -------------------------------------------------------------------------------------

    def _is_left_out(self, facts: FileFacts, loop: Loop, reach: Reach) -> bool:
        """Whether some items are passed by, which may be those that are done."""
        if conditions_of(facts, reach.site.call.block, loop.block):
            return True
        return any(
            exit_.kind == "continue"
            and exit_.order < reach.site.call.order
            and is_inside(facts, exit_.block, loop.block)
            for exit_ in facts.exits
        )


def _is_caught(facts: FileFacts, loop: Loop, reach: Reach) -> bool:
    """Whether the failure of one item lets the loop go on with the next."""
    for _, block in outward(facts, reach.site.call.block, loop.block):
        if block.kind == "try":
            handlers = [facts.handlers[number] for number in facts.tries[block.index].handlers]
            if any(catches_all(handler) and goes_on(handler) for handler in handlers):
                return True
    return False


def _read(facts: FileFacts, value: Value) -> tuple[Value | None, str]:
    """What an attribute or an item is read of, and its name."""
    if isinstance(value, Attribute):
        return value.base, value.name
    if isinstance(value, Result):
        call = facts.calls[value.call]
        if isinstance(call.callee, Attribute) and call.callee.name == "get" and call.arguments:
            value = Item(call.callee.base, call.arguments[0].value)
    if isinstance(value, Item) and isinstance(value.key, Literal) and isinstance(value.key.value, str):
        return value.base, value.key.value
    return None, ""
