"""What ends a loop: a ceiling, the model's reply, something that can't be known, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from llmlint.facts import Builtin, Change, Exit, FileFacts, Handler, Item, Literal, Loop, Operation, Try, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.link.blocks import conditions_of, innermost_loop, is_inside, outward
from llmlint.link.meanings import ClassMeaning, Constant, External, FunctionMeaning, Located
from llmlint.link.origins import Origin, Origins
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.linked import Reach, Site

_LEAVING = frozenset({"break", "return", "raise", "exit"})
_PROGRESS = frozenset({"step", "shrink", "grow"})
_CHANGEABLE = Origin.STATE | Origin.UNKNOWN | Origin.INPUT
# Whether what stands in a block, at an order, happens on the path that is judged.
_Counts = Callable[[int, int], bool]
# Exceptions that say nothing of the model call: the loop goes on for another reason.
_UNRELATED = frozenset(
    """
    KeyboardInterrupt SystemExit StopIteration StopAsyncIteration EOFError ImportError ModuleNotFoundError
    queue.Empty asyncio.QueueEmpty GeneratorExit asyncio.CancelledError FileNotFoundError
    """.split()
)


_SIGNAL = re.compile(r"(?:Complete|Completed|Finished|Done|Exit|Stop|Stopped|Cancel|Canceled|Cancelled|Interrupt)")
# Marks the name of an exception that the project defines itself.
OWN = "."


@dataclass(frozen=True, slots=True)
class Failure:
    """A try statement in a loop one of whose handlers lets the loop go on."""

    attempt: Try
    handler: Handler
    reach: Reach


@dataclass(slots=True)
class Verdict:
    """``ceiling`` names what ends the loop whatever the model answers; ``is_open``: that can't be known;
    ``by_reply``: the model's reply ends it."""

    ceiling: str = ""
    is_open: bool = False
    by_reply: bool = False


@dataclass(slots=True)
class LoopFacts:
    """The facts of one loop, gathered for the questions below."""

    facts: FileFacts
    index: int
    loop: Loop
    changes: list[Change] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)


