"""Follows values through imports, variables, attributes, calls and parameters, across the files of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from llmlint.apis import Apis
from llmlint.facts import (
    Argument,
    Attribute,
    Builtin,
    Caught,
    Choice,
    Class,
    ClassValue,
    Element,
    FileFacts,
    Function,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Missing,
    Operation,
    Parameter,
    ParameterFact,
    Patched,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Unknown,
    Value,
    Variable,
)
from llmlint.facts import Mapping as MappingValue
from llmlint.libraries import Libraries
from llmlint.link.meanings import (
    Bound,
    ClassMeaning,
    Constant,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    ModuleMeaning,
)
from llmlint.linked import Site
from llmlint.modules import Modules

Meanings = tuple[Meaning, ...]

MAX_MEANINGS = 12
MAX_DEPTH = 60
# How many values one question may lead to before it is given up.
MAX_STEPS = 2000
_PROPERTIES = frozenset({"property", "cached_property", "computed_field", "hybrid_property", "lazy_property"})
_SAME_OBJECT = frozenset({"copy", "model_copy", "model_dump", "dict", "to_dict", "as_dict", "asdict", "__enter__"})
_IMPORTERS = frozenset({"importlib.import_module", "__import__"})
_NOTHING: Meanings = (Lost("not bound"),)
_RECURSIVE: Meanings = (Lost("defined by itself"),)
_AMBIGUOUS = Lost("bound more than once")
_OUTSIDE = Lost("decided outside", is_open=True)


class Resolver:
    """``callers`` holds, for each function of the project, the calls that are known to call it; ``decorated``, for
    each decorator of the project, the functions that it was put on."""

    def __init__(self, files: Mapping[str, FileFacts], modules: Modules, apis: Apis, libraries: Libraries) -> None:
        self.files = files
        self.modules = modules
        self.apis = apis
        self.libraries = libraries
        self.callers: dict[tuple[str, int], list[Site]] = {}
        self.decorated: dict[tuple[str, int], list[FunctionMeaning]] = defaultdict(list)
        self._subclasses: dict[tuple[str, int], list[ClassMeaning]] = defaultdict(list)
        self.touched_parameter = False
        self._known: dict[Hashable, Meanings] = {}
        self._active: set[Hashable] = set()
        self._depth = 0
        self._steps = 0
        self._handlers: dict[type, Callable[[FileFacts, Any], Meanings]] = {
            Literal: lambda _, value: (Constant(value.value),),
            Unknown: lambda _, value: (Lost(value.reason),),
            Missing: lambda _, value: _NOTHING,
            Caught: lambda _, value: (Lost("an exception"),),
            Imported: self._imported,
            Builtin: lambda _, value: (External(value.name),),
            Attribute: self._attribute,
            Item: self._item,
            Element: self._element,
            Result: lambda facts, value: self.result(Site(facts, value.call)),
            Variable: lambda facts, value: self.binding(facts, value.scope, value.name),
            Parameter: lambda facts, value: self.parameter(facts, value.function, value.name),
            This: lambda facts, value: (InstanceMeaning(facts, value.cls),),
            FunctionValue: lambda facts, value: (FunctionMeaning(facts, value.function),),
            ClassValue: lambda facts, value: (ClassMeaning(facts, value.cls),),
            Choice: self._choice,
            Operation: self._operation,
            Patched: lambda facts, value: self._once(("patched", id(value)), lambda: self._patched(facts, value)),
            Typed: self._typed,
            MappingValue: lambda facts, value: (Located(facts, value),),
            Sequence: lambda facts, value: (Located(facts, value),),
            Text: lambda facts, value: (Located(facts, value),),
        }

    def forget(self) -> None:
        """Drop what was worked out, after ``callers`` has grown."""
        self._known.clear()

    def index(self, files: Iterable[FileFacts]) -> None:
        """Note who inherits from whom, and which functions the project's own decorators stand on."""
        for facts in files:
            for index, cls in enumerate(facts.classes):
                for base in cls.bases:
                    for meaning in self.meanings(facts, base):
                        if isinstance(meaning, ClassMeaning):
                            self._subclasses[meaning.facts.path, meaning.index].append(ClassMeaning(facts, index))
            for index, function in enumerate(facts.functions):
                for decorator in function.decorators:
                    for meaning in self.meanings(facts, decorator.value):
                        if isinstance(meaning, FunctionMeaning):
                            self.decorated[meaning.facts.path, meaning.index].append(FunctionMeaning(facts, index))
        self.forget()

    def meanings(self, facts: FileFacts, value: Value) -> Meanings:
        """Everything that ``value``, read in ``facts``, may be."""
        if self._depth == 0:
            self._steps = MAX_STEPS
        self._steps -= 1
        if self._depth > MAX_DEPTH or self._steps < 0:
            return (Lost("too far away"),)
        self._depth += 1
        try:
            return self._handlers[type(value)](facts, value)
        finally:
            self._depth -= 1

    def _once(self, key: Hashable, work: Callable[[], Meanings]) -> Meanings:
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._active:
            return _RECURSIVE
        self._active.add(key)
        try:
            found = work()
        finally:
            self._active.discard(key)
        self._known[key] = found
        return found

    def _union(self, parts: Iterable[Meanings]) -> Meanings:
        found: list[Meaning] = []
        for part in parts:
            found.extend(meaning for meaning in part if meaning not in found)
            if len(found) > MAX_MEANINGS:
                return (*found[:MAX_MEANINGS], _AMBIGUOUS)
        return tuple(found)

    # -- names ------------------------------------------------------------------------------------------------

    def _imported(self, facts: FileFacts, value: Imported) -> Meanings:
        key = (facts.path, value)
        return self._once(key, lambda: self._import(facts, value))

    def _import(self, facts: FileFacts, value: Imported) -> Meanings:
        full = f"{value.module}.{value.name}" if value.name else value.module
        if value.name:
            inner = self.modules.resolve(facts.path, full)
            module = self._module(facts, value.module)
            if module is not None:
                found = self._exported(module, value.name)
                if found is not None:
                    return found
            if inner is not None and inner in self.files:
                return (ModuleMeaning(self.files[inner]),)
            if value.module.startswith("."):
                return _NOTHING
            path = self._aliased(full)
            is_known = path in self.apis.operations or path + "()" in self.apis.operations
            return (External(path),) if is_known or module is None else _NOTHING
        module = self._module(facts, value.module)
        if module is not None:
            return (ModuleMeaning(module),)
        return _NOTHING if value.module.startswith(".") else (External(self._aliased(full)),)

    def _aliased(self, path: str) -> str:
        for alias, original in self.apis.aliases.items():
            if path == alias or path.startswith(alias + "."):
                return original + path[len(alias) :]
        return path

    def _module(self, facts: FileFacts, name: str) -> FileFacts | None:
        path = self.modules.resolve(facts.path, name)
        return self.files.get(path) if path is not None else None

    def _exported(self, module: FileFacts, name: str) -> Meanings | None:
        """What a module's top level binds to a name, or what a star import gives it; None for nothing."""
        if name in module.scopes[0].bindings:
            return self.binding(module, 0, name)
        for imported in module.imports:
            if imported.name == "*":
                starred = self._module(module, imported.module)
                if starred is not None and starred is not module:
                    key = ("star", starred.path, name)
                    if key not in self._active:
                        self._active.add(key)
                        try:
                            found = self._exported(starred, name)
                        finally:
                            self._active.discard(key)
                        if found is not None:
                            return found
        return None

    def binding(self, facts: FileFacts, scope: int, name: str) -> Meanings:
        """Everything that is bound to a name of a scope; ambiguous where it is more than one thing."""
        return self._once(("binding", facts.path, scope, name), lambda: self._bound(facts, scope, name))

    def _bound(self, facts: FileFacts, scope: int, name: str) -> Meanings:
        values = facts.scopes[scope].bindings.get(name)
        if values is None:
            found = self._exported(facts, name) if scope == 0 else None
            return found or self._starred_outside(facts, name)
        return self._any_of(facts, values)

    def _starred_outside(self, facts: FileFacts, name: str) -> Meanings:
        for imported in facts.imports:
            if imported.name == "*" and self._module(facts, imported.module) is None:
                path = f"{imported.module}.{name}"
                if path in self.apis.operations or path + "()" in self.apis.operations:
                    return (External(path),)
                if path in self.libraries.retries or path + "()" in self.libraries.stops:
                    return (External(path),)
        return _NOTHING

    def _any_of(self, facts: FileFacts, values: tuple[Value, ...]) -> Meanings:
        found = self._union(self.meanings(facts, value) for value in values)
        several = len([meaning for meaning in found if not isinstance(meaning, Lost)]) > 1
        return (*found, _AMBIGUOUS) if several and len(values) > 1 else found

    # -- parts of objects -------------------------------------------------------------------------------------

    def _attribute(self, facts: FileFacts, value: Attribute) -> Meanings:
        return self._union(self.attribute(base, value.name) for base in self.meanings(facts, value.base))

    def attribute(self, base: Meaning, name: str) -> Meanings:
        if isinstance(base, External):
            return self._external_attribute(base, name)
        if isinstance(base, ModuleMeaning):
            return self._module_attribute(base.facts, name)
        if isinstance(base, InstanceMeaning):
            for patch in reversed(base.patches):
                found = _patched_item(patch, name)
                if found is not None:
                    return self.meanings(patch.facts, found)
            return self.class_attribute(base.facts, base.index, name, base) or _NOTHING
        if isinstance(base, ClassMeaning):
            return self.class_attribute(base.facts, base.index, name, None) or _NOTHING
        if isinstance(base, Constant):
            return (base,) if name == "value" else (Lost("an attribute of a constant"),)
        if isinstance(base, Located) and isinstance(base.value, MappingValue | Patched):
            found = base.value.get(name) if isinstance(base.value, MappingValue) else _patched_item(base, name)
            if found is not None:
                return self.meanings(base.facts, found)
        return (base if isinstance(base, Lost) else Lost("an attribute that is not followed"),)

    def _external_attribute(self, base: External, name: str) -> Meanings:
        for patch in reversed(base.patches):
            found = _patched_item(patch, name)
            if found is not None:
                return self.meanings(patch.facts, found)
        if name in self.apis.transparent.get(_top(base.path), ()):
            return (base,)
        path = f"{base.path}.{name}"
        return (External(path if base.chain else self._aliased(path), base.chain, base.patches),)

    def _module_attribute(self, facts: FileFacts, name: str) -> Meanings:
        found = self._exported(facts, name)
        if found is not None:
            return found
        folder = facts.path.rpartition("/")[0] if facts.path.endswith("__init__.py") else None
        if folder is not None:
            inner = self.modules.resolve(facts.path, f".{name}")
            if inner is not None and inner in self.files:
                return (ModuleMeaning(self.files[inner]),)
        return _NOTHING

    def class_attribute(
        self, facts: FileFacts, index: int, name: str, instance: InstanceMeaning | None
    ) -> Meanings | None:
        """An attribute or method of a class of the project, looked up in its bases too; None where there is none."""
        site = instance.site if instance is not None else None
        key = ("attribute", facts.path, index, name, site, instance is None)
        found = self._once(key, lambda: self._class_attribute(facts, index, name, instance) or ())
        return found or None

    def _class_attribute(
        self, facts: FileFacts, index: int, name: str, instance: InstanceMeaning | None
    ) -> Meanings | None:
        cls = facts.classes[index]
        given = self._given_to_constructor(cls, name, instance)
        if given is not None:
            return given
        values = cls.attributes.get(name)
        if values is not None:
            if name in cls.methods and len(values) == 1:
                return self._method(facts, cls.methods[name], instance)
            return self._with_type(facts, cls, name, self._any_of(facts, values))
        if name in cls.types:
            return (*self.instances(facts, cls.types[name]), _OUTSIDE)
        for base in cls.bases:
            for meaning in self.meanings(facts, base):
                found = self._inherited(meaning, name, instance, cls)
                if found is not None:
                    return found
        return None

    def _given_to_constructor(self, cls: Class, name: str, instance: InstanceMeaning | None) -> Meanings | None:
        """What the call that made an object gave for a declared field."""
        if instance is None or instance.site is None or name not in cls.fields or "__init__" in cls.methods:
            return None
        for _, argument in instance.site.arguments:
            if argument.name == name:
                return self.meanings(instance.site.facts, argument.value)
        return None

    def _with_type(self, facts: FileFacts, cls: Class, name: str, found: Meanings) -> Meanings:
        if name in cls.types and all(isinstance(m, Lost) or m == Constant(None) for m in found):
            found = self._union((found, self.instances(facts, cls.types[name])))
        return (*found, _OUTSIDE) if Constant(None) in found else found

    def _inherited(self, base: Meaning, name: str, instance: InstanceMeaning | None, cls: Class) -> Meanings | None:
        if isinstance(base, ClassMeaning):
            return self.class_attribute(base.facts, base.index, name, instance)
        if isinstance(base, External) and self.is_interesting(base.path):
            site = instance.site if instance is not None and "__init__" not in cls.methods else None
            made = External(base.path + "()", (site,)) if instance is not None else base
            return self.attribute(made, name)
        return None

    def is_interesting(self, path: str) -> bool:
        """Whether a path belongs to an SDK of the catalogue."""
        parts = path.split(".")
        return any(".".join(parts[:depth]) in self.apis.prefixes for depth in range(1, min(len(parts), 4) + 1))

    def _method(self, facts: FileFacts, index: int, instance: InstanceMeaning | None) -> Meanings:
        function = facts.functions[index]
        if instance is not None and any(_name_of(d.value) in _PROPERTIES for d in function.decorators):
            return self.returned(facts, index)
        return (FunctionMeaning(facts, index, instance),)

    def _item(self, facts: FileFacts, value: Item) -> Meanings:
        return self._union(self._item_of(base, value.key) for base in self.meanings(facts, value.base))

    def _item_of(self, base: Meaning, key: Value) -> Meanings:
        if isinstance(base, Located):
            inner = base.value
            if isinstance(inner, MappingValue):
                if isinstance(key, Literal):
                    found = inner.get(str(key.value))
                    return self.meanings(base.facts, found) if found is not None else _NOTHING
                several = self._union(self.meanings(base.facts, item) for _, item in inner.items)
                return (*several, _AMBIGUOUS)
            if isinstance(inner, Sequence):
                if isinstance(key, Literal) and isinstance(key.value, int):
                    inside = -len(inner.items) <= key.value < len(inner.items)
                    return self.meanings(base.facts, inner.items[key.value]) if inside else _NOTHING
                several = self._union(self.meanings(base.facts, item) for item in inner.items)
                return (*several, _AMBIGUOUS)
        if isinstance(base, ClassMeaning) or (isinstance(base, External) and _is_class(base)):
            return (base,)
        if isinstance(base, InstanceMeaning) and isinstance(key, Literal) and isinstance(key.value, str):
            return self.attribute(base, key.value)
        return (_OUTSIDE,)

    def _element(self, facts: FileFacts, value: Element) -> Meanings:
        found: list[Meaning] = []
        for base in self.meanings(facts, value.base):
            if isinstance(base, Located) and isinstance(base.value, Sequence):
                items = base.value.items
            elif isinstance(base, Located) and isinstance(base.value, Operation) and base.value.operator == "collect":
                items = base.value.operands
            elif isinstance(base, External | InstanceMeaning | FunctionMeaning):
                found.append(base)
                continue
            else:
                found.append(_OUTSIDE)
                continue
            found.extend(self._union(self.meanings(base.facts, item) for item in items))
        return (*found[:MAX_MEANINGS], _AMBIGUOUS) if len(found) > 1 else tuple(found)

    def _choice(self, facts: FileFacts, value: Choice) -> Meanings:
        return self._once(
            ("choice", id(value)), lambda: self._union(self.meanings(facts, option) for option in value.options)
        )

    # -- what operators and declarations give -----------------------------------------------------------------

    def _operation(self, facts: FileFacts, value: Operation) -> Meanings:
        if value.operator == "and":
            return self.meanings(facts, value.operands[-1])
        if value.operator == "|":
            parts = [self.meanings(facts, operand) for operand in value.operands]
            objects = [m for part in parts for m in part if isinstance(m, External) and m.chain]
            if objects:
                return tuple(objects)
        return (Located(facts, value),)

    def _patched(self, facts: FileFacts, value: Patched) -> Meanings:
        here = Located(facts, value)
        found: list[Meaning] = []
        for base in self.meanings(facts, value.base):
            if isinstance(base, External):
                found.append(External(base.path, base.chain, (*base.patches, here)))
            elif isinstance(base, InstanceMeaning):
                found.append(InstanceMeaning(base.facts, base.index, base.site, (*base.patches, here)))
            else:
                found.append(here)
        return tuple(found)

    def _typed(self, facts: FileFacts, value: Typed) -> Meanings:
        found = self.meanings(facts, value.value)
        if any(not isinstance(meaning, Lost) and meaning != Constant(None) for meaning in found):
            return found
        return self._union((found, self.instances(facts, value.type)))

    def instances(self, facts: FileFacts, declared: Value) -> Meanings:
        """Objects of a declared type, whose making can't be seen."""
        found: list[Meaning] = []
        for meaning in self.meanings(facts, declared):
            if isinstance(meaning, External) and "." in meaning.path and not meaning.path.endswith(")"):
                found.append(External(meaning.path + "()", (None,)))
            elif isinstance(meaning, ClassMeaning):
                found.append(InstanceMeaning(meaning.facts, meaning.index))
        return tuple(found)

    # -- calls ------------------------------------------------------------------------------------------------

    def result(self, site: Site) -> Meanings:
        """What a call returns."""
        return self._once(
            ("result", site.facts.path, site.index),
            lambda: self._union(self._returned_by(callee, site) for callee in self.callees(site)),
        )

    def callees(self, site: Site) -> Meanings:
        return self.meanings(site.facts, site.call.callee)

    def _returned_by(self, callee: Meaning, site: Site) -> Meanings:
        if isinstance(callee, External):
            return self._external_result(callee, site)
        if isinstance(callee, FunctionMeaning):
            given = (callee, *self.overrides(callee))
            return self._union(self.returned(function.facts, function.index) for function in given)
        if isinstance(callee, ClassMeaning):
            return (InstanceMeaning(callee.facts, callee.index, site),)
        if isinstance(callee, InstanceMeaning):
            called = self.class_attribute(callee.facts, callee.index, "__call__", callee) or ()
            return self._union(self._returned_by(m, site) for m in called if not isinstance(m, InstanceMeaning))
        if isinstance(callee, Bound):
            return self._returned_by(callee.target, site)
        return self._own_method(site)

    def _own_method(self, site: Site) -> Meanings:
        """``settings.copy()``, ``model.model_dump()``: methods that give the object back."""
        callee = site.call.callee
        if isinstance(callee, Attribute) and callee.name in (*_SAME_OBJECT, "get"):
            bases = self.meanings(site.facts, callee.base)
            if callee.name in _SAME_OBJECT:
                return bases
            if site.call.arguments:
                key = site.call.arguments[0].value
                return self._union(self._item_of(base, key) for base in bases)
        return (Lost("a call that is not followed"),)

    def _external_result(self, callee: External, site: Site) -> Meanings:
        path = callee.path
        passed = self.apis.passthrough.get(path) or self.libraries.passthrough.get(path)
        if passed is not None:
            return self._passed(site, passed)
        if path in self.libraries.partials:
            return tuple(Bound(target, site) for target in self._passed(site, self.libraries.partials[path]))
        if path in self.libraries.providers:
            return self._union(
                self._returned_by(target, site) for target in self._passed(site, self.libraries.providers[path])
            )
        if path == "super":
            return self._super(site)
        if path in _IMPORTERS:
            named = [m.value for m in self._passed(site, "name") if isinstance(m, Constant)]
            return tuple(External(self._aliased(str(name))) for name in named) or _NOTHING
        head, _, last = path.rpartition(".")
        if last in self.apis.fluent.get(_top(path), ()) and head.endswith(")"):
            return (External(head, (*callee.chain, site), callee.patches),)
        selector = self.apis.selectors.get(path)
        if selector is not None:
            chosen = [m for m in self._passed(site, selector) if isinstance(m, Constant)]
            if chosen:
                return (External(f"{path}({chosen[0].value})", (*callee.chain, site)),)
        return (External(path + "()", (*callee.chain, site), callee.patches),)

    def _passed(self, site: Site, name: str) -> Meanings:
        """The argument called ``name``, or the first one: ``name`` may be ``1`` for the second."""
        position = int(name) if name.isdigit() else 0
        for _, argument in site.arguments:
            if argument.name == name:
                return self.meanings(site.facts, argument.value)
        positional = [argument for _, argument in site.arguments if argument.name is None and not argument.stars]
        if position < len(positional):
            return self.meanings(site.facts, positional[position].value)
        return _NOTHING

    def _super(self, site: Site) -> Meanings:
        function = self.function_of(site)
        if function is None or function.cls < 0:
            return _NOTHING
        cls = site.facts.classes[function.cls]
        return self._union(self.instances(site.facts, base) for base in cls.bases)

    def overrides(self, method: FunctionMeaning) -> list[FunctionMeaning]:
        """The methods of subclasses that fill in an abstract one."""
        function = method.facts.functions[method.index]
        if not function.is_abstract or function.cls < 0:
            return []
        start = method.instance or InstanceMeaning(method.facts, function.cls)
        waiting = list(self._subclasses.get((start.facts.path, start.index), ()))
        seen = {(cls.facts.path, cls.index) for cls in waiting}
        found = []
        while waiting:
            cls = waiting.pop()
            own = cls.facts.classes[cls.index].methods.get(function.name)
            if own is not None and not cls.facts.functions[own].is_abstract:
                found.append(FunctionMeaning(cls.facts, own, InstanceMeaning(cls.facts, cls.index)))
            for sub in self._subclasses.get((cls.facts.path, cls.index), ()):
                if (sub.facts.path, sub.index) not in seen:
                    seen.add((sub.facts.path, sub.index))
                    waiting.append(sub)
        return found

    def function_of(self, site: Site) -> Function | None:
        index = function_index(site.facts, site.call.block)
        return site.facts.functions[index] if index >= 0 else None

    def returned(self, facts: FileFacts, index: int) -> Meanings:
        """What a function of the project returns or yields."""
        return self._once(("returned", facts.path, index), lambda: self._returns(facts, index))

    def _returns(self, facts: FileFacts, index: int) -> Meanings:
        function = facts.functions[index]
        found = self._union(self.meanings(facts, value) for value in function.returns)
        if function.return_type is not None and not any(isinstance(m, External | InstanceMeaning) for m in found):
            found = self._union((found, self.instances(facts, function.return_type)))
        return found or (Constant(None),)

    # -- parameters -------------------------------------------------------------------------------------------

    def parameter(self, facts: FileFacts, index: int, name: str) -> Meanings:
        self.touched_parameter = True
        return self._once(("parameter", facts.path, index, name), lambda: self._parameter(facts, index, name))

    def _parameter(self, facts: FileFacts, index: int, name: str) -> Meanings:
        fact = next((p for p in facts.functions[index].parameters if p.name == name), None)
        if fact is None or fact.kind in ("*", "**"):
            return (_OUTSIDE,)
        declared = self.instances(facts, fact.type) if fact.type is not None else ()
        default = self.meanings(facts, fact.default) if fact.default is not None else ()
        constants = [m for m in default if isinstance(m, Constant) and m.value is not None]
        if constants:
            return default
        made = [m for m in default if not isinstance(m, Constant | Lost)]
        passed = [
            meaning
            for site in self.callers.get((facts.path, index), ())
            for meaning in self._argument(site, facts, index, fact)
            if not isinstance(meaning, Lost | Constant)
        ]
        first = facts.functions[index].parameters[0] is fact
        functions = self.decorated.get((facts.path, index), ()) if first else ()
        return self._union((tuple(functions), tuple(passed), tuple(made), declared, (_OUTSIDE,)))

    def _argument(self, site: Site, facts: FileFacts, index: int, fact: ParameterFact) -> Meanings:
        argument = argument_for(site, facts.functions[index], fact.name)
        return self.meanings(site.facts, argument.value) if argument is not None else ()


