"""What becomes of a message when the model call that it is for fails: acknowledged all the same, or delivered again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from llmlint.consumer_libraries import ConsumerKind
from llmlint.facts import FileFacts, Handler, Try
from llmlint.link.blocks import conditions_of, innermost_loop, is_inside, outward
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph, FunctionKey, owner
from llmlint.link.given import Given
from llmlint.link.handlers import Handlers, catches_all, goes_on
from llmlint.link.meanings import Constant, External
from llmlint.model_calls import Site
from llmlint.values import Attribute, Literal, Operation, Result, Value

# What a handler may do and still have done nothing for the message.
_TALK = frozenset({"log", "debug", "info", "warning", "warn", "error", "exception", "critical", "print", "sleep"})
_MAX_DEPTH = 4


class Fate(Enum):
    """``SETTLED``: the message is acknowledged, or who knows what becomes of it; ``RAISED``: the failure shows where
    the function was called; ``RETURNED``: the function comes back as if all were well, and the message is not
    acknowledged; ``GIVEN_BACK``: the message is put back by the code itself."""

    SETTLED = auto()
    RAISED = auto()
    RETURNED = auto()
    GIVEN_BACK = auto()


@dataclass(frozen=True, slots=True)
class End:
    """How a failure ends in one function, by way of which handler."""

    fate: Fate
    facts: FileFacts
    handler: Handler | None = None


class Settling:
    """Follows failures through the functions of one kind of consumer."""

    def __init__(
        self,
        kind: ConsumerKind,
        sources: Sequence[Site],
        graph: CallGraph,
        targets: Mapping[Site, Sequence[FunctionKey]],
        reached: Collection[FunctionKey],
        handlers: Handlers,
        bodies: Bodies,
    ) -> None:
        """``sources``: the calls that give messages; ``targets``: the functions that each call runs, ``reached`` those
        that reach a model call."""
        self.kind = kind
        self.sources = sources
        self.reached = reached
        self._targets = targets
        self.graph = graph
        self.handlers = handlers
        self.resolver = handlers.resolver
        self.bodies = bodies
        self._settling: dict[FunctionKey, bool] = {}

    # -- what settles -----------------------------------------------------------------------------------------

    def settles(self, site: Site, depth: int = 0) -> bool:
        """Whether a call acknowledges a message, or is of a function that does somewhere. One that calls a model again
        may fail again before it gets there."""
        name = self._name(site)
        if name in self.kind.rejects:
            return not self._gives_back(site)
        if name in self.kind.settles:
            return True
        targets = self._targets.get(site, ())
        return any(key not in self.reached and self._function_settles(key, depth) for key in targets)

    def is_by_hand(self, site: Site) -> bool:
        """Whether a call says what is to become of a message."""
        name = self._name(site)
        return name in self.kind.settles or name in self.kind.rejects

    def _function_settles(self, key: FunctionKey, depth: int) -> bool:
        if key not in self._settling and depth <= _MAX_DEPTH:
            self._settling[key] = False
            calls = self.bodies.calls(self.resolver.files[key[0]], key[1])
            self._settling[key] = any(self.settles(site, depth + 1) for site in calls)
        return self._settling.get(key, False)

    def _gives_back(self, site: Site) -> bool:
        """Whether a call puts the message back in its queue."""
        reject = self.kind.rejects.get(self._name(site))
        if reject is None:
            return False
        given = Given(self.resolver, site)
        if reject.unless and given.is_on(reject.unless):
            return False
        found = given.find(reject.parameter, reject.position)
        if found is None:
            return reject.default
        if reject.seeks:
            return not _is_further(*found)
        meanings = self.resolver.meanings(*found)
        return len(meanings) == 1 and isinstance(meanings[0], Constant) and bool(meanings[0].value)

    def _name(self, site: Site) -> str:
        """The last part of what a call calls: ``delete_message``, ``DeleteMessageCommand``."""
        if isinstance(site.call.callee, Attribute):
            return site.call.callee.name
        paths = self.graph.outside(site)
        return paths[0].rpartition(".")[2] if paths else ""

    # -- one function -----------------------------------------------------------------------------------------

    def ends(self, site: Site) -> Iterator[End]:
        """How it may end in its function that a call fails."""
        facts = site.facts
        calls = self.bodies.calls(facts, owner(site)[1])
        settling = [call for call in calls if call.index != site.index and self.settles(call)]
        if any(self._is_before(call, site) for call in settling):
            yield End(Fate.SETTLED, facts)
            return
        for _, block in outward(facts, site.call.block):
            if block.kind != "try":
                continue
            attempt = facts.tries[block.index]
            if any(self._is_in_finally(call, attempt) for call in settling):
                yield End(Fate.SETTLED, facts)
                return
            taken = [facts.handlers[number] for number in attempt.handlers]
            own = [handler for handler in taken if not self.handlers.is_unrelated(facts, handler)]
            for handler in own:
                if handler.outcomes != {"raise"} or self._settles_in(handler, settling):
                    yield self._handled(site, attempt, handler, settling)
            if any(catches_all(handler) and "raise" not in handler.outcomes for handler in own):
                return
        yield End(Fate.RAISED, facts)

    def _is_before(self, call: Site, site: Site) -> bool:
        """Whether a message is acknowledged before a call is made, for the same message."""
        facts = site.facts
        same_round = innermost_loop(facts, call.call.block) == innermost_loop(facts, site.call.block)
        return same_round and call.call.order < site.call.order and is_inside(facts, site.call.block, call.call.block)

    def _is_in_finally(self, call: Site, attempt: Try) -> bool:
        return any(
            block.kind == "finally" and call.facts.tries[block.index] is attempt
            for _, block in outward(call.facts, call.call.block)
        )

    def _settles_in(self, handler: Handler, settling: Sequence[Site]) -> bool:
        return any(is_inside(call.facts, call.call.block, handler.block) for call in settling)

    def _handled(self, site: Site, attempt: Try, handler: Handler, settling: Sequence[Site]) -> End:
        facts = site.facts
        inside = [
            call
            for call in self.bodies.calls(facts, owner(site)[1])
            if is_inside(facts, call.call.block, handler.block)
        ]
        if any(self._gives_back(call) for call in inside):
            return End(Fate.GIVEN_BACK, facts, handler)
        if self._settles_in(handler, settling) or self._counts(facts, handler) or not all(map(self._is_talk, inside)):
            return End(Fate.SETTLED, facts)
        if handler.outcomes & {"fall"} and self._is_settled_after(attempt, settling):
            return End(Fate.SETTLED, facts)
        if self._goes_round(site, handler):
            return End(Fate.SETTLED, facts)
        return End(Fate.RETURNED, facts, handler)

    def _counts(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler counts failures."""
        return any(change.kind == "step" and is_inside(facts, change.block, handler.block) for change in facts.changes)

    def _is_talk(self, call: Site) -> bool:
        """Whether a call in a handler is known to do nothing for the message: it logs, waits, or formats a text."""
        callee = call.call.callee
        if isinstance(callee, Attribute) and callee.name in _TALK:
            return True
        if call in self._targets:
            return True
        return any(isinstance(meaning, External) for meaning in self.resolver.results.callees(call))

    def _is_settled_after(self, attempt: Try, settling: Sequence[Site]) -> bool:
        """Whether what follows a try statement acknowledges the message, or may."""
        for call in settling:
            end = call.facts.blocks[attempt.block].end
            around = [block for _, block in outward(call.facts, call.call.block)]
            is_else = any(block.kind == "else" and call.facts.tries[block.index] is attempt for block in around)
            if call.call.order > end and not is_else:
                return True
        return False

    def _goes_round(self, site: Site, handler: Handler) -> bool:
        """Whether a handler sends a loop round again that makes several attempts, rather than one for each message."""
        facts, index = site.facts, innermost_loop(site.facts, handler.block)
        if index < 0 or not goes_on(handler):
            return False
        loop = facts.loops[index]
        if loop.kind == "while":
            own = [source.call.block for source in self.sources if source.facts is facts]
            return not any(is_inside(facts, block, loop.block) for block in own)
        return isinstance(loop.iterable, Operation) and loop.iterable.operator == "range"

    # -- through the functions --------------------------------------------------------------------------------

    def through(self, chain: Sequence[Site]) -> Iterator[End]:
        """How it may end that the last call of a chain fails: the first is made where messages are taken."""
        for end in self.ends(chain[-1]):
            yield from self._up(end, chain[:-1])

    def _up(self, end: End, chain: Sequence[Site]) -> Iterator[End]:
        if end.fate in (Fate.SETTLED, Fate.GIVEN_BACK) or not chain:
            yield end
        elif end.fate is Fate.RAISED:
            yield from self.through(chain)
        elif self._is_settled_by_caller(chain[-1], end):
            yield End(Fate.SETTLED, end.facts)
        else:
            yield from self._up(end, chain[:-1])

    def _is_settled_by_caller(self, site: Site, end: End) -> bool:
        """Whether the message is acknowledged once a call of a function that swallowed a failure is back."""
        facts = site.facts
        for call in self.bodies.calls(facts, owner(site)[1]):
            if call.call.order <= site.call.order or not self.settles(call):
                continue
            tests = [facts.conditions[number] for number in conditions_of(facts, call.call.block, -1)]
            asked = [test.value for test in tests if _asks_for(test.value, site.index)]
            if not asked or not self._returns_falsehood(site):
                return True
        return False

    def _returns_falsehood(self, site: Site) -> bool:
        """Whether a function says by true or false whether all went well."""
        values: list[Value] = []
        for path, index in self._targets.get(site, ()):
            values.extend(self.resolver.files[path].functions[index].returns)
        return bool(values) and all(isinstance(v, Literal) and isinstance(v.value, bool | None) for v in values)


def _is_further(facts: FileFacts, offset: Value) -> bool:
    """Whether an offset, or one of the arguments of what holds it, is a sum."""
    held = facts.calls[offset.call].arguments if isinstance(offset, Result) else ()
    return isinstance(offset, Operation) or any(isinstance(argument.value, Operation) for argument in held)


def _asks_for(value: Value, call: int) -> bool:
    """Whether a test is of what a call gave back, and nothing else."""
    return value == Result(call)
