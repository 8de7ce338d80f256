"""Everything that sends a request again when it fails: loops, decorators, retry objects and calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from llmlint.facts import Argument, Element, FileFacts, Operation, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.findings import Place
from llmlint.libraries import UNLIMITED_WORD, Catches, Limit, RetryHelper, Wait
from llmlint.link.blocks import function_index, is_inside, outward
from llmlint.link.calls import CallGraph
from llmlint.link.loops import OWN, Failure, LoopAnalysis, LoopFacts
from llmlint.link.meanings import (
    Constant,
    External,
    FunctionMeaning,
    Located,
    Meaning,
)
from llmlint.link.origins import Origin, parts_of
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.linked import UNLIMITED, Reach, Retry, Site

_HTTP_LIBRARIES = frozenset({"requests", "urllib3", "aiohttp", "urllib", "http"})
_WAITING_NAMES = ("sleep", "wait", "backoff", "delay", "retry", "throttle", "pause")


class RetryFinder:
    """Finds the retries of a file around calls that reach a model."""

    def __init__(
        self,
        resolver: Resolver,
        graph: CallGraph,
        reach: ReachIndex,
        loops: LoopAnalysis,
        words: Mapping[str, frozenset[str]],
    ) -> None:
        self.resolver = resolver
        self.words = words
        self.libraries = resolver.libraries
        self.graph = graph
        self.reach = reach
        self.loops = loops

    # -- helpers of libraries ---------------------------------------------------------------------------------

    def of_decorators(self, facts: FileFacts) -> Iterator[Retry]:
        for index, function in enumerate(facts.functions):
            target = self.reach.reached.get((facts.path, index))
            if target is None:
                continue
            for decorator in function.decorators:
                for meaning in self.resolver.meanings(facts, decorator.value):
                    found = self._helper(meaning)
                    if found is not None:
                        helper, site = found
                        place = Place(facts, facts.span(decorator.span))
                        reaches = self._reaches_in(facts, index)
                        yield self._retry("decorator", helper, site, place, reaches)

    def _reaches_in(self, facts: FileFacts, index: int) -> list[Reach]:
        return [reach for reach in self.reach.of_file(facts) if function_index(facts, reach.site.call.block) == index]

    def of_calls(self, facts: FileFacts) -> Iterator[Retry]:
        """``Retrying(...)(f)``, ``retry_call(f, ...)``, ``create(max_retries=Retrying(...))``, ``.with_retry()``."""
        for index, call in enumerate(facts.calls):
            site = Site(facts, index)
            helpers = [found for meaning in self.resolver.results.callees(site) if (found := self._helper(meaning))]
            for helper, maker in helpers[:1]:
                yield from self._called_helper(site, helper, maker)
            if site in self.reach.sites:
                yield from self._passed_objects(site, call.arguments)

    def _called_helper(self, site: Site, helper: RetryHelper, maker: Site | None) -> Iterator[Retry]:
        if helper.name.startswith("*."):
            reaches = [reach for reach in self.reach.of_file(site.facts) if site in self._chain_of(reach)]
            yield self._retry("call", helper, site, site.callee, reaches[:1])
            return
        if helper.function >= 0 and maker is None:
            reaches = self._reached_by(site, helper.function)
            if reaches:
                yield self._retry("call", helper, site, site.callee, reaches)
        elif maker is not None and maker != site:
            reaches = self._reached_by(site, 0)
            if reaches:
                yield self._retry("object", helper, maker, maker.callee, reaches)

    def _chain_of(self, reach: Reach) -> Sequence[Site | None]:
        for meaning in self.resolver.results.callees(reach.site):
            if isinstance(meaning, External):
                return meaning.chain
        return ()

    def _passed_objects(self, site: Site, arguments: Sequence[Argument]) -> Iterator[Retry]:
        for argument in arguments:
            if argument.name is None or "retr" not in argument.name:
                continue
            for meaning in self.resolver.meanings(site.facts, argument.value):
                found = self._helper(meaning)
                if found is not None and found[1] is not None:
                    maker = found[1]
                    yield self._retry("object", found[0], maker, maker.callee, self.reach.sites[site])

    def _reached_by(self, site: Site, position: int) -> list[Reach]:
        """The model call that the function given at ``position`` ends in."""
        for number, argument in site.arguments:
            if number == position and not argument.stars:
                for meaning in self.resolver.meanings(site.facts, argument.value):
                    if isinstance(meaning, FunctionMeaning):
                        target = self.reach.reached.get((meaning.facts.path, meaning.index))
                        if target is not None:
                            return [Reach(site, target)]
                    if isinstance(meaning, External) and meaning.path in self.resolver.apis.operations:
                        return list(self.reach.sites.get(site, ()))
        return []

    def of_iterated(self, facts: FileFacts, gathered: LoopFacts, reaches: list[Reach]) -> Retry | None:
        """``for attempt in Retrying(...)``: the object ends the loop, or nothing does."""
        if gathered.loop.iterable is None:
            return None
        for meaning in self.resolver.meanings(facts, gathered.loop.iterable):
            found = self._helper(meaning)
            if found is not None and found[1] is not None:
                maker = found[1]
                return self._retry("object", found[0], maker, maker.callee, reaches)
        return None

    def _helper(self, meaning: Meaning) -> tuple[RetryHelper, Site | None] | None:
        """The retry helper that a meaning is (no site), or an object of one and the call that made it."""
        if not isinstance(meaning, External):
            return None
        helper = self.libraries.retries.get(meaning.path)
        if helper is not None:
            return helper, None
        last = meaning.path.rpartition(".")[2]
        method = self.libraries.retries.get(f"*.{last}")
        if method is not None and self.resolver.apis.covers(meaning.path):
            return method, None
        helper = self.libraries.retries.get(meaning.path.removesuffix("()"))
        maker = meaning.chain[-1] if meaning.chain else None
        return (helper, maker) if helper is not None and maker is not None else None

    def _retry(
        self,
        form: str,
        helper: RetryHelper,
        site: Site | None,
        place: Place,
        reaches: list[Reach],
    ) -> Retry:
        """What a helper called at ``site`` does; without a site it is used bare, as ``@retry``."""
        arguments = site.arguments if site is not None else []
        reader = _Arguments(self, site)
        is_filtered = any(argument.name in helper.unless for _, argument in arguments)
        spreads = any(argument.stars for _, argument in arguments)
        attempts = None if is_filtered or spreads else _attempts(reader, helper.limits)
        retry = Retry(
            form,
            place,
            reaches,
            attempts,
            "unknown" if spreads else reader.wait(helper.wait),
            None if spreads else reader.catches(helper.catches),
            helper.library,
            next(limit.parameter for limit in helper.limits),
            helper.misuse if form == "decorator" and reader.is_misused() else "",
        )
        return self._judged(retry, any(reach.target.reads_quota for reach in reaches))

    def _judged(self, retry: Retry, asks_for_quota: bool) -> Retry:
        """Add what the names of the caught exceptions say."""
        names = [(name, name.rpartition(".")[2]) for name in retry.catches or ()]
        retry.permanent = tuple(
            name for name, last in names if last in self.words["permanent-errors"] and not name.startswith(OWN)
        )
        retry.is_for_requests = any(self._is_failed_request(name, last, retry.reaches) for name, last in names)
        retry.misses_quota = (
            bool(names)
            and any(last in self.words["rate-limit-errors"] for _, last in names)
            and any(reach.target.operation.quota_error for reach in retry.reaches)
            and not asks_for_quota
        )
        return retry

    def _is_failed_request(self, name: str, last: str, reaches: Sequence[Reach]) -> bool:
        """Whether an exception may say that a request failed: no parse error, nothing of the project's own making,
        and not another HTTP library's than the one that is used."""
        if name.startswith(OWN) or last in self.words["parse-errors"]:
            return False
        foreign = name.split(".")[0] in _HTTP_LIBRARIES
        return not foreign or any(reach.target.operation.sdk == "http" for reach in reaches)

    # -- loops ------------------------------------------------------------------------------------------------

    def of_loop(self, gathered: LoopFacts, reaches: list[Reach]) -> Retry | None:
        """A loop that repeats one request until it succeeds."""
        facts, loop = gathered.facts, gathered.loop
        endless = self.loops.is_endless(facts, loop)
        failures = list(self.loops.failures(gathered, reaches))
        verdicts = [self.loops.on_failure(gathered, failure) for failure in failures]
        unlimited = endless and not any(verdict.ceiling or verdict.is_open for verdict in verdicts)
        for failure in failures:
            leaves = self.loops.succeeds_out(gathered, failure, always=not unlimited)
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
            return self._judged(retry, self._reads_quota(failure.reach.site))
        return None

    def _is_fallback(self, gathered: LoopFacts, failure: Failure) -> bool:
        """``for model in models: try: return ask(model)``: each round asks something else."""
        loop = gathered.loop
        if loop.kind != "for" or loop.iterable is None or self.loops.is_endless(gathered.facts, loop):
            return False
        if isinstance(loop.iterable, Operation) and loop.iterable.operator == "range":
            return False
        if any(self._helper(m) for m in self.resolver.meanings(gathered.facts, loop.iterable)):
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
        numbers = [self.number(facts, operand) for operand in value.operands]
        if value.operator != "range" or not numbers or len(numbers) > 2 or None in numbers:
            return None
        first, last = (0.0, numbers[0]) if len(numbers) == 1 else numbers
        return max(0.0, (last or 0.0) - (first or 0.0))

    def number(self, facts: FileFacts, value: Value) -> float | None:
        """The number that a value certainly is."""
        if isinstance(value, Operation) and value.operator in "+-" and len(value.operands) == 2:
            left, right = (self.number(facts, operand) for operand in value.operands)
            if left is None or right is None:
                return None
            return left + right if value.operator == "+" else left - right
        meanings = self.resolver.meanings(facts, value)
        if len(meanings) == 1 and isinstance(meanings[0], External) and meanings[0].path == "math.inf":
            return UNLIMITED
        if len(meanings) == 1 and isinstance(meanings[0], Constant):
            found = meanings[0].value
            return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
        return None

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
        number = self.number(site.facts, arguments[0].value)
        if number is None:
            return "growing"
        return "fixed" if number > 0 else "none"

    def _reads_quota(self, site: Site) -> bool:
        index = function_index(site.facts, site.call.block)
        reads = site.facts.functions[index].reads if index >= 0 else site.facts.reads
        return bool(reads & self.words["quota"])


