"""What ends a loop: a ceiling, the model's reply, something that can't be known, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from llmlint.facts import Change, Condition, Exit, FileFacts, Handler, Loop, Try
from llmlint.link.blocks import conditions_of, innermost_loop, inside, is_inside, numbers_inside, outward
from llmlint.link.handlers import Handlers, catches_all, goes_on
from llmlint.link.limits import Limits
from llmlint.link.origins import Origin, Origins, is_text, may_be, parts_of
from llmlint.model_calls import Site
from llmlint.values import (
    CARRIED,
    Attribute,
    Choice,
    Element,
    Item,
    Literal,
    Mapping,
    Operation,
    Parameter,
    Result,
    This,
    Value,
)
from llmlint.values import Sequence as SequenceValue

LEAVING = frozenset({"break", "return", "raise", "exit"})
CHANGEABLE = Origin.STATE | Origin.UNKNOWN | Origin.INPUT
_PROGRESS = frozenset({"step", "shrink", "grow"})
# Whether what stands in a block, at an order, happens on the path that is judged.
Counts = Callable[[int, int], bool]


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
    calls: list[Site] = field(default_factory=list)


class LoopAnalysis:
    """Judges the loops of a project."""

    def __init__(self, origins: Origins, handlers: Handlers, limits: Limits) -> None:
        self.origins = origins
        self.handlers = handlers
        self.limits = limits

    # -- what a loop is made of -------------------------------------------------------------------------------

    def gather(self, facts: FileFacts, index: int) -> LoopFacts:
        loop = facts.loops[index]
        found = LoopFacts(facts, index, loop)
        found.changes = inside(facts, facts.changes, loop.block)
        exits = inside(facts, facts.exits, loop.block)
        found.exits = [exit_ for exit_ in exits if self._leaves(facts, exit_, index)]
        found.calls = [Site(facts, number) for number in numbers_inside(facts, facts.calls, loop.block)]
        return found

    def _leaves(self, facts: FileFacts, exit_: Exit, index: int) -> bool:
        """Whether a statement is about this loop: a ``break`` of an inner one or a caught ``raise`` is not."""
        if exit_.kind in ("break", "continue"):
            return innermost_loop(facts, exit_.block) == index
        return exit_.kind != "raise" or not _is_caught(facts, exit_.block, facts.loops[index].block)

    def handlers_of(self, facts: FileFacts, attempt: Try) -> list[Handler]:
        return [facts.handlers[number] for number in attempt.handlers]

    # -- what ends it -----------------------------------------------------------------------------------------

    def on_success(self, gathered: LoopFacts) -> Verdict:
        """What ends a loop in which every call succeeds."""
        verdict = self.judge(gathered, lambda block, order: True)
        verdict.is_open = verdict.is_open or self._takes_chunks(gathered)
        return verdict

    def leaves_by_count(self, site: Site) -> bool:
        """Whether a loop over what a call gives counts its rounds, and leaves."""
        given = Result(site.index)
        return any(
            loop.iterable is not None
            and (loop.iterable == given or (_is_counted(loop) and given in parts_of(loop.iterable)))
            and self.is_cut_short(site.facts, index)
            for index, loop in enumerate(site.facts.loops)
        )

    def is_cut_short(self, facts: FileFacts, index: int) -> bool:
        """``for i, item in enumerate(items): if i >= 10: break``."""
        if facts.loops[index].kind == "comprehension":
            return False
        gathered = self.gather(facts, index)
        targets = gathered.loop.targets[:1] if _is_counted(gathered.loop) else ()
        gathered.loop = replace(gathered.loop, targets=targets)
        gathered.exits = [exit_ for exit_ in gathered.exits if exit_.kind != "continue"]
        return bool(self.on_success(gathered).ceiling)

    def _takes_chunks(self, gathered: LoopFacts) -> bool:
        """``try: chunk = next(stream) except StopIteration: return``: the end of the stream ends the loop."""
        facts = gathered.facts
        return any(
            self.handlers.ends_stream(facts, handler)
            for attempt in facts.tries
            if is_inside(facts, attempt.block, gathered.loop.block)
            for handler in self.handlers_of(facts, attempt)
        )

    def judge(self, gathered: LoopFacts, counts: Counts) -> Verdict:
        """What ends a loop, by what happens on one path through it."""
        verdict = Verdict()
        changes = [change for change in gathered.changes if counts(change.block, change.order)]
        progress = self._progress(gathered, changes)
        if gathered.loop.kind == "while":
            self._judge_test(gathered, progress, verdict)
        for exit_ in gathered.exits:
            if counts(exit_.block, exit_.order):
                self._judge_exit(gathered, exit_, progress, verdict)
        for site in gathered.calls:
            if counts(site.call.block, site.call.order):
                self._judge_call(gathered, site, verdict)
        if any(self._descends(gathered.facts, change) for change in changes):
            verdict.is_open = True
        return verdict

    def _progress(self, gathered: LoopFacts, changes: Sequence[Change]) -> set[str]:
        """The variables that each round brings closer to an end."""
        grown = {change.name for change in changes if change.kind == "grow"}
        shrunk = {change.name for change in changes if change.kind == "shrink"}
        progress = {change.name for change in changes if change.kind in _PROGRESS}
        progress.update(gathered.loop.targets)
        return progress - (shrunk & grown) - self._begun_anew(gathered, changes)

    def _begun_anew(self, gathered: LoopFacts, changes: Sequence[Change]) -> set[str]:
        """The variables to which each round gives their first value again."""
        return {
            change.name
            for change in changes
            if change.kind == "set"
            and isinstance(change.value, Literal | SequenceValue | Mapping)
            and is_unconditional(gathered, change.block)
        }

    def _judge_test(self, gathered: LoopFacts, progress: set[str], verdict: Verdict) -> None:
        facts, loop = gathered.facts, gathered.loop
        if loop.always:
            return
        test = facts.conditions[loop.condition]
        names = (*test.compared, *test.tested, *test.contained)
        counting = (progress & test.fails_by & set(names)) - self._searched(gathered, test)
        if counting and not self.limits.is_waived(facts, test.value):
            verdict.ceiling = "counter"
            return
        origin = self._origin(facts, (test.value, *loop.carried))
        flags = [change for change in gathered.changes if change.name in names]
        verdict.is_open = any(
            self._may_stop_growing(gathered, flag)
            or self._is_told(facts, flag)
            or self._is_read_anew(facts, flag)
            or self._may_be_set(facts, flag)
            for flag in flags
        )
        if Origin.CLOCK in origin:
            verdict.ceiling = "deadline"
        elif Origin.REPLY in origin or self._set_by_reply(gathered, flags):
            verdict.by_reply = True
        elif any(map(_is_computed, flags)) or (origin & CHANGEABLE and not flags and not self._is_settled(facts, test)):
            verdict.is_open = True

    def _is_read_anew(self, facts: FileFacts, flag: Change) -> bool:
        """``region = self.region``: what an object says of itself may be something else by now."""
        value = flag.value.base if flag.value is not None and isinstance(flag.value, Item) else flag.value
        return flag.kind == "set" and isinstance(value, Attribute) and Origin.STATE in self.origins.of(facts, value)

    def _may_be_set(self, facts: FileFacts, flag: Change) -> bool:
        """``done = good or world.is_over``: one of the things that set a flag is no reply."""
        return isinstance(flag.value, Choice) and any(
            Origin.STATE in origin and Origin.REPLY not in origin
            for option in flag.value.options
            for origin in [self.origins.of(facts, option)]
        )

    def _is_settled(self, facts: FileFacts, test: Condition) -> bool:
        """Whether a test compares a number that its object holds, and that nothing ever raises."""
        if not test.operator or not isinstance(test.value, Operation):
            return False
        operands = [operand for operand in test.value.operands if self.origins.of(facts, operand) & CHANGEABLE]
        given = [_only_value(facts, operand) for operand in operands]
        is_number = any(isinstance(value, Literal) and type(value.value) in (int, float) for value in given)
        return is_number and None not in given

    def _set_by_reply(self, gathered: LoopFacts, flags: Sequence[Change]) -> bool:
        """Whether a reply decides that a flag is set, or adds to what is left to do; a variable that is worked out is
        no flag."""
        return any(
            Origin.REPLY in self.origins.deciding(gathered.facts, flag.block, gathered.loop.block)
            for flag in flags
            if isinstance(flag.value, Literal)
        ) or any(
            flag.kind == "grow"
            and flag.value is not None
            and Origin.REPLY in self.origins.of(gathered.facts, flag.value)
            for flag in flags
        )

    def _may_stop_growing(self, gathered: LoopFacts, change: Change) -> bool:
        """Whether something other than the reply decides that more is added to what is left to do."""
        facts = gathered.facts
        return change.kind == "grow" and any(
            Origin.REPLY not in self.origins.of(facts, facts.conditions[number].value)
            for number in conditions_of(facts, change.block, gathered.loop.block)
        )

    def _is_told(self, facts: FileFacts, flag: Change) -> bool:
        """``seen, done = world.step(action)``: an object that was given says so for reasons of its own."""
        value = flag.value.base if isinstance(flag.value, Item) else None
        if not isinstance(value, Result) or self.origins.reaches(Site(facts, value.call)):
            return False
        callee = facts.calls[value.call].callee
        return isinstance(callee, Attribute) and isinstance(callee.base, Parameter | Attribute)

    def _judge_exit(self, gathered: LoopFacts, exit_: Exit, progress: set[str], verdict: Verdict) -> None:
        facts = gathered.facts
        numbers = conditions_of(facts, exit_.block, gathered.loop.block)
        if exit_.kind in LEAVING and is_unconditional(gathered, exit_.block):
            skips = [other for other in gathered.exits if other.kind == "continue" and other.order < exit_.order]
            if not skips:
                verdict.ceiling = verdict.ceiling or "a single round"
                return
            # What leads past an exit decides on it: ``if reply.tools: ...; continue``, and then ``return reply``.
            numbers = [number for other in skips for number in conditions_of(facts, other.block, gathered.loop.block)]
        for number in numbers:
            test = facts.conditions[number]
            origin = self._origin_of_test(gathered, test)
            if (progress & _leading_to(exit_, test)) - self._searched(gathered, test):
                verdict.ceiling = verdict.ceiling or "counter"
            elif Origin.CLOCK in origin:
                verdict.ceiling = verdict.ceiling or "deadline"
            elif exit_.kind == "continue":
                continue
            elif Origin.REPLY in origin and not origin & CHANGEABLE:
                verdict.by_reply = True
            elif origin & CHANGEABLE:
                verdict.is_open = True
        if not numbers and exit_.kind in LEAVING and self._follows_parse(gathered, exit_):
            verdict.by_reply = True

    def _searched(self, gathered: LoopFacts, test: Condition) -> set[str]:
        """The texts in which a test looks for something, however long they have got: ``if mark in reply``."""
        return {
            change.name
            for change in gathered.changes
            if change.name in test.contained
            and change.name not in (*test.compared, *test.tested)
            and any(may_be(value, is_text) for value in change.held)
        }

    def _origin_of_test(self, gathered: LoopFacts, test: Condition) -> Origin:
        """Where what a test asks for comes from; of flags that each round begins anew, what decides that they are
        set."""
        names = {*test.compared, *test.tested}
        flags = [change for change in gathered.changes if change.name in names]
        if not names or not names <= self._begun_anew(gathered, flags):
            return self.origins.of(gathered.facts, test.value)
        found = Origin.NONE
        for flag in flags:
            found |= self.origins.deciding(gathered.facts, flag.block, gathered.loop.block)
        return found

    def _judge_call(self, gathered: LoopFacts, site: Site, verdict: Verdict) -> None:
        """A function of the project that counts how often it is called, and gives up."""
        ended = self.limits.of_call(site)
        if ended == "raise" and not _is_caught(gathered.facts, site.call.block, gathered.loop.block):
            verdict.ceiling = verdict.ceiling or "limit"
        elif ended:
            verdict.is_open = True

    def _descends(self, facts: FileFacts, change: Change) -> bool:
        """``node = node.children[name]``: a variable goes down a tree, which has an end."""
        value, block = change.value, facts.blocks[change.block]
        is_target = block.kind == "loop" and change.name in facts.loops[block.index].targets
        if change.kind != "set" or is_target or not isinstance(value, Attribute | Item | Element):
            return False
        while isinstance(value, Attribute | Item | Element):
            value = value.base
        return (
            isinstance(value, Choice) and CARRIED in value.options and Origin.REPLY not in self._origin(facts, [value])
        )

    def _follows_parse(self, gathered: LoopFacts, exit_: Exit) -> bool:
        """Whether an exit stands in a try statement behind something that is done to a reply."""
        facts = gathered.facts
        for _, block in outward(facts, exit_.block, gathered.loop.block):
            if block.kind in ("try", "else"):
                attempt = facts.tries[block.index]
                if any(map(goes_on, self.handlers_of(facts, attempt))):
                    return self._uses_reply(gathered, attempt, exit_)
        return False

    def _uses_reply(self, gathered: LoopFacts, attempt: Try, exit_: Exit) -> bool:
        facts = gathered.facts
        block = facts.blocks[attempt.block]
        return any(
            block.start < site.call.order < exit_.order
            and is_inside(facts, site.call.block, attempt.block)
            and any(Origin.REPLY in self.origins.of(facts, argument.value) for argument in site.call.arguments)
            for site in gathered.calls
        )

    def _origin(self, facts: FileFacts, values: Sequence[Value]) -> Origin:
        found = Origin.NONE
        for value in values:
            found |= self.origins.of(facts, value)
        return found


def _is_counted(loop: Loop) -> bool:
    return isinstance(loop.iterable, Operation) and loop.iterable.operator == "enumerate"


def is_unconditional(gathered: LoopFacts, block: int) -> bool:
    """Whether each round of a loop gets to a block."""
    return all(fact.kind == "with" for _, fact in outward(gathered.facts, block, gathered.loop.block))


def _is_caught(facts: FileFacts, block: int, until: int) -> bool:
    """Whether an exception that is raised in a block gets no further than a handler which lets the code go on."""
    return any(
        catches_all(handler) and goes_on(handler)
        for _, fact in outward(facts, block, until)
        if fact.kind == "try"
        for handler in (facts.handlers[number] for number in facts.tries[fact.index].handlers)
    )


def _leading_to(exit_: Exit, test: Condition) -> set[str]:
    """The variables whose progress leads to an exit. An error that is raised may ask for more than the count: as long
    as the loop goes on, that holds."""
    names = {*test.compared, *test.tested, *test.contained}
    return names if exit_.kind in ("raise", "continue") else names & test.holds_by


def _is_computed(change: Change) -> bool:
    """Whether a variable is given something worked out from others, which may bring a loop to its end."""
    return change.kind == "set" and isinstance(change.value, Operation)


def _only_value(facts: FileFacts, value: Value) -> Value | None:
    """What an attribute of the object holds, where it is set in one place only."""
    if not isinstance(value, Attribute) or not isinstance(value.base, This):
        return None
    given = facts.classes[value.base.cls].attributes.get(value.name, ())
    return given[0] if len(given) == 1 else None
