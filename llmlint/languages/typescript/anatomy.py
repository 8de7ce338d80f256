"""How JavaScript and TypeScript are put together, by tree-sitter's tree of their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from llmlint.facts import Span
from llmlint.languages.anatomy import Attempt, Entry, Listing
from llmlint.languages.syntax_trees import code_of, text_of, walk
from llmlint.languages.typescript.positions import code_points
from llmlint.languages.typescript.syntax import FUNCTIONS, Node, arguments_of, plain

_CALLS = frozenset({"call_expression", "new_expression"})
_LEAVING = frozenset({"return_statement", "break_statement", "throw_statement"})
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_SCOPES = FUNCTIONS | {"function_declaration", "generator_function_declaration", "method_definition", "program"}
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
# Where a string is part of something else than an expression.
_NO_EXPRESSION = ("jsx", "import", "expression_statement", "enum", "literal_type")
_DEFAULTS = frozenset({"||", "??"})
_ENVIRONMENT = re.compile(r"process\.env\b|import\.meta\.env\b")


class ScriptAnatomy:
    """``program``: what was parsed of ``data``, a text in UTF-8."""

    nothing: tuple[str, ...] = ("undefined", "null")

    def __init__(self, program: Node, data: bytes) -> None:
        self._nodes = list(walk(program))
        offsets = [place for node in self._nodes for place in (node.start_byte, node.end_byte)]
        self._points = dict(zip(offsets, offsets if data.isascii() else code_points(data, offsets), strict=True))

    def span(self, node: Node) -> Span:
        return Span(self._points[node.start_byte], self._points[node.end_byte])

    # -- arguments and entries --------------------------------------------------------------------------------

    def listing(self, span: Span) -> Listing | None:
        node = next((n for n in self._nodes if n.type in (*_CALLS, "object") and self.span(n) == span), None)
        if node is not None and node.type in _CALLS:
            given = [plain(argument) for argument in arguments_of(node)]
            if not given and node.child_by_field_name("arguments") is not None:
                return Listing((), span.end - 1, "{name}: {value}", ("{ ", " }"))
            node = next((argument for argument in given if argument.type == "object"), None)
        if node is None or node.type != "object":
            return None
        entries = tuple(self._entry(child) for child in code_of(node))
        return Listing(entries, self.span(node).end - 1, "{name}: {value}", (" ", " "))

    def listings(self, span: Span) -> Iterator[Listing]:
        objects = (self.span(node) for node in self._nodes if node.type == "object")
        inner = (other for other in objects if span.start <= other.start and other.end <= span.end)
        return filter(None, map(self.listing, inner))

    def _entry(self, node: Node) -> Entry:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        name = text_of(key if key is not None else node).strip("\"'")
        return Entry(name, self.span(node), self.span(value or node), node.type == "spread_element")

    def value(self, span: Span) -> Span | None:
        pair = next((n for n in self._nodes if n.type == "pair" and self.span(n) == span), None)
        value = pair.child_by_field_name("value") if pair is not None else None
        return self.span(value) if value is not None else None

    def literal(self, value: object) -> str:
        if isinstance(value, dict):
            inner = ", ".join(f"{_key(key)}: {self.literal(item)}" for key, item in value.items())
            return f"{{ {inner} }}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.literal, value))}]"
        return json.dumps(value, ensure_ascii=False)

    # -- loops ------------------------------------------------------------------------------------------------

    def attempt(self, start: int) -> Attempt | None:
        loop = next((n for n in self._nodes if n.type == "while_statement" and self.span(n).start == start), None)
        test, body = (loop.child_by_field_name(name) for name in ("condition", "body")) if loop else (None, None)
        if test is None or body is None or text_of(plain(test)) not in ("true", "1"):
            return None
        statements = list(code_of(body))
        tries = [node for node in statements if node.type == "try_statement"]
        handler = tries[0].child_by_field_name("handler") if len(tries) == 1 else None
        caught = handler.child_by_field_name("parameter") if handler is not None else None
        if handler is None or caught is None or not _leaves_by_success(statements, tries[0]):
            return None
        first = next(code_of(_body(handler)), None)
        if first is None or first.start_point.row == handler.start_point.row:
            return None
        scope = next(node for node in _around(tries[0]) if node.type in _SCOPES)
        names = {text_of(node) for node in walk(scope) if node.type == "identifier"}
        head, begin = Span(start, self._points[test.end_byte]), self._points[first.start_byte]
        return Attempt(
            head,
            frozenset(names),
            ((Span(begin, begin), text_of(caught)),),
            self.span(body).end if any(node.type == "return_statement" for node in walk(body)) else None,
        )

    # -- keys -------------------------------------------------------------------------------------------------

    def key(self, span: Span) -> Span | None:
        node = next((n for n in self._nodes if n.type == "string" and self._holds(n, span)), None)
        around = node.parent if node is not None else None
        if node is None or around is None or around.type.startswith(_NO_EXPRESSION):
            return None
        operator = around.child_by_field_name("operator")
        if around.type == "binary_expression" and operator is not None:
            is_default = text_of(operator) in _DEFAULTS and _ENVIRONMENT.search(text_of(around)) is not None
            return self.span(around) if is_default else None
        return self.span(node) if around.type != "assignment_expression" or self._is_plain(around) else None

    def _is_plain(self, assignment: Node) -> bool:
        """Whether it is no variable of the environment that is assigned."""
        target = assignment.child_by_field_name("left")
        return target is not None and _ENVIRONMENT.search(text_of(target)) is None

    def _holds(self, node: Node, span: Span) -> bool:
        """Whether a string is a key, or is what the property at a span gives."""
        own = self.span(node)
        is_inside = Span(own.start + 1, own.end - 1) == span
        is_given = node.parent is not None and node.parent.type == "pair" and own.end == span.end
        return is_inside or own == span or (is_given and self.span(node.parent) == span)  # type: ignore[arg-type]


def _around(node: Node) -> Iterator[Node]:
    """What a node stands in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name)


def _body(node: Node) -> Node:
    return node.child_by_field_name("body") or node


def _leaves_by_success(statements: Sequence[Node], attempt: Node) -> bool:
    """Whether a round in which nothing is thrown is the last one."""
    at = statements.index(attempt)
    tried = list(code_of(_body(attempt)))
    if _repeats((*statements[:at], *tried, *statements[at + 1 :])):
        return False
    return _leaves(tried) or _leaves(statements[at + 1 :])


def _leaves(statements: Sequence[Node]) -> bool:
    """Whether whoever comes to the end of some statements leaves the loop around them."""
    last = statements[-1] if statements else None
    if last is None or last.type != "if_statement":
        return last is not None and last.type in _LEAVING
    then, otherwise = last.child_by_field_name("consequence"), last.child_by_field_name("alternative")
    branches = [list(code_of(node)) for node in (then, otherwise) if node is not None]
    return len(branches) == 2 and all(_leaves(branch) for branch in branches)


def _repeats(nodes: Sequence[Node]) -> bool:
    """Whether some statements begin the next round of the loop around them."""
    return any(
        node.type == "continue_statement" or (node.type not in _SCOPES | _LOOPS and _repeats(node.named_children))
        for node in nodes
    )
