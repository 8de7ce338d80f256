"""Callbacks that are written where they run: those of promises (``.then``, ``.catch``) and of lists (``.map``).

They read as the statements do that say the same: a ``.catch`` is a handler around what it hangs on, a ``.map`` a loop.
"""

from __future__ import annotations

from collections.abc import Callable

from llmlint.facts import Argument, Loop
from llmlint.languages.control import Clause, Control
from llmlint.languages.outcomes import Outcome
from llmlint.languages.typescript.definitions import Definitions
from llmlint.languages.typescript.loops import assigned_names
from llmlint.languages.typescript.syntax import FUNCTIONS, Node, arguments_of, name_of, plain
from llmlint.languages.typescript.values import Expressions
from llmlint.languages.values import choice
from llmlint.values import Caught, Element, Literal, Operation, Unknown, Value

_EACH = frozenset({"map", "flatMap", "forEach", "filter", "some", "every", "find", "findIndex", "reduce"})
_INDEX = Unknown("an index")


class Callbacks:
    """Evaluates calls that are given a function; ``call`` is how every other call is evaluated."""

    def __init__(
        self, expressions: Expressions, definitions: Definitions, control: Control, call: Callable[[Node], Value]
    ) -> None:
        self.expressions = expressions
        self.definitions = definitions
        self.control = control
        self.recorder = expressions.recorder
        self._call = call
        expressions.handle(["call_expression"], self.value)

    def value(self, node: Node) -> Value:
        callee = node.child_by_field_name("function")
        callee = plain(callee) if callee is not None else None
        if callee is None or callee.type != "member_expression":
            return self._call(node)
        name, base, given = name_of(callee), callee.child_by_field_name("object"), arguments_of(node)
        if base is None or not given:
            return self._call(node)
        if name == "then":
            return self._then(node, base, given)
        if name == "catch" and len(given) == 1:
            return self._caught(node, lambda: self.expressions.value(base), given[0])
        if name == "finally" and len(given) == 1:
            value = self.expressions.value(base)
            self._run(node, given[0], [])
            return value
        if name in _EACH and given[0].type in FUNCTIONS:
            return self._each(node, name, base, given)
        return self._call(node)

    # -- promises ---------------------------------------------------------------------------------------------

    def _then(self, node: Node, base: Node, given: list[Node]) -> Value:
        def fulfilled() -> Value:
            return self._run(node, given[0], [self.expressions.value(base)])

        return self._caught(node, fulfilled, given[1]) if len(given) > 1 else fulfilled()

    def _caught(self, node: Node, attempt: Callable[[], Value], handler: Node) -> Value:
        """What a promise gives, or its handler where the promise fails."""
        values: list[Value] = []

        def body() -> Outcome:
            values.append(attempt())
            return Outcome.FALL

        def handle() -> Outcome:
            caught = Caught(len(self.recorder.facts.handlers) - 1)
            outcome = Outcome.FALL
            if handler.type in FUNCTIONS:
                returned, outcome = self.definitions.inline(handler, [caught])
                values.extend(returned)
            else:
                values.append(self._run(node, handler, [caught]))
            return outcome

        span = self.expressions.positions.node(handler)
        self.control.attempt(body, [Clause(lambda: (span, None), None, handle)])
        return choice(values)

    def _run(self, node: Node, callback: Node, values: list[Value]) -> Value:
        """Call a callback with some values."""
        if callback.type in FUNCTIONS:
            returned, _ = self.definitions.inline(callback, values)
            return choice(returned) if returned else Literal(None)
        callee = self.expressions.value(callback)
        if isinstance(callee, Literal):
            return values[0] if values else Literal(None)
        arguments = tuple(Argument(None, value) for value in values)
        position = self.expressions.positions.call(node, callback, [callback] * len(values))
        return self.recorder.call(callee, arguments, position)

    # -- lists ------------------------------------------------------------------------------------------------

    def _each(self, node: Node, name: str, base: Node, given: list[Node]) -> Value:
        """A callback that runs once for each thing in a list."""
        iterable = self.expressions.value(base)
        more = [self.expressions.value(argument) for argument in given[1:]]
        element: list[Value] = [Element(iterable), _INDEX, iterable]
        if name == "reduce":
            element.insert(0, more[0] if more else Element(iterable))
        span = self.expressions.positions.head(node, base)
        number = self.control.open_loop(assigned_names(given[0].child_by_field_name("body")))
        with self.recorder.inside_loop(number) as block:
            returned, outcome = self.definitions.inline(given[0], element, in_loop=True)
        layer, breaks = self.control.close_loop(outcome)
        kind = "for" if name == "forEach" else "comprehension"
        self.recorder.facts.loops[number] = Loop(kind, block, iterable, -1, False, (), (), span)
        self.control.after_loop(Outcome.FALL, layer, breaks, always=False)
        if name in ("map", "flatMap"):
            return Operation("collect", tuple(returned))
        if name == "reduce":
            return choice([*more[:1], *returned]) if returned or more else Unknown()
        if name in ("filter", "find"):
            return iterable if name == "filter" else Element(iterable)
        return Literal(None) if name == "forEach" else Operation("any", tuple(returned))
