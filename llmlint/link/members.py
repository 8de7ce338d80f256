"""What objects hold: the attributes, methods and items of modules, classes, instances and things outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmlint.facts import Call, Class, FileFacts
from llmlint.link.blocks import function_index
from llmlint.link.generics import type_argument
from llmlint.link.meanings import (
    AMBIGUOUS,
    MAX_MEANINGS,
    NOTHING,
    OUTSIDE,
    ClassMeaning,
    Constant,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    Meanings,
    ModuleMeaning,
    decorators_of,
    is_property,
    top_of,
)
from llmlint.link.results import maker_key
from llmlint.model_calls import Site
from llmlint.values import (
    Attribute,
    Builtin,
    Element,
    Literal,
    Operation,
    Patched,
    Result,
    Sequence,
    This,
    Unknown,
    Value,
)
from llmlint.values import Mapping as MappingValue

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver

_GETATTR = Builtin("getattr")
_VALIDATORS = frozenset({"model_validator", "root_validator", "validator", "field_validator", "pre_init"})


class Members:
    """The resolver's part that looks inside objects."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._given_to_super: dict[tuple[str, int], dict[str, Value]] = {}

    def note_super_calls(self, files: Iterable[FileFacts]) -> None:
        """Note what constructors hand to those of their bases."""
        for facts in files:
            for call in facts.calls:
                if isinstance(call.callee, Attribute) and call.callee.name == "__init__":
                    self._note_super(facts, call)

    def attribute(self, base: Meaning, name: str) -> Meanings:
        if isinstance(base, External):
            return self._external_attribute(base, name)
        if isinstance(base, ModuleMeaning):
            return self._module_attribute(base.facts, name)
        if isinstance(base, InstanceMeaning):
            for patch in reversed(base.patches):
                found = _patched_item(patch, name)
                if found is not None:
                    return self.resolver.within(patch, found)
            own = self.class_attribute(base.facts, base.index, name, base)
            if own is None:
                key = ("through", base.facts.path, base.index, name)
                through = self.resolver.once(key, lambda: self._through_getattr(base, name))
                return through or self._below(base, name) or NOTHING
            return own if base.site is not None or _is_something(own) else (*own, *self._below(base, name))
        if isinstance(base, ClassMeaning):
            return self.class_attribute(base.facts, base.index, name, None) or NOTHING
        if isinstance(base, Constant):
            return (base,) if name == "value" else (Lost("an attribute of a constant"),)
        if isinstance(base, Located) and isinstance(base.value, MappingValue | Patched):
            found = base.value.get(name) if isinstance(base.value, MappingValue) else _patched_item(base, name)
            if found is not None:
                return self.resolver.within(base, found)
        return (base if isinstance(base, Lost) else Lost("an attribute that is not followed"),)

    def _through_getattr(self, instance: InstanceMeaning, name: str) -> Meanings:
        """An attribute that ``__getattr__`` takes from another object: ``return getattr(self._client, name)``."""
        if name.startswith("__"):
            return ()
        found: list[Meaning] = []
        for method in self.class_attribute(instance.facts, instance.index, "__getattr__", instance) or ():
            if isinstance(method, FunctionMeaning):
                for returned in method.facts.functions[method.index].returns:
                    call = method.facts.calls[returned.call] if isinstance(returned, Result) else None
                    if call is not None and call.callee == _GETATTR and len(call.arguments) == 2:
                        bases = self.resolver.meanings(method.facts, call.arguments[0].value)
                        found.extend(self.resolver.union(self.attribute(base, name) for base in bases))
        return tuple(found)

    def _external_attribute(self, base: External, name: str) -> Meanings:
        for patch in reversed(base.patches):
            found = _patched_item(patch, name)
            if found is not None:
                return self.resolver.within(patch, found)
        if (top_of(base.path), name) in self.resolver.apis.transparent:
            return (base,)
        path = f"{base.path}.{name}"
        return (External(path if base.chain else self.resolver.apis.aliased(path), base.chain, base.patches),)

    def _module_attribute(self, facts: FileFacts, name: str) -> Meanings:
        found = self.resolver.names.exported(facts, name)
        if found is not None:
            return found
        folder = facts.path.rpartition("/")[0] if facts.path.endswith("__init__.py") else None
        if folder is not None:
            inner = self.resolver.modules.resolve(facts.path, f".{name}")
            module = self.resolver.file(inner) if inner is not None else None
            if module is not None:
                return (ModuleMeaning(module),)
        return NOTHING

    def class_attribute(
        self, facts: FileFacts, index: int, name: str, instance: InstanceMeaning | None
    ) -> Meanings | None:
        """An attribute or method of a class of the project, looked up in its bases too; None where there is none."""
        site = instance.site if instance is not None else None
        key = ("attribute", facts.path, index, name, site, instance is None)
        found = self.resolver.once(key, lambda: self._anywhere_assigned(facts, index, name, instance))
        return found or None

    def _anywhere_assigned(self, facts: FileFacts, index: int, name: str, instance: InstanceMeaning | None) -> Meanings:
        own = self._class_attribute(facts, index, name, instance) or ()
        return self.resolver.union((own, *self.resolver.assigned.to(facts, index).get(name, ())))

    def _class_attribute(
        self, facts: FileFacts, index: int, name: str, instance: InstanceMeaning | None
    ) -> Meanings | None:
        cls = facts.classes[index]
        given = self._given_to_constructor(cls, name, instance)
        if given is not None:
            return given
        values = cls.attributes.get(name)
        if name in cls.fields or values is None:
            handed = self._given_to_super.get((facts.path, index), {}).get(name)
            put = self.resolver.meanings(facts, handed) if handed is not None else self._validated(facts, cls, name)
            if put:
                return put
        if values is not None:
            if name in cls.methods and len(values) == 1:
                return self._method(facts, cls.methods[name], instance)
            return self._with_type(facts, cls, name, self.resolver.any_of(facts, values))
        if name in cls.types:
            made = self._given_by_makers(facts, index, name) if "__init__" not in cls.methods else ()
            return (*(made or self.resolver.instances(facts, cls.types[name])), OUTSIDE)
        for base in cls.bases:
            for meaning in self.resolver.meanings(facts, base):
                filled = self._filled_in(facts, cls, meaning, name)
                if filled:
                    return filled
                found = self._inherited(meaning, name, instance, cls)
                if found is not None:
                    return type_argument(self.resolver, facts, base, meaning, name) or found
        return None

    def _filled_in(self, facts: FileFacts, cls: Class, base: Meaning, name: str) -> Meanings:
        """``self.client = self.make()`` in a base, where a class has a ``make`` of its own."""
        if not isinstance(base, ClassMeaning):
            return ()
        found: list[Meanings] = []
        for value in base.facts.classes[base.index].attributes.get(name, ()):
            callee = base.facts.calls[value.call].callee if isinstance(value, Result) else None
            if isinstance(callee, Attribute) and isinstance(callee.base, This) and callee.name in cls.methods:
                found.append(self.resolver.results.returned(facts, cls.methods[callee.name]))
        return self.resolver.union(found)

    def _note_super(self, facts: FileFacts, call: Call) -> None:
        index = function_index(facts, call.block)
        cls = facts.functions[index].cls if index >= 0 else -1
        if cls >= 0 and facts.functions[index].name == "__init__":
            given = {argument.name: argument.value for argument in call.arguments if argument.name is not None}
            self._given_to_super.setdefault((facts.path, cls), {}).update(given)

    def _validated(self, facts: FileFacts, cls: Class, name: str) -> Meanings:
        """What a validator of a model puts into a field: ``values["client"] = OpenAI()``."""
        found: list[Meaning] = []
        for method in cls.methods.values():
            if not _VALIDATORS.isdisjoint(decorators_of(facts, facts.functions[method])):
                for returned in facts.functions[method].returns:
                    for meaning in self.resolver.meanings(facts, returned):
                        item = _patched_item(meaning, name) if isinstance(meaning, Located) else None
                        if item is not None:
                            found.extend(self.resolver.meanings(facts, item))
        return tuple(found)

    def _below(self, instance: InstanceMeaning, name: str) -> Meanings:
        """What subclasses say of an attribute that a class uses and leaves to them."""
        return self.resolver.union(
            self.class_attribute(cls.facts, cls.index, name, InstanceMeaning(cls.facts, cls.index)) or ()
            for cls in self.resolver.hierarchy.below(instance)
            if name in cls.facts.classes[cls.index].attributes
        )

    def _given_to_constructor(self, cls: Class, name: str, instance: InstanceMeaning | None) -> Meanings | None:
        """What the call that made an object gave for a declared field."""
        if instance is None or instance.site is None or name not in cls.fields or "__init__" in cls.methods:
            return None
        given = _given_for_field(instance.site, cls, name)
        return self.resolver.meanings(instance.site.facts, given) if given is not None else None

    def _given_by_makers(self, facts: FileFacts, index: int, name: str) -> Meanings:
        """What the calls that are known to make objects of a class give for a declared field."""
        sites = self.resolver.results.callers_of(maker_key(ClassMeaning(facts, index)))
        given = [(site, _given_for_field(site, facts.classes[index], name)) for site in sites]
        found = self.resolver.union(
            self.resolver.meanings(site.facts, value) for site, value in given if value is not None
        )
        return tuple(meaning for meaning in found if not isinstance(meaning, Lost | Constant))

    def _with_type(self, facts: FileFacts, cls: Class, name: str, found: Meanings) -> Meanings:
        if name in cls.types and all(isinstance(m, Lost) or m == Constant(None) for m in found):
            found = self.resolver.union((found, self.resolver.instances(facts, cls.types[name])))
        return (*found, OUTSIDE) if Constant(None) in found else found

    def _inherited(self, base: Meaning, name: str, instance: InstanceMeaning | None, cls: Class) -> Meanings | None:
        if isinstance(base, ClassMeaning):
            return self.class_attribute(base.facts, base.index, name, instance)
        if isinstance(base, External) and self.resolver.apis.covers(base.path):
            site = instance.site if instance is not None and "__init__" not in cls.methods else None
            made = External(base.path + "()", (site,)) if instance is not None else base
            return self.attribute(made, name)
        return None

    def _method(self, facts: FileFacts, index: int, instance: InstanceMeaning | None) -> Meanings:
        function = facts.functions[index]
        if instance is not None and is_property(facts, function):
            return self.resolver.results.returned(facts, index)
        return (FunctionMeaning(facts, index, instance),)

    def item(self, base: Meaning, key: Value) -> Meanings:
        if isinstance(base, Located):
            inner = base.value
            if isinstance(inner, MappingValue):
                given = inner.get(str(key.value)) if isinstance(key, Literal) else None
                if given is not None:
                    return self.resolver.within(base, given)
                held = self._held(base, inner)
                if isinstance(key, Literal):
                    return held or NOTHING
                items = [self.resolver.within(base, item) for _, item in inner.items]
                several = self.resolver.union((*items, held))
                return (*several, AMBIGUOUS)
            if isinstance(inner, Sequence):
                if isinstance(key, Literal) and isinstance(key.value, int):
                    inside = -len(inner.items) <= key.value < len(inner.items)
                    return self.resolver.within(base, inner.items[key.value]) if inside else NOTHING
                several = self.resolver.union(self.resolver.within(base, item) for item in inner.items)
                return (*several, AMBIGUOUS)
        if isinstance(base, ClassMeaning) or (isinstance(base, External) and _is_class(base)):
            return (base,)
        if isinstance(base, InstanceMeaning) and isinstance(key, Literal) and isinstance(key.value, str):
            return self.attribute(base, key.value)
        return (OUTSIDE,)

    def _held(self, base: Located, mapping: MappingValue) -> Meanings:
        """What a mapping holds under keys that can't be known."""
        values = [rest for rest in mapping.rest if isinstance(rest, Operation) and rest.operator == "held"]
        return self.resolver.union(self.resolver.within(base, value.operands[0]) for value in values)

    def collected(self, bases: Iterable[Meaning], method: str) -> Meanings:
        """What ``mapping.values()`` and ``mapping.items()`` give."""
        found = []
        for base in bases:
            if isinstance(base, Located) and isinstance(base.value, MappingValue):
                rest = [value.operands[0] for value in base.value.rest if isinstance(value, Operation)]
                values = (*(value for _, value in base.value.items), *rest)
                pairs = tuple(Sequence((Unknown("a key"), value)) for value in values)
                held = Operation("collect", pairs if method == "items" else values)
                found.append(Located(base.facts, held, base.entered))
        return tuple(found)

    def elements(self, facts: FileFacts, value: Element) -> Meanings:
        found = [element for base in self.resolver.meanings(facts, value.base) for element in self.elements_of(base)]
        return (*found[:MAX_MEANINGS], AMBIGUOUS) if len(found) > 1 else tuple(found)

    def elements_of(self, base: Meaning) -> Meanings:
        if isinstance(base, Located) and isinstance(base.value, Sequence):
            items = base.value.items
        elif isinstance(base, Located) and isinstance(base.value, Operation) and base.value.operator == "collect":
            items = base.value.operands
        else:
            return (base,) if isinstance(base, External | InstanceMeaning | FunctionMeaning) else (OUTSIDE,)
        return self.resolver.union(self.resolver.within(base, item) for item in items)

    def made_outside(self, cls: ClassMeaning) -> tuple[str, tuple[Located, ...]] | None:
        """The class of an SDK whose constructor makes the objects of a class of the project, and what the classes on
        the way say of its settings; None where one of those has a constructor of its own."""
        settings: list[Located] = []
        waiting: list[Meaning] = [cls]
        while waiting and len(settings) < MAX_MEANINGS:
            meaning = waiting.pop(0)
            if isinstance(meaning, External) and self.resolver.apis.covers(meaning.path):
                return meaning.path, tuple(reversed(settings))
            if isinstance(meaning, ClassMeaning):
                own = meaning.facts.classes[meaning.index]
                if "__init__" in own.methods:
                    return None
                items = tuple((name, values[0]) for name, values in own.attributes.items() if name not in own.methods)
                settings.append(Located(meaning.facts, Patched(Unknown("an object"), items)))
                waiting += [found for base in own.bases for found in self.resolver.meanings(meaning.facts, base)]
        return None


def _is_something(meanings: Meanings) -> bool:
    return any(not isinstance(meaning, Lost) and meaning != Constant(None) for meaning in meanings)


def _is_class(meaning: External) -> bool:
    """Whether a path names a class, which ``Agent[Deps, str]`` only says more about."""
    return not meaning.chain and meaning.path.rpartition(".")[2][:1].isupper()


def _given_for_field(site: Site, cls: Class, name: str) -> Value | None:
    """What a call that makes an object gives for a field that its class declares."""
    positional = [argument.value for _, argument in site.arguments if argument.name is None and not argument.stars]
    given = {argument.name: argument.value for _, argument in site.arguments if argument.name is not None}
    given.update(zip(cls.fields, positional, strict=False))
    return given.get(name)


def _patched_item(patch: Located, name: str) -> Value | None:
    if isinstance(patch.value, Patched):
        for key, value in reversed(patch.value.items):
            if key == name:
                return value
    return None
