"""By what names, and by which variables of the environment, code finds a queue."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmlint.facts import FileFacts
from llmlint.link.meanings import Constant, External, FunctionMeaning
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.link.results import argument_for
from llmlint.model_calls import Site
from llmlint.values import Attribute, Imported, Item, Literal, Parameter, Result, Value, Variable

_MAX_DEPTH = 8


@dataclass(slots=True)
class QueueNames:
    """Collects what a value that names a queue is made of."""

    resolver: Resolver
    names: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    _seen: dict[int, Value] = field(default_factory=dict)

    def add(self, facts: FileFacts, value: Value, depth: int = 0) -> None:
        if depth > _MAX_DEPTH or id(value) in self._seen or self._is_environment(facts, value):
            return
        self._seen[id(value)] = value
        if isinstance(value, Literal):
            if isinstance(value.value, str):
                self.names.add(value.value)
        elif isinstance(value, Variable):
            for bound in facts.scopes[value.scope].bindings.get(value.name, ()):
                self.add(facts, bound, depth + 1)
        elif isinstance(value, Parameter):
            self._add_given(facts, value, depth)
        elif isinstance(value, Result):
            self._add_result(Site(facts, value.call), depth)
        elif isinstance(value, Imported):
            for meaning in self.resolver.meanings(facts, value):
                if isinstance(meaning, Constant) and isinstance(meaning.value, str):
                    self.names.add(meaning.value)
        else:
            for part in parts_of(value):
                self.add(facts, part, depth + 1)

    def _add_given(self, facts: FileFacts, value: Parameter, depth: int) -> None:
        function = facts.functions[value.function]
        for site in self.resolver.results.callers.get((facts.path, value.function), ()):
            argument = argument_for(site, function, value.name)
            if argument is not None:
                self.add(site.facts, argument.value, depth + 1)

    def _add_result(self, site: Site, depth: int) -> None:
        """``get_queue_url(QueueName="work")``, ``subscription_path(project, "work")``, or a function of the project."""
        for meaning in self.resolver.results.callees(site):
            if isinstance(meaning, FunctionMeaning):
                for returned in meaning.facts.functions[meaning.index].returns:
                    self.add(meaning.facts, returned, depth + 1)
        for argument in site.call.arguments:
            self.add(site.facts, argument.value, depth + 1)

    def _is_environment(self, facts: FileFacts, value: Value) -> bool:
        """Whether a value is a variable of the environment, whose name is noted: ``os.environ["WORK_QUEUE"]``."""
        if isinstance(value, Result):
            call = facts.calls[value.call]
            base, key = call.callee, call.arguments[0].value if call.arguments else None
        elif isinstance(value, Item):
            base, key = value.base, value.key
        elif isinstance(value, Attribute):
            base, key = value.base, Literal(value.name)
        else:
            return False
        found = self.resolver.meanings(facts, base)
        is_known = any(isinstance(m, External) and m.path in self.resolver.libraries.environments for m in found)
        if is_known and isinstance(key, Literal) and isinstance(key.value, str):
            self.variables.add(key.value)
        return is_known
