"""The retries that libraries make: decorators, retry objects and calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from llmlint.facts import Argument, FileFacts, Function
from llmlint.findings import Place
from llmlint.libraries import RetryHelper
from llmlint.link.blocks import function_index
from llmlint.link.calls import CallGraph, FunctionKey, owner
from llmlint.link.handlers import Handlers, is_swallowed
from llmlint.link.loops import LoopFacts
from llmlint.link.meanings import External, FunctionMeaning, Meaning
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.link.retry_arguments import RetryArguments
from llmlint.link.retry_errors import Words, judged
from llmlint.link.sizes import Sizes
from llmlint.linked import LinkedFile, Reach, Retry
from llmlint.model_calls import Site


class RetryFinder:
    """Finds the retry helpers of a file around calls that reach a model."""

    def __init__(self, resolver: Resolver, reach: ReachIndex, handlers: Handlers, sizes: Sizes, words: Words) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self.reach = reach
        self.handlers = handlers
        self.sizes = sizes
        self.words = words

    def of_file(self, facts: FileFacts) -> Iterator[Retry]:
        yield from self._of_decorators(facts)
        yield from self._of_calls(facts)

    def _of_decorators(self, facts: FileFacts) -> Iterator[Retry]:
        for index, function in enumerate(facts.functions):
            if not function.decorators or (facts.path, index) not in self.reach.called:
                continue
            reaches = self._failures_in(facts, index)
            for decorator in function.decorators if reaches else ():
                place = Place(facts, facts.span(decorator.span))
                meanings = self.resolver.meanings(facts, decorator.value)
                found = [
                    self._retry("decorator", *helper, place, reaches)
                    for meaning in meanings
                    if (helper := self.helper(meaning)) and kind_of(function) in helper[0].functions
                ]
                if len({retry.attempts for retry in found}) == 1:
                    yield found[0]

    def _failures_in(self, facts: FileFacts, index: int) -> list[Reach]:
        """The model calls of a function whose failure its caller, a decorator, gets to see."""
        return [
            reach
            for reach in self.reach.of_file(facts)
            if function_index(facts, reach.site.call.block) == index
            and not reach.is_later
            and not is_swallowed(facts, reach.site.call.block)
        ]

    def _of_calls(self, facts: FileFacts) -> Iterator[Retry]:
        """``Retrying(...)(f)``, ``retry_call(f, ...)``, ``create(max_retries=Retrying(...))``, ``.with_retry()``."""
        for index, call in enumerate(facts.calls):
            site = Site(facts, index)
            helpers = [found for meaning in self.resolver.results.callees(site) if (found := self.helper(meaning))]
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
                found = self.helper(meaning)
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
            found = self.helper(meaning)
            if found is not None and found[1] is not None:
                maker = found[1]
                return self._retry("object", found[0], maker, maker.callee, reaches)
        return None

    def helper(self, meaning: Meaning) -> tuple[RetryHelper, Site | None] | None:
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
        made = meaning.path.removesuffix(f".{last}")
        runner = self.libraries.retries.get(made.removesuffix("()")) if made.endswith("()") else None
        is_run = runner is not None and last in runner.runs
        helper = runner if is_run else self.libraries.retries.get(meaning.path.removesuffix("()"))
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
        reader = RetryArguments(self.resolver, self.handlers, self.words, site)
        is_filtered = any(reader.find(name) is not None for name in helper.unless)
        attempts = None if is_filtered or reader.is_open else reader.attempts(helper.limits)
        retry = Retry(
            form,
            place,
            reaches,
            attempts,
            "unknown" if reader.is_open else reader.wait(helper.wait),
            None if reader.is_open else reader.catches(helper.catches),
            helper.library,
            next(limit.parameter for limit in helper.limits),
            helper.misuse if form == "decorator" and reader.is_misused() else "",
            made=site.place if site is not None else place,
            ends_by=helper.ends_by,
            waits_by=helper.waits_by,
            replaces_wait=bool(helper.wait.condition),
        )
        return judged(retry, self.words, asks_for_quota=any(reach.target.reads_quota for reach in reaches))


def kind_of(function: Function) -> str:
    """What a decorator makes of a function depends on it: a generator, say, has not begun when the call returns."""
    if function.is_generator:
        return "async-generator" if function.is_async else "generator"
    return "async" if function.is_async else "plain"


def note_inner(files: Collection[LinkedFile], graph: CallGraph) -> None:
    """Tell each retry which others run inside it."""
    by_function: dict[FunctionKey, list[Retry]] = defaultdict(list)
    first = [(retry, reach.site) for file in files for retry in file.retries for reach in retry.reaches[:1]]
    for retry, site in first:
        by_function[owner(site)].append(retry)
    for retry, site in first:
        for edge in graph.edges_from.get(site.plain, ()):
            retry.inner.extend(inner for inner in by_function.get(edge.target, ()) if inner is not retry)
