"""What loops turn on: the variables that a test compares, and the names that a body assigns."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import Condition
from llmlint.languages.conditions import Deciding, Names, opposite_operator
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.syntax import FUNCTIONS, Node, arguments_of, key_of, name_of, plain, whole
from llmlint.values import Value

COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "===": "==", "!=": "!=", "!==": "!="}
_MEMBERSHIP = frozenset({"in", "instanceof"})
# Methods that ask whether something is in what they are called on.
_ASKING = frozenset({"includes", "has", "startsWith", "endsWith", "indexOf"})
_STRINGS = frozenset({"string", "template_string"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "**"})
_BOOLEAN = frozenset({"&&", "||", "??"})
_SHORTENING = frozenset({"slice", "substring", "substr"})
# What names nothing that could change.
_CONSTANTS = frozenset({"undefined", "Infinity", "NaN"})
_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration", "class_declaration", "class"})
_ENTERED = frozenset(
    """
    statement_block if_statement else_clause for_statement for_in_statement while_statement do_statement try_statement
    catch_clause finally_clause switch_statement switch_body switch_case switch_default labeled_statement
    expression_statement lexical_declaration variable_declaration parenthesized_expression sequence_expression
    await_expression binary_expression
    """.split()
)


class _TestNames(Names[Node]):
    def of_test(self, node: Node) -> Deciding:
        node = plain(node)
        operator = operator_of(node)
        if node.type == "binary_expression" and operator in _BOOLEAN:
            left, right = sides(node)
            return self.both(left, right, is_and=operator == "&&")
        if node.type == "unary_expression" and operator == "!":
            inner = node.child_by_field_name("argument")
            holds_by, fails_by = self.of_test(inner) if inner is not None else (frozenset(), frozenset())
            return fails_by, holds_by
        start = len(self.found)
        self._of_part(node, operator)
        names = self.since(start)
        return names, names

    def _of_part(self, node: Node, operator: str) -> None:
        if node.type == "binary_expression" and operator in COMPARISONS:
            for side in sides(node):
                self._operand(side, "compared")
        elif node.type == "binary_expression" and operator in _MEMBERSHIP:
            self._operand(sides(node)[1 if operator == "in" else 0], "contained" if operator == "in" else "tested")
        elif node.type != "call_expression" or not self._asks(node):
            self._operand(node, "tested")

    def _asks(self, node: Node) -> bool:
        """``reply.includes("DONE")``, ``seen.has(url)``."""
        callee = node.child_by_field_name("function")
        given = arguments_of(node)
        if callee is None or name_of(callee) not in _ASKING or callee.type != "member_expression" or not given:
            return False
        asked = "searched" if given[0].type in _STRINGS else "contained"
        self._operand(callee.child_by_field_name("object"), asked)
        return True

    def _operand(self, node: Node | None, asked: str) -> None:
        if node is None:
            return
        node = plain(node)
        if node.type == "binary_expression" and operator_of(node) in _ARITHMETIC:
            for side in sides(node):
                self._operand(side, asked)
        elif node.type in ("assignment_expression", "augmented_assignment_expression"):
            self._operand(node.child_by_field_name("left"), asked)
            self._operand(node.child_by_field_name("right"), asked)
        elif node.type == "update_expression":
            self._operand(node.child_by_field_name("argument"), asked)
        elif node.type == "call_expression":
            for argument in arguments_of(node):
                self._operand(argument, asked)
        elif node.type != "identifier" or text_of(node) not in _CONSTANTS:
            self.note(key_of(node), asked)


def condition(node: Node, value: Value) -> Condition:
    """The test ``node``, whose value has been evaluated already."""
    return _TestNames().condition(node, value, _comparison(plain(node)))


def _comparison(node: Node) -> str:
    operator = operator_of(node)
    if node.type == "unary_expression" and operator == "!":
        inner = node.child_by_field_name("argument")
        return opposite_operator(_comparison(plain(inner))) if inner is not None else ""
    return COMPARISONS.get(operator, "") if node.type == "binary_expression" else ""


def operator_of(node: Node) -> str:
    found = node.child_by_field_name("operator")
    return found.type if found is not None else ""


def sides(node: Node) -> tuple[Node, Node]:
    """The two operands of a binary expression."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return left or node.children[0], right or node.children[-1]


def is_always_true(node: Node | None) -> bool:
    """Whether a loop's test never fails; ``for (;;)`` has none."""
    if node is None:
        return True
    node = plain(node)
    return node.type == "true" or (node.type == "number" and text_of(node) != "0")


def steps(target: Node, value: Node) -> str:
    """How ``target = value`` changes its variable: a step (``n = n + 1``), shrink (``x = x.slice(1)``) or set."""
    key, value = key_of(target), whole(value)
    if key and value.type == "binary_expression" and operator_of(value) in _ARITHMETIC:
        if key in map(key_of, sides(value)):
            return "step"
    while key and value.type == "call_expression":
        callee = value.child_by_field_name("function")
        if callee is None or callee.type != "member_expression":
            break
        inner = callee.child_by_field_name("object")
        if name_of(callee) in _SHORTENING and key_of(inner) == key:
            return "shrink"
        if inner is None:
            break
        value = whole(inner)
    return "set"


def assigned_names(node: Node | None) -> set[str]:
    """The plain names that a loop's body binds, nested functions aside."""
    return set(_assigned(node)) if node is not None else set()


def _assigned(node: Node) -> Iterator[str]:
    kind = node.type
    if kind in ("assignment_expression", "augmented_assignment_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None:
            yield from pattern_names(left)
        if right is not None:
            yield from _assigned(right)
    elif kind == "update_expression":
        argument = node.child_by_field_name("argument")
        if argument is not None and argument.type == "identifier":
            yield text_of(argument)
    elif kind == "variable_declarator":
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and value is not None:
            yield from pattern_names(name)
            yield from _assigned(value)
    elif kind in _ENTERED:
        if kind == "for_in_statement" and (left := node.child_by_field_name("left")) is not None:
            yield from pattern_names(left)
        for child in node.named_children:
            if child.type not in _DECLARATIONS:
                yield from _assigned(child)
    elif kind == "call_expression":
        for argument in arguments_of(node):
            body = argument.child_by_field_name("body") if argument.type in FUNCTIONS else None
            if body is not None:
                yield from _assigned(body)
        callee = node.child_by_field_name("function")
        if callee is not None and callee.type == "member_expression":
            yield from _assigned(callee.named_children[0])


def pattern_names(node: Node) -> Iterator[str]:
    """The names that a target binds."""
    kind = node.type
    if kind in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(node)
    elif kind in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in code_of(node):
            yield from pattern_names(child)
    elif kind == "pair_pattern" and (value := node.child_by_field_name("value")) is not None:
        yield from pattern_names(value)
    elif (
        kind in ("assignment_pattern", "object_assignment_pattern")
        and (left := node.child_by_field_name("left")) is not None
    ):
        yield from pattern_names(left)
