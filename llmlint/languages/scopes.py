"""Scopes: what a name is bound to at each point, and what inner functions see of it later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llmlint.facts import Scope as ScopeFact
from llmlint.languages.values import choice
from llmlint.values import (
    CARRIED,
    Attribute,
    Builtin,
    Choice,
    ClassValue,
    Element,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Operation,
    Parameter,
    Result,
    Text,
    This,
    Typed,
    Unknown,
    Value,
    Variable,
)

# A name that holds a space is no name of the code: it stands for a value whose length a test has bounded.
Layer = dict[str, Value]


class Scope:
    """The names of a module, a class body or a function.

    While its code is walked, ``layers`` holds what each name is bound to at this point, one layer a branch.
    ``bindings`` collects everything that was ever bound, for functions that run later. ``builtins``: the names that the
    language binds itself.
    """

    def __init__(
        self, kind: str, index: int, parent: Scope | None = None, builtins: frozenset[str] = frozenset()
    ) -> None:
        self.kind = kind
        self.index = index
        self.parent = parent
        self.builtins: frozenset[str] = parent.builtins if parent is not None else builtins
        self.layers: list[Layer] = [{}]
        self.bindings: dict[str, list[Value]] = {}
        self.redirected: dict[str, Scope] = {}
        self.read_by_inner: set[str] = set()
        self.types: dict[str, Value] = {}
        self.fields: list[str] = []
        self.seen: Layer | None = None
        self._measures = False

    def fact(self) -> ScopeFact:
        """What is kept of it: all that a module binds, and of a function or class what inner functions read."""
        is_module = self.kind == "module"
        bindings = {
            name: tuple(values) for name, values in self.bindings.items() if is_module or name in self.read_by_inner
        }
        return ScopeFact(self.parent.index if self.parent else -1, bindings)

    def methods(self) -> dict[str, int]:
        """The functions that a class's body binds, by name."""
        return {
            name: value.function
            for name, values in self.bindings.items()
            for value in values
            if isinstance(value, FunctionValue)
        }

    def get(self, name: str) -> Value | None:
        for layer in reversed(self.layers):
            value = layer.get(name)
            if value is not None:
                return value
        return None

    def bind(self, name: str, value: Value) -> None:
        """Bind a name here, or where ``global`` or ``nonlocal`` sends it."""
        target = self.redirected.get(name)
        if target is not None:
            target.bindings.setdefault(name, []).append(value)
            return
        self.layers[-1][name] = value
        self.bindings.setdefault(name, []).append(value)

    def bind_temporarily(self, name: str, value: Value) -> None:
        """Bind a comprehension's variable, which no other code sees."""
        self.layers[-1][name] = value

    def replace(self, name: str, old: Value, new: Value) -> None:
        """Give a name its changed object: a mutation, not a new binding."""
        self.layers[-1][name] = new
        known = self.bindings.get(name)
        if known and known[-1] is old and len(self.layers) == 1:
            known[-1] = new
        elif known is not None and new not in known:
            known.append(new)

    def lookup(self, name: str) -> Value:
        value = None if name in self.redirected else self.get(name)
        return value if value is not None else self._outer(name)

    def _outer(self, name: str) -> Value:
        scope: Scope | None = self.redirected.get(name) or self._enclosing()
        while scope is not None:
            bound = scope.bindings.get(name)
            if bound is not None:
                return scope.read_from_inside(name, bound, self)
            scope = scope._enclosing()
        if name in self.builtins:
            return Builtin(name)
        return Variable(0, name)

    def _enclosing(self) -> Scope | None:
        scope = self.parent
        while scope is not None and scope.kind == "class":
            scope = scope.parent
        return scope

    def read_from_inside(self, name: str, bound: Sequence[Value], reader: Scope) -> Value:
        if len(bound) == 1 and type(bound[0]) in _CERTAIN:
            return bound[0]
        if self.kind == "module" and reader.seen is not None and name in reader.seen:
            return reader.seen[name]
        self.read_by_inner.add(name)
        return Variable(self.index, name)

    def snapshot(self) -> Layer:
        """What every name is bound to at this point."""
        return self.since(0)

    def since(self, depth: int) -> Layer:
        """What was bound to names in the layers from ``depth`` on."""
        merged: Layer = {}
        for layer in self.layers[depth:]:
            merged.update(layer)
        return merged

    # -- tests ------------------------------------------------------------------------------------------------

    def limit(self, values: Iterable[Value]) -> None:
        """From here on, in this branch, each of ``values`` is known to be no longer than something, to be of a type or
        to be the path of a small file."""
        for value in values:
            if isinstance(value, Operation) and value.operator in ("isinstance", "small file"):
                self._measures = True
                known = Typed(*value.operands) if value.operator == "isinstance" else value
                self.layers[-1][_spelling(value.operands[0])] = known
            elif isinstance(value, _MEASURABLE) and not is_bounded(value):
                self._measures = True
                self.layers[-1][_spelling(value)] = Operation("bounded", (value,))

    def limited(self, value: Value) -> Value:
        """``value`` as the tests on the way here have left it."""
        if not self._measures or not isinstance(value, _MEASURABLE):
            return value
        return self.get(_spelling(value)) or value

    # -- branches ---------------------------------------------------------------------------------------------

    def push(self) -> None:
        self.layers.append({})

    def pop(self) -> Layer:
        return self.layers.pop()

    def join(self, branches: Iterable[Layer | None], tested: Sequence[Value] = ()) -> None:
        """Continue after branches that met again; None stands for one that never gets here. ``tested``: what decided
        between them."""
        live = [branch for branch in branches if branch is not None]
        for name in dict.fromkeys(name for branch in live for name in branch):
            before = self.get(name)
            values = [self._at_end(branch, name, before) for branch in live]
            if " " not in name:
                self.layers[-1][name] = choice([value for value in values if value is not None], tested)
            elif values[0] is not None and all(values):
                self.layers[-1][name] = values[0]

    def _at_end(self, branch: Layer, name: str, before: Value | None) -> Value | None:
        """What a name is bound to where a branch ends."""
        if name in branch or before is None or not self._measures:
            return branch.get(name, before)
        return branch.get(_spelling(before), before) if isinstance(before, _MEASURABLE) else before

    def forget(self, names: Iterable[str]) -> Layer:
        """Enter a loop that assigns ``names``: from the second time round they may hold something else. What they held
        before comes back."""
        before = {name: value for name in names if (value := self.get(name)) is not None}
        for name, value in before.items():
            options = value.options if isinstance(value, Choice) else (value,)
            self.layers[-1][name] = Choice((*options, CARRIED))
        return before


# What a name that is bound once stands for, whoever reads it.
_CERTAIN = frozenset((Imported, FunctionValue, ClassValue, This))
_MEASURABLE = (Parameter, Result, Attribute, Item, Element, Text, Operation, Variable, Choice, Unknown, Typed)


def is_bounded(value: Value) -> bool:
    return isinstance(value, Operation) and value.operator == "bounded"


def _spelling(value: Value) -> str:
    """What tells a value from others in a layer."""
    if isinstance(value, Attribute):
        return f"{_spelling(value.base)}.{value.name}"
    if isinstance(value, Item) and isinstance(value.key, Literal):
        return f"{_spelling(value.base)}[{value.key.value!r}]"
    if isinstance(value, Parameter):
        return f"parameter {value.function} {value.name}"
    if isinstance(value, Variable):
        return f"variable {value.scope} {value.name}"
    if isinstance(value, Result):
        return f"result {value.call}"
    return f"this {value.cls}" if isinstance(value, This) else f"value {id(value)}"
