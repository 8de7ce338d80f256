"""HCL's bodies and expressions as the values of declarations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence

from llmlint.declarations import Content, Either, Hidden, Node, Reference, Row, Table
from llmlint.languages.json_text import decoded
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.terraform.syntax import Offsets, Syntax, words_of

_HIDDEN = Hidden()
# Functions that give back their first argument, as far as a declaration is concerned.
_TRANSPARENT = frozenset(
    "jsonencode jsondecode tostring tonumber tobool tolist toset tomap one trimspace nonsensitive".split()
)
# Functions that give back one of their arguments.
_FIRST_OF = frozenset({"coalesce", "try"})


class Expressions:
    def __init__(self, offsets: Offsets) -> None:
        self._offsets = offsets
        self._readers: dict[str, Callable[[Syntax], Content]] = {
            "literal_value": self._literal,
            "template_expr": self._template,
            "collection_value": self._collection,
            "variable_expr": lambda node: Reference((text_of(node),)),
            "conditional": self._conditional,
            "function_call": self._function,
            "operation": self._operation,
            "expression": lambda node: self._expression(node),
        }

    # -- bodies -----------------------------------------------------------------------------------------------

    def body(self, body: Syntax | None, start: int, end: int) -> Node:
        """A block's attributes and blocks; of several blocks of one name, a list."""
        entries: list[tuple[str, Node]] = []
        blocks: dict[str, list[Node]] = defaultdict(list)
        for child in body.children if body is not None else ():
            if child.type == "attribute":
                entries.append(self.attribute(child))
            elif child.type == "block":
                name, inner = self._block(child)
                blocks[name].append(inner)
        for name, found in blocks.items():
            row = Node(Row(tuple(found)), found[0].start, found[-1].end)
            entries.append((name, found[0] if len(found) == 1 else row))
        return Node(Table(tuple(entries)), start, end)

    def attribute(self, attribute: Syntax) -> tuple[str, Node]:
        name, *values = code_of(attribute)
        if attribute.has_error or not values:
            return text_of(name), Node(_HIDDEN, *self._offsets.of(attribute))
        return text_of(name), self.node(values[0])

    def _block(self, block: Syntax) -> tuple[str, Node]:
        """A nested block; one that is written ``dynamic`` may be there once, often or never."""
        words = words_of(block)
        if words[0] == "dynamic" and len(words) > 1:
            return words[1], Node(_HIDDEN, *self._offsets.of(block))
        body = next((child for child in block.children if child.type == "body"), None)
        return words[0], self.body(body, *self._offsets.of(block))

    # -- expressions ------------------------------------------------------------------------------------------

    def node(self, expression: Syntax) -> Node:
        return Node(self._expression(expression), *self._offsets.of(expression))

    def _expression(self, expression: Syntax) -> Content:
        parts = list(code_of(expression)) if expression.type == "expression" else [expression]
        if not parts or expression.has_error:
            return _HIDDEN
        first, *steps = parts
        read = self._readers.get(first.type)
        content = read(first) if read is not None else _HIDDEN
        for step in steps:
            content = _stepped(content, _names(step))
        return content

    def _literal(self, node: Syntax) -> Content:
        literal = next(code_of(node), None)
        if literal is None or literal.type == "null_lit":
            return None
        if literal.type == "string_lit":
            return decoded([Node(_unescaped(literal), *self._offsets.of(literal))])
        text = text_of(literal)
        if literal.type == "bool_lit":
            return text == "true"
        return _number(text)

    def _template(self, node: Syntax) -> Content:
        quoted = next(code_of(node), None)
        if quoted is None:
            return _HIDDEN
        parts = []
        for child in code_of(quoted):
            if child.type == "template_literal":
                text = text_of(child) if quoted.type == "heredoc_template" else _plain(text_of(child))
                parts.append(Node(text, *self._offsets.of(child)))
            elif child.type == "template_interpolation":
                inner = next((part for part in code_of(child) if part.type == "expression"), None)
                parts.append(self.node(inner) if inner is not None else Node(_HIDDEN, *self._offsets.of(child)))
            elif child.type == "template_directive":
                parts.append(Node(_HIDDEN, *self._offsets.of(child)))
        return decoded(parts) if parts else ""

    def _collection(self, node: Syntax) -> Content:
        inner = next(code_of(node), None)
        if inner is None:
            return _HIDDEN
        if inner.type == "tuple":
            return Row(tuple(self.node(child) for child in code_of(inner) if child.type == "expression"))
        entries = []
        is_open = False
        for element in code_of(inner):
            if element.type == "object_elem":
                key, value = list(code_of(element))[:2]
                name = self._key(key)
                is_open |= not name
                entries.append((name, self.node(value)))
        return Table(tuple((name, value) for name, value in entries if name), is_open=is_open)

    def _key(self, expression: Syntax) -> str:
        """A key as it is written; nothing for one that is worked out."""
        content = self._expression(expression)
        if isinstance(content, Reference) and len(content.path) == 1 and not text_of(expression).startswith("("):
            return content.path[0]
        return content if isinstance(content, str) else ""

    def _conditional(self, node: Syntax) -> Content:
        return Either(tuple(self.node(option) for option in list(code_of(node))[1:3]))

    def _function(self, node: Syntax) -> Content:
        name, *rest = code_of(node)
        arguments = [child for part in rest for child in code_of(part) if child.type == "expression"]
        called = text_of(name)
        if called in _TRANSPARENT and arguments:
            return self._expression(arguments[0])
        if called in _FIRST_OF and arguments:
            return Either(tuple(self.node(argument) for argument in arguments))
        if called == "merge":
            # The last one of those that hold a key decides.
            return Table((), tuple(self.node(argument) for argument in reversed(arguments)))
        if called == "format" and arguments:
            return _formatted([self.node(argument) for argument in arguments])
        return _HIDDEN

    def _operation(self, node: Syntax) -> Content:
        operation = next(code_of(node), None)
        if operation is None:
            return _HIDDEN
        values = [self._expression(child) for child in code_of(operation)]
        operator = next((text_of(child) for child in operation.children if not child.is_named), "")
        return _worked_out(operator, values)


