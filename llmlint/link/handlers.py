"""What handlers of exceptions do: which exceptions they take, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmlint.facts import Exit, FileFacts, Handler
from llmlint.link.blocks import conditions_of, function_index, numbers_inside, outward
from llmlint.link.bodies import Bodies
from llmlint.link.meanings import ClassMeaning, External, FunctionMeaning, Located, Lost
from llmlint.link.origins import Origin, Origins
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.model_calls import Site
from llmlint.scripts import LANGUAGE
from llmlint.values import Attribute, Builtin, Imported, Value
from llmlint.values import Sequence as SequenceValue

# Exceptions that say nothing of the model call: the loop goes on for another reason.
_UNRELATED = frozenset(
    """
    KeyboardInterrupt SystemExit StopIteration StopAsyncIteration EOFError ImportError ModuleNotFoundError
    queue.Empty asyncio.QueueEmpty GeneratorExit asyncio.CancelledError FileNotFoundError
    """.split()
)
_END_OF_STREAM = frozenset({"StopIteration", "StopAsyncIteration"})
_SIGNAL = re.compile(r"(?:Complete|Completed|Finished|Done|Exit|Stop|Stopped|Cancel|Canceled|Cancelled|Interrupt)")
# Marks the name of an exception that the project defines itself.
OWN = "."
_MAX_STEPS = 3


class Handlers:
    def __init__(self, resolver: Resolver, origins: Origins, bodies: Bodies) -> None:
        self.resolver = resolver
        self.origins = origins
        self.bodies = bodies

    def exception_names(self, facts: FileFacts, value: Value) -> list[str]:
        """The dotted names of the exceptions that a value stands for; empty where that can't be known."""
        names = []
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, External) and not meaning.path.endswith("()"):
                names.append(meaning.path)
            elif isinstance(meaning, ClassMeaning):
                names.append(f"{OWN}{meaning.facts.classes[meaning.index].name}")
            elif isinstance(meaning, Located) and isinstance(meaning.value, SequenceValue):
                for item in meaning.value.items:
                    names.extend(self.exception_names(meaning.facts, item))
            elif isinstance(meaning, Lost) and meaning.unread and isinstance(value, Imported | Attribute):
                names.append(f"{OWN}{value.name}")
            else:
                return []
        return names

    def caught_by(self, facts: FileFacts, handler: Handler) -> list[str]:
        if handler.catches is None:
            return ["bare catch" if facts.language == LANGUAGE else "bare except"]
        return [name for value in handler.catches for name in self.exception_names(facts, value)]

    def is_unrelated(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler takes exceptions that say nothing of the model call."""
        names = self.caught_by(facts, handler)
        return bool(names) and all(name in _UNRELATED or _is_signal(name) for name in names)

    def ends_stream(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler is how the chunks of a stream come to their end."""
        names = self.caught_by(facts, handler)
        return bool(_END_OF_STREAM.intersection(names)) and not goes_on(handler)

    def gives_up(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler calls a function of the project that raises whatever it is given."""
        return any(
            isinstance(meaning, FunctionMeaning) and meaning.facts.functions[meaning.index].always_raises
            for meanings in map(self.resolver.results.callees, self._calls(facts, handler, nested=False))
            if len(meanings) == 1
            for meaning in meanings
        )

    def hands_over(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a handler gives the exception to a function of the project that may raise it again."""
        return any(self._may_raise(meaning, 0) for _, meaning in self._receivers(facts, handler))

    def is_limited(self, facts: FileFacts, handler: Handler) -> bool:
        """Whether a function of the project that is given the exception raises by a comparison with something else: how
        often it was tried, how much time is left."""
        return any(
            exit_.kind == "raise" and self._compares_other(site, meaning, exit_)
            for site, meaning in self._receivers(facts, handler)
            for exit_ in self.bodies.exits(meaning.facts, meaning.index)
        )

    def _compares_other(self, site: Site, meaning: FunctionMeaning, exit_: Exit) -> bool:
        """Whether a test before an exit of a function compares something that is not of the exception it is given."""
        facts, function = meaning.facts, meaning.facts.functions[meaning.index]
        given = {
            parameter.name
            for parameter in function.parameters
            if (argument := argument_for(site, function, parameter.name)) is not None
            and Origin.CAUGHT in self.origins.of(site.facts, argument.value)
        }
        return any(
            name.split(".")[0] not in given
            for number in conditions_of(facts, exit_.block, function.block)
            for name in facts.conditions[number].compared
        )

    def _receivers(self, facts: FileFacts, handler: Handler) -> Iterator[tuple[Site, FunctionMeaning]]:
        """The functions of the project to which a handler gives the exception, each with the call."""
        for site in self._calls(facts, handler, nested=True):
            if any(Origin.CAUGHT in self.origins.of(facts, argument.value) for _, argument in site.arguments):
                for meaning in self.resolver.results.callees(site):
                    if isinstance(meaning, FunctionMeaning):
                        yield site, meaning

    def _calls(self, facts: FileFacts, handler: Handler, *, nested: bool) -> list[Site]:
        return [
            Site(facts, number)
            for number in numbers_inside(facts, facts.calls, handler.block)
            if nested or facts.calls[number].block == handler.block
        ]

    def _may_raise(self, meaning: FunctionMeaning, steps: int) -> bool:
        facts, index = meaning.facts, meaning.index
        block = facts.functions[index].block
        if any(
            exit_.kind == "raise" and conditions_of(facts, exit_.block, block)
            for exit_ in self.bodies.exits(facts, index)
        ):
            return True
        return steps < _MAX_STEPS and any(
            isinstance(inner, FunctionMeaning) and self._may_raise(inner, steps + 1)
            for site in self.bodies.calls(facts, index)
            for inner in self.resolver.results.callees(site)
        )


def goes_on(handler: Handler) -> bool:
    """Whether a handler lets the code go on after the failure."""
    return bool(handler.outcomes & {"fall", "continue"})


def catches_all(handler: Handler) -> bool:
    if handler.catches is None:
        return True
    return any(isinstance(value, Builtin) and value.name in ("Exception", "BaseException") for value in handler.catches)


def is_swallowed(facts: FileFacts, block: int) -> bool:
    """Whether a failure in a block never gets out of its function, as itself or as another exception."""
    if not _is_taken(facts, block):
        return False
    function = function_index(facts, block)
    return not any(
        exit_.kind == "raise" and function_index(facts, exit_.block) == function and not _is_taken(facts, exit_.block)
        for exit_ in facts.exits
    )


def _is_taken(facts: FileFacts, block: int) -> bool:
    """Whether a try statement around a block takes every exception, and raises none."""
    for _, fact in outward(facts, block):
        if fact.kind == "try":
            handlers = [facts.handlers[number] for number in facts.tries[fact.index].handlers]
            if any(map(catches_all, handlers)) and not any("raise" in handler.outcomes for handler in handlers):
                return True
    return False


def _is_signal(name: str) -> bool:
    """Whether an exception of the project's own says that something is over, rather than that it failed."""
    return name.startswith(OWN) and bool(_SIGNAL.search(name))
