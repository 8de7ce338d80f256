"""Schemas that check data as it comes in, and what they let through: ``z.object({ text: z.string().max(600) })``."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.flows.steps import Path
from llmlint.link.meanings import External, top_of
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.values import Attribute, Value
from llmlint.values import Mapping as MappingValue

_PARSING = frozenset({"parse", "parseAsync", "safeParse", "safeParseAsync"})
_TEXTS = frozenset({"string", "any", "unknown", "object", "array"})
_MAXIMA = frozenset({"max", "length"})
# What holds the value of a schema that does not raise.
_HOLDER = "data"


class Schemas:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def passed_on(self, site: Site, path: Path) -> tuple[Value, Path] | None:
        """What a call that checks data gives back of it, where that may be a text of any length."""
        callee = site.call.callee
        given = [argument.value for argument in site.call.arguments[:1]]
        if not isinstance(callee, Attribute) or callee.name not in _PARSING or not given:
            return None
        path = path[1:] if callee.name.startswith("safe") and path[:1] == (_HOLDER,) else path
        return (given[0], path) if self._is_open(site.facts, callee.base, path) else None

    def _is_open(self, facts: FileFacts, schema: Value, path: Path) -> bool:
        """Whether a part of what a schema describes is a text without a maximum."""
        for meaning in self.resolver.meanings(facts, schema):
            if not isinstance(meaning, External) or top_of(meaning.path) not in self.resolver.libraries.schemas:
                continue
            sites = [site for site in meaning.chain if site is not None]
            names = {getattr(site.call.callee, "name", "") for site in sites}
            if not names & _TEXTS or (not path and names & _MAXIMA):
                return False
            if not path:
                return True
            for site in sites:
                fields = site.call.arguments[0].value if site.call.arguments else None
                field = fields.get(str(path[0])) if isinstance(fields, MappingValue) else None
                if field is not None:
                    return self._is_open(site.facts, field, path[1:])
        return False
