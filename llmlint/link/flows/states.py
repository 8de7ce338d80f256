"""What outlives the function that reads it: attributes, variables of outer scopes, sessions, each by one key."""

from __future__ import annotations

from collections.abc import Hashable

from llmlint.facts import FileFacts
from llmlint.link.meanings import ClassMeaning, InstanceMeaning
from llmlint.link.resolver import Resolver
from llmlint.values import Attribute, Imported, Item, Literal, Operation, Result, This, Typed, Value, Variable

Key = tuple[Hashable, ...]

_GETTING = frozenset({"get", "setdefault"})
# What stands for the things under any key of a mapping: one history for each user, say.
_EACH = "[]"


class States:
    """Names what lasts by a key that is the same wherever in the project it is read."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def key(self, facts: FileFacts, value: Value) -> Key | None:
        """The key of what ``value`` reads, or None where that does not outlive the function, or is not known."""
        match value:
            case Typed(inner) | Operation("bounded", (inner,)):
                return self.key(facts, inner)
            case Variable(scope, name):
                return ("variable", facts.path, scope, name)
            case Imported(module, name):
                found = self.resolver.names.module(facts, module) if name else None
                return ("variable", found.path, 0, name) if found is not None else None
            case Attribute(This(cls), name):
                return ("attribute", *self._declaring(facts, cls, name), name)
            case Attribute(base, name):
                return self._member(facts, base, name)
            case Item(base, key):
                return self._entry(facts, base, key)
            case Result(call):
                made = facts.calls[call]
                if isinstance(made.callee, Attribute) and made.callee.name in _GETTING and made.arguments:
                    return self._entry(facts, made.callee.base, made.arguments[0].value)
        return None

    def is_held(self, facts: FileFacts, value: Value) -> bool:
        """Whether what ``value`` reads belongs to something that lasts, rather than to an object that a function was
        given, or has made for itself."""
        match value:
            case This() | Variable() | Imported():
                return True
            case Typed(base) | Operation("bounded", (base,)) | Attribute(base) | Item(base):
                return self.is_held(facts, base)
            case Result(call):
                callee = facts.calls[call].callee
                return isinstance(callee, Attribute) and callee.name in _GETTING and self.is_held(facts, callee.base)
        return False

    def _declaring(self, facts: FileFacts, cls: int, name: str) -> tuple[str, int]:
        """The class, farthest up, that says something of an attribute."""
        found = (facts.path, cls)
        seen: set[tuple[str, int]] = set()
        waiting = [(facts, cls)]
        while waiting:
            inner, index = waiting.pop()
            if (inner.path, index) in seen:
                continue
            seen.add((inner.path, index))
            fact = inner.classes[index]
            if name in fact.attributes or name in fact.types:
                found = inner.path, index
            bases = (meaning for base in fact.bases for meaning in self.resolver.meanings(inner, base))
            waiting += [(base.facts, base.index) for base in bases if isinstance(base, ClassMeaning)]
        return found

    def _member(self, facts: FileFacts, base: Value, name: str) -> Key | None:
        if self._is_session(base):
            return ("session", name)
        for meaning in self.resolver.meanings(facts, base):
            if isinstance(meaning, InstanceMeaning):
                return ("attribute", *self._declaring(meaning.facts, meaning.index, name), name)
        return None

    def _entry(self, facts: FileFacts, base: Value, key: Value) -> Key | None:
        if self._is_session(base):
            return ("session", key.value) if isinstance(key, Literal) else None
        outer = self.key(facts, base)
        return (*outer, _EACH) if outer is not None else None

    def _is_session(self, value: Value) -> bool:
        return isinstance(value, Imported) and f"{value.module}.{value.name}" in self.resolver.libraries.sessions


def holder_of(facts: FileFacts, value: Value) -> Value | None:
    """The object that something belongs to, or to a part of which, or None for a variable."""
    match value:
        case Typed(inner) | Operation("bounded", (inner,)) | Item(inner):
            return holder_of(facts, inner)
        case Attribute(base):
            return base
        case Result(call):
            callee = facts.calls[call].callee
            return holder_of(facts, callee.base) if isinstance(callee, Attribute) else None
    return None