class _Arguments:
    """Reads the arguments of one retry helper's call."""

    def __init__(self, finder: RetryFinder, site: Site | None) -> None:
        self.finder = finder
        self.site = site
        self.libraries = finder.libraries

    def find(self, name: str, position: int = -1) -> tuple[FileFacts, Value] | None:
        if self.site is None:
            return None
        place = 0
        for _, argument in self.site.arguments:
            if name and argument.name == name:
                return self.site.facts, argument.value
            if argument.name is None and not argument.stars:
                if place == position:
                    return self.site.facts, argument.value
                place += 1
        return None

    def meanings(self, found: tuple[FileFacts, Value]) -> Sequence[Meaning]:
        return self.finder.resolver.meanings(*found)

    def is_misused(self) -> bool:
        """Whether a stop condition was passed by position."""
        first = self.find("", 0)
        return first is not None and any(
            isinstance(m, External) and m.path in self.libraries.stops for m in self.meanings(first)
        )

    # -- attempts ---------------------------------------------------------------------------------------------

    def limit(self, limit: Limit) -> float | None:
        """The attempts that one limit allows; None for a bound that is not a number of attempts."""
        found = self.find(limit.parameter, limit.position)
        if found is None:
            if limit.default == UNLIMITED_WORD:
                return UNLIMITED
            return _count(limit.counts, float(limit.default)) if isinstance(limit.default, int | float) else None
        if limit.counts == "condition":
            return self.stop(found)
        if limit.counts == "presence":
            return None
        return self._numeric(limit, found)

    def _numeric(self, limit: Limit, found: tuple[FileFacts, Value]) -> float | None:
        meanings = self.meanings(found)
        if len(meanings) == 1 and meanings[0] == Constant(None):
            return UNLIMITED if "none" in limit.unlimited else None
        value = self.finder.number(*found)
        if value is None:
            return None
        if (
            value == UNLIMITED
            or (value == 0 and "zero" in limit.unlimited)
            or (value < 0 and "negative" in limit.unlimited)
        ):
            return UNLIMITED
        return _count(limit.counts, value)

    def stop(self, found: tuple[FileFacts, Value]) -> float | None:
        """The attempts that a stop object allows."""
        limits = [self._stop(meaning) for meaning in self.meanings(found)]
        return limits[0] if len(limits) == 1 else None

    def _stop(self, meaning: Meaning) -> float | None:
        if isinstance(meaning, Located) and isinstance(meaning.value, Operation):
            parts = [self.stop((meaning.facts, part)) for part in meaning.value.operands]
            if meaning.value.operator == "|":
                return _smallest(parts)
            if meaning.value.operator == "&":
                return UNLIMITED if UNLIMITED in parts else None
            return None
        if not isinstance(meaning, External):
            return None
        stop = self.libraries.stops.get(meaning.path)
        if stop is None:
            return None
        if stop.counts == "unlimited":
            return UNLIMITED
        maker = meaning.chain[-1] if meaning.chain else None
        inner = _Arguments(self.finder, maker).find(stop.parameter, 0)
        number = self.finder.number(*inner) if inner is not None else None
        return _count(stop.counts, number) if number is not None else None

    # -- waits and exceptions ---------------------------------------------------------------------------------

    def wait(self, wait: Wait) -> str:
        if wait.condition:
            found = self.find(wait.condition, wait.position)
            if found is None:
                return wait.default
            kinds = {self._wait(meaning) for meaning in self.meanings(found)}
            return kinds.pop() if len(kinds) == 1 else "unknown"
        if any(self.find(name) is not None for name in wait.growing):
            return "growing"
        given = [self.find(name) for name in wait.fixed]
        return "fixed" if any(found is not None for found in given) else wait.default

    def _wait(self, meaning: Meaning) -> str:
        if isinstance(meaning, External):
            return self.libraries.waits.get(meaning.path, "growing")
        return "unknown"

    def catches(self, catches: Catches) -> tuple[str, ...] | None:
        if any(self.find(name) is not None for name in catches.unless):
            return None
        found = self.find(catches.parameter, catches.position)
        if found is None:
            return catches.default or None
        return self._predicate(*found) if catches.condition else self._names(*found)

    def _names(self, facts: FileFacts, value: Value) -> tuple[str, ...] | None:
        return tuple(self.finder.loops.exception_names(facts, value)) or None

    def _predicate(self, facts: FileFacts, value: Value) -> tuple[str, ...] | None:
        names: list[str] = []
        for meaning in self.finder.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Operation) and meaning.value.operator == "|":
                for part in meaning.value.operands:
                    inner = self._predicate(meaning.facts, part)
                    if inner is None:
                        return None
                    names.extend(inner)
            elif isinstance(meaning, External) and meaning.path in self.libraries.predicates:
                name, position = self.libraries.predicates[meaning.path]
                maker = meaning.chain[-1] if meaning.chain else None
                found = _Arguments(self.finder, maker).find(name, position)
                inner = self._names(*found) if found is not None else ("Exception",)
                if inner is None:
                    return None
                names.extend(inner)
            else:
                return None
        return tuple(names) or None


def _attempts(reader: _Arguments, limits: Sequence[Limit]) -> float | None:
    return _smallest([reader.limit(limit) for limit in limits])


def _smallest(limits: Sequence[float | None]) -> float | None:
    """Of several limits, any of which ends it: a number, UNLIMITED, or None for a bound that is no number."""
    numbers = [limit for limit in limits if limit is not None]
    if len(numbers) == len(limits):
        return min(numbers, default=UNLIMITED)
    finite = [number for number in numbers if number != UNLIMITED]
    return min(finite) if finite else None


def _count(counts: str, number: float) -> float | None:
    if counts == "attempts":
        return number
    return number + 1 if counts == "retries" else None


def _is_made_of(value: Value, iterable: Value, depth: int = 0) -> bool:
    """Whether a value is made of what iterating over ``iterable`` yields."""
    if isinstance(value, Element) and value.base is iterable:
        return True
    return depth < 20 and any(_is_made_of(part, iterable, depth + 1) for part in parts_of(value))
