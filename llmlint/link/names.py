"""What names mean: imports of the project's modules or of what lies outside, and the bindings of scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.facts import FileFacts, Imported
from llmlint.link.meanings import NOTHING, RECURSIVE, External, Meanings, ModuleMeaning

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
        full = f"{value.module}.{value.name}" if value.name else value.module
        if value.name:
            inner = self.resolver.modules.resolve(facts.path, full)
            module = self.module(facts, value.module)
            if module is not None:
                found = self.exported(module, value.name)
                if found is not None:
                    return found
            if inner is not None and inner in self.resolver.files:
                return (ModuleMeaning(self.resolver.files[inner]),)
            if value.module.startswith("."):
                return NOTHING
            path = self.resolver.apis.aliased(full)
            is_known = path in self.resolver.apis.operations or path + "()" in self.resolver.apis.operations
            return (External(path),) if is_known or module is None else NOTHING
        module = self.module(facts, value.module)
        if module is not None:
            return (ModuleMeaning(module),)
        return NOTHING if value.module.startswith(".") else (External(self.resolver.apis.aliased(full)),)

    def module(self, facts: FileFacts, name: str) -> FileFacts | None:
        path = self.resolver.modules.resolve(facts.path, name)
        return self.resolver.files.get(path) if path is not None else None

    def exported(self, module: FileFacts, name: str) -> Meanings | None:
        """What a module's top level binds to a name, or what a star import gives it; None for nothing."""
        if name in module.scopes[0].bindings:
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
