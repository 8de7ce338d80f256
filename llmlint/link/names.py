"""What names mean: imports of the project's modules or of what lies outside, and the bindings of scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.facts import FileFacts
from llmlint.link.meanings import NOTHING, RECURSIVE, External, Lost, Meanings, ModuleMeaning
from llmlint.modules import dotted
from llmlint.scripts import WHOLE, plain_package
from llmlint.values import Imported

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver


class Names:
    """The resolver's part that knows modules and scopes."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def imported(self, facts: FileFacts, value: Imported) -> Meanings:
        key = (facts.path, value)
        return self.resolver.once(key, lambda: self._import(facts, value))

    def _import(self, facts: FileFacts, value: Imported) -> Meanings:
        module = self.module(facts, value.module)
        full = dotted(value.module, value.name)
        if value.name:
            # "from . import llm" in a package's own __init__ names the module.
            found = self.exported(module, value.name) if module is not None and module is not facts else None
            if found is not None:
                return found
            if module is not None and WHOLE in module.scopes[0].bindings:
                whole = self.binding(module, 0, WHOLE)
                return self.resolver.union(self.resolver.members.attribute(each, value.name) for each in whole)
            inner = self.module(facts, full)
            if inner is not None:
                return (ModuleMeaning(inner),)
        elif module is not None:
            return self._whole(module)
        unread = self._unread(facts, value)
        if unread:
            return (Lost("in a file that is not read", is_open=True, unread=unread),)
        is_ours = value.module.startswith(".") or module is not None
        return NOTHING if is_ours else (External(plain_package(self.resolver.apis.aliased(full))),)

    def _whole(self, module: FileFacts) -> Meanings:
        """A module: what it exports as a whole, as modules of CommonJS may, or its names."""
        return self.binding(module, 0, WHOLE) if WHOLE in module.scopes[0].bindings else (ModuleMeaning(module),)

    def _unread(self, facts: FileFacts, value: Imported) -> str:
        """The project's file that an import names, if it has not been parsed."""
        paths = self.resolver.modules.named(facts.path, value.module, value.name)
        return next((path for path in paths if self.resolver.file(path) is None), "")

    def module(self, facts: FileFacts, name: str) -> FileFacts | None:
        path = self.resolver.modules.resolve(facts.path, name)
        return self.resolver.file(path) if path is not None else None

    def exported(self, module: FileFacts, name: str) -> Meanings | None:
        """What a module's top level binds to a name, or what a star import gives it; None for nothing."""
        if name in module.scopes[0].bindings or name in self.resolver.assigned.to(module):
            return self.binding(module, 0, name)
        for imported in module.imports:
            if imported.name == "*":
                starred = self.module(module, imported.module)
                if starred is not None and starred is not module:
                    found = self._starred(starred, name)
                    if found and found is not RECURSIVE:
                        return found
        return None

    def _starred(self, module: FileFacts, name: str) -> Meanings:
        return self.resolver.once(("star", module.path, name), lambda: self.exported(module, name) or ())

    def binding(self, facts: FileFacts, scope: int, name: str) -> Meanings:
        """Everything that is bound to a name of a scope; ambiguous where it is more than one thing."""
        return self.resolver.once(("binding", facts.path, scope, name), lambda: self._bound(facts, scope, name))

    def _bound(self, facts: FileFacts, scope: int, name: str) -> Meanings:
        values = facts.scopes[scope].bindings.get(name)
        assigned = self.resolver.assigned.to(facts).get(name) if scope == 0 else None
        if assigned:
            return self.resolver.union((*assigned, self.resolver.any_of(facts, values or ())))
        if values is None:
            found = self.exported(facts, name) if scope == 0 else None
            return found or self._starred_outside(facts, name)
        return self.resolver.any_of(facts, values)

    def _starred_outside(self, facts: FileFacts, name: str) -> Meanings:
        for imported in facts.imports:
            if imported.name == "*" and self.module(facts, imported.module) is None:
                path = f"{imported.module}.{name}"
                if path in self.resolver.apis.operations or path + "()" in self.resolver.apis.operations:
                    return (External(path),)
                if path in self.resolver.libraries.retries or path + "()" in self.resolver.libraries.stops:
                    return (External(path),)
        return NOTHING
