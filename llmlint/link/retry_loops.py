"""Loops that send a request again when it fails."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.blocks import conditions_of, is_inside
from llmlint.link.bodies import Bodies
from llmlint.link.calls import CallGraph, reads_around
from llmlint.link.handlers import OWN, goes_on
from llmlint.link.loops import LoopFacts
from llmlint.link.meanings import External, FunctionMeaning
from llmlint.link.numbers import number_of
from llmlint.link.origins import Origin, is_made_of
from llmlint.link.repeats import Failure, Failures
from llmlint.link.retries import RetryFinder
from llmlint.link.retry_errors import Words, covers_permanent, judged
from llmlint.link.rounds import Rounds
from llmlint.linked import UNLIMITED, Reach, Retry
from llmlint.model_calls import Site
from llmlint.values import CARRIED, Element, Item, Literal, Operation, Value

_WAITING_NAMES = ("sleep", "wait", "backoff", "delay", "retry", "throttle", "pause")
_MAX_STEPS = 3


class RetryLoops:
    """Tells which loops are retries, and what they repeat."""

    def __init__(
        self, helpers: RetryFinder, graph: CallGraph, failures: Failures, bodies: Bodies, words: Words
    ) -> None:
        self.helpers = helpers
        self.resolver = helpers.resolver
        self.libraries = helpers.libraries
        self.graph = graph
        self.failures = failures
        self.bodies = bodies
        self.rounds = Rounds(helpers.resolver)
        self.words = words

    def find(self, gathered: LoopFacts, reaches: list[Reach]) -> Iterator[Retry]:
        """What a loop repeats until it succeeds: one retry for each handler that sends it round again."""
        facts, loop = gathered.facts, gathered.loop
        endless = self.helpers.sizes.is_endless(facts, loop)
        seen: set[int] = set()
        for failure in self.failures.find(gathered, reaches):
            if failure.handler.span in seen:
                continue
            verdict = self.failures.verdict(gathered, failure)
            unlimited = endless and not verdict.ceiling and not verdict.is_open
            if not self._repeats(gathered, failure, unlimited=unlimited):
                continue
            seen.add(failure.handler.span)
            covered = [reach for reach in reaches if is_inside(facts, reach.site.call.block, failure.attempt.block)]
            retry = Retry(
                "loop",
                Place(facts, facts.span(loop.span)),
                covered or [failure.reach],
                UNLIMITED if unlimited else self._attempts(gathered, failure),
                self._wait_of(gathered, failure),
                self._caught(gathered, failure),
                handler=Place(facts, facts.span(failure.handler.span)),
            )
            yield judged(retry, self.words, asks_for_quota=bool(reads_around(failure.reach.site) & self.words["quota"]))

    def _repeats(self, gathered: LoopFacts, failure: Failure, *, unlimited: bool) -> bool:
        """Whether a loop sends the request of ``failure`` again, the same one and unasked."""
        leaves = self.failures.succeeds_out(gathered, failure, always=not unlimited)
        stays = self.failures.puts_back(gathered, failure) or self._only_asks(gathered, failure)
        if not leaves and not (unlimited and stays):
            return False
        if self._is_fallback(gathered, failure) or self._asks_person(gathered, failure):
            return False
        if self._negotiates(gathered, failure):
            return False
        is_any_error = unlimited and not self._takes_own(gathered, failure)
        return is_any_error or not self._sends_another(gathered, failure)

    def _only_asks(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether a loop asks one model again and again, and tells of it at the most: no server waits for nobody."""
        call = failure.reach.target.site
        return not gathered.exits and all(
            site == call or self.graph.is_any_of(site, self.libraries.logs) for site in gathered.calls
        )

    def _takes_own(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether a handler takes exceptions of the project's own only: they may say something else than a failure."""
        names = self.failures.handlers.caught_by(gathered.facts, failure.handler)
        return bool(names) and all(name.startswith(OWN) for name in names)

    def _negotiates(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether a handler takes only errors that the same request would meet again, and lets the loop go on for some
        of them: what is sent next leaves out what was refused."""
        names = self.failures.handlers.caught_by(gathered.facts, failure.handler)
        refusals = self.words["never-retried-errors"]
        return (
            bool(names)
            and all(name.rpartition(".")[2] in refusals for name in names)
            and self._inspects(gathered, failure)
        )

    def _attempts(self, gathered: LoopFacts, failure: Failure) -> float | None:
        def counts(block: int, order: int) -> bool:
            return self.failures.happens(gathered, failure, block, order)

        return self.rounds.of(gathered, counts)

    # -- what the next round sends ----------------------------------------------------------------------------

    def _is_fallback(self, gathered: LoopFacts, failure: Failure) -> bool:
        """``for model in models: try: return ask(model)``: each round asks something else."""
        facts, loop = gathered.facts, gathered.loop
        if loop.kind != "for" or loop.iterable is None or self.helpers.sizes.is_endless(facts, loop):
            return False
        if isinstance(loop.iterable, Operation) and loop.iterable.operator == "range":
            return any(_is_picked_by(facts, value, loop.iterable) for value in _used_by(failure))
        if self.helpers.sizes.is_retried(facts, loop):
            return True
        return any(
            _is_made_of(facts, value, loop.iterable) for value in _used_by(failure)
        ) or not self.helpers.sizes.is_bounded(facts, loop)

    def _sends_another(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether the handler puts something else into what is sent: a shorter prompt, another model."""
        changed = [
            change
            for change in gathered.changes
            if change.kind in ("set", "shrink")
            and is_inside(gathered.facts, change.block, failure.handler.block)
            and not self._is_note(gathered.facts, change.value)
        ]
        return bool(changed) and any(_is_carried(gathered.facts, value) for value in _used_by(failure))

    def _is_note(self, facts: FileFacts, value: Value | None) -> bool:
        """Whether a variable is told that something failed, or what: no such thing changes a request."""
        if isinstance(value, Literal):
            return value.value is None or isinstance(value.value, bool)
        return value is not None and Origin.CAUGHT in self.failures.origins.of(facts, value)

    def _asks_person(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether somebody is asked after each failure, or before each round."""
        return any(
            self._waits_for_somebody(site)
            and self.failures.happens(gathered, failure, site.call.block, site.call.order)
            and not conditions_of(gathered.facts, site.call.block, gathered.loop.block)
            for site in gathered.calls
        )

    def _waits_for_somebody(self, site: Site) -> bool:
        return self.graph.is_any_of(site, self.libraries.inputs)

    # -- which errors -----------------------------------------------------------------------------------------

    def _caught(self, gathered: LoopFacts, failure: Failure) -> tuple[str, ...] | None:
        """What a loop's handler repeats; None where it looks at the exception first, or another handler does."""
        facts, handler = gathered.facts, failure.handler
        handlers = self.failures.handlers
        if self._inspects(gathered, failure) or handlers.hands_over(facts, handler):
            return None
        names = handlers.caught_by(facts, handler)
        for number in failure.attempt.handlers:
            earlier = facts.handlers[number]
            if earlier is handler:
                break
            if not goes_on(earlier) and self._takes_permanent(handlers.caught_by(facts, earlier)):
                names = [name for name in names if not self._is_umbrella(name)]
        return tuple(names) or None

    def _takes_permanent(self, names: list[str]) -> bool:
        """Whether errors that no second attempt can help may be among those of a handler."""
        return not names or any(name.startswith(OWN) or covers_permanent(name, self.words) for name in names)

    def _is_umbrella(self, name: str) -> bool:
        """Whether an exception stands for errors of many kinds, some of which can't be helped."""
        is_one_kind = name.rpartition(".")[2] in self.words["never-retried-errors"]
        return covers_permanent(name, self.words) and not is_one_kind

    def _inspects(self, gathered: LoopFacts, failure: Failure) -> bool:
        """Whether a test of the exception decides that the loop goes on, or ends."""
        facts, block = gathered.facts, failure.handler.block
        deciding = {"raise", "return", "break"}
        if "fall" not in failure.handler.outcomes:
            deciding.add("continue")
        return any(
            self._looks_at_error(gathered, number)
            for exit_ in gathered.exits
            if exit_.kind in deciding and is_inside(facts, exit_.block, block)
            for number in conditions_of(facts, exit_.block, block)
        )

    def _looks_at_error(self, gathered: LoopFacts, number: int) -> bool:
        """Whether a test looks at the exception, or at something of which can't be known whether it does; how many
        attempts have been made says nothing of it."""
        test = gathered.facts.conditions[number]
        origin = self.failures.origins.of(gathered.facts, test.value)
        if Origin.CAUGHT in origin:
            return True
        counted = {change.name for change in gathered.changes if change.kind == "step"}
        is_count = bool(counted.union(gathered.loop.targets).intersection(test.compared))
        return bool(origin & (Origin.UNKNOWN | Origin.STATE)) and not is_count

    # -- how long it waits ------------------------------------------------------------------------------------

    def _wait_of(self, gathered: LoopFacts, failure: Failure) -> str:
        """How long a failing round waits: none, fixed, growing or unknown."""
        kinds = {
            self._wait_kind(site)
            for site in gathered.calls
            if not self.helpers.reach.reaches(site)
            and self.failures.may_follow(gathered, failure, site.call.block, site.call.order)
        }
        return next((kind for kind in ("unknown", "growing", "fixed") if kind in kinds), "none")

    def _wait_kind(self, site: Site) -> str:
        for meaning in self.resolver.results.callees(site):
            if isinstance(meaning, External):
                if meaning.path in self.libraries.sleeps:
                    return self._delay(site)
            elif isinstance(meaning, FunctionMeaning):
                if self._sleeps(meaning, 0):
                    return "unknown"
        name = getattr(site.call.callee, "name", "")
        return "unknown" if any(word in name.lower() for word in _WAITING_NAMES) else ""

    def _sleeps(self, meaning: FunctionMeaning, steps: int) -> bool:
        for site in self.bodies.calls(meaning.facts, meaning.index):
            if self.graph.is_any_of(site, self.libraries.sleeps):
                return True
            if steps < _MAX_STEPS and any(
                isinstance(inner, FunctionMeaning) and self._sleeps(inner, steps + 1)
                for inner in self.resolver.results.callees(site)
            ):
                return True
        return False

    def _delay(self, site: Site) -> str:
        arguments = site.call.arguments
        if not arguments:
            return "unknown"
        number = number_of(self.resolver, site.facts, arguments[0].value)
        if number is None:
            return "growing"
        return "fixed" if number > 0 else "none"


def _used_by(failure: Failure) -> list[Value]:
    call = failure.reach.site.call
    return [call.callee, *(argument.value for argument in call.arguments)]


def _is_made_of(facts: FileFacts, value: Value, iterable: Value) -> bool:
    """Whether a value is made of what iterating over ``iterable`` yields."""
    return is_made_of(facts, value, lambda part: isinstance(part, Element) and part.base is iterable)


def _is_picked_by(facts: FileFacts, value: Value, numbers: Value) -> bool:
    """Whether a value is made of an item that has the number of the round: ``models[attempt]``."""
    return is_made_of(facts, value, lambda part: isinstance(part, Item) and _is_made_of(facts, part.key, numbers))


def _is_carried(facts: FileFacts, value: Value) -> bool:
    """Whether a value is made of variables that the loop assigns."""
    return is_made_of(facts, value, lambda part: part == CARRIED)
