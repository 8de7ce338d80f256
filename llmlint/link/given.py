"""Reads what a call, or a mapping of settings, is given: by name, by position, in an object of options."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from llmlint.facts import Argument, FileFacts, Function
from llmlint.limits import UNLIMITED_WORD, Limit
from llmlint.link.meanings import ClassMeaning, Constant, External, FunctionMeaning, Located, Lost, Meaning
from llmlint.link.numbers import number_of
from llmlint.link.resolver import Resolver
from llmlint.linked import UNLIMITED
from llmlint.model_calls import Site
from llmlint.scripts import LANGUAGE
from llmlint.values import Choice, Literal, Mapping, Operation, Value
from llmlint.values import Sequence as SequenceValue


class Given:
    """The arguments of one call. ``is_open``: others may have been spread into it, or one can't be followed.
    ``options``: how many arguments by position come before an object of options."""

    def __init__(self, resolver: Resolver, site: Site | None = None, options: int = 0) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self.is_open = False
        self._before_options = options
        self._named: dict[str, tuple[FileFacts, Value]] = {}
        self._placed: list[tuple[FileFacts, Value]] = []
        if site is not None:
            for _, argument in site.arguments:
                self._take(site.facts, argument)

    def _take(self, facts: FileFacts, argument: Argument) -> None:
        if argument.stars:
            self.spread(facts, argument.value)
        elif argument.name is not None:
            self._named[argument.name] = (facts, argument.value)
        else:
            self._placed.append((facts, argument.value))
            is_options = facts.language == LANGUAGE and len(self._placed) > self._before_options
            if is_options and not isinstance(argument.value, Mapping):
                self._options(facts, argument.value)

    def _options(self, facts: FileFacts, value: Value) -> None:
        """An object of options that is given by its name."""
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Mapping):
                self._named.update((key, (meaning.facts, item)) for key, item in meaning.value.items)
                self.is_open = self.is_open or bool(meaning.value.rest)
            elif isinstance(meaning, Lost):
                self.is_open = True

    def spread(self, facts: FileFacts, value: Value) -> None:
        """Take over what a mapping holds."""
        for meaning in self.resolver.meanings(facts, value):
            if isinstance(meaning, Located) and isinstance(meaning.value, Mapping) and not meaning.value.rest:
                self._named.update((key, (meaning.facts, value)) for key, value in meaning.value.items)
            else:
                self.is_open = True

    def fill_in(self, facts: FileFacts, value: Value, seen: frozenset[tuple[str, int]] = frozenset()) -> None:
        """Take over what a class of the project sets, and those that it derives from, where nothing else was given."""
        for meaning in self.resolver.meanings(facts, value):
            if not isinstance(meaning, ClassMeaning):
                self.is_open |= not isinstance(meaning, External)
            elif (meaning.facts.path, meaning.index) not in seen:
                self.take_class(meaning.facts, meaning.index, seen)

    def take_class(self, facts: FileFacts, index: int, seen: frozenset[tuple[str, int]] = frozenset()) -> None:
        """Take over what a class of a file sets, and those that it derives from."""
        cls = facts.classes[index]
        for name, values in cls.attributes.items():
            if name not in self._named and values:
                self._named[name] = (facts, values[0] if len(values) == 1 else Choice(values))
        for base in cls.bases:
            self.fill_in(facts, base, seen | {(facts.path, index)})

    def put(self, name: str, facts: FileFacts, value: Value) -> None:
        self._named[name] = (facts, value)

    def named(self) -> Iterator[tuple[str, tuple[FileFacts, Value]]]:
        yield from self._named.items()

    def find(self, name: str, position: int = -1) -> tuple[FileFacts, Value] | None:
        """What is given for a parameter; ``policy.attempts``: for a parameter of the call that made what ``policy`` is
        given, or a key of it."""
        outer, _, inner = name.partition(".")
        if inner:
            found = self.find(outer, position)
            return self._inside(found, inner) if found is not None else None
        if name in self._named:
            return self._named[name]
        return self._placed[position] if 0 <= position < len(self._placed) else None

    def _inside(self, found: tuple[FileFacts, Value], name: str) -> tuple[FileFacts, Value] | None:
        meanings = self.meanings(found)
        if len(meanings) != 1:
            self.is_open = True
            return None
        held = Given(self.resolver)
        if isinstance(meanings[0], External) and meanings[0].chain:
            held = Given(self.resolver, meanings[0].chain[-1])
            held.is_open |= meanings[0].chain[-1] is None
        elif isinstance(meanings[0], Located):
            held.spread(meanings[0].facts, meanings[0].value)
        elif not isinstance(meanings[0], Constant):
            held.is_open = True
        inner = held.find(name)
        self.is_open |= inner is None and held.is_open
        return inner

    def is_on(self, name: str) -> bool:
        """Whether a parameter is given something else than a constant that switches it off."""
        found = self.find(name)
        return found is not None and not any(
            isinstance(meaning, Constant) and not meaning.value for meaning in self.meanings(found)
        )

    def always_agrees(self, name: str) -> bool:
        """Whether a parameter is given a function that always gives back the same number, or True."""
        found = self.find(name)
        meanings = self.meanings(found) if found is not None else ()
        return bool(meanings) and all(
            isinstance(meaning, FunctionMeaning) and _is_constant(meaning.facts.functions[meaning.index])
            for meaning in meanings
        )

    def meanings(self, found: tuple[FileFacts, Value]) -> Sequence[Meaning]:
        return self.resolver.meanings(*found)

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
        if limit.counts == "presence":
            return None
        if limit.counts == "waits":
            return self._pauses(found)
        if "always" in limit.unlimited and self.always_agrees(limit.parameter):
            return UNLIMITED
        if limit.counts == "condition":
            allowed = self.stop(found)
            return self._numeric(limit.counts, limit.unlimited, found) if allowed is None else allowed
        return self._numeric(limit.counts, limit.unlimited, found)

    def _numeric(self, counts: str, unlimited: Collection[str], found: tuple[FileFacts, Value]) -> float | None:
        meanings = self.meanings(found)
        if len(meanings) == 1 and isinstance(meanings[0], Constant) and isinstance(meanings[0].value, bool | None):
            return self._switched(counts, unlimited, meanings[0].value)
        value = number_of(self.resolver, *found)
        if value is None:
            return None
        if value == UNLIMITED or (value == 0 and "zero" in unlimited) or (value < 0 and "negative" in unlimited):
            return UNLIMITED
        return _count(counts, value)

    def _switched(self, counts: str, unlimited: Collection[str], value: bool | None) -> float | None:
        """The attempts where a limit is given None, True or False instead of a number."""
        if ("none" if value is None else "true" if value else "zero") in unlimited:
            return UNLIMITED
        return 1.0 if not value and counts == "condition" else None

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
        if isinstance(meaning, Located) and isinstance(meaning.value, SequenceValue):
            return _smallest([self.stop((meaning.facts, item)) for item in meaning.value.items])
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
        if maker is None:
            return None
        held = Given(self.resolver, maker)
        inner = held.find(stop.parameter, 0)
        if inner is None:
            return UNLIMITED if "missing" in stop.unlimited and not held.is_open else None
        return self._numeric(stop.counts, stop.unlimited, inner)


def _is_constant(function: Function) -> bool:
    """Whether a function gives back nothing but numbers, or True, that are written out."""
    returned = function.returns
    return bool(returned) and all(
        isinstance(value, Literal) and isinstance(value.value, int | float) and bool(value.value) for value in returned
    )


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
    return number + 1 if counts in ("retries", "condition") else None
