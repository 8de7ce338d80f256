"""The one walk over a file's libcst tree: statements, the stack of contexts, and the facts met in them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from llmlint.cycles import dismantle
from llmlint.facts import Call, FileFacts, Loop
from llmlint.languages.control import Clause, Control, Walk
from llmlint.languages.outcomes import Outcome
from llmlint.languages.python.assignments import Assignments
from llmlint.languages.python.definitions import Definitions
from llmlint.languages.python.loops import assigned_names, condition, is_always_true, key_of
from llmlint.languages.python.patterns import captured, is_written, takes_all, takes_texts
from llmlint.languages.python.positions import Positions
from llmlint.languages.python.values import Expressions
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Layer, Scope
from llmlint.values import Builtin, Element, Imported, Literal, Operation, Result, Value
from llmlint.values import Sequence as SequenceValue

# What nothing has to bind.
_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__doc__", "get_ipython", "display"}
_SUPPRESS = Imported("contextlib", "suppress")
# Functions that never come back, and what they do instead.
_ENDS = {
    ("sys", "exit"): "exit",
    ("os", "_exit"): "exit",
    ("os", "abort"): "exit",
    ("streamlit", "stop"): "exit",
    ("flask", "abort"): "raise",
    ("quart", "abort"): "raise",
    ("bottle", "abort"): "raise",
    ("werkzeug.exceptions", "abort"): "raise",
}
_ENDING_NAMES = frozenset({"quit", *(name for _, name in _ENDS)})


class Visitor:
    """Walks one module into ``facts``. ``interest``: the attribute and key names whose reading is a fact;
    ``settings``: the names whose binding is."""

    def __init__(
        self, facts: FileFacts, interest: frozenset[str] = frozenset(), settings: frozenset[str] = frozenset()
    ) -> None:
        self.facts = facts
        self.recorder = Recorder(facts)
        self.positions = Positions()
        self.scopes = [Scope("module", 0, builtins=_BUILTINS)]
        self.expressions = Expressions(self.recorder, self.positions, interest, self.scopes[0])
        self.assignments = Assignments(facts, self.recorder, self.expressions, self.scopes, settings)
        self.definitions = Definitions(
            facts, self.recorder, self.expressions, self.assignments, self.scopes, self.statements
        )
        self.guards = self.expressions.guards
        self.control = Control(self.recorder, lambda: self.scope)
        self._handlers: dict[type[cst.CSTNode], Callable[[Any], Outcome | None]] = {
            cst.SimpleStatementLine: self._line,
            cst.SimpleStatementSuite: self._line,
            cst.Expr: self._expression,
            cst.Assign: self.assignments.assign,
            cst.AnnAssign: self.assignments.annotate,
            cst.AugAssign: self.assignments.augment,
            cst.Import: self.assignments.import_modules,
            cst.ImportFrom: self.assignments.import_names,
            cst.FunctionDef: self.definitions.function,
            cst.ClassDef: self.definitions.class_,
            cst.TypeAlias: self.assignments.alias,
            cst.Global: self._global,
            cst.Nonlocal: self._nonlocal,
            cst.Del: self.assignments.delete,
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

    def close(self) -> None:
        dismantle(self.definitions, self.expressions, self)

    # -- statements -------------------------------------------------------------------------------------------

    def statements(self, nodes: Sequence[cst.CSTNode]) -> Outcome:
        outcome = Outcome.FALL
        for node in nodes:
            if type(node) is cst.SimpleStatementLine and len(node.body) == 1:
                node = node.body[0]
            if type(node) is cst.Return and Outcome.FALL not in outcome:
                continue  # nothing gets there
            handler = self._handlers.get(type(node))
            ended = handler(node) if handler is not None else None
            if ended is not None and ended is not Outcome.FALL and Outcome.FALL in outcome:
                outcome = (outcome ^ Outcome.FALL) | ended
        return outcome

    def _line(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> Outcome:
        return self.statements(node.body)

    def _expression(self, node: cst.Expr) -> Outcome | None:
        expression = node.value
        if type(expression) is cst.SimpleString:
            return None
        self.expressions.value(expression)
        called = expression.expression if type(expression) is cst.Await else expression
        if type(called) is cst.Call:
            end = self._end_by(called.func)
            if end is not None:
                self.recorder.exit(end)
                return Outcome.RAISE
            self.expressions.known_calls.escape_arguments(called)
        return None

    def _end_by(self, function: cst.BaseExpression) -> str | None:
        """How a call of a function ends what runs, where it never comes back."""
        key = key_of(function)
        if key is None or key.rpartition(".")[2] not in _ENDING_NAMES:
            return None
        called = self.expressions.value(function)
        if isinstance(called, Builtin):
            return "exit" if called.name in ("exit", "quit") else None
        module, _, name = key.rpartition(".")
        return _ENDS.get((called.module, called.name) if isinstance(called, Imported) else (module, name))

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
        self.control.leave_round("break")
        return Outcome.BREAK

    def _continue(self, _: cst.Continue) -> Outcome:
        self.control.leave_round("continue")
        return Outcome.CONTINUE

    def _assert(self, node: cst.Assert) -> None:
        tested = self._condition(node.test)
        with self.recorder.inside("branch", tested):
            self.recorder.exit("raise")
            if node.msg is not None:
                self.expressions.value(node.msg)
        self.scope.limit(self.guards.of(node.test)[0])

    def _condition(self, test: cst.BaseExpression) -> int:
        return self.recorder.condition(condition(test, self.expressions.value(test)))

    # -- branches ---------------------------------------------------------------------------------------------

    def _body(self, nodes: Sequence[cst.CSTNode]) -> Walk:
        return lambda: self.statements(nodes)

    def _suite(self, node: cst.Else | cst.Finally | None) -> Walk | None:
        return self._body(node.body.body) if node is not None else None

    def _if(self, node: cst.If) -> Outcome:
        tested = self._condition(node.test)
        limited = self.guards.of(node.test)
        orelse = node.orelse
        otherwise = self._body([orelse]) if isinstance(orelse, cst.If) else self._suite(orelse)
        return self.control.fork(tested, limited, self._body(node.body.body), otherwise)

    def _match(self, node: cst.Match) -> Outcome:
        subject = self.expressions.value(node.subject)
        tested = self.recorder.condition(condition(node.subject, subject))
        outcome, layers, beyond = Outcome.NONE, list[Layer | None](), list[Value]()
        for case in node.cases:
            self.scope.push()
            self.scope.limit(beyond)
            with self.recorder.inside("branch", tested):
                beyond += self._take(case, subject)
                ended = self.statements(case.body.body)
            layer = self.scope.pop()
            layers.append(layer if Outcome.FALL in ended else None)
            outcome |= ended
        if not any(takes_all(case.pattern) and case.guard is None for case in node.cases):
            self.scope.push()
            self.scope.limit(beyond)
            layers.append(self.scope.pop())
            outcome |= Outcome.FALL
        self.scope.join(layers)
        return outcome

    def _take(self, case: cst.MatchCase, subject: Value) -> list[Value]:
        """Bind what a pattern captures of ``subject``; what is known in the cases that follow."""
        for name, value in captured(case.pattern, subject, self.expressions):
            self.scope.bind(name, value)
        if is_written(case.pattern):
            self.scope.limit([subject])
        if case.guard is None:
            return []
        self.expressions.value(case.guard)
        within, beyond = self.guards.of(case.guard)
        self.scope.limit(within)
        return beyond if takes_texts(case.pattern) else []

    # -- loops ------------------------------------------------------------------------------------------------

    def _while(self, node: cst.While) -> Outcome:
        span = self.positions.statement(node)
        control = self.control
        number = control.open_loop(assigned_names(node.body))
        with self.recorder.inside_loop(number) as block:
            tested = self._condition(node.test)
            outcome = self.statements(node.body.body)
        always = is_always_true(node.test)
        layer, breaks = control.close_loop(outcome)
        carried = control.carried(tested, layer or {})
        self.facts.loops[number] = Loop("while", block, None, tested, always, (), carried, span)
        return control.after_loop(
            outcome,
            layer,
            breaks,
            always=always,
            beyond=lambda: self.guards.of(node.test)[1],
            orelse=self._suite(node.orelse),
        )

    def _for(self, node: cst.For) -> Outcome:
        span = self.positions.statement(node)
        iterable = self.expressions.value(node.iter)
        control = self.control
        number = control.open_loop(assigned_names(node.body))
        with self.recorder.inside_loop(number) as block:
            self.assignments.bind(node.target, Element(iterable))
            targets = tuple(self.scope.layers[-1])
            outcome = self.statements(node.body.body)
        layer, breaks = control.close_loop(outcome)
        self.facts.loops[number] = Loop("for", block, iterable, -1, False, targets, (), span)
        return control.after_loop(outcome, layer, breaks, always=False, orelse=self._suite(node.orelse))

    # -- exceptions -------------------------------------------------------------------------------------------

    def _try(self, node: cst.Try | cst.TryStar) -> Outcome:
        clauses = [self._clause(handler) for handler in node.handlers]
        return self.control.attempt(
            self._body(node.body.body), clauses, self._suite(node.orelse), self._suite(node.finalbody)
        )

    def _clause(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> Clause:
        name = node.name.name.value if node.name is not None and isinstance(node.name.name, cst.Name) else None
        return Clause(
            lambda: (self.positions.statement(node), self._caught(node.type)), name, self._body(node.body.body)
        )

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
        caught = tuple(argument.value for argument in call.arguments)
        clause = Clause(lambda: (call.span, caught), None, lambda: Outcome.FALL)
        return self.control.attempt(self._body(body), [clause]) | Outcome.FALL
