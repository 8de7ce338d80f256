"""How long the loops of the code are: fixed by the code, or as long as the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from llmlint.facts import FileFacts, Loop
from llmlint.link.meanings import Constant, External, FunctionMeaning, Located, Meaning
from llmlint.link.origins import ingredients, parts_of
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.values import CARRIED, Attribute, Choice, Element, Item, Literal, Mapping, Operation, Result, Value
from llmlint.values import Sequence as SequenceValue

_VIEWS = frozenset({"items", "keys", "values", "copy"})
_MAX_DEPTH = 8
_SAME_LENGTH = frozenset({"enumerate", "list", "sorted", "reversed", "set", "tuple"})


class Sizes:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries
        self._returned: dict[tuple[str, int], bool] = {}
        # By the identity of values, which are kept with what is known of them.
        self._made: dict[int, tuple[Value, bool]] = {}
        self._kept: dict[int, tuple[Value, bool]] = {}

    def is_endless(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether nothing in a loop's head ends it by itself: ``while``, ``itertools.count()``, ``iter(f, x)``."""
        if loop.kind == "while":
            return True
        if loop.kind != "for" or loop.iterable is None:
            return False
        for meaning in self.resolver.meanings(facts, loop.iterable):
            if isinstance(meaning, External):
                head = meaning.path.removesuffix("()")
                if head in self.libraries.endless:
                    return True
                if head == "iter" and meaning.chain and meaning.chain[-1] is not None:
                    return len(meaning.chain[-1].call.arguments) == 2
        return False

    def is_bounded(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether a loop's length is fixed by the code: a literal, a ``range``, a slice, constants."""
        if loop.kind == "while" or loop.iterable is None:
            return False
        return self.has_fixed_length(facts, loop.iterable)

    def has_fixed_length(self, facts: FileFacts, value: Value) -> bool:
        if _is_slice(value):
            return True
        if isinstance(value, Operation) and value.operator == "bounded":
            return True
        if isinstance(value, Result) and self._gives_fixed(Site(facts, value.call)):
            return True
        meanings = self.resolver.meanings(facts, _begun(value))
        return bool(meanings) and all(map(self._is_fixed, meanings)) and not self._is_filled(meanings)

    def _gives_fixed(self, site: Site) -> bool:
        """Whether a call gives back something as long as what it is made on or of, or what a function cuts off."""
        callee = site.call.callee
        if isinstance(callee, Attribute) and callee.name in _VIEWS:
            return self.has_fixed_length(site.facts, callee.base)
        callees = self.resolver.results.callees(site)
        if len(callees) == 1 and isinstance(callees[0], FunctionMeaning):
            return self._returns_fixed(callees[0])
        paths = [found.path for found in callees if isinstance(found, External)]
        passed = [self.libraries.passthrough[path] for path in paths if path in self.libraries.passthrough]
        if passed:
            value = self.resolver.results.passed_value(site, passed[0])
            return value is not None and self.has_fixed_length(site.facts, value)
        return any(path in self.libraries.gathers for path in paths) and all(
            self.has_fixed_length(site.facts, argument.value) for argument in site.call.arguments if argument.stars
        )

    def _returns_fixed(self, meaning: FunctionMeaning) -> bool:
        facts, key = meaning.facts, (meaning.facts.path, meaning.index)
        if key not in self._returned:
            self._returned[key] = False
            function = facts.functions[meaning.index]
            given = [value for value in function.returns if not _is_nothing(value)]
            # What a generator cuts off at a time are batches, which keep the calls few; what is left comes last.
            self._returned[key] = (
                any(map(partial(self._is_cut, facts), given))
                if function.is_generator
                else bool(given) and all(map(partial(self.has_fixed_length, facts), given))
            )
        return self._returned[key]

    def _is_cut(self, facts: FileFacts, value: Value) -> bool:
        """Whether a part of something is cut off: a slice, ``list(islice(it, size))``, a list that is full."""
        begun = _begun(value)
        if not isinstance(begun, Operation):
            return _is_slice(begun)
        return begun.operator == "bounded" or (
            begun.operator in _SAME_LENGTH and any(self.has_fixed_length(facts, part) for part in begun.operands)
        )

    def _is_fixed(self, meaning: object) -> bool:
        if isinstance(meaning, Constant):
            return True
        if isinstance(meaning, External):
            return meaning.path.removesuffix("()") in self.libraries.finite
        if not isinstance(meaning, Located):
            return False
        value, facts = meaning.value, meaning.facts
        if isinstance(value, Mapping):
            return not value.rest
        if isinstance(value, SequenceValue) or _is_slice(value):
            return True
        if not isinstance(value, Operation):
            return False
        if id(value) not in self._made:
            self._made[id(value)] = (value, False)  # what is made of itself grows
            self._made[id(value)] = (value, self._is_made_fixed(facts, value))
        return self._made[id(value)][1]

    def _is_made_fixed(self, facts: FileFacts, value: Operation) -> bool:
        if value.operator in _SAME_LENGTH and value.operands:
            return self.has_fixed_length(facts, value.operands[0])
        if value.operator == "collect":
            return any(self._elements(facts, value)) and not self._is_from_open_loop(facts, value)
        if value.operator == "+":
            parts = [_begun(operand) for operand in value.operands if operand != CARRIED]
            return all(self._is_fixed(part) for operand in parts for part in self.resolver.meanings(facts, operand))
        if value.operator == "zip":
            return any(self.has_fixed_length(facts, operand) for operand in value.operands)
        # A range with a step cuts the data into batches, which is what keeps the calls few.
        is_batched = len(value.operands) == 3
        return value.operator == "range" and (
            is_batched or not any(self._is_length(facts, operand) for operand in value.operands)
        )

    def _is_filled(self, meanings: Sequence[Meaning]) -> bool:
        """Whether a collection is empty where it is made, and is filled from something that nothing bounds."""
        lists = [
            (meaning.facts, part)
            for meaning in meanings
            if isinstance(meaning, Located)
            for part in _lists(meaning.value)
        ]
        held = [(facts, item) for facts, part in lists if isinstance(part, SequenceValue) for item in part.items]
        is_empty = any(not part.items for _, part in lists)
        return is_empty and (not held or any(self._is_from_open_loop(facts, item) for facts, item in held))

    def _is_from_open_loop(self, facts: FileFacts, value: Value) -> bool:
        """Whether a value is made of what a loop over something that nothing bounds yields."""
        return any(not self._stays_fixed(facts, element.base) for element in self._elements(facts, value))

    def _stays_fixed(self, facts: FileFacts, value: Value) -> bool:
        """Whether the length of what a loop goes through is fixed, where the loop may fill it itself."""
        if id(value) not in self._kept:
            self._kept[id(value)] = (value, False)  # what is filled from itself grows
            self._kept[id(value)] = (value, self.has_fixed_length(facts, value))
        return self._kept[id(value)][1]

    def _elements(self, facts: FileFacts, value: Value, depth: int = 0) -> Iterator[Element]:
        """What loops yield, in what a value is made of."""
        if isinstance(value, Element):
            yield value
        elif depth < _MAX_DEPTH:
            parts = ingredients(facts, value)
            if isinstance(value, Item) and isinstance(value.key, Operation):
                parts = (value.base, *value.key.operands)
            for part in parts:
                yield from self._elements(facts, part, depth + 1)

    def _is_length(self, facts: FileFacts, value: Value) -> bool:
        """Whether a number is the length of something that nothing bounds."""
        return (
            isinstance(value, Operation)
            and value.operator == "len"
            and not all(self.has_fixed_length(facts, operand) for operand in value.operands)
        )

    def is_retried(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether a loop runs once for each attempt of a retry helper."""
        return loop.iterable is not None and any(
            isinstance(meaning, External) and meaning.path.removesuffix("()") in self.libraries.retries
            for meaning in self.resolver.meanings(facts, loop.iterable)
        )


def _is_slice(value: Value) -> bool:
    if not isinstance(value, Item) or not isinstance(value.key, Operation) or value.key.operator != "slice":
        return False
    return value.key.operands[1] != Literal(None)


def _begun(value: Value) -> Value:
    """A variable that a loop adds to, without what later rounds hold: those are made of what is known already."""
    if not isinstance(value, Choice) or CARRIED not in value.options:
        return value
    options = tuple(option for option in value.options if option != CARRIED)
    return options[0] if len(options) == 1 else Choice(options)


def _lists(value: Value) -> Iterator[SequenceValue | Mapping]:
    """The lists and mappings that a value is, or that are joined to make it."""
    if isinstance(value, SequenceValue | Mapping):
        yield value
    elif isinstance(value, Choice) or (isinstance(value, Operation) and value.operator == "+"):
        for part in parts_of(value):
            yield from _lists(part)


def _is_nothing(value: Value) -> bool:
    """Whether a function that returns this has found nothing: None, or an empty list."""
    return value == Literal(None) or (isinstance(value, SequenceValue) and not value.items)
