"""What a value turns out to be once imports, variables and calls have been followed."""

from __future__ import annotations

from typing import NamedTuple

from llmlint.facts import FileFacts, Function
from llmlint.frozen import frozen
from llmlint.model_calls import Site
from llmlint.values import Result, Value

# Decorators of methods that run when an attribute is read.
PROPERTIES = frozenset({"property", "cached_property", "computed_field", "hybrid_property", "lazy_property"})


class Constant(NamedTuple):
    value: str | int | float | bool | None


@frozen(eq=False)
class External:
    """Something outside the project, by the path that leads to it: ``openai.OpenAI().chat``.

    ``chain``: the calls that built it, the first one innermost; None for an object whose making can't be seen (a
    parameter declared as ``OpenAI``). ``patches``: attributes assigned to it after it was made.
    """

    path: str
    chain: tuple[Site | None, ...] = ()
    patches: tuple[Located, ...] = ()


@frozen(eq=False)
class FunctionMeaning:
    """A function of the project; ``instance`` where it was looked up on an object."""

    facts: FileFacts
    index: int
    instance: InstanceMeaning | None = None


@frozen(eq=False)
class ClassMeaning:
    facts: FileFacts
    index: int


@frozen(eq=False)
class InstanceMeaning:
    """An object of a class of the project; ``site`` is the call that made it, if that can be seen."""

    facts: FileFacts
    index: int
    site: Site | None = None
    patches: tuple[Located, ...] = ()


@frozen(eq=False)
class ModuleMeaning:
    facts: FileFacts


class Frame(NamedTuple):
    """A function of the project, and the call through which it was entered."""

    path: str
    function: int
    site: Site


@frozen(eq=False)
class Located:
    """A value that is what it is: a mapping, a sequence, a text, an operation. ``facts`` is the file it is from,
    ``entered`` what its parameters stand for."""

    facts: FileFacts
    value: Value
    entered: tuple[Frame, ...] = ()


@frozen(eq=False)
class Bound:
    """A call given beforehand some of the arguments: ``functools.partial(f, x=1)``."""

    target: Meaning
    site: Site


class Lost(NamedTuple):
    """What can't be followed. ``is_open``: it comes from outside, so a caller or a setting may decide it.
    ``unread``: the file of the project that would tell, had it been parsed."""

    reason: str
    is_open: bool = False
    unread: str = ""


Meaning = (
    Constant | External | FunctionMeaning | ClassMeaning | InstanceMeaning | ModuleMeaning | Located | Bound | Lost
)

Meanings = tuple[Meaning, ...]

MAX_MEANINGS = 24
NOTHING: Meanings = (Lost("not bound"),)
RECURSIVE: Meanings = (Lost("defined by itself"),)
AMBIGUOUS = Lost("bound more than once")
OUTSIDE = Lost("decided outside", is_open=True)


def name_of(value: Value) -> str:
    """The last part of a dotted name, or nothing for any other value."""
    return getattr(value, "name", "")


def decorators_of(facts: FileFacts, function: Function) -> set[str]:
    """The names of a function's decorators, called or not."""
    values = [decorator.value for decorator in function.decorators]
    return {name_of(facts.calls[value.call].callee if isinstance(value, Result) else value) for value in values}


def is_property(facts: FileFacts, function: Function) -> bool:
    """Whether a method runs when an attribute is read."""
    return not PROPERTIES.isdisjoint(decorators_of(facts, function))


def top_of(path: str) -> str:
    """The package that a path begins with."""
    return path.split(".", 1)[0].split("(", 1)[0]
