"""Reads what a call of a retry helper sets: when it stops, how long it waits, which exceptions it repeats."""

from __future__ import annotations

from collections.abc import Sequence

from llmlint.facts import Argument, FileFacts, Mapping, Operation, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.libraries import UNLIMITED_WORD, Catches, Limit, Wait
from llmlint.link.handlers import Handlers
from llmlint.link.meanings import Constant, External, Located, Lost, Meaning
from llmlint.link.numbers import number_of
from llmlint.link.resolver import Resolver
from llmlint.link.retry_errors import Words, covers_permanent
from llmlint.linked import UNLIMITED, Site
from llmlint.scripts import LANGUAGE


class RetryArguments:
    """Reads the arguments of one retry helper's call. ``is_open``: others may have been spread into it."""

    def __init__(self, resolver: Resolver, handlers: Handlers, words: Words, site: Site | None) -> None:
        self.resolver = resolver
        self.words = words
        self.libraries = resolver.libraries
        self.handlers = handlers
        self.is_open = False
        self._named: dict[str, tuple[FileFacts, Value]] = {}
        self._placed: list[tuple[FileFacts, Value]] = []
        if site is not None:
            for _, argument in site.arguments:
                self._take(site.facts, argument)

    def _take(self, facts: FileFacts, argument: Argument) -> None:
        if argument.stars:
            self._spread(facts, argument.value)
        elif argument.name is not None:
            self._named[argument.name] = (facts, argument.value)
        else:
            self._placed.append((facts, argument.value))
            if facts.language == LANGUAGE and not isinstance(argument.value, Mapping):
                self._options(facts, argument.value)

    def _options(self, facts: FileFacts, value: Value) -> None:
        """An object of options that is given by its name."""
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Mapping):
                self._named.update((key, (meaning.facts, item)) for key, item in meaning.value.items)
                self.is_open = self.is_open or bool(meaning.value.rest)
            elif isinstance(meaning, Lost):
                self.is_open = True

    def _spread(self, facts: FileFacts, value: Value) -> None:
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Mapping) and not meaning.value.rest:
                self._named.update((key, (meaning.facts, value)) for key, value in meaning.value.items)
            else:
                self.is_open = True

    def find(self, name: str, position: int = -1) -> tuple[FileFacts, Value] | None:
        if name in self._named:
            return self._named[name]
        return self._placed[position] if 0 <= position < len(self._placed) else None

    def meanings(self, found: tuple[FileFacts, Value]) -> Sequence[Meaning]:
        return self.resolver.meanings(*found)

    def is_misused(self) -> bool:
        """Whether a stop condition was passed by position."""
        first = self.find("", 0)
        return first is not None and any(
            isinstance(m, External) and m.path in self.libraries.stops for m in self.meanings(first)
        )

    # -- attempts ---------------------------------------------------------------------------------------------

    def attempts(self, limits: Sequence[Limit]) -> float | None:
        """The attempts that several limits allow together."""
        return _smallest([self._limit(limit) for limit in limits])

    def _limit(self, limit: Limit) -> float | None:
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
        if limit.counts == "waits":
            return self._pauses(found)
        return self._numeric(limit, found)

    def _numeric(self, limit: Limit, found: tuple[FileFacts, Value]) -> float | None:
        meanings = self.meanings(found)
        if len(meanings) == 1 and meanings[0] == Constant(None):
            return UNLIMITED if "none" in limit.unlimited else None
        value = number_of(self.resolver, *found)
        if value is None:
            return None
        if (
            value == UNLIMITED
            or (value == 0 and "zero" in limit.unlimited)
            or (value < 0 and "negative" in limit.unlimited)
        ):
            return UNLIMITED
        return _count(limit.counts, value)

    def _pauses(self, found: tuple[FileFacts, Value]) -> float | None:
        """The attempts that a list of pauses allows; one pause holds for every retry."""
        if number_of(self.resolver, *found) is not None:
            return UNLIMITED
        meanings = self.meanings(found)
        lists = [meaning.value for meaning in meanings if isinstance(meaning, Located)]
        pauses = [value.items for value in lists if isinstance(value, SequenceValue)]
        return len(pauses[0]) + 1.0 if len(pauses) == len(meanings) == 1 else None

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
        inner = RetryArguments(self.resolver, self.handlers, self.words, maker).find(stop.parameter, 0)
        number = number_of(self.resolver, *inner) if inner is not None else None
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
        return tuple(self.handlers.exception_names(facts, value)) or None

    def _predicate(self, facts: FileFacts, value: Value) -> tuple[str, ...] | None:
        names: list[str] = []
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Operation) and meaning.value.operator == "|":
                for part in meaning.value.operands:
                    inner = self._predicate(meaning.facts, part)
                    if inner is None:
                        return None
                    names.extend(inner)
            elif isinstance(meaning, External) and meaning.path in self.libraries.predicates:
                inner = self._predicated(meaning)
                if inner is None:
                    return None
                names.extend(inner)
            else:
                return None
        return tuple(names) or None

    def _predicated(self, meaning: External) -> tuple[str, ...] | None:
        """The exceptions that a predicate repeats; None where it leaves out some that can't be helped."""
        predicate = self.libraries.predicates[meaning.path]
        maker = meaning.chain[-1] if meaning.chain else None
        found = RetryArguments(self.resolver, self.handlers, self.words, maker).find(
            predicate.parameter, predicate.position
        )
        if found is None:
            return ("Exception",)
        names = self._names(*found)
        if names is None or not predicate.all_but:
            return names
        is_filtered = any(covers_permanent(name, self.words) for name in names)
        return None if is_filtered else ("Exception",)


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
