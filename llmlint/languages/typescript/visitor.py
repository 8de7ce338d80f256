"""The one walk over a file's tree: statements, the stack of contexts, and the facts met in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmlint.cycles import dismantle
from llmlint.facts import Condition, FileFacts, Loop
from llmlint.languages.control import Clause, Control, Walk
from llmlint.languages.outcomes import Outcome
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Layer, Scope
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.assignments import Assignments
from llmlint.languages.typescript.builtin_names import BUILTINS
from llmlint.languages.typescript.callbacks import Callbacks
from llmlint.languages.typescript.counting import counted
from llmlint.languages.typescript.definitions import Definitions
from llmlint.languages.typescript.handlers import caught_classes
from llmlint.languages.typescript.loops import assigned_names, condition, is_always_true
from llmlint.languages.typescript.positions import Positions
from llmlint.languages.typescript.syntax import Node, plain, whole
from llmlint.languages.typescript.values import Expressions
from llmlint.values import Element, Imported, Literal, Mapping, Unknown, Value

_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})


class Visitor:
    """Walks one module into ``facts``. ``interest``: the attribute and key names whose reading is a fact."""

    def __init__(self, facts: FileFacts, data: bytes, interest: frozenset[str] = frozenset()) -> None:
        self.facts = facts
        self.recorder = Recorder(facts)
        self.positions = Positions(data)
        self.scopes = [Scope("module", 0, builtins=BUILTINS)]
        self.expressions = Expressions(self.recorder, self.positions, interest, self.scopes[0])
        self.assignments = Assignments(facts, self.recorder, self.expressions, self.scopes)
        self.definitions = Definitions(
            facts, self.recorder, self.expressions, self.assignments, self.scopes, self.statements
        )
        self.control = Control(self.recorder, lambda: self.expressions.scope)
        self.callbacks = Callbacks(self.expressions, self.definitions, self.control, self.expressions.call)
        # What a break without a label leaves, from the outside in.
        self._breakable: list[str] = []
        self._handlers: dict[str, Callable[[Node], Outcome]] = {
            "expression_statement": self._expression,
            "lexical_declaration": self._plain(self.assignments.declare),
            "variable_declaration": self._plain(self.assignments.declare),
            **dict.fromkeys(_FUNCTIONS, lambda _: Outcome.FALL),
            **dict.fromkeys(_CLASSES, self._plain(self.definitions.class_)),
            "import_statement": self._plain(self._import),
            "export_statement": self._plain(self._export),
            "statement_block": self._block,
            "if_statement": self._if,
            "while_statement": self._while,
            "do_statement": self._do,
            "for_statement": self._for,
            "for_in_statement": self._for_in,
            "try_statement": self._try,
            "switch_statement": self._switch,
            "labeled_statement": self._labeled,
            "return_statement": self._return,
            "throw_statement": self._throw,
            "break_statement": self._break,
            "continue_statement": self._continue,
            "enum_declaration": self._plain(self._enum),
            "type_alias_declaration": self._plain(self._alias),
            "internal_module": self._namespace,
        }

    @property
    def scope(self) -> Scope:
        return self.expressions.scope

    def visit(self, program: Node) -> None:
        with self.recorder.inside("module"):
            self.statements(program.named_children)
        self.facts.reads = frozenset(self.expressions.reads)
        self.definitions.finish()
        self.facts.spans = self.positions.find()

    def close(self) -> None:
        dismantle(self.definitions, self.expressions, self)

    # -- statements -------------------------------------------------------------------------------------------

    def statements(self, nodes: Sequence[Node]) -> Outcome:
        for node in nodes:
            function = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            if function is not None and function.type in _FUNCTIONS:
                self.definitions.declare(function)
        outcome = Outcome.FALL
        for node in nodes:
            handler = self._handlers.get(node.type)
            if handler is None or (node.type == "return_statement" and Outcome.FALL not in outcome):
                continue
            ended = handler(node)
            if Outcome.FALL in outcome:
                outcome = (outcome ^ Outcome.FALL) | ended
        return outcome

    def _plain(self, handler: Callable[[Node], object]) -> Callable[[Node], Outcome]:
        def handle(node: Node) -> Outcome:
            handler(node)
            return Outcome.FALL

        return handle

    def _body(self, node: Node | None) -> Walk:
        """The way through a block, a single statement, or the statement in an ``else``."""
        return lambda: self.statements([node]) if node is not None else Outcome.FALL

    def _block(self, node: Node) -> Outcome:
        return self.statements(node.named_children)

    def _expression(self, node: Node) -> Outcome:
        inside = next(code_of(node), None)
        if inside is None:
            return Outcome.FALL
        if inside.type == "internal_module":
            return self._namespace(inside)
        self.expressions.value(inside)
        if self._ends_process(whole(inside)):
            self.recorder.exit("exit")
            return Outcome.RAISE
        if whole(inside).type == "call_expression":
            self.expressions.known_calls.escape_arguments(whole(inside))
        return Outcome.FALL

    def _ends_process(self, node: Node) -> bool:
        callee = node.child_by_field_name("function") if node.type == "call_expression" else None
        return callee is not None and text_of(callee) in ("process.exit", "process.abort", "Deno.exit")

    def _labeled(self, node: Node) -> Outcome:
        return self._body(node.child_by_field_name("body"))()

    def _return(self, node: Node) -> Outcome:
        self.definitions.returns.append(self.expressions.inner(node))
        leaving = self.definitions.leaving
        if leaving == "continue":
            self.control.leave_round("continue")
            return Outcome.CONTINUE
        if leaving:
            self.recorder.exit(leaving)
        return Outcome.RETURN

    def _throw(self, node: Node) -> Outcome:
        self.expressions.inner(node)
        self.recorder.exit("raise")
        return Outcome.RAISE

    def _break(self, node: Node) -> Outcome:
        if self._breakable and self._breakable[-1] == "switch" and not list(code_of(node)):
            return Outcome.BREAK
        self.control.leave_round("break")
        return Outcome.BREAK

    def _continue(self, node: Node) -> Outcome:
        """To go on with a round of a loop further out is to leave the inner one."""
        kind = "break" if list(code_of(node)) and self._breakable.count("loop") > 1 else "continue"
        self.control.leave_round(kind)
        return Outcome.CONTINUE if kind == "continue" else Outcome.BREAK

    # -- branches ---------------------------------------------------------------------------------------------

    def _condition(self, test: Node | None) -> int:
        if test is None:
            return self.recorder.condition(Condition(Literal(True)))
        return self.recorder.condition(condition(test, self.expressions.value(test)))

    def _if(self, node: Node) -> Outcome:
        test, orelse = node.child_by_field_name("condition"), node.child_by_field_name("alternative")
        tested = self._condition(test)
        limited = self.expressions.guards.of(test) if test is not None else ([], [])
        body = self._body(node.child_by_field_name("consequence"))
        inner = next(code_of(orelse), None) if orelse is not None else None
        return self.control.fork(tested, limited, body, self._body(inner) if inner is not None else None)

    def _switch(self, node: Node) -> Outcome:
        subject, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        if subject is None or body is None:
            return Outcome.FALL
        tested = self._condition(subject)
        cases = [child for child in body.named_children if child.type in ("switch_case", "switch_default")]
        is_complete = any(case.type == "switch_default" for case in cases)
        outcome, layers = (Outcome.NONE, []) if is_complete else (Outcome.FALL, list[Layer | None]([{}]))
        self._breakable.append("switch")
        for case in cases:
            value = case.child_by_field_name("value")
            if value is not None:
                self.expressions.value(value)
            statements = case.children_by_field_name("body")
            ended, layer = self.control.branch("branch", tested, self._case(statements))
            layers.append(layer)
            outcome |= ended
        self._breakable.pop()
        self.scope.join(layers)
        return outcome

    def _case(self, nodes: Sequence[Node]) -> Walk:
        """The way through one case; a ``break`` in it leads to what follows the switch."""

        def walk() -> Outcome:
            outcome = self.statements(nodes)
            return (outcome & ~Outcome.BREAK) | Outcome.FALL if Outcome.BREAK in outcome else outcome

        return walk

    # -- loops ------------------------------------------------------------------------------------------------

    def _rounds(self, body: Node | None) -> Outcome:
        self._breakable.append("loop")
        outcome = self._body(body)()
        self._breakable.pop()
        return outcome

    def _while(self, node: Node) -> Outcome:
        return self._loop(node, node.child_by_field_name("condition"))

    def _do(self, node: Node) -> Outcome:
        return self._loop(node, node.child_by_field_name("condition"), first=False)

    def _for(self, node: Node) -> Outcome:
        """``for (let i = 0; i < n; i++)`` counts; any other is a while loop."""
        initializer, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        if initializer is not None:
            self.statements([initializer])
        test = test if test is not None and test.type not in (";", "empty_statement") else None
        test = next(code_of(test), None) if test is not None and test.type == "expression_statement" else test
        counter = counted(node, test, self.expressions)
        if counter is None:
            return self._loop(node, test, increment=node.child_by_field_name("increment"))
        span = self.positions.head(node, node.child_by_field_name("increment"))
        return self._iterate(node, span, counter.iterable, lambda: counter.bind(self.scope))

    def _loop(self, node: Node, test: Node | None, *, first: bool = True, increment: Node | None = None) -> Outcome:
        """A loop on a test. ``first``: it is asked before each round; ``increment``: what is done between rounds."""
        control, body = self.control, node.child_by_field_name("body")
        span = (
            self.positions.head(node, test)
            if first and test is not None
            else self.positions.take(node.start_byte, body.start_byte if body is not None else node.end_byte)
        )
        names = assigned_names(body) | assigned_names(increment) | assigned_names(test)
        number = control.open_loop(names)
        with self.recorder.inside_loop(number) as block:
            tested = self._condition(test) if first else -1
            if increment is not None:
                self.expressions.value(increment)
            outcome = self._rounds(body)
            if not first:
                tested = self._condition(test)
        always = is_always_true(test)
        layer, breaks = control.close_loop(outcome)
        carried = control.carried(tested, layer or {})
        self.facts.loops[number] = Loop("while", block, None, tested, always, (), carried, span)
        beyond = (lambda: self.expressions.guards.of(test)[1]) if test is not None else None
        return control.after_loop(outcome, layer, breaks, always=always, beyond=beyond)

    def _for_in(self, node: Node) -> Outcome:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return Outcome.FALL
        iterable = self.expressions.value(right)
        is_keys = any(child.type == "in" for child in node.children)
        element: Value = Unknown("a key") if is_keys else Element(iterable)
        span = self.positions.head(node, right)
        return self._iterate(node, span, iterable, lambda: self.assignments.bind(plain(left), element))

    def _iterate(self, node: Node, span: int, iterable: Value, bind: Callable[[], None]) -> Outcome:
        control, body = self.control, node.child_by_field_name("body")
        number = control.open_loop(assigned_names(body))
        with self.recorder.inside_loop(number) as block:
            bind()
            targets = tuple(self.scope.layers[-1])
            outcome = self._rounds(body)
        layer, breaks = control.close_loop(outcome)
        self.facts.loops[number] = Loop("for", block, iterable, -1, False, targets, (), span)
        return control.after_loop(outcome, layer, breaks, always=False)

    # -- exceptions -------------------------------------------------------------------------------------------

    def _try(self, node: Node) -> Outcome:
        handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        clauses = [self._clause(handler)] if handler is not None else []
        final_body = self._body(final.child_by_field_name("body")) if final is not None else None
        return self.control.attempt(self._body(node.child_by_field_name("body")), clauses, None, final_body)

    def _clause(self, node: Node) -> Clause:
        parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
        name = text_of(parameter) if parameter is not None and parameter.type == "identifier" else None
        classes, narrowing = caught_classes(body, name)

        def opened() -> tuple[int, tuple[Value, ...] | None]:
            span = self.positions.take(node.start_byte, node.start_byte + len("catch"))
            return span, tuple(map(self.expressions.value, classes)) if classes else None

        statements = [child for child in body.named_children if child != narrowing] if body is not None else []
        return Clause(opened, name, lambda: self.statements(statements))

    # -- modules and namespaces -------------------------------------------------------------------------------

    def _import(self, node: Node) -> None:
        self.assignments.import_(node)

    def _export(self, node: Node) -> None:
        source, declaration = node.child_by_field_name("source"), node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        is_default = any(child.type == "default" for child in node.children)
        if value is not None:
            self.assignments.export("default", self.expressions.known_calls.named(value, "default"))
        elif declaration is not None:
            self.statements([declaration] if declaration.type not in _FUNCTIONS else [])
            name = declaration.child_by_field_name("name")
            if is_default and name is not None:
                self.assignments.export("default", self.scope.lookup(text_of(name)))
            elif is_default and declaration.type in _FUNCTIONS:
                self.assignments.export("default", self.definitions.function(declaration, "default"))
        else:
            self.assignments.export_from(node, source)

    def _enum(self, node: Node) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        items = []
        for child in body.named_children if body is not None else ():
            key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if key is not None and value is not None:
                items.append((text_of(key), self.expressions.value(value)))
        if name is not None:
            self.scope.bind(text_of(name), Mapping(tuple(items), (Unknown("a member without a value"),)))

    def _alias(self, node: Node) -> None:
        """``type Client = import("openai").OpenAI``: a name for a class, where nothing else has that name."""
        name, meant = node.child_by_field_name("name"), node.child_by_field_name("value")
        declared = self.expressions.annotations.of(meant)
        if name is not None and isinstance(declared, Imported) and self.scope.get(text_of(name)) is None:
            self.scope.bind(text_of(name), declared)

    def _namespace(self, node: Node) -> Outcome:
        return self._body(node.child_by_field_name("body"))()
