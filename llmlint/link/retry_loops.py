"""Loops that send a request again when it fails."""

from __future__ import annotations

from llmlint.facts import Element, FileFacts, Operation, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.findings import Place
from llmlint.link.blocks import function_index, is_inside, outward
from llmlint.link.calls import CallGraph
from llmlint.link.loops import Failure, LoopAnalysis, LoopFacts
from llmlint.link.meanings import External, FunctionMeaning, Located
from llmlint.link.numbers import number_of
from llmlint.link.origins import Origin, parts_of
from llmlint.link.retries import RetryFinder
from llmlint.link.retry_errors import Words, judged
from llmlint.linked import UNLIMITED, Reach, Retry, Site

_WAITING_NAMES = ("sleep", "wait", "backoff", "delay", "retry", "throttle", "pause")


class RetryLoops:
    """Tells which loops are retries, and what they repeat."""

    def __init__(self, helpers: RetryFinder, graph: CallGraph, loops: LoopAnalysis, words: Words) -> None:
        self.helpers = helpers
        self.resolver = helpers.resolver
        self.libraries = helpers.libraries
        self.graph = graph
        self.loops = loops
        self.words = words

    def find(self, gathered: LoopFacts, reaches: list[Reach]) -> Retry | None:
        """A loop that repeats one request until it succeeds."""
        facts, loop = gathered.facts, gathered.loop
        endless = self.loops.is_endless(facts, loop)
        failures = list(self.loops.failures(gathered, reaches))
        verdicts = [self.loops.on_failure(gathered, failure) for failure in failures]
        unlimited = endless and not any(verdict.ceiling or verdict.is_open for verdict in verdicts)
        for failure in failures:
            leaves = self.loops.succeeds_out(gathered, failure, always=not unlimited)
            leaves = leaves or (unlimited and self.loops.puts_back(gathered, failure))
            if not leaves or self._is_fallback(gathered, failure):
                continue
            covered = [reach for reach in reaches if is_inside(facts, reach.site.call.block, failure.attempt.block)]
            retry = Retry(
                "loop",
                Place(facts, facts.span(loop.span)),
                covered,
                UNLIMITED if unlimited else self._rounds(gathered),
                self._wait_of(gathered, failure),
                self._caught(gathered, failure),
                handler=Place(facts, facts.span(failure.handler.span)),
            )
            return judged(retry, self.words, asks_for_quota=self._reads_quota(failure.reach.site))
        return None

    def _is_fallback(self, gathered: LoopFacts, failure: Failure) -> bool:
        """``for model in models: try: return ask(model)``: each round asks something else."""
        loop = gathered.loop
        if loop.kind != "for" or loop.iterable is None or self.loops.is_endless(gathered.facts, loop):
            return False
        if isinstance(loop.iterable, Operation) and loop.iterable.operator == "range":
            return False
        if any(self.helpers.helper(m) for m in self.resolver.meanings(gathered.facts, loop.iterable)):
            return True
        call = failure.reach.site.call
        used = [call.callee, *(argument.value for argument in call.arguments)]
        return any(_is_made_of(value, loop.iterable) for value in used) or not self.loops.is_bounded(
            gathered.facts, loop
        )

    def _rounds(self, gathered: LoopFacts) -> float | None:
        """How often a loop's body runs at the most, where the code says so in a number."""
        facts, loop = gathered.facts, gathered.loop
        if loop.kind == "for" and loop.iterable is not None:
            for meaning in self.resolver.meanings(facts, loop.iterable):
                if isinstance(meaning, Located) and isinstance(meaning.value, SequenceValue):
                    return float(len(meaning.value.items))
                if isinstance(meaning, Located) and isinstance(meaning.value, Operation):
                    return self._range(meaning.facts, meaning.value)
        return None

    def _range(self, facts: FileFacts, value: Operation) -> float | None:
        if value.operator in ("enumerate", "list", "reversed") and value.operands:
            inner = value.operands[0]
            return self._range(facts, inner) if isinstance(inner, Operation) else None
        numbers = [number_of(self.resolver, facts, operand) for operand in value.operands]
        if value.operator != "range" or not numbers or len(numbers) > 2 or None in numbers:
            return None
        first, last = (0.0, numbers[0]) if len(numbers) == 1 else numbers
        return max(0.0, (last or 0.0) - (first or 0.0))

    def _caught(self, gathered: LoopFacts, failure: Failure) -> tuple[str, ...] | None:
        """What a loop's handler repeats; None where it looks at the exception first, or another handler does."""
        facts, handler = gathered.facts, failure.handler
        for exit_ in gathered.exits:
            if is_inside(facts, exit_.block, handler.block) and exit_.kind in ("raise", "return", "break"):
                for _, block in outward(facts, exit_.block, handler.block):
                    if block.kind == "branch":
                        if self._inspects(facts, block.index):
                            return None
        if handler.catches is None:
            names = ["bare except"]
        else:
            names = [name for value in handler.catches for name in self.loops.exception_names(facts, value)]
        for number in failure.attempt.handlers:
            earlier = facts.handlers[number]
            if earlier is handler:
                break
            if earlier.catches is not None and not earlier.outcomes & {"fall", "continue"}:
                names = [name for name in names if name not in ("Exception", "BaseException", "bare except")]
        return tuple(names) or None

    def _inspects(self, facts: FileFacts, number: int) -> bool:
        """Whether a test looks at the exception, or at something else that can't be followed."""
        origin = self.loops.origins.of(facts, facts.conditions[number].value)
        return bool(origin & (Origin.CAUGHT | Origin.UNKNOWN | Origin.STATE))

    def _wait_of(self, gathered: LoopFacts, failure: Failure) -> str:
        """How long a failing round waits: none, fixed, growing or unknown."""
        facts, loop = gathered.facts, gathered.loop
        kinds = set()
        for index, call in enumerate(facts.calls):
            if not is_inside(facts, call.block, loop.block):
                continue
            if not self.loops.happens_on_failure(gathered, failure, call.block, call.order):
                continue
            kind = self._wait_kind(Site(facts, index))
            if kind:
                kinds.add(kind)
        for kind in ("unknown", "growing", "fixed"):
            if kind in kinds:
                return kind
        return "none"

    def _wait_kind(self, site: Site) -> str:
        for meaning in self.resolver.results.callees(site):
            if isinstance(meaning, External):
                if meaning.path in self.libraries.sleeps:
                    return self._delay(site)
            elif isinstance(meaning, FunctionMeaning):
                if self._sleeps(meaning):
                    return "unknown"
        name = getattr(site.call.callee, "name", "")
        return "unknown" if any(word in name.lower() for word in _WAITING_NAMES) else ""

    def _sleeps(self, meaning: FunctionMeaning) -> bool:
        facts = meaning.facts
        return any(
            path in self.libraries.sleeps
            for index, call in enumerate(facts.calls)
            if function_index(facts, call.block) == meaning.index
            for path in self.graph.external.get(Site(facts, index), ())
        )

    def _delay(self, site: Site) -> str:
        arguments = site.call.arguments
        if not arguments:
            return "unknown"
        number = number_of(self.resolver, site.facts, arguments[0].value)
        if number is None:
            return "growing"
        return "fixed" if number > 0 else "none"

    def _reads_quota(self, site: Site) -> bool:
        index = function_index(site.facts, site.call.block)
        reads = site.facts.functions[index].reads if index >= 0 else site.facts.reads
        return bool(reads & self.words["quota"])


def _is_made_of(value: Value, iterable: Value, depth: int = 0) -> bool:
    """Whether a value is made of what iterating over ``iterable`` yields."""
    if isinstance(value, Element) and value.base is iterable:
        return True
    return depth < 20 and any(_is_made_of(part, iterable, depth + 1) for part in parts_of(value))
