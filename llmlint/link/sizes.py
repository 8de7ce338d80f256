"""How long the loops of the code are: fixed by the code, or as long as the data."""

from __future__ import annotations

from collections.abc import Sequence

from llmlint.facts import Attribute, Element, FileFacts, Item, Literal, Loop, Mapping, Operation, Result, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.link.meanings import Constant, External, Located, Meaning
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.linked import Site

_VIEWS = frozenset({"items", "keys", "values", "copy"})
_MAX_DEPTH = 8
_SAME_LENGTH = frozenset({"enumerate", "list", "sorted", "reversed", "set", "tuple"})


class Sizes:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.libraries = resolver.libraries

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
        return self._has_fixed_length(facts, loop.iterable)

    def _has_fixed_length(self, facts: FileFacts, value: Value) -> bool:
        if isinstance(value, Item) and isinstance(value.key, Operation) and value.key.operator == "slice":
            return value.key.operands[1] != Literal(None)
        if isinstance(value, Operation) and value.operator == "bounded":
            return True
        if isinstance(value, Result):
            callee = Site(facts, value.call).call.callee
            if isinstance(callee, Attribute) and callee.name in _VIEWS:
                return self._has_fixed_length(facts, callee.base)
        meanings = self.resolver.meanings(facts, value)
        return bool(meanings) and all(map(self._is_fixed, meanings)) and not self._is_filled(meanings)

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
        if isinstance(value, SequenceValue):
            return True
        if not isinstance(value, Operation):
            return False
        if value.operator in _SAME_LENGTH and value.operands:
            return self._has_fixed_length(facts, value.operands[0])
        if value.operator == "zip":
            return any(self._has_fixed_length(facts, operand) for operand in value.operands)
        # A range with a step cuts the data into batches, which is what keeps the calls few.
        is_batched = len(value.operands) == 3
        return value.operator == "range" and (
            is_batched or not any(self._is_length(facts, operand) for operand in value.operands)
        )

    def _is_filled(self, meanings: Sequence[Meaning]) -> bool:
        """Whether a collection is empty where it is made, and is filled from something that nothing bounds."""
        located = [meaning for meaning in meanings if isinstance(meaning, Located)]
        held = [
            (meaning.facts, item)
            for meaning in located
            if isinstance(meaning.value, SequenceValue)
            for item in meaning.value.items
        ]
        is_empty = any(
            isinstance(meaning.value, SequenceValue | Mapping) and not meaning.value.items for meaning in located
        )
        return is_empty and (not held or any(self._is_from_open_loop(facts, item, 0) for facts, item in held))

    def _is_from_open_loop(self, facts: FileFacts, value: Value, depth: int) -> bool:
        """Whether a value is made of what a loop over something that nothing bounds yields."""
        if isinstance(value, Element):
            return not self._has_fixed_length(facts, value.base)
        parts = parts_of(value)
        if isinstance(value, Result):
            call = Site(facts, value.call).call
            parts = (call.callee, *(argument.value for argument in call.arguments))
        return depth < _MAX_DEPTH and any(self._is_from_open_loop(facts, part, depth + 1) for part in parts)

    def _is_length(self, facts: FileFacts, value: Value) -> bool:
        """Whether a number is the length of something that nothing bounds."""
        return (
            isinstance(value, Operation)
            and value.operator == "len"
            and not all(self._has_fixed_length(facts, operand) for operand in value.operands)
        )

    def is_retried(self, facts: FileFacts, loop: Loop) -> bool:
        """Whether a loop runs once for each attempt of a retry helper."""
        return loop.iterable is not None and any(
            isinstance(meaning, External) and meaning.path.removesuffix("()") in self.libraries.retries
            for meaning in self.resolver.meanings(facts, loop.iterable)
        )
