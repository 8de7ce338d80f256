"""What statements bind: declarations, assignments to names and properties, imports and exports."""

from __future__ import annotations

from llmlint.facts import FileFacts, Setting
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.syntax_trees import code_of, text_of
from llmlint.languages.typescript.literals import string_in
from llmlint.languages.typescript.loops import operator_of, steps
from llmlint.languages.typescript.syntax import Node, key_of, name_of, plain
from llmlint.languages.typescript.values import Expressions
from llmlint.languages.values import choice, held, operation, with_item
from llmlint.scripts import WHOLE, package
from llmlint.values import (
    Attribute,
    Builtin,
    ClassValue,
    Imported,
    Literal,
    Mapping,
    Operation,
    This,
    Unknown,
    Value,
    Variable,
)
from llmlint.values import Sequence as SequenceValue

_CHANGED = Unknown("changed in place")
_PATTERNS = frozenset({"object_pattern", "array_pattern"})
_CHOOSING = frozenset({"??=", "||=", "&&="})


class Assignments:
    """``attributes`` collects, for each class of the file, what its methods assign to ``this``."""

    def __init__(self, facts: FileFacts, recorder: Recorder, expressions: Expressions, scopes: list[Scope]) -> None:
        self.facts = facts
        self.recorder = recorder
        self.expressions = expressions
        self.scopes = scopes
        self.attributes: list[dict[str, list[Value]]] = []
        expressions.handle(["assignment_expression"], self.assign)
        expressions.handle(["augmented_assignment_expression"], self.augment)
        expressions.handle(["update_expression"], self.update)

    def declare(self, node: Node) -> None:
        """``const client = new OpenAI()``."""
        for declarator in node.named_children:
            name = declarator.child_by_field_name("name") if declarator.type == "variable_declarator" else None
            if name is None:
                continue
            value_node = declarator.child_by_field_name("value")
            if value_node is not None:
                value = self.expressions.known_calls.named(value_node, text_of(name))
                self.expressions.guards.name(value, value_node)
                declared = self.expressions.annotations.of(declarator.child_by_field_name("type"))
                self.bind(name, self.expressions.typed(value, declared), value_node)
            elif name.type == "identifier" and self.expressions.scope.get(text_of(name)) is None:
                self.expressions.scope.bind(text_of(name), Literal(None))

    def assign(self, node: Node) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return Unknown()
        value = self.expressions.known_calls.named(right, name_of(plain(left)))
        self._reach_out(plain(left))
        self.bind(plain(left), value, right)
        return value

    def _reach_out(self, target: Node) -> None:
        """A name that a function assigns and does not declare is one of the code around it."""
        scope, name = self.expressions.scope, text_of(target)
        if target.type != "identifier" or scope.get(name) is not None:
            return
        outer = scope.parent
        while outer is not None and name not in outer.bindings:
            outer = outer.parent
        if outer is not None:
            scope.redirected[name] = outer

    def augment(self, node: Node) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return Unknown()
        left = plain(left)
        self._reach_out(left)
        old, added = self.expressions.value(left), self.expressions.value(right)
        operator = operator_of(node)
        if operator in _CHOOSING:
            value = choice((old, added)) if operator != "&&=" else Operation("and", (old, added))
            self.bind(left, value, right)
            return value
        operator = operator.removesuffix("=")
        value = self.expressions.joined(node, (old, added), operation(operator, old, added))
        kind = "grow" if isinstance(added, SequenceValue) else "step"
        self.recorder.change(key_of(left), kind, added, (old, value))
        self._rebind(left, old, value)
        return value

    def update(self, node: Node) -> Value:
        """``n++``."""
        target = node.child_by_field_name("argument")
        if target is None:
            return Unknown()
        target = plain(target)
        self._reach_out(target)
        old = self.expressions.value(target)
        value = operation(operator_of(node)[:1], old, Literal(1))
        self.recorder.change(key_of(target), "step", Literal(1), (old, value))
        self._rebind(target, old, value)
        return value

    def _rebind(self, target: Node, old: Value, value: Value) -> None:
        """Give a variable what was worked out from its old value."""
        if target.type == "identifier":
            self.expressions.scope.bind(text_of(target), value)
        elif isinstance(old, Attribute) and isinstance(old.base, This):
            self.attributes[old.base.cls].setdefault(old.name, []).append(value)
        elif key_of(target) is not None:
            self._store(target, value, "")

    def bind(self, target: Node, value: Value, source: Node | None = None) -> None:
        """Bind a pattern, a name or a property to ``value``, which the expression ``source`` gave."""
        kind = target.type
        if kind == "identifier":
            self._bind_name(text_of(target), value, steps(target, source) if source is not None else "set")
        elif kind in _PATTERNS:
            self._bind_pattern(target, value)
        elif kind in ("assignment_pattern", "object_assignment_pattern"):
            left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
            if left is not None and right is not None:
                self.bind(left, choice((value, self.expressions.value(right))))
        elif kind == "shorthand_property_identifier_pattern":
            self.expressions.scope.bind(text_of(target), value)
        elif kind in ("member_expression", "subscript_expression"):
            self._store(target, value, steps(target, source) if source is not None else "set")

    def _bind_name(self, name: str, value: Value, kind: str) -> None:
        scope = self.expressions.scope
        is_outer = name in scope.redirected
        if self.recorder.loops or is_outer or isinstance(value, SequenceValue):
            old = scope.lookup(name) if is_outer else scope.get(name)
            self.recorder.change(name, kind, value, (old, value) if old is not None else (value,))
        scope.bind(name, value)

    def _bind_pattern(self, target: Node, value: Value) -> None:
        for index, child in enumerate(self._elements(target)):
            if child is None:
                continue
            if child.type == "rest_pattern":
                inner = next(code_of(child), None)
                rest = value if target.type == "object_pattern" else Operation("list", (value,))
                if inner is not None:
                    self.bind(inner, rest)
            elif target.type == "array_pattern":
                self.bind(child, self.expressions.item(value, Literal(index)))
            else:
                self._bind_property(child, value)

    def _elements(self, target: Node) -> list[Node | None]:
        """The parts of a pattern; None for a place in an array that is left out."""
        if target.type == "object_pattern":
            return list(code_of(target))
        found: list[Node | None] = []
        current: Node | None = None
        for child in target.children[1:]:
            if child.type in (",", "]"):
                found.append(current)
                current = None
            elif child.type != "comment":
                current = child
        return found

    def _bind_property(self, node: Node, value: Value) -> None:
        if node.type == "pair_pattern":
            key, inner = node.child_by_field_name("key"), node.child_by_field_name("value")
            if key is not None and inner is not None:
                name = string_in(key) if key.type == "string" else text_of(key)
                self.bind(inner, self.expressions.attribute(value, name))
        else:
            left = node.child_by_field_name("left") if node.type == "object_assignment_pattern" else node
            name = text_of(left) if left is not None else ""
            self.bind(node, self.expressions.attribute(value, name))

    # -- properties -------------------------------------------------------------------------------------------

    def _store(self, target: Node, value: Value, kind: str) -> None:
        """Put a value into a property; ``kind``: how that changes it, or nothing where it has been noted."""
        base_node = target.child_by_field_name("object")
        if base_node is None:
            return
        base = self.expressions.value(base_node)
        name = self._name(target)
        if kind:
            self.recorder.change(key_of(target), kind, value, (Attribute(base, name or ""), value))
        if self._is_export(base_node):
            self.export(name or WHOLE, value)
        elif text_of(target) == WHOLE:
            self._export_whole(value)
        elif name is None:
            self._store_computed(base_node, base, value)
        elif isinstance(base, This | ClassValue):
            self.attributes[base.cls].setdefault(name, []).append(value)
        elif isinstance(base, Imported) or (isinstance(base, Attribute) and isinstance(base.base, Imported)):
            self.facts.settings.append(Setting(base, name, value))
        elif isinstance(base, Attribute) and isinstance(base.base, This) and target.type == "subscript_expression":
            self.attributes[base.base.cls].setdefault(base.name, []).extend((Mapping(((name, value),)), _CHANGED))
        else:
            self._put(base_node, base, with_item(base, name, value))

    def _name(self, target: Node) -> str | None:
        if target.type == "member_expression":
            return name_of(target)
        index = target.child_by_field_name("index")
        key = self.expressions.value(index) if index is not None else None
        return key.value if isinstance(key, Literal) and isinstance(key.value, str) else None

    def _store_computed(self, node: Node, base: Value, value: Value) -> None:
        """``options[key] = value``."""
        if isinstance(base, Attribute) and isinstance(base.base, This):
            self.attributes[base.base.cls].setdefault(base.name, []).extend((Mapping(rest=held(value)), _CHANGED))
        elif isinstance(base, Mapping | Variable):
            kept = base if isinstance(base, Mapping) else Mapping()
            self._put(node, base, Mapping(kept.items, (*kept.rest, *held(value))))

    def _put(self, node: Node, old: Value, new: Value) -> None:
        """Give the variable at the root of ``node`` (``d``, ``d.a``) its changed part."""
        node = plain(node)
        if node.type == "identifier":
            self._change(text_of(node), old, new)
        elif node.type in ("member_expression", "subscript_expression") and key_of(node) is not None:
            outer_node, name = node.child_by_field_name("object"), self._name(node)
            outer = self.expressions.value(outer_node) if outer_node is not None else Unknown()
            if outer_node is not None and name is not None and not isinstance(outer, This | Imported | ClassValue):
                self._put(outer_node, outer, with_item(outer, name, new))

    def _change(self, name: str, old: Value, new: Value) -> None:
        """Give a variable its changed object, wherever it lives."""
        scope = self.expressions.scope
        if scope.get(name) is not None:
            scope.replace(name, old, new)
        elif isinstance(old, Variable):
            self.scopes[old.scope].bindings.setdefault(old.name, []).extend((new, _CHANGED))

    # -- modules ----------------------------------------------------------------------------------------------

    def import_(self, node: Node) -> None:
        source = node.child_by_field_name("source")
        clause = next((c for c in node.named_children if c.type in ("import_clause", "import_require_clause")), None)
        if clause is not None and clause.type == "import_require_clause":
            source = clause.child_by_field_name("source")
        if source is None:
            return
        module = package(string_in(source))
        if clause is None:
            self._import(module, "", None)
            return
        for child in clause.named_children:
            if child.type == "identifier":
                whole = clause.type == "import_require_clause"
                self._import(module, "" if whole else "default", child)
            elif child.type == "namespace_import":
                self._import(module, "", next(code_of(child), None))
            elif child.type == "named_imports":
                for specifier in code_of(child):
                    name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
                    if name is not None:
                        self._import(module, _specified(name), alias or name)

    def _import(self, module: str, name: str, bound: Node | None) -> None:
        imported = Imported(module, name)
        self.facts.imports.append(imported)
        if bound is not None:
            self.expressions.scope.bind(text_of(bound), imported)

    def export_from(self, node: Node, source: Node | None) -> None:
        """``export { a as b }``, ``export { a } from './a'``, ``export * from './a'``."""
        module = package(string_in(source)) if source is not None else ""
        clause = next((c for c in node.named_children if c.type in ("export_clause", "namespace_export")), None)
        if clause is None:
            if source is not None:
                self.facts.imports.append(Imported(module, "*"))
        elif clause.type == "namespace_export":
            self._import(module, "", next(code_of(clause), None))
        else:
            for specifier in code_of(clause):
                name = specifier.child_by_field_name("name")
                if name is not None:
                    alias = specifier.child_by_field_name("alias") or name
                    if source is not None:
                        self._import(module, _specified(name), alias)
                    elif text_of(alias) != text_of(name):
                        self.export(_specified(alias), self.expressions.value(name))

    def export(self, name: str, value: Value) -> None:
        """Let the file's importers find a value under a name."""
        known = self.scopes[0].bindings.setdefault(name, [])
        if value not in known:
            known.append(value)

    def _is_export(self, node: Node) -> bool:
        """Whether a property is assigned on what a module of CommonJS exports."""
        if text_of(node) == WHOLE:
            return True
        return (
            node.type == "identifier"
            and text_of(node) == "exports"
            and (isinstance(self.expressions.scope.lookup("exports"), Builtin | Variable))
        )

    def _export_whole(self, value: Value) -> None:
        self.export(WHOLE, value)
        for name, item in value.items if isinstance(value, Mapping) else ():
            if name not in self.scopes[0].bindings:
                self.export(name, item)


def _specified(node: Node) -> str:
    return string_in(node) if node.type == "string" else text_of(node)
