"""The vocabulary of values: what is known of an expression without running it."""

from __future__ import annotations

from llmlint.frozen import frozen


@frozen()
class Literal:
    """A constant. Strings longer than the front end's limit are ``Text`` instead."""

    value: str | int | float | bool | None

    @property
    def is_data_uri(self) -> bool:
        """Whether it holds the head of encoded data: ``data:image/png;base64,``."""
        return isinstance(self.value, str) and ";base64," in self.value


@frozen()
class Unknown:
    """Something that this file does not show; ``reason`` is for people."""

    reason: str = ""


@frozen()
class Missing:
    """No value at all: what one branch leaves out of a mapping, or a variable that one branch never binds."""


@frozen()
class Imported:
    """A name bound by an import. ``module`` keeps its leading dots when the import is relative."""

    module: str
    name: str = ""


@frozen()
class Builtin:
    """A name that nothing in the file binds."""

    name: str


@frozen(eq=False)
class Attribute:
    base: Value
    name: str


@frozen(eq=False)
class Item:
    base: Value
    key: Value


@frozen(eq=False)
class Element:
    """One of the things that iterating over ``base`` yields."""

    base: Value


@frozen()
class Result:
    """What call number ``call`` of this file returns."""

    call: int


@frozen()
class Variable:
    """A name of an enclosing scope, read from a function: any of the scope's bindings may hold."""

    scope: int
    name: str


@frozen()
class Parameter:
    function: int
    name: str


@frozen()
class This:
    """The instance (``self``) that a method was called on; ``is_class``: the class, in a class method."""

    cls: int
    is_class: bool = False


@frozen()
class Caught:
    """The exception that a handler received."""

    handler: int


@frozen()
class FunctionValue:
    function: int


@frozen()
class ClassValue:
    cls: int


@frozen(eq=False)
class Choice:
    """One of several values, each of them on some path."""

    options: tuple[Value, ...]


@frozen(eq=False)
class Mapping:
    """A dict or object literal: known string keys, and what was spread into it or may have been added."""

    items: tuple[tuple[str, Value], ...] = ()
    rest: tuple[Value, ...] = ()

    def get(self, key: str) -> Value | None:
        for name, value in self.items:
            if name == key:
                return value
        return None


@frozen(eq=False)
class Sequence:
    items: tuple[Value, ...]


@frozen(eq=False)
class Text:
    """A string built from ``parts``: f-string, ``+``, ``%``, ``join``. ``written``: how many characters of it stand in
    the code."""

    parts: tuple[Value, ...] = ()
    written: int = 0


@frozen(eq=False)
class Operation:
    """An operator that is not folded: ``|``, arithmetic, a comparison (``operator`` is its source spelling); ``enter``
    is what ``with`` gives a name, ``held`` something that a mapping holds under a key that can't be known."""

    operator: str
    operands: tuple[Value, ...]


@frozen(eq=False)
class Patched:
    """An object some of whose attributes or items were assigned after it was made."""

    base: Value
    items: tuple[tuple[str, Value], ...]


@frozen(eq=False)
class Typed:
    """A value with a declared type; the type counts where the value can't be followed."""

    value: Value
    type: Value


Value = (
    Literal
    | Unknown
    | Missing
    | Imported
    | Builtin
    | Attribute
    | Item
    | Element
    | Result
    | Variable
    | Parameter
    | This
    | Caught
    | FunctionValue
    | ClassValue
    | Choice
    | Mapping
    | Sequence
    | Text
    | Operation
    | Patched
    | Typed
)

MISSING = Missing()
# What an attribute that is set on one path only holds on the others: its object tells.
PERHAPS = Unknown("set on one path only")
# What a loop adds to the variables that its body assigns: from the second time round they may hold anything.
CARRIED = Unknown("assigned in a loop")
