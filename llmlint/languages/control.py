"""The ways through branches, loops and try statements: where they part, and what names hold where they meet again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from llmlint.facts import Handler, Loop, Try
from llmlint.languages.conditions import opposite
from llmlint.languages.outcomes import Outcome
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Layer, Scope
from llmlint.languages.values import tests_in
from llmlint.values import Caught, Value

Walk = Callable[[], Outcome]
# What a test keeps short where it holds, and where it does not.
Limited = tuple[Sequence[Value], Sequence[Value]]


@dataclass(slots=True)
class _Rounds:
    """An open loop, whose names are bound in the layers from ``depth`` on: what they held before it, and hold where a
    round is left."""

    depth: int
    before: Layer
    breaks: list[Layer] = field(default_factory=list)
    continues: list[Layer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Clause:
    """A handler to be walked. ``open`` gives the number of its span and what it catches (None for all), before
    ``body`` is walked with the exception bound to ``name``."""

    open: Callable[[], tuple[int, tuple[Value, ...] | None]]
    name: str | None
    body: Walk


class Control:
    """Walks the parts of a statement in the order in which they run. ``scope`` gives the scope of the code that is
    walked."""

    def __init__(self, recorder: Recorder, scope: Callable[[], Scope]) -> None:
        self.recorder = recorder
        self.facts = recorder.facts
        self._scope = scope
        self._rounds: list[_Rounds] = []

    # -- branches ---------------------------------------------------------------------------------------------

    def branch(self, kind: str, index: int, body: Walk, limited: Iterable[Value] = ()) -> tuple[Outcome, Layer | None]:
        """Walk one branch, in which some values are ``limited`` in length; its bindings, or None where it never gets to
        the code that follows."""
        scope = self._scope()
        scope.push()
        scope.limit(limited)
        with self.recorder.inside(kind, index):
            outcome = body()
        layer = scope.pop()
        return outcome, layer if Outcome.FALL in outcome else None

    def fork(self, tested: int, limited: Limited, body: Walk, orelse: Walk | None) -> Outcome:
        """Walk the two ways that condition ``tested`` decides between."""
        outcome, layer = self.branch("branch", tested, body, limited[0])
        otherwise = self.recorder.condition(opposite(self.facts.conditions[tested])) if orelse is not None else tested
        other, other_layer = self.branch("branch", otherwise, orelse or _nothing, limited[1])
        self._scope().join((layer, other_layer), tests_in(self.facts.conditions[tested].value))
        return outcome | other

    # -- loops ------------------------------------------------------------------------------------------------

    def open_loop(self, assigned: Iterable[str]) -> int:
        """Enter a loop whose body binds the names ``assigned``; its number."""
        scope = self._scope()
        before = scope.forget(assigned)
        scope.push()
        self._rounds.append(_Rounds(len(scope.layers) - 1, before))
        self.facts.loops.append(Loop("while", -1, None, -1, False, (), (), -1))
        return len(self.facts.loops) - 1

    def leave_round(self, kind: str) -> None:
        """A ``break`` or ``continue`` of the innermost loop."""
        self.recorder.exit(kind)
        if self._rounds:
            rounds = self._rounds[-1]
            left = rounds.breaks if kind == "break" else rounds.continues
            left.append(self._scope().since(rounds.depth))

    def close_loop(self, outcome: Outcome) -> tuple[Layer | None, list[Layer]]:
        """What names are bound to at the end of a round, None where no round gets there, and at each ``break``."""
        scope = self._scope()
        rounds, layer = self._rounds.pop(), scope.pop()
        ends = [*([layer] if Outcome.FALL in outcome else []), *rounds.continues]
        scope.push()
        scope.join(ends)
        merged = scope.pop()
        scope.layers[-1].update(rounds.before)
        return merged if ends else None, rounds.breaks

    def carried(self, tested: int, layer: Layer) -> tuple[Value, ...]:
        """What the variables of a while loop's test hold when the body has run."""
        test = self.facts.conditions[tested]
        names = (*test.compared, *test.tested, *test.contained, *test.searched)
        values = [layer.get(name) for name in names]
        return tuple(value for value in values if value is not None)

    def after_loop(
        self,
        body: Outcome,
        layer: Layer | None,
        breaks: list[Layer],
        *,
        always: bool,
        beyond: Callable[[], Sequence[Value]] | None = None,
        orelse: Walk | None = None,
    ) -> Outcome:
        """Join what runs when a loop has come to its end with the ways in which it was left before. ``beyond``: what is
        short because the loop's test fails."""
        scope = self._scope()
        ended = Outcome.FALL
        scope.push()
        scope.join((layer, {}))
        left = [{**scope.layers[-1], **at_break} for at_break in breaks]
        if beyond is not None:
            scope.limit(beyond())
        if orelse is not None:
            ended = orelse()
        end = scope.pop()
        if always:
            ended = Outcome.NONE
        scope.join((end if Outcome.FALL in ended else None, *left))
        return ended | (body & (Outcome.RETURN | Outcome.RAISE)) | (Outcome.FALL if breaks else Outcome.NONE)

    # -- exceptions -------------------------------------------------------------------------------------------

    def attempt(
        self, body: Walk, clauses: Iterable[Clause], orelse: Walk | None = None, finalbody: Walk | None = None
    ) -> Outcome:
        """Walk a try statement."""
        scope, number = self._scope(), len(self.facts.tries)
        self.facts.tries.append(Try(-1, ()))
        scope.push()
        with self.recorder.inside("try", number) as block:
            outcome = body()
        body_layer = scope.pop()
        handlers, outcomes, layers = self._handlers(clauses, number, body_layer)
        self.facts.tries[number] = Try(block, tuple(handlers))
        if orelse is not None:
            scope.layers.append(body_layer)
            with self.recorder.inside("else", number):
                outcome = (outcome & ~Outcome.FALL) | orelse()
            scope.pop()
        scope.join((body_layer if Outcome.FALL in outcome else None, *layers))
        for handled in outcomes:
            outcome |= handled
        return self._finally(finalbody, number, outcome)

    def _finally(self, body: Walk | None, number: int, outcome: Outcome) -> Outcome:
        if body is None:
            return outcome
        with self.recorder.inside("finally", number):
            ended = body()
        return outcome | (ended & ~Outcome.FALL) if Outcome.FALL in ended else ended

    def _handlers(
        self, clauses: Iterable[Clause], number: int, body: Layer
    ) -> tuple[list[int], list[Outcome], list[Layer | None]]:
        """Walk the handlers; any part of the ``try`` body may have run before each."""
        scope = self._scope()
        numbers: list[int] = []
        outcomes: list[Outcome] = []
        layers: list[Layer | None] = []
        for clause in clauses:
            index = len(self.facts.handlers)
            span, catches = clause.open()
            self.facts.handlers.append(Handler(catches, number, -1, frozenset(), span))
            scope.push()
            scope.join((body, {}))
            if clause.name is not None:
                scope.bind(clause.name, Caught(index))
            with self.recorder.inside("handler", index) as block:
                outcome = clause.body()
            layer = scope.pop()
            self.facts.handlers[index] = Handler(catches, number, block, outcome.names, span)
            numbers.append(index)
            outcomes.append(outcome)
            layers.append(layer if Outcome.FALL in outcome else None)
        return numbers, outcomes, layers


def _nothing() -> Outcome:
    return Outcome.FALL
