"""Types that a generic base class leaves open: ``client: T`` in ``class Bot(Base[OpenAI])``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.facts import Class, FileFacts
from llmlint.link.meanings import ClassMeaning, Meaning, Meanings
from llmlint.values import Item, Parameter, Sequence, Typed, Value

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver


def type_argument(resolver: Resolver, facts: FileFacts, base: Value, generic: Meaning, name: str) -> Meanings:
    """Objects of the type that ``base``, which names the class ``generic``, fills in for an attribute of it."""
    given = _type_arguments(base)
    if not given or not isinstance(generic, ClassMeaning):
        return ()
    cls = generic.facts.classes[generic.index]
    open_types = [resolver.meanings(generic.facts, t) for own in cls.bases for t in _type_arguments(own)]
    for value in _declared_types(generic.facts, cls, name) if len(given) == len(open_types) else ():
        declared = resolver.meanings(generic.facts, value)
        if declared in open_types:
            return resolver.instances(facts, given[open_types.index(declared)])
    return ()


def _type_arguments(base: Value) -> tuple[Value, ...]:
    """``T`` and ``U`` of ``Base[T, U]``."""
    if not isinstance(base, Item):
        return ()
    return base.key.items if isinstance(base.key, Sequence) else (base.key,)


def _declared_types(facts: FileFacts, cls: Class, name: str) -> Iterator[Value]:
    """What the annotations of an attribute, and of the parameters that it is filled from, say of its type."""
    if name in cls.types:
        yield cls.types[name]
    for value in cls.attributes.get(name, ()):
        if isinstance(value, Typed):
            yield value.type
        elif isinstance(value, Parameter):
            parameters = facts.functions[value.function].parameters
            yield from (p.type for p in parameters if p.name == value.name and p.type is not None)
