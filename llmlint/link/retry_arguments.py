"""Reads what a call of a retry helper sets: when it stops, how long it waits, which exceptions it repeats."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.libraries import Catches, Wait
from llmlint.link.given import Given
from llmlint.link.handlers import Handlers
from llmlint.link.meanings import External, Located, Meaning
from llmlint.link.resolver import Resolver
from llmlint.link.retry_errors import Words, covers_permanent
from llmlint.model_calls import Site
from llmlint.values import Operation, Value


class RetryArguments(Given):
    """The arguments of one retry helper's call."""

    def __init__(self, resolver: Resolver, handlers: Handlers, words: Words, site: Site | None) -> None:
        super().__init__(resolver, site)
        self.words = words
        self.handlers = handlers

    def is_misused(self) -> bool:
        """Whether a stop condition was passed by position."""
        first = self.find("", 0)
        return first is not None and any(
            isinstance(m, External) and m.path in self.libraries.stops for m in self.meanings(first)
        )

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
        return self._predicate(*found, catches.default) if catches.condition else self._names(*found)

    def _names(self, facts: FileFacts, value: Value) -> tuple[str, ...] | None:
        return tuple(self.handlers.exception_names(facts, value)) or None

    def _predicate(self, facts: FileFacts, value: Value, everything: tuple[str, ...]) -> tuple[str, ...] | None:
        names: list[str] = []
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Operation) and meaning.value.operator == "|":
                for part in meaning.value.operands:
                    inner = self._predicate(meaning.facts, part, everything)
                    if inner is None:
                        return None
                    names.extend(inner)
            elif isinstance(meaning, External) and meaning.path in self.libraries.predicates:
                inner = self._predicated(meaning, everything)
                if inner is None:
                    return None
                names.extend(inner)
            else:
                return None
        return tuple(names) or None

    def _predicated(self, meaning: External, everything: tuple[str, ...]) -> tuple[str, ...] | None:
        """The exceptions that a predicate repeats; None where it leaves out some that can't be helped."""
        predicate = self.libraries.predicates[meaning.path]
        maker = meaning.chain[-1] if meaning.chain else None
        found = Given(self.resolver, maker).find(predicate.parameter, predicate.position)
        if found is None:
            return everything
        names = self._names(*found)
        if names is None or not predicate.all_but:
            return names
        is_filtered = any(covers_permanent(name, self.words) for name in names)
        return None if is_filtered else everything
