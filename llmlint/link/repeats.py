"""Loops in which a failing model call sends the code round again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llmlint.facts import Handler, Try
from llmlint.link.blocks import are_alternatives, conditions_of, innermost_loop, is_inside, outward
from llmlint.link.calls import TAKING
from llmlint.link.loops import CHANGEABLE, LEAVING, LoopAnalysis, LoopFacts, Verdict, is_unconditional
from llmlint.link.origins import Origin
from llmlint.linked import Reach
from llmlint.model_calls import Site
from llmlint.values import Attribute, Result

_FUTURES = "concurrent.futures."
_WAITED_TOO_LONG = f"{_FUTURES}TimeoutError"


@dataclass(frozen=True, slots=True)
class Failure:
    """A try statement in a loop one of whose handlers lets the loop go on."""

    attempt: Try
    handler: Handler
    reach: Reach


class Failures:
    """Finds them, and says what happens in such a loop when the call fails, and when it succeeds."""

    def __init__(self, loops: LoopAnalysis) -> None:
        self.loops = loops
        self.handlers = loops.handlers
        self.origins = loops.origins

    def find(self, gathered: LoopFacts, reaches: Sequence[Reach]) -> Iterator[Failure]:
        """Model calls of a loop whose failure sends it round again."""
        facts, loop = gathered.facts, gathered.loop
        for reach in filter(None, (self._shown(gathered, reach) for reach in reaches)):
            if self._is_last_resort(gathered, reach):
                continue
            for _, block in outward(facts, reach.site.call.block, loop.block):
                if block.kind != "try":
                    continue
                attempt = facts.tries[block.index]
                if innermost_loop(facts, attempt.block) != gathered.index:
                    continue
                for handler in self.loops.handlers_of(facts, attempt):
                    failure = Failure(attempt, handler, reach)
                    if self._goes_on(gathered, failure) and not self._takes_another_wait(gathered, failure):
                        yield failure

    def _shown(self, gathered: LoopFacts, reach: Reach) -> Reach | None:
        """A model call where its failure shows: that of ``pool.submit(ask)`` does at ``.result()``."""
        if not reach.is_later:
            return reach
        for site in gathered.calls:
            callee = site.call.callee
            if isinstance(callee, Attribute) and callee.base == Result(reach.site.index) and self._is_future(site):
                return Reach(site, reach.target, reach.is_certain)
        return None

    def _is_future(self, site: Site) -> bool:
        return any(path in self.origins.libraries.futures for path in self.origins.paths(site))

    def _is_last_resort(self, gathered: LoopFacts, reach: Reach) -> bool:
        """``if steps >= limit: return summarise()``: a call that is made once a count is used up."""
        facts = gathered.facts
        counted = {change.name for change in gathered.changes if change.kind == "step"}
        tests = [
            facts.conditions[number] for number in conditions_of(facts, reach.site.call.block, gathered.loop.block)
        ]
        return any(counted & test.holds_by for test in tests)

    def _goes_on(self, gathered: LoopFacts, failure: Failure) -> bool:
        facts, handler = gathered.facts, failure.handler
        if self.handlers.is_unrelated(facts, handler) or self.handlers.gives_up(facts, handler):
            return False
        if "continue" in handler.outcomes:
            return True
        if "fall" not in handler.outcomes:
            return False
        end = facts.blocks[failure.attempt.block].end
        return not any(
            exit_.kind in LEAVING and exit_.order > end and is_unconditional(gathered, exit_.block)
            for exit_ in gathered.exits
        )

    def _takes_another_wait(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether a handler is there for something else that the try statement waits for, such as tools that run in
        threads: a request that takes too long raises another error."""
        if set(self.handlers.caught_by(gathered.facts, failure.handler)) != {_WAITED_TOO_LONG}:
            return False
        return any(
            path.startswith(_FUTURES) and path in self.origins.libraries.deadlines
            for site in gathered.calls
            if site.index != failure.reach.site.index
            and is_inside(gathered.facts, site.call.block, failure.attempt.block)
            for path in self.origins.paths(site)
        )

    # -- on failure -------------------------------------------------------------------------------------------

    def verdict(self, gathered: LoopFacts, failure: Failure) -> Verdict:
        """What ends a loop in which the model call of ``failure`` keeps failing."""
        verdict = self.loops.judge(gathered, lambda block, order: self.happens(gathered, failure, block, order))
        verdict.is_open = verdict.is_open or self.handlers.is_limited(gathered.facts, failure.handler)
        if any(self._uses_up(gathered, failure, site) for site in gathered.calls):
            verdict.ceiling = verdict.ceiling or "nothing left"
        return verdict

    def _uses_up(self, gathered: LoopFacts, failure: Failure, site: Site) -> bool:
        """``messages.pop(1)`` with each failure: an error of its own ends the loop once there is nothing left."""
        facts, call = gathered.facts, site.call
        around = {block.kind for _, block in outward(facts, call.block, failure.handler.block)}
        return (
            isinstance(call.callee, Attribute)
            and call.callee.name in TAKING
            and len(call.arguments) < 2
            and is_inside(facts, call.block, failure.handler.block)
            and around <= {"with"}
        )

    def happens(self, gathered: LoopFacts, failure: Failure, block: int, order: int) -> bool:
        """Whether code may run each time that the model call of ``failure`` fails."""
        return self.may_follow(gathered, failure, block, order) and not self._is_passed_by(
            gathered, failure, block, order
        )

    def may_follow(self, gathered: LoopFacts, failure: Failure, block: int, order: int) -> bool:
        """Whether code may run, for some errors at least, when the model call of ``failure`` has failed."""
        return not self._is_after_success(gathered, failure, block, order)

    def _is_passed_by(self, gathered: LoopFacts, failure: Failure, block: int, order: int) -> bool:
        """Whether some errors that the handler takes lead past a block."""
        facts, handler = gathered.facts, failure.handler
        for other in self.loops.handlers_of(facts, failure.attempt):
            if other is not handler and is_inside(facts, block, other.block):
                return True
        if is_inside(facts, block, handler.block) and self._asks_for_error(gathered, block, handler.block):
            return not self._is_only_way_on(gathered, handler, block, order)
        return order > facts.blocks[handler.block].start and any(
            exit_.kind == "continue"
            and exit_.order < order
            and not is_inside(facts, block, exit_.block)
            and is_inside(facts, exit_.block, handler.block)
            and self._asks_for_error(gathered, exit_.block, handler.block, goes_on=True)
            for exit_ in gathered.exits
        )

    def _is_only_way_on(self, gathered: LoopFacts, handler: Handler, block: int, order: int) -> bool:
        """Whether a handler leaves the loop but where it runs a block."""
        facts = gathered.facts
        inside = [exit_ for exit_ in gathered.exits if is_inside(facts, exit_.block, handler.block)]
        if any(
            exit_.kind == "continue" and (exit_.order < order or not is_inside(facts, exit_.block, block))
            for exit_ in inside
        ):
            return False
        around = conditions_of(facts, block, handler.block)
        return "fall" not in handler.outcomes or any(
            exit_.kind in LEAVING
            and are_alternatives(facts, exit_.block, block)
            and conditions_of(facts, exit_.block, handler.block)[1:] == around[1:]
            for exit_ in inside
        )

    def _asks_for_error(self, gathered: LoopFacts, block: int, until: int, *, goes_on: bool = False) -> bool:
        """Whether it depends on the exception, and on nothing else, that a block runs: a count that is used up leads to
        it, or past it where the loop ``goes_on`` in it, whatever the exception."""
        facts = gathered.facts
        counted = {change.name for change in gathered.changes if change.kind == "step"}.union(gathered.loop.targets)
        tests = [facts.conditions[number] for number in conditions_of(facts, block, until)]
        return any(
            Origin.CAUGHT in origin and not origin & CHANGEABLE
            for test in tests
            if not counted & (test.fails_by if goes_on else test.holds_by)
            for origin in [self.origins.of(facts, test.value)]
        )

    # -- on success -------------------------------------------------------------------------------------------

    def succeeds_out(self, gathered: LoopFacts, failure: Failure, *, always: bool) -> bool:
        """Whether success leaves the loop: the loop repeats one request rather than serving many. ``always``: it
        leaves whatever the reply says, or there is nothing to do in it but to ask until it likes the reply."""
        facts = gathered.facts
        exits = [
            [facts.conditions[number] for number in conditions_of(facts, exit_.block, gathered.loop.block)]
            for exit_ in gathered.exits
            if exit_.kind in ("break", "return") and self._is_after_success(gathered, failure, exit_.block, exit_.order)
        ]
        is_idle = not any(change.kind == "grow" for change in gathered.changes) and not any(
            Origin.REPLY in self.origins.of(facts, argument.value) for argument in failure.reach.site.call.arguments
        )
        if any(
            not always
            or not tests
            or (is_idle and all(Origin.REPLY in self.origins.of(facts, test.value) for test in tests))
            for tests in exits
        ):
            return True
        if gathered.loop.kind != "while":
            return False
        test = facts.conditions[gathered.loop.condition]
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
        facts, attempt, call = gathered.facts, failure.attempt, failure.reach.site.call
        if is_inside(facts, block, attempt.block):
            return order > call.order and not are_alternatives(facts, block, call.block)
        around = [fact for _, fact in outward(facts, block, gathered.loop.block)]
        if any(fact.kind == "finally" and facts.tries[fact.index] is attempt for fact in around):
            return False
        if any(fact.kind == "else" and facts.tries[fact.index] is attempt for fact in around):
            return True
        handlers = self.loops.handlers_of(facts, attempt)
        if any(fact.kind == "handler" and facts.handlers[fact.index] in handlers for fact in around):
            return False
        after = order > facts.blocks[attempt.block].end and "fall" not in failure.handler.outcomes
        return after or self._depends_on_success(gathered, failure, block)

    def _depends_on_success(self, gathered: LoopFacts, failure: Failure, block: int) -> bool:
        """``if reply: break`` below the try statement: only this call's reply leads there."""
        facts, index = gathered.facts, failure.reach.site.index
        return any(
            reply.index == index
            for number in conditions_of(facts, block, gathered.loop.block)
            for reply in self.origins.replies(facts, facts.conditions[number].value)
        )
