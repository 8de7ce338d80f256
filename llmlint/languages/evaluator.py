"""What the evaluation of expressions shares, whatever their language: names inside objects, and texts put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from sys import intern

from llmlint.facts import Join
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.values import overlay
from llmlint.values import Attribute, Imported, Item, Literal, Mapping, Operation, Patched, Result, Text, Typed, Value
from llmlint.values import Sequence as SequenceValue

_ENCODED = re.compile(r"b64|base64", re.I)


class Evaluator:
    """Evaluates expressions in ``scope``; the visitor moves it from scope to scope. ``interest``: the names and words
    whose reading is a fact; ``reads``: those that were met; ``yielded``: what a generator has given so far."""

    def __init__(self, recorder: Recorder, interest: frozenset[str], module: Scope) -> None:
        self.recorder = recorder
        self.interest = interest
        self.scope = module
        self.reads: set[str] = set()
        self.yielded: list[Value] = []

    def attribute(self, base: Value, name: str) -> Value:
        if name in self.interest:
            self.reads.add(name)
        if type(base) is Imported and not base.name:
            return Imported(base.module, name)
        if type(base) is Patched:
            for key, value in base.items:
                if key == name:
                    return value
        return Attribute(base, intern(name))

    def item(self, base: Value, key: Value) -> Value:
        if type(key) is Literal:
            if isinstance(key.value, str):
                if key.value in self.interest:
                    self.reads.add(key.value)
                found = base.get(key.value) if type(base) is Mapping else None
                if found is not None:
                    return found
            elif type(base) is SequenceValue and isinstance(key.value, int):
                if -len(base.items) <= key.value < len(base.items):
                    return base.items[key.value]
        return Item(base, key)

    def typed(self, value: Value, declared: Value | None) -> Value:
        if isinstance(value, Mapping) and isinstance(declared, Mapping):
            return overlay(declared, value)
        return Typed(value, declared) if declared is not None and not isinstance(value, Literal) else value

    def join(self, parts: Sequence[Value], value: Value, span: Callable[[], int]) -> Value:
        """A text put together; noted where one of its parts looks like encoded data, and it is not just a data URI.
        ``span`` numbers the place."""
        first = parts[0] if parts else None
        is_uri = isinstance(first, Literal) and str(first.value).startswith("data:")
        if not is_uri and len(parts) > 1 and any(map(self._is_encoded, parts)):
            self.recorder.facts.joins.append(Join(value, span()))
        return value

    def _is_encoded(self, part: Value) -> bool:
        if isinstance(part, Literal):
            return part.is_data_uri
        if isinstance(part, Text):
            return any(map(self._is_encoded, part.parts))
        if isinstance(part, SequenceValue):
            return any(map(self._is_encoded, part.items))
        if isinstance(part, Operation):
            return part.operator == "format" and any(map(self._is_encoded, part.operands))
        if isinstance(part, Result):
            callee = self.recorder.facts.calls[part.call].callee
            inner = isinstance(callee, Attribute) and callee.name == "decode" and self._is_encoded(callee.base)
            return inner or bool(_ENCODED.search(getattr(callee, "name", "")))
        return bool(_ENCODED.search(getattr(part, "name", "")))