def _names(step: Syntax) -> tuple[str, ...] | None:
    """What a step after a value reads: an attribute, or one of many, which says no more than the many themselves."""
    if step.type == "get_attr":
        return (text_of(next(code_of(step))),)
    if step.type == "splat":
        return tuple(text_of(name) for part in code_of(step) for attr in code_of(part) for name in code_of(attr))
    if step.type == "index":
        text = text_of(step).strip("[]. ")
        return (text.strip('"'),) if text.startswith('"') else ()
    return None


def _stepped(content: Content, names: tuple[str, ...] | None) -> Content:
    if isinstance(content, Reference) and names is not None:
        return Reference((*content.path, *names))
    return _HIDDEN if names is None or names else content


def _number(text: str) -> Content:
    try:
        return float(text) if any(mark in text for mark in ".eE") else int(text)
    except ValueError:
        return _HIDDEN


def _worked_out(operator: str, values: Sequence[Content]) -> Content:
    """Arithmetic with numbers that are written out."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) != len(values):
        return _HIDDEN
    match operator, numbers:
        case "-", [only]:
            return -only
        case "*", [left, right]:
            return left * right
        case "+", [left, right]:
            return left + right
        case "-", [left, right]:
            return left - right
    return _HIDDEN


def _formatted(arguments: Sequence[Node]) -> Content:
    """``format("%s-dlq", var.name)``."""
    pattern, *values = arguments
    if not isinstance(pattern.content, str) or pattern.content.count("%s") != len(values):
        return _HIDDEN
    parts = []
    for index, piece in enumerate(pattern.content.split("%s")):
        parts.append(Node(piece, pattern.start, pattern.end))
        parts.extend(values[index : index + 1])
    return decoded([part for part in parts if part.content != ""])


def _unescaped(literal: Syntax) -> str:
    return _plain("".join(text_of(child) for child in literal.children if child.type == "template_literal"))


def _plain(text: str) -> str:
    """A quoted text without its escapes."""
    text = text.replace("$${", "${").replace("%%{", "%{")
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
