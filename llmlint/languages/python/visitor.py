"""The one walk over a file's libcst tree: statements, the stack of contexts, and the facts met in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from llmlint.facts import (
    Builtin,
    Call,
    Caught,
    Element,
    FileFacts,
    Handler,
    Imported,
    Literal,
    Loop,
    Operation,
    Result,
    Try,
    Unknown,
    Value,
)
from llmlint.facts import Scope as ScopeFact
from llmlint.facts import Sequence as SequenceValue
from llmlint.languages.python.assignments import Assignments
from llmlint.languages.python.definitions import Definitions
from llmlint.languages.python.loops import assigned_names, condition, is_always_true, key_of, opposite
from llmlint.languages.python.names import Layer, Scope
from llmlint.languages.python.outcomes import Outcome
from llmlint.languages.python.patterns import captured, takes_all
from llmlint.languages.python.positions import Positions
from llmlint.languages.python.values import Expressions
from llmlint.languages.recorder import Recorder
from llmlint.languages.values import tests_in

_SUPPRESS = Imported("contextlib", "suppress")
_ENDS_PROCESS = frozenset({("sys", "exit"), ("os", "_exit"), ("os", "abort")})


@dataclass(slots=True)
class _Rounds:
    """An open loop, whose names are bound in the layers from ``depth`` on: what they held before it, and hold where a
    round is left."""

    depth: int
    before: Layer
    breaks: list[Layer] = field(default_factory=list)
    continues: list[Layer] = field(default_factory=list)


class Visitor:
    """Walks one module into ``facts``. ``interest``: the attribute and key names whose reading is a fact."""

    def __init__(self, facts: FileFacts, interest: frozenset[str] = frozenset()) -> None:
        self.facts = facts
        self.recorder = Recorder(facts)
        self.positions = Positions()
        self.scopes = [Scope("module", 0)]
        self.expressions = Expressions(self.recorder, self.positions, interest, self.scopes[0])
        self.assignments = Assignments(facts, self.recorder, self.expressions, self.scopes)
        self.definitions = Definitions(
            facts, self.recorder, self.expressions, self.assignments, self.scopes, self.statements
        )
        self.guards = self.expressions.guards
        self._rounds: list[_Rounds] = []
        self._handlers: dict[type[cst.CSTNode], Callable[[Any], Outcome]] = {
            cst.SimpleStatementLine: self._line,
            cst.SimpleStatementSuite: self._line,
            cst.Expr: self._expression,
            cst.Assign: self._plain(self.assignments.assign),
            cst.AnnAssign: self._plain(self.assignments.annotate),
            cst.AugAssign: self._plain(self.assignments.augment),
            cst.Import: self._plain(self.assignments.import_modules),
            cst.ImportFrom: self._plain(self.assignments.import_names),
            cst.FunctionDef: self._plain(self.definitions.function),
            cst.ClassDef: self._plain(self.definitions.class_),
            cst.TypeAlias: self._plain(self.assignments.alias),
            cst.Global: self._plain(self._global),
            cst.Nonlocal: self._plain(self._nonlocal),
            cst.Del: self._plain(self.assignments.delete),
            cst.Return: self._return,
            cst.Raise: self._raise,
            cst.Break: self._break,
            cst.Continue: self._continue,
            cst.Assert: self._assert,
            cst.If: self._if,
            cst.While: self._while,
            cst.For: self._for,
            cst.Try: self._try,
            cst.TryStar: self._try,
            cst.With: self._with,
            cst.Match: self._match,
        }

    @property
    def scope(self) -> Scope:
        return self.expressions.scope

    def visit(self, module: cst.Module, *, is_notebook: bool = False) -> None:
        self.definitions.keep_snapshots = is_notebook
        with self.recorder.inside("module"):
            self.statements(module.body)
        self.facts.reads = frozenset(self.expressions.reads)
        self.definitions.finish()
        self.facts.scopes.extend(self._scope_fact(scope) for scope in self.scopes)

    def _scope_fact(self, scope: Scope) -> ScopeFact:
        is_module = scope.kind == "module"
        bindings = {
            name: tuple(values) for name, values in scope.bindings.items() if is_module or name in scope.read_by_inner
        }
        return ScopeFact(scope.parent.index if scope.parent else -1, bindings)

    # -- statements -------------------------------------------------------------------------------------------

    def statements(self, nodes: Sequence[cst.CSTNode]) -> Outcome:
        outcome = Outcome.FALL
        for node in nodes:
            handler = self._handlers.get(type(node))
            if handler is None:
                continue
            ended = handler(node)
            if Outcome.FALL in outcome:
                outcome = (outcome ^ Outcome.FALL) | ended
        return outcome

    def _plain(self, handler: Callable[[Any], object]) -> Callable[[Any], Outcome]:
        def handle(node: cst.CSTNode) -> Outcome:
            handler(node)
            return Outcome.FALL

        return handle

    def _line(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> Outcome:
        return self.statements(node.body)

    def _expression(self, node: cst.Expr) -> Outcome:
        expression = node.value
        if isinstance(expression, cst.SimpleString):
            return Outcome.FALL
        self.expressions.value(expression)
        called = expression.expression if isinstance(expression, cst.Await) else expression
        if isinstance(called, cst.Call):
            if self._ends_process(called):
                self.recorder.exit("exit")
                return Outcome.RAISE
            self.expressions.known_calls.escape_arguments(called)
        return Outcome.FALL

    def _ends_process(self, node: cst.Call) -> bool:
        if isinstance(node.func, cst.Name):
            return node.func.value in ("exit", "quit") and isinstance(self.scope.lookup(node.func.value), Builtin)
        key = key_of(node.func)
        return key is not None and tuple(key.split(".")) in _ENDS_PROCESS

    def _global(self, node: cst.Global) -> None:
        for item in node.names:
            self.scope.redirected[item.name.value] = self.scopes[0]

    def _nonlocal(self, node: cst.Nonlocal) -> None:
        for item in node.names:
            outer = self.scope.parent
            while outer is not None and item.name.value not in outer.bindings:
                outer = outer.parent
            if outer is not None:
                self.scope.redirected[item.name.value] = outer

    def _return(self, node: cst.Return) -> Outcome:
        self.definitions.returns.append(self.expressions.value(node.value) if node.value else Literal(None))
        self.recorder.exit("return")
        return Outcome.RETURN

    def _raise(self, node: cst.Raise) -> Outcome:
        if node.exc is not None:
            self.expressions.value(node.exc)
        if node.cause is not None:
            self.expressions.value(node.cause.item)
        self.recorder.exit("raise")
        return Outcome.RAISE

    def _break(self, _: cst.Break) -> Outcome:
        self.recorder.exit("break")
        if self._rounds:
            self._rounds[-1].breaks.append(self.scope.since(self._rounds[-1].depth))
        return Outcome.BREAK

    def _continue(self, _: cst.Continue) -> Outcome:
        self.recorder.exit("continue")
        if self._rounds:
            self._rounds[-1].continues.append(self.scope.since(self._rounds[-1].depth))
        return Outcome.CONTINUE

    def _assert(self, node: cst.Assert) -> Outcome:
        tested = self._condition(node.test)
        with self.recorder.inside("branch", tested):
            self.recorder.exit("raise")
            if node.msg is not None:
                self.expressions.value(node.msg)
        self.scope.limit(self.guards.of(node.test)[0])
        return Outcome.FALL

    def _condition(self, test: cst.BaseExpression) -> int:
        return self.recorder.condition(condition(test, self.expressions.value(test)))

    # -- branches ---------------------------------------------------------------------------------------------

    def _branch(
        self, kind: str, index: int, body: Sequence[cst.CSTNode], limited: Iterable[Value]
    ) -> tuple[Outcome, Layer | None]:
        """Walk one branch, in which some values are ``limited`` in length; its bindings, or None where it never gets to
        the code that follows."""
        self.scope.push()
        self.scope.limit(limited)
        with self.recorder.inside(kind, index):
            outcome = self.statements(body)
        layer = self.scope.pop()
        return outcome, layer if Outcome.FALL in outcome else None

    def _if(self, node: cst.If) -> Outcome:
        tested = self._condition(node.test)
        within, beyond = self.guards.of(node.test)
        outcome, layer = self._branch("branch", tested, node.body.body, within)
        orelse = node.orelse
        rest = [orelse] if isinstance(orelse, cst.If) else orelse.body.body if orelse is not None else []
        otherwise = self.recorder.condition(opposite(self.facts.conditions[tested])) if rest else tested
        other, other_layer = self._branch("branch", otherwise, rest, beyond)
        self.scope.join((layer, other_layer), tests_in(self.facts.conditions[tested].value))
        return outcome | other

    def _match(self, node: cst.Match) -> Outcome:
        subject = self.expressions.value(node.subject)
        tested = self.recorder.condition(condition(node.subject, subject))
        is_complete = any(takes_all(case) for case in node.cases)
        outcome, layers = (Outcome.NONE, []) if is_complete else (Outcome.FALL, list[Layer | None]([{}]))
        for case in node.cases:
            self.scope.push()
            for name in captured(case.pattern):
                self.scope.bind(name, Unknown("matched by a pattern"))
            with self.recorder.inside("branch", tested):
                if case.guard is not None:
                    self.expressions.value(case.guard)
                ended = self.statements(case.body.body)
            layer = self.scope.pop()
            layers.append(layer if Outcome.FALL in ended else None)
            outcome |= ended
        self.scope.join(layers)
        return outcome

    # -- loops ------------------------------------------------------------------------------------------------

    def _while(self, node: cst.While) -> Outcome:
        span = self.positions.statement(node)
        number = self._open_loop(node)
        with self.recorder.inside_loop(number) as block:
            tested = self._condition(node.test)
            outcome = self.statements(node.body.body)
        always = is_always_true(node.test)
        layer, breaks = self._close_loop(outcome)
        carried = self._carried(tested, layer or {})
        self.facts.loops[number] = Loop("while", block, None, tested, always, (), carried, span)
        return self._after_loop(outcome, node.orelse, layer, breaks, always=always, test=node.test)

    def _for(self, node: cst.For) -> Outcome:
        span = self.positions.statement(node)
        iterable = self.expressions.value(node.iter)
        number = self._open_loop(node)
        with self.recorder.inside_loop(number) as block:
            self.assignments.bind(node.target, Element(iterable))
            targets = tuple(self.scope.layers[-1])
            outcome = self.statements(node.body.body)
        layer, breaks = self._close_loop(outcome)
        self.facts.loops[number] = Loop("for", block, iterable, -1, False, targets, (), span)
        return self._after_loop(outcome, node.orelse, layer, breaks, always=False)

    def _open_loop(self, node: cst.While | cst.For) -> int:
        before = self.scope.forget(assigned_names(node.body))
        self.scope.push()
        self._rounds.append(_Rounds(len(self.scope.layers) - 1, before))
        self.facts.loops.append(Loop("while", -1, None, -1, False, (), (), -1))
        return len(self.facts.loops) - 1

    def _close_loop(self, outcome: Outcome) -> tuple[Layer | None, list[Layer]]:
        """What names are bound to at the end of a round, None where no round gets there, and at each ``break``."""
        rounds, layer = self._rounds.pop(), self.scope.pop()
        ends = [*([layer] if Outcome.FALL in outcome else []), *rounds.continues]
        self.scope.push()
        self.scope.join(ends)
        merged = self.scope.pop()
        self.scope.layers[-1].update(rounds.before)
        return merged if ends else None, rounds.breaks

    def _carried(self, tested: int, layer: Layer) -> tuple[Value, ...]:
        """What the variables of a while loop's test hold when the body has run."""
        test = self.facts.conditions[tested]
        names = (*test.compared, *test.tested, *test.contained, *test.searched)
        values = [layer.get(name) for name in names]
        return tuple(value for value in values if value is not None)

    def _after_loop(
        self,
        body: Outcome,
        orelse: cst.Else | None,
        layer: Layer | None,
        breaks: list[Layer],
        *,
        always: bool,
        test: cst.BaseExpression | None = None,
    ) -> Outcome:
        """Walk what runs when a loop has come to its end, and join that with the ways in which it was left before."""
        ended = Outcome.FALL
        self.scope.push()
        self.scope.join((layer, {}))
        left = [{**self.scope.layers[-1], **at_break} for at_break in breaks]
        if test is not None:
            self.scope.limit(self.guards.of(test)[1])
        if orelse is not None:
            ended = self.statements(orelse.body.body)
        end = self.scope.pop()
        if always:
            ended = Outcome.NONE
        self.scope.join((end if Outcome.FALL in ended else None, *left))
        return ended | (body & (Outcome.RETURN | Outcome.RAISE)) | (Outcome.FALL if breaks else Outcome.NONE)

    # -- exceptions -------------------------------------------------------------------------------------------

    def _try(self, node: cst.Try | cst.TryStar) -> Outcome:
        number = len(self.facts.tries)
        self.facts.tries.append(Try(-1, ()))
        self.scope.push()
        with self.recorder.inside("try", number) as block:
            outcome = self.statements(node.body.body)
        body_layer = self.scope.pop()
        handlers, outcomes, layers = self._handlers_of(node.handlers, number, body_layer)
        self.facts.tries[number] = Try(block, tuple(handlers))
        if node.orelse is not None:
            self.scope.layers.append(body_layer)
            with self.recorder.inside("else", number):
                outcome = (outcome & ~Outcome.FALL) | self.statements(node.orelse.body.body)
            self.scope.pop()
        self.scope.join((body_layer if Outcome.FALL in outcome else None, *layers))
        for handled in outcomes:
            outcome |= handled
        return self._finally(node.finalbody, number, outcome)

    def _finally(self, node: cst.Finally | None, number: int, outcome: Outcome) -> Outcome:
        if node is None:
            return outcome
        with self.recorder.inside("finally", number):
            ended = self.statements(node.body.body)
        return outcome | (ended & ~Outcome.FALL) if Outcome.FALL in ended else ended

    def _handlers_of(
        self, nodes: Iterable[cst.ExceptHandler | cst.ExceptStarHandler], number: int, body: Layer
    ) -> tuple[list[int], list[Outcome], list[Layer | None]]:
        """Walk the handlers; any part of the ``try`` body may have run before each."""
        numbers: list[int] = []
        outcomes: list[Outcome] = []
        layers: list[Layer | None] = []
        for node in nodes:
            span = self.positions.statement(node)
            index = len(self.facts.handlers)
            catches = self._caught(node.type)
            self.facts.handlers.append(Handler(catches, number, -1, frozenset(), span))
            self.scope.push()
            self.scope.join((body, {}))
            if node.name is not None and isinstance(node.name.name, cst.Name):
                self.scope.bind(node.name.name.value, Caught(index))
            with self.recorder.inside("handler", index) as block:
                outcome = self.statements(node.body.body)
            layer = self.scope.pop()
            self.facts.handlers[index] = Handler(catches, number, block, outcome.names, span)
            numbers.append(index)
            outcomes.append(outcome)
            layers.append(layer if Outcome.FALL in outcome else None)
        return numbers, outcomes, layers

    def _caught(self, node: cst.BaseExpression | None) -> tuple[Value, ...] | None:
        if node is None:
            return None
        value = self.expressions.value(node)
        return value.items if isinstance(value, SequenceValue) else (value,)

    def _with(self, node: cst.With) -> Outcome:
        values = []
        for item in node.items:
            value = self.expressions.value(item.item)
            values.append(value)
            if item.asname is not None:
                self.assignments.bind(item.asname.name, Operation("enter", (value,)))
        for value in values:
            if isinstance(value, Result) and self.facts.calls[value.call].callee == _SUPPRESS:
                return self._suppress(self.facts.calls[value.call], node.body.body)
        self.facts.withs.append(tuple(values))
        with self.recorder.inside("with", len(self.facts.withs) - 1):
            return self.statements(node.body.body)

    def _suppress(self, call: Call, body: Sequence[cst.CSTNode]) -> Outcome:
        """``with suppress(E):`` is a try statement whose handler does nothing."""
        number = len(self.facts.tries)
        caught = tuple(argument.value for argument in call.arguments)
        self.facts.handlers.append(Handler(caught, number, -1, Outcome.FALL.names, call.span))
        self.facts.tries.append(Try(-1, (len(self.facts.handlers) - 1,)))
        self.scope.push()
        with self.recorder.inside("try", number) as block:
            outcome = self.statements(body)
        self.facts.tries[number] = Try(block, self.facts.tries[number].handlers)
        self.scope.join((self.scope.pop(), {}))
        return outcome | Outcome.FALL