def argument_for(site: Site, function: Function, name: str) -> Argument | None:
    """The argument that a call gives for a parameter of a project function."""
    arguments = [argument for _, argument in site.arguments]
    for argument in arguments:
        if argument.name == name:
            return argument
    names = [p.name for p in function.parameters if p.kind == "positional"]
    if function.cls >= 0 and names and not any(_name_of(d.value) == "staticmethod" for d in function.decorators):
        names = names[1:]
    if name not in names or any(argument.stars == 1 for argument in arguments):
        return None
    positional = [argument for argument in arguments if argument.name is None and not argument.stars]
    place = names.index(name)
    return positional[place] if place < len(positional) else None


def function_index(facts: FileFacts, block: int) -> int:
    """The function whose body a block lies in, or -1."""
    while block >= 0:
        fact = facts.blocks[block]
        if fact.kind == "function":
            return fact.index
        block = fact.parent
    return -1


def _is_class(meaning: External) -> bool:
    """Whether a path names a class, which ``Agent[Deps, str]`` only says more about."""
    return not meaning.chain and meaning.path.rpartition(".")[2][:1].isupper()


def _name_of(value: Value) -> str:
    return getattr(value, "name", "")


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("(", 1)[0]


def _patched_item(patch: Located, name: str) -> Value | None:
    if isinstance(patch.value, Patched):
        for key, value in reversed(patch.value.items):
            if key == name:
                return value
    return None
