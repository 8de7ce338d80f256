"""What statements bind: assignments to names, attributes and items, imports, loop and with targets."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from llmlint.facts import FileFacts, NamedSetting, Setting
from llmlint.languages.python.loops import key_of, steps
from llmlint.languages.python.patterns import after
from llmlint.languages.python.values import Expressions, operator_of
from llmlint.languages.recorder import Recorder
from llmlint.languages.scopes import Scope
from llmlint.languages.values import held, operation, with_item
from llmlint.values import (
    Attribute,
    ClassValue,
    Element,
    Imported,
    Item,
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


class Assignments:
    """``attributes`` collects, for each class of the file, what its methods assign to ``self``. ``settings``: the names
    whose binding is a fact."""

    def __init__(
        self,
        facts: FileFacts,
        recorder: Recorder,
        expressions: Expressions,
        scopes: list[Scope],
        settings: frozenset[str],
    ) -> None:
        self.facts = facts
        self.recorder = recorder
        self.expressions = expressions
        self.scopes = scopes
        self.settings = settings
        self.attributes: list[dict[str, list[Value]]] = []

    def assign(self, node: cst.Assign) -> None:
        expressions = self.expressions
        value = expressions.value(node.value)
        expressions.guards.name(value, node.value)
        for target in node.targets:
            self._declare(target.target, value, node.value)
            self.bind(target.target, value, node.value)

    def annotate(self, node: cst.AnnAssign) -> None:
        declared = self.expressions.type(node.annotation.annotation)
        scope = self.expressions.scope
        if declared is not None and isinstance(node.target, cst.Name):
            scope.types[node.target.value] = declared
        if scope.kind == "class" and isinstance(node.target, cst.Name):
            scope.fields.append(node.target.value)
        if node.value is not None:
            value = self.expressions.value(node.value)
            self._declare(node.target, value, node.value)
            self._store(node.target, self.expressions.typed(value, declared), node.value)
        elif declared is not None and isinstance(node.target, cst.Attribute):
            self._store(node.target, self.expressions.typed(Unknown("only declared"), declared), None)
        elif not isinstance(node.target, cst.Name):
            self.expressions.value(node.target)

    def _declare(self, target: cst.BaseExpression, value: Value, source: cst.BaseExpression) -> None:
        """Note a setting that a library looks for by its name: ``Q_CLUSTER = {...}``, ``app.conf.acks_late = True``."""
        name = target.value if type(target) is cst.Name else getattr(getattr(target, "attr", None), "value", "")
        if name not in self.settings:
            return
        is_name = type(target) is cst.Name and self.expressions.scope.kind in ("module", "class")
        if not (is_name or isinstance(target, cst.Attribute)):
            return
        base = self.expressions.value(target.value) if isinstance(target, cst.Attribute) else None
        keys = dict(self._keys(source))
        span = self.expressions.positions.expression(target)
        self.facts.named_settings.append(NamedSetting(name, base, value, span, keys))

    def _keys(self, source: cst.BaseExpression, prefix: str = "") -> Iterator[tuple[str, int]]:
        """The places of a mapping's items, and of those of the mappings in it: ``ALT_CLUSTERS.long.retry``."""
        for element in source.elements if isinstance(source, cst.Dict) else ():
            if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
                name = f"{prefix}{element.key.evaluated_value!s}"
                yield name, self.expressions.positions.expression(element)
                yield from self._keys(element.value, f"{name}.")

    def alias(self, node: cst.TypeAlias) -> None:
        self.expressions.scope.bind(node.name.value, self.expressions.value(node.value))

    def augment(self, node: cst.AugAssign) -> None:
        old = self.expressions.value(node.target)
        added = self.expressions.value(node.value)
        operator = operator_of(node.operator)
        key = key_of(node.target)
        value = self.expressions.joined(node, (old, added), operation(operator, old, added))
        self.recorder.change(key, "grow" if isinstance(added, SequenceValue) else "step", added, (old, value))
        if isinstance(node.target, cst.Name):
            self.expressions.scope.bind(node.target.value, value)
        elif isinstance(old, Attribute) and isinstance(old.base, This):
            self.attributes[old.base.cls].setdefault(old.name, []).append(value)
        elif isinstance(node.target, cst.Subscript) and key is not None:
            base, index = self.expressions.value(node.target.value), self.expressions.value_of_index(node.target)
            self._put_item(node.target, base, index, value)

    def bind(self, target: cst.BaseExpression, value: Value, source: cst.BaseExpression | None = None) -> None:
        """Bind ``target`` to ``value``, which the expression ``source`` gave."""
        if type(target) is cst.Tuple or type(target) is cst.List:
            for index, element in enumerate(target.elements):
                if type(element) is cst.StarredElement:
                    self.bind(element.value, after(value, index))
                else:
                    self.bind(element.value, self.part(value, index))
            return
        if type(target) is not cst.Name:
            self._store(target, value, source)
            return
        scope = self.expressions.scope
        if self.recorder.loops or target.value in scope.redirected or isinstance(value, SequenceValue):
            old = scope.lookup(target.value) if target.value in scope.redirected else scope.get(target.value)
            either = (old, value) if old is not None else (value,)
            self.recorder.change(target.value, steps(target, source) if source else "set", value, either)
        scope.bind(target.value, value)

    def part(self, value: Value, index: int) -> Value:
        """Element ``index`` of what is unpacked; ``enumerate`` and ``zip`` looked through."""
        if isinstance(value, Element) and isinstance(value.base, Operation):
            operands = value.base.operands
            if value.base.operator == "enumerate" and operands:
                return Element(operands[0]) if index == 1 else Unknown("an index")
            if value.base.operator == "zip" and index < len(operands):
                return Element(operands[index])
        return self.expressions.item(value, Literal(index))

    def _store(self, target: cst.BaseExpression, value: Value, source: cst.BaseExpression | None) -> None:
        kind = steps(target, source) if source else "set"
        if isinstance(target, cst.Name):
            self.bind(target, value, source)
        elif isinstance(target, cst.Attribute):
            self._store_attribute(target, value, kind)
        elif isinstance(target, cst.Subscript):
            self._store_item(target, value, kind)
        else:
            self.expressions.value(target)

    def _store_attribute(self, target: cst.Attribute, value: Value, kind: str) -> None:
        base, name = self.expressions.value(target.value), target.attr.value
        self.recorder.change(key_of(target), kind, value, (Attribute(base, name), value))
        if isinstance(base, This):
            self.attributes[base.cls].setdefault(name, []).append(value)
        elif isinstance(base, Imported) or (isinstance(base, Attribute) and isinstance(base.base, Imported)):
            self.facts.settings.append(Setting(base, name, value))
        elif isinstance(base, ClassValue):
            self.attributes[base.cls].setdefault(name, []).append(value)
        elif (own := self._instance_in(base)) is not None:
            self.attributes[own].setdefault(name, []).append(value)
        else:
            self._put(target.value, base, with_item(base, name, value))

    def _store_item(self, target: cst.Subscript, value: Value, kind: str) -> None:
        base = self.expressions.value(target.value)
        key = self.expressions.value_of_index(target)
        if isinstance(key, Operation) and key.operator == "slice":
            self.recorder.change(key_of(target.value), "set", value, (base, value))
            return
        self.recorder.change(key_of(target), kind, value, (Item(base, key), value))
        self._put_item(target, base, key, value)

    def _put_item(self, target: cst.Subscript, base: Value, key: Value, value: Value) -> None:
        name = key.value if isinstance(key, Literal) and isinstance(key.value, str) else None
        if isinstance(base, Attribute) and isinstance(base.base, This):
            changed = Mapping(((name, value),)) if name is not None else Mapping(rest=held(value))
            self.attributes[base.base.cls].setdefault(base.name, []).extend((changed, _CHANGED))
        elif name is not None:
            self._put(target.value, base, with_item(base, name, value))
        elif isinstance(base, Mapping | Variable):
            kept = base if isinstance(base, Mapping) else Mapping()
            self._put(target.value, base, Mapping(kept.items, (*kept.rest, *held(value))))

    def _instance_in(self, value: Value) -> int | None:
        """The class of the file whose instance ``cls._instance`` holds."""
        if not isinstance(value, Attribute) or not isinstance(value.base, This):
            return None
        known = self.attributes[value.base.cls].get(value.name, ())
        return next((held.cls for held in known if isinstance(held, This) and not held.is_class), None)

    def _put(self, node: cst.BaseExpression, old: Value, new: Value) -> None:
        """Give the variable at the root of ``node`` (``d``, ``d["a"]``, ``x.y``) its changed part."""
        if isinstance(node, cst.Name):
            self._change(node.value, old, new)
        elif isinstance(node, cst.Attribute) and key_of(node) is not None:
            outer = self.expressions.value(node.value)
            if not isinstance(outer, This | Imported | ClassValue):
                self._put(node.value, outer, with_item(outer, node.attr.value, new))
        elif isinstance(node, cst.Subscript) and key_of(node) is not None:
            outer, key = self.expressions.value(node.value), self.expressions.value_of_index(node)
            if isinstance(outer, Mapping) and isinstance(key, Literal) and isinstance(key.value, str):
                self._put(node.value, outer, with_item(outer, key.value, new))

    def delete(self, node: cst.Del) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple | cst.List) else [node]
        for target in (element.value if isinstance(element, cst.Element) else node.target for element in targets):
            if isinstance(target, cst.Name):
                self.expressions.scope.bind_temporarily(target.value, Unknown("deleted"))
            elif isinstance(target, cst.Subscript):
                base, key = self.expressions.value(target.value), self.expressions.value_of_index(target)
                self.recorder.change(key_of(target.value), "shrink", held=(base,))
                if isinstance(base, Mapping) and isinstance(key, Literal):
                    kept = tuple(item for item in base.items if item[0] != key.value)
                    self._put(target.value, base, Mapping(kept, base.rest))
            else:
                self.expressions.value(target)

    def _change(self, name: str, old: Value, new: Value) -> None:
        """Give a variable its changed object, wherever it lives."""
        scope = self.expressions.scope
        if scope.get(name) is not None:
            scope.replace(name, old, new)
        elif isinstance(old, Variable):
            self.scopes[old.scope].bindings.setdefault(old.name, []).extend((new, _CHANGED))

    # -- imports ----------------------------------------------------------------------------------------------

    def import_modules(self, node: cst.Import) -> None:
        for alias in node.names:
            module = dotted(alias.name)
            self.facts.imports.append(Imported(module))
            if alias.asname and isinstance(alias.asname.name, cst.Name):
                self.expressions.scope.bind(alias.asname.name.value, Imported(module))
            else:
                top = module.split(".")[0]
                self.expressions.scope.bind(top, Imported(top))

    def import_names(self, node: cst.ImportFrom) -> None:
        module = "." * len(node.relative) + (dotted(node.module) if node.module else "")
        if isinstance(node.names, cst.ImportStar):
            self.facts.imports.append(Imported(module, "*"))
            return
        for alias in node.names:
            name = dotted(alias.name)
            imported = Imported(module, name)
            self.facts.imports.append(imported)
            bound = alias.asname.name if alias.asname else alias.name
            if isinstance(bound, cst.Name):
                self.expressions.scope.bind(bound.value, imported)


def dotted(node: cst.BaseExpression) -> str:
    """``a.b.c`` of a chain of names."""
    if type(node) is cst.Attribute:
        return f"{dotted(node.value)}.{node.attr.value}"
    return node.value if type(node) is cst.Name else ""