class LoopAnalysis:
    """Judges the loops of a project."""

    def __init__(self, resolver: Resolver, origins: Origins, reach: ReachIndex) -> None:
        self.resolver = resolver
        self.origins = origins
        self.reach = reach

    # -- what a loop is made of -------------------------------------------------------------------------------

    def gather(self, facts: FileFacts, index: int) -> LoopFacts:
        loop = facts.loops[index]
        found = LoopFacts(facts, index, loop)
        found.changes = [change for change in facts.changes if is_inside(facts, change.block, loop.block)]
        found.exits = [
            exit_
            for exit_ in facts.exits
            if is_inside(facts, exit_.block, loop.block) and self._leaves(facts, exit_, index)
        ]
        return found

    def _leaves(self, facts: FileFacts, exit_: Exit, index: int) -> bool:
        """Whether a statement is about this loop: a ``break`` of an inner one or a caught ``raise`` is not."""
        if exit_.kind in ("break", "continue"):
            return innermost_loop(facts, exit_.block) == index
        if exit_.kind == "raise":
            return not self._is_caught(facts, exit_.block, facts.loops[index].block)
        return True

    def _is_caught(self, facts: FileFacts, block: int, until: int) -> bool:
        for _, fact in outward(facts, block, until):
            if fact.kind == "try":
                for number in facts.tries[fact.index].handlers:
                    handler = facts.handlers[number]
                    if _catches_all(handler) and handler.outcomes & {"fall", "continue"}:
                        return True
        return False

    # -- retries ----------------------------------------------------------------------------------------------

    def failures(self, gathered: LoopFacts, reaches: Sequence[Reach]) -> Iterator[Failure]:
        """Model calls of a loop whose failure sends it round again."""
        facts, loop = gathered.facts, gathered.loop
        for reach in reaches:
            if reach.is_later:
                continue
            for _, block in outward(facts, reach.site.call.block, loop.block):
                if block.kind != "try":
                    continue
                attempt = facts.tries[block.index]
                if innermost_loop(facts, attempt.block) != gathered.index:
                    continue
                for number in attempt.handlers:
                    handler = facts.handlers[number]
                    if self._goes_on(gathered, attempt, handler):
                        yield Failure(attempt, handler, reach)

    def _goes_on(self, gathered: LoopFacts, attempt: Try, handler: Handler) -> bool:
        if self._is_unrelated(gathered.facts, handler) or self._gives_up(gathered.facts, handler):
            return False
        if "continue" in handler.outcomes:
            return True
        if "fall" not in handler.outcomes:
            return False
        end = gathered.facts.blocks[attempt.block].end
        return not any(
            exit_.kind in _LEAVING and exit_.order > end and self._is_unconditional(gathered, exit_)
            for exit_ in gathered.exits
        )

    def _gives_up(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler calls a function of the project that raises whatever it is given."""
        callees = [
            self.resolver.results.callees(Site(facts, index))
            for index, call in enumerate(facts.calls)
            if call.block == handler.block
        ]
        return any(
            isinstance(meaning, FunctionMeaning) and meaning.facts.functions[meaning.index].always_raises
            for meanings in callees
            if len(meanings) == 1
            for meaning in meanings
        )

    def _is_unconditional(self, gathered: LoopFacts, exit_: Exit) -> bool:
        return all(block.kind == "with" for _, block in outward(gathered.facts, exit_.block, gathered.loop.block))

    def _is_unrelated(self, facts: FileFacts, handler: Handler) -> bool:
        if handler.catches is None:
            return False
        names = [name for value in handler.catches for name in self.exception_names(facts, value)]
        return bool(names) and all(name in _UNRELATED or _is_signal(name) for name in names)

    def exception_names(self, facts: FileFacts, value: Value) -> list[str]:
        """The dotted names of the exceptions that a value stands for; empty where that can't be known."""
        names = []
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, External):
                names.append(meaning.path)
            elif isinstance(meaning, ClassMeaning):
                names.append(f"{OWN}{meaning.facts.classes[meaning.index].name}")
            elif isinstance(meaning, Located) and isinstance(meaning.value, SequenceValue):
                for item in meaning.value.items:
                    names.extend(self.exception_names(meaning.facts, item))
            else:
                return []
        return names

    def succeeds_out(self, gathered: LoopFacts, failure: Failure, *, always: bool) -> bool:
        """Whether success leaves the loop: the loop repeats one request rather than serving many. ``always``: it
        leaves whatever the reply says."""
        for exit_ in gathered.exits:
            if exit_.kind in ("break", "return") and self._is_after_success(
                gathered, failure, exit_.block, exit_.order
            ):
                if not always or not conditions_of(gathered.facts, exit_.block, gathered.loop.block):
                    return True
        if gathered.loop.kind != "while":
            return False
        test = gathered.facts.conditions[gathered.loop.condition]
        return any(
            change.name in (*test.tested, *test.compared)
            and self._is_after_success(gathered, failure, change.block, change.order)
            for change in gathered.changes
        )

    def puts_back(self, gathered: LoopFacts, failure: Failure) -> bool:
        """``while items: item = items.pop()``, where a failure puts the item back."""
        if gathered.loop.kind != "while":
            return False
        tested = gathered.facts.conditions[gathered.loop.condition].tested
        changes = [change for change in gathered.changes if change.name in tested]
        return any(change.kind == "shrink" for change in changes) and any(
            change.kind == "grow" and not self._is_after_success(gathered, failure, change.block, change.order)
            for change in changes
        )

    def _is_after_success(self, gathered: LoopFacts, failure: Failure, block: int, order: int) -> bool:
        """Whether code runs only when the model call of ``failure`` has succeeded."""
        facts, attempt = gathered.facts, failure.attempt
        if is_inside(facts, block, attempt.block):
            return order > failure.reach.site.call.order
        if any(
            fact.kind == "else" and facts.tries[fact.index] is attempt
            for _, fact in outward(facts, block, gathered.loop.block)
        ):
            return True
        if any(
            fact.kind == "handler" and facts.handlers[fact.index] in self._handlers(facts, attempt)
            for _, fact in outward(facts, block, gathered.loop.block)
        ):
            return False
        after = order > facts.blocks[attempt.block].end and "fall" not in failure.handler.outcomes
        return after or self._depends_on_success(gathered, failure, block)

    def _handlers(self, facts: FileFacts, attempt: Try) -> list[Handler]:
        return [facts.handlers[number] for number in attempt.handlers]

    def _depends_on_success(self, gathered: LoopFacts, failure: Failure, block: int) -> bool:
        """``if reply: break`` below the try statement: only a reply leads there."""
        facts = gathered.facts
        return any(
            Origin.REPLY in self.origins.of(facts, facts.conditions[number].value)
            for number in conditions_of(facts, block, gathered.loop.block)
        )

    # -- what ends it -----------------------------------------------------------------------------------------

    def is_endless(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether nothing in a loop's head ends it by itself: ``while``, ``itertools.count()``, ``iter(f, x)``."""
        if loop.kind == "while":
            return True
        if loop.kind != "for" or loop.iterable is None:
            return False
        for meaning in self.resolver.meanings(facts, loop.iterable):
            if isinstance(meaning, External):
                head = meaning.path.removesuffix("()")
                if head in self.resolver.libraries.endless:
                    return True
                if head == "iter" and meaning.chain and meaning.chain[-1] is not None:
                    return len(meaning.chain[-1].call.arguments) == 2
        return False

    def happens_on_failure(self, gathered: LoopFacts, failure: Failure, block: int, order: int) -> bool:
        return not self._is_after_success(gathered, failure, block, order)

    def on_failure(self, gathered: LoopFacts, failure: Failure) -> Verdict:
        """What ends a loop in which the model call of ``failure`` keeps failing."""

        def counts(block: int, order: int) -> bool:
            return not self._is_after_success(gathered, failure, block, order)

        return self._judge(gathered, counts)

    def on_success(self, gathered: LoopFacts) -> Verdict:
        """What ends a loop in which every call succeeds."""
        return self._judge(gathered, lambda block, order: True)

    def _judge(self, gathered: LoopFacts, counts: _Counts) -> Verdict:
        verdict = Verdict()
        progress = self._progress(gathered, counts)
        if gathered.loop.kind == "while":
            self._judge_test(gathered, progress, verdict)
        for exit_ in gathered.exits:
            if counts(exit_.block, exit_.order):
                self._judge_exit(gathered, exit_, progress, verdict)
        return verdict

    def _progress(self, gathered: LoopFacts, counts: _Counts) -> set[str]:
        """The variables that each round brings closer to an end."""
        changed = [c for c in gathered.changes if counts(c.block, c.order)]
        grown = {c.name for c in changed if c.kind == "grow"}
        progress = {c.name for c in changed if c.kind in _PROGRESS}
        progress.update(gathered.loop.targets)
        shrunk = {c.name for c in changed if c.kind == "shrink"}
        return progress - (shrunk & grown)

    def _judge_test(self, gathered: LoopFacts, progress: set[str], verdict: Verdict) -> None:
        facts, loop = gathered.facts, gathered.loop
        if loop.always:
            return
        test = facts.conditions[loop.condition]
        names = (*test.compared, *test.tested, *test.contained)
        if progress.intersection(names):
            verdict.ceiling = "counter"
            return
        origin = self._origin(facts, (test.value, *loop.carried))
        flags = [change for change in gathered.changes if change.name in names]
        verdict.is_open = any(self._may_stop_growing(gathered, flag) for flag in flags)
        if Origin.CLOCK in origin:
            verdict.ceiling = "deadline"
        elif Origin.REPLY in origin or self._set_by_reply(gathered, flags):
            verdict.by_reply = True
        elif (origin & _CHANGEABLE and not flags) or any(_is_computed(flag) for flag in flags):
            verdict.is_open = True

    def _set_by_reply(self, gathered: LoopFacts, flags: Sequence[Change]) -> bool:
        """Whether a reply decides that a flag is set, or adds to what is left to do; a variable that is worked out is
        no flag."""
        facts = gathered.facts
        return any(
            Origin.REPLY in self.origins.of(facts, facts.conditions[number].value)
            for flag in flags
            if isinstance(flag.value, Literal)
            for number in conditions_of(facts, flag.block, gathered.loop.block)
        ) or any(
            flag.kind == "grow" and flag.value is not None and Origin.REPLY in self.origins.of(facts, flag.value)
            for flag in flags
        )

    def _may_stop_growing(self, gathered: LoopFacts, change: Change) -> bool:
        """Whether something other than the reply decides that more is added to what is left to do."""
        facts = gathered.facts
        return change.kind == "grow" and any(
            Origin.REPLY not in self.origins.of(facts, facts.conditions[number].value)
            for number in conditions_of(facts, change.block, gathered.loop.block)
        )

    def _judge_exit(self, gathered: LoopFacts, exit_: Exit, progress: set[str], verdict: Verdict) -> None:
        facts = gathered.facts
        numbers = conditions_of(facts, exit_.block, gathered.loop.block)
        if exit_.kind in _LEAVING and self._is_unconditional(gathered, exit_) and not self._may_skip(gathered, exit_):
            verdict.ceiling = verdict.ceiling or "a single round"
            return
        for number in numbers:
            test = facts.conditions[number]
            origin = self._origin(facts, (test.value,))
            if progress.intersection((*test.compared, *test.tested, *test.contained)):
                verdict.ceiling = verdict.ceiling or "counter"
            elif Origin.CLOCK in origin:
                verdict.ceiling = verdict.ceiling or "deadline"
            elif exit_.kind == "continue":
                continue
            elif Origin.REPLY in origin and not origin & _CHANGEABLE:
                verdict.by_reply = True
            elif origin & _CHANGEABLE:
                verdict.is_open = True
        if not numbers and exit_.kind in _LEAVING and self._follows_parse(gathered, exit_):
            verdict.by_reply = True

    def _may_skip(self, gathered: LoopFacts, exit_: Exit) -> bool:
        """Whether a ``continue`` before an unconditional exit may lead past it."""
        return any(other.kind == "continue" and other.order < exit_.order for other in gathered.exits)

    def _follows_parse(self, gathered: LoopFacts, exit_: Exit) -> bool:
        """Whether an exit stands in a try statement behind something that is done to a reply."""
        facts = gathered.facts
        for _, block in outward(facts, exit_.block, gathered.loop.block):
            if block.kind in ("try", "else"):
                attempt = facts.tries[block.index]
                if any(handler.outcomes & {"fall", "continue"} for handler in self._handlers(facts, attempt)):
                    return self._uses_reply(facts, attempt, exit_)
        return False

    def _uses_reply(self, facts: FileFacts, attempt: Try, exit_: Exit) -> bool:
        block = facts.blocks[attempt.block]
        return any(
            block.start < call.order < exit_.order
            and is_inside(facts, call.block, attempt.block)
            and any(Origin.REPLY in self.origins.of(facts, argument.value) for argument in call.arguments)
            for call in facts.calls
        )

    def _origin(self, facts: FileFacts, values: Sequence[Value]) -> Origin:
        found = Origin.NONE
        for value in values:
            found |= self.origins.of(facts, value)
        return found

    # -- sizes ------------------------------------------------------------------------------------------------

    def is_bounded(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether a loop's length is fixed by the code: a literal, a ``range``, a slice, constants."""
        if loop.kind == "while" or loop.iterable is None:
            return False
        return self._has_fixed_length(facts, loop.iterable)

    def _has_fixed_length(self, facts: FileFacts, value: Value) -> bool:
        if isinstance(value, Item) and isinstance(value.key, Operation) and value.key.operator == "slice":
            return value.key.operands[1] != Literal(None)
        meanings = self.resolver.meanings(facts, value)
        return bool(meanings) and all(self._is_fixed(meaning) for meaning in meanings)

    def _is_fixed(self, meaning: object) -> bool:
        if isinstance(meaning, Constant):
            return True
        if isinstance(meaning, External):
            return meaning.path.removesuffix("()") in self.resolver.libraries.finite
        if not isinstance(meaning, Located):
            return False
        value, facts = meaning.value, meaning.facts
        if isinstance(value, SequenceValue):
            return True
        if not isinstance(value, Operation):
            return False
        if value.operator in ("enumerate", "list", "sorted", "reversed", "set", "tuple") and value.operands:
            return self._has_fixed_length(facts, value.operands[0])
        if value.operator == "zip":
            return any(self._has_fixed_length(facts, operand) for operand in value.operands)
        return value.operator == "range"


def _is_signal(name: str) -> bool:
    """Whether an exception of the project's own says that something is over, rather than that it failed."""
    return name.startswith(OWN) and bool(_SIGNAL.search(name))


def _is_computed(change: Change) -> bool:
    """Whether a variable is given something worked out from others, which may bring a loop to its end."""
    return change.kind == "set" and isinstance(change.value, Operation)


def _catches_all(handler: Handler) -> bool:
    if handler.catches is None:
        return True
    return any(isinstance(value, Builtin) and value.name in ("Exception", "BaseException") for value in handler.catches)
