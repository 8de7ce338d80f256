"""Which calls somebody gives up on after a while: in their own function, or in all that call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from llmlint.facts import FileFacts
from llmlint.link.blocks import outward
from llmlint.link.calls import CallGraph, Edge, FunctionKey, owner
from llmlint.link.meanings import External
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.values import Literal, Operation, Result, Sequence, Value


class Deadlines:
    """The calls with a deadline around them: ``asyncio.wait_for``, ``asyncio.timeout``, a task's time limit."""

    def __init__(self, files: Mapping[str, FileFacts], graph: CallGraph, resolver: Resolver) -> None:
        self.files = files
        self.graph = graph
        self.resolver = resolver
        self.libraries = resolver.libraries
        self._calls: dict[str, set[int]] = defaultdict(set)
        for site, paths in graph.external.items():
            if any(self._is_deadline(path, site) for path in paths):
                self._calls[site.facts.path].update(self._under(site))
        self._limited = set(self._limited_functions())
        self._functions = self._reached() - self._open() if self._calls or self._limited else set()

    def covers(self, site: Site) -> bool:
        return self._is_limited(site) or owner(site) in self._functions

    def _is_limited(self, site: Site) -> bool:
        return site.index in self._calls.get(site.facts.path, ()) or owner(site) in self._limited

    # -- where a deadline is set ------------------------------------------------------------------------------

    def _is_deadline(self, path: str, site: Site) -> bool:
        """Whether a call sets a deadline; one of None is none."""
        deadline = self.libraries.deadlines.get(path)
        if deadline is None:
            return False
        arguments = [argument for _, argument in site.arguments]
        given = [argument.value for argument in arguments if argument.name in deadline.names]
        if deadline.position >= 0:
            given += [argument.value for argument in arguments if argument.name is None][deadline.position :][:1]
        return any(value != Literal(None) for value in given)

    def _under(self, site: Site) -> Iterator[int]:
        """The calls of a file that end when a deadline set by ``site`` is over."""
        facts = site.facts
        yield site.index
        for argument in site.call.arguments:
            yield from self._awaited(facts, argument.value)
        for callee in self.resolver.results.callees(site):
            if isinstance(callee, External):
                yield from (maker.index for maker in callee.chain if maker is not None and maker.facts is facts)
        around = {number for number, values in enumerate(facts.withs) if Result(site.index) in values}
        for index, call in enumerate(facts.calls if around else ()):
            if any(block.kind == "with" and block.index in around for _, block in outward(facts, call.block)):
                yield index

    def _awaited(self, facts: FileFacts, value: Value) -> Iterator[int]:
        """The calls whose results are waited for in ``value``: a coroutine, a task, several of them."""
        if isinstance(value, Result):
            yield value.call
            paths = self.graph.outside(Site(facts, value.call))
            if any(path in self.libraries.awaits or path in self.libraries.gathers for path in paths):
                for argument in facts.calls[value.call].arguments:
                    yield from self._awaited(facts, argument.value)
        elif isinstance(value, Sequence | Operation):
            for part in value.items if isinstance(value, Sequence) else value.operands:
                yield from self._awaited(facts, part)

    def _limited_functions(self) -> Iterator[FunctionKey]:
        """Functions whose decorator sets them a deadline."""
        for path, facts in self.files.items():
            for index, function in enumerate(facts.functions):
                for decorator in function.decorators:
                    for meaning in self.resolver.meanings(facts, decorator.value):
                        if isinstance(meaning, External) and self._is_made_with_deadline(meaning):
                            yield path, index

    def _is_made_with_deadline(self, decorator: External) -> bool:
        maker = decorator.chain[-1] if decorator.chain else None
        return maker is not None and self._is_deadline(decorator.path.removesuffix("()"), maker)

    # -- whom it reaches --------------------------------------------------------------------------------------

    def _reached(self) -> set[FunctionKey]:
        """The functions that are called under a deadline, by whomever."""
        return self._spread({edge.target for edge in self._edges() if self._is_limited(edge.site)}, lambda edge: True)

    def _open(self) -> set[FunctionKey]:
        """The functions that are also called without one: by the outside, if by nobody here."""
        called = {edge.target for edge in self._edges()}
        outside = {
            (path, index)
            for path, facts in self.files.items()
            for index in range(-1, len(facts.functions))
            if (path, index) not in called
        }
        return self._spread(outside, lambda edge: not self._is_limited(edge.site))

    def _edges(self) -> Iterator[Edge]:
        for edges in self.graph.edges.values():
            yield from edges

    def _spread(self, start: set[FunctionKey], is_followed: Callable[[Edge], bool]) -> set[FunctionKey]:
        """Some functions, and those that they end in by way of the calls that are followed."""
        callees: dict[FunctionKey, list[FunctionKey]] = defaultdict(list)
        for edge in self._edges():
            if is_followed(edge):
                callees[owner(edge.site)].append(edge.target)
        found, waiting = set(start), list(start)
        while waiting:
            for callee in callees.get(waiting.pop(), ()):
                if callee not in found:
                    found.add(callee)
                    waiting.append(callee)
        return found
