"""How long the loops of the code are: fixed by the code, or as long as the data."""

from __future__ import annotations

from llmlint.facts import Attribute, FileFacts, Item, Literal, Loop, Mapping, Operation, Result, Value
from llmlint.facts import Sequence as SequenceValue
from llmlint.link.meanings import Constant, External, Located
from llmlint.link.resolver import Resolver
from llmlint.linked import Site

_VIEWS = frozenset({"items", "keys", "values", "copy"})
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
        return bool(meanings) and all(self._is_fixed(meaning) for meaning in meanings)

    def _is_fixed(self, meaning: object) -> bool:
        if isinstance(meaning, Constant):
            return True
        if isinstance(meaning, External):
            return meaning.path.removesuffix("()") in self.libraries.finite
        if not isinstance(meaning, Located):
            return False
        value, facts = meaning.value, meaning.facts
        # What is empty where it is made is filled somewhere else.
        if isinstance(value, Mapping):
            return bool(value.items) and not value.rest
        if isinstance(value, SequenceValue):
            return bool(value.items)
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
