"""What calls return, and what parameters are given."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

from llmlint.facts import Argument, FileFacts, Function, ParameterFact
from llmlint.link.blocks import function_index
from llmlint.link.meanings import (
    NOTHING,
    OUTSIDE,
    Bound,
    ClassMeaning,
    Constant,
    External,
    Frame,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    Meanings,
    name_of,
    top_of,
)
from llmlint.link.origins import is_made_of
from llmlint.model_calls import Site
from llmlint.values import Attribute, ClassValue, Imported, Mapping, Parameter, This, Value, Variable

if TYPE_CHECKING:
    from llmlint.link.resolver import Resolver

_SAME_OBJECT = frozenset({"copy", "model_copy", "model_dump", "dict", "to_dict", "as_dict", "asdict", "__enter__"})
# How many functions deep the arguments of one call are followed.
_MAX_ENTERED = 3
_IMPORTERS = frozenset({"importlib.import_module", "__import__"})


# For each function, the calls of it: a set that keeps its order.
Callers = dict[tuple[str, int], dict[Site, None]]


def maker_key(cls: ClassMeaning) -> tuple[str, int]:
    """Where ``callers`` holds the calls that make objects of a class: beside those of functions, from 0, and of the
    module, -1."""
    return cls.facts.path, -2 - cls.index


class Results:
    """The resolver's part that follows calls. ``callers`` holds, for each function of the project, the calls that are
    known to call it, and under ``maker_key`` those that make objects of a class; ``decorated``, for each decorator of
    the project, the functions that it was put on; ``undecorated``, for each file that was not read, those that
    something in it was put on."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.callers: Callers = {}
        self._handing_on: dict[tuple[str, int], bool] = {}
        self.decorated: dict[tuple[str, int], dict[tuple[str, int], FunctionMeaning]] = defaultdict(dict)
        self.undecorated: dict[str, dict[tuple[str, int], None]] = defaultdict(dict)

    def index(self, files: Iterable[FileFacts]) -> None:
        """Note which functions the project's own decorators stand on."""
        files = list(files)
        again = {key: None for read in files for key in self.undecorated.pop(read.path, ())}
        for path, index in again:
            self._note_decorators(self.resolver.files[path], index)
        for facts in files:
            for index in range(len(facts.functions)):
                self._note_decorators(facts, index)

    def _note_decorators(self, facts: FileFacts, index: int) -> None:
        for decorator in facts.functions[index].decorators:
            for meaning in self.resolver.meanings(facts, decorator.value):
                if isinstance(meaning, FunctionMeaning):
                    key = (meaning.facts.path, meaning.index)
                    self.decorated[key].setdefault((facts.path, index), FunctionMeaning(facts, index))
                    self.resolver.answers.tell(("callers", key))
                if isinstance(meaning, Lost) and meaning.unread:
                    self.undecorated[meaning.unread][facts.path, index] = None

    def callers_of(self, key: tuple[str, int]) -> Collection[Site]:
        """The calls that are known to call a function, or under ``maker_key`` to make an object, for an answer that
        hangs on them."""
        self.resolver.answers.hang_on_callers()
        self.resolver.answers.note(("callers", key))
        return self.callers.get(key, {}).keys()

    def note_caller(self, key: tuple[str, int], site: Site) -> None:
        callers = self.callers.setdefault(key, {})
        if site not in callers:
            callers[site] = None
            self.resolver.answers.tell(("callers", key))

    def result(self, site: Site) -> Meanings:
        """What a call returns."""
        return self.resolver.once(
            ("result", site.facts.path, site.index),
            lambda: self.resolver.union(self._returned_by(callee, site) for callee in self.callees(site)),
        )

    def callees(self, site: Site) -> Meanings:
        return self.resolver.meanings(site.facts, site.call.callee)

    def _returned_by(self, callee: Meaning, site: Site) -> Meanings:
        if isinstance(callee, External):
            return self._external_result(callee, site)
        if isinstance(callee, FunctionMeaning):
            given = (callee, *self.resolver.hierarchy.overrides(callee))
            return self.resolver.union(self._returned_to(site, function.facts, function.index) for function in given)
        if isinstance(callee, ClassMeaning):
            return (InstanceMeaning(callee.facts, callee.index, site),)
        if isinstance(callee, InstanceMeaning):
            called = self.resolver.members.class_attribute(callee.facts, callee.index, "__call__", callee) or ()
            return self.resolver.union(self._returned_by(m, site) for m in called if not isinstance(m, InstanceMeaning))
        if isinstance(callee, Bound):
            return self._returned_by(callee.target, site)
        if isinstance(callee, Lost) and callee.unread:
            return (callee,)
        return self._own_method(site)

    def _own_method(self, site: Site) -> Meanings:
        """``settings.copy()``, ``model.model_dump()``: methods that give the object back."""
        callee = site.call.callee
        if isinstance(callee, Attribute) and callee.name in (*_SAME_OBJECT, "get", "values", "items"):
            bases = self.resolver.meanings(site.facts, callee.base)
            if callee.name in ("values", "items"):
                return self.resolver.members.collected(bases, callee.name) or (Lost("not followed"),)
            if callee.name in _SAME_OBJECT:
                return bases
            if not site.call.arguments:
                return self.resolver.union(self.resolver.members.elements_of(base) for base in bases)
            key = site.call.arguments[0].value
            return self.resolver.union(self.resolver.members.item(base, key) for base in bases)
        return (Lost("a call that is not followed"),)

    def _external_result(self, callee: External, site: Site) -> Meanings:
        apis, libraries, path = self.resolver.apis, self.resolver.libraries, callee.path
        passed = apis.passthrough.get(path) or libraries.passthrough.get(path)
        if passed is not None:
            return self._passed(site, passed)
        if path in libraries.partials:
            return tuple(Bound(target, site) for target in self._passed(site, libraries.partials[path]))
        if path in libraries.providers:
            return self.resolver.union(
                self._returned_by(target, site) for target in self._passed(site, libraries.providers[path])
            )
        if path == "super":
            return self._super(site)
        if path in _IMPORTERS:
            return tuple(External(apis.aliased(str(name))) for name in self._words(site, "name")) or NOTHING
        head, _, last = path.rpartition(".")
        if head.endswith(")") and (top_of(path), last) in apis.fluent:
            return (External(head, (*callee.chain, site), callee.patches),)
        selector = apis.selectors.get(path)
        if selector is not None:
            chosen = self._words(site, selector)
            if chosen:
                return (External(f"{path}({chosen[0]})", (*callee.chain, site)),)
        return (External(path + "()", (*callee.chain, site), callee.patches),)

    def _passed(self, site: Site, name: str) -> Meanings:
        """The argument called ``name``, or the first one: ``name`` may be ``1`` for the second."""
        value = self.passed_value(site, name)
        return self.resolver.meanings(site.facts, value) if value is not None else NOTHING

    def passed_value(self, site: Site, name: str) -> Value | None:
        position = int(name) if name.isdigit() else 0
        for argument in site.given:
            if argument.name == name:
                return argument.value
        positional = [argument for argument in site.given if argument.name is None and not argument.stars]
        return positional[position].value if position < len(positional) else None

    def _words(self, site: Site, name: str) -> list[object]:
        """The constants that an argument may be; where it is a parameter, those that its callers give."""
        value = self.passed_value(site, name)
        found = self.resolver.meanings(site.facts, value) if value is not None else ()
        if isinstance(value, Parameter) and not any(isinstance(meaning, Constant) for meaning in found):
            facts, index = site.facts, value.function
            fact = next((p for p in facts.functions[index].parameters if p.name == value.name), None)
            callers = self.callers_of((facts.path, index))
            found = self.resolver.union(self._argument(caller, facts, index, fact) for caller in callers if fact)
        return [meaning.value for meaning in found if isinstance(meaning, Constant)]

    def _super(self, site: Site) -> Meanings:
        function = self.function_of(site)
        if function is None or function.cls < 0:
            return NOTHING
        cls = site.facts.classes[function.cls]
        return self.resolver.union(self.resolver.instances(site.facts, base) for base in cls.bases)

    def entered(self, meaning: Meaning) -> Meanings:
        """What ``with`` gives a name: what ``__enter__`` returns, which mostly is the object itself."""
        if not isinstance(meaning, InstanceMeaning):
            return (meaning,)
        found = [
            self.resolver.members.class_attribute(meaning.facts, meaning.index, name, meaning) or ()
            for name in ("__enter__", "__aenter__")
        ]
        methods = [method for part in found for method in part if isinstance(method, FunctionMeaning)]
        made = self.resolver.union(self.returned(method.facts, method.index) for method in methods)
        others = [m for m in made if not isinstance(m, InstanceMeaning | Lost | Constant)]
        return tuple(others) or (meaning,)

    def function_of(self, site: Site) -> Function | None:
        index = function_index(site.facts, site.call.block)
        return site.facts.functions[index] if index >= 0 else None

    def returned(self, facts: FileFacts, index: int) -> Meanings:
        """What a function of the project returns or yields."""
        return self.resolver.once(("returned", facts.path, index), lambda: self._returns(facts, index))

    def _returned_to(self, site: Site, facts: FileFacts, index: int) -> Meanings:
        """What a function returns to one of its callers: what it makes of the arguments given there."""
        resolver, frame = self.resolver, Frame(facts.path, index, site)
        found = resolver.inside((), lambda: self.returned(facts, index))
        if not resolver.hangs(("returned", facts.path, index)) and not any(isinstance(m, Located) for m in found):
            return found
        is_again = any(entered.site == site for entered in resolver.entered)
        is_deep = is_again or len(resolver.entered) >= _MAX_ENTERED
        if is_deep or not self._hands_on(facts, index):
            return found
        return resolver.inside((*resolver.entered, frame), lambda: self._returns(facts, index))

    def _hands_on(self, facts: FileFacts, index: int) -> bool:
        """Whether what a function returns is made of its parameters at all."""
        key = (facts.path, index)
        if key not in self._handing_on:

            def is_own(part: Value) -> bool:
                return isinstance(part, Parameter) and part.function == index

            returned = facts.functions[index].returns
            self._handing_on[key] = any(is_made_of(facts, value, is_own) for value in returned)
        return self._handing_on[key]

    def _returns(self, facts: FileFacts, index: int) -> Meanings:
        function = facts.functions[index]
        found = self.resolver.union(self.resolver.meanings(facts, value) for value in function.returns)
        if function.return_type is not None and not any(isinstance(m, External | InstanceMeaning) for m in found):
            found = self.resolver.union((found, self.resolver.instances(facts, function.return_type)))
        return found or (Constant(None),)

    def parameter(self, facts: FileFacts, index: int, name: str) -> Meanings:
        entered = self.resolver.entered
        for place in range(len(entered) - 1, -1, -1):
            if (entered[place].path, entered[place].function) == (facts.path, index):
                self.resolver.answers.hang_on_callers()
                given = partial(self._given, entered[place].site, facts, index, name)
                return self.resolver.inside(entered[:place], given)
        # Of functions that were not entered, every call counts.
        key = ("parameter", facts.path, index, name)
        whole = partial(self.resolver.once, key, lambda: self._parameter(facts, index, name))
        return self.resolver.inside((), whole)

    def _parameter(self, facts: FileFacts, index: int, name: str) -> Meanings:
        self.resolver.answers.hang_on_callers()
        fact = next((p for p in facts.functions[index].parameters if p.name == name), None)
        if fact is None or fact.kind in ("*", "**"):
            return (OUTSIDE,)
        default = self.resolver.meanings(facts, fact.default) if fact.default is not None else ()
        if any(isinstance(m, Constant) and m.value is not None for m in default):
            return default
        declared = self.resolver.instances(facts, fact.type) if fact.type is not None else ()
        made = [m for m in default if not isinstance(m, Constant | Lost)]
        passed = [
            meaning
            for site in self.callers_of((facts.path, index))
            for meaning in self._argument(site, facts, index, fact)
            if not isinstance(meaning, Lost | Constant)
        ]
        first = facts.functions[index].parameters[0] is fact
        functions = self.decorated.get((facts.path, index), {}).values() if first else ()
        handed = self._handed(facts, index, name) if self.resolver.libraries.handed else ()
        return handed or self.resolver.union((tuple(functions), tuple(passed), tuple(made), declared, (OUTSIDE,)))

    def _handed(self, facts: FileFacts, index: int, name: str) -> Meanings:
        """What a class of a library gives for a parameter when it calls a method that the project fills in."""
        function = facts.functions[index]
        bases = facts.classes[function.cls].bases if function.cls >= 0 else ()
        above = [meaning for base in bases for meaning in self.resolver.meanings(facts, base)]
        paths = [f"{meaning.path}.{function.name}.{name}" for meaning in above if isinstance(meaning, External)]
        handed = self.resolver.libraries.handed
        return tuple(External(handed[path]) for path in paths if path in handed)

    def _given(self, site: Site, facts: FileFacts, index: int, name: str) -> Meanings:
        """What one call gives for a parameter."""
        function = facts.functions[index]
        fact = next((p for p in function.parameters if p.name == name), None)
        if fact is None or fact.kind == "*":
            return (OUTSIDE,)
        if fact.kind == "**":
            return (Located(site.facts, left_over(site, function), self.resolver.entered),)
        argument = argument_for(site, function, name)
        if argument is not None:
            given = self.resolver.meanings(site.facts, argument.value)
        elif any(argument.stars for argument in site.given):
            given = (OUTSIDE,)
        else:
            return self.resolver.meanings(facts, fact.default) if fact.default is not None else NOTHING
        if fact.type is not None and all(isinstance(meaning, Lost) for meaning in given):
            given = self.resolver.union((given, self.resolver.instances(facts, fact.type)))
        return given

    def _argument(self, site: Site, facts: FileFacts, index: int, fact: ParameterFact) -> Meanings:
        argument = argument_for(site, facts.functions[index], fact.name)
        return self.resolver.meanings(site.facts, argument.value) if argument is not None else ()


def argument_for(site: Site, function: Function, name: str) -> Argument | None:
    """The argument that a call gives for a parameter of a project function."""
    arguments = site.given
    for argument in arguments:
        if argument.name == name:
            return argument
    names = positional_names(site, function)
    if name not in names:
        return None
    before_star = itertools.takewhile(lambda argument: argument.stars != 1, arguments)
    positional = [argument for argument in before_star if argument.name is None and not argument.stars]
    place = names.index(name)
    return positional[place] if place < len(positional) else None


def positional_names(site: Site, function: Function) -> list[str]:
    """The parameters that a call gives by position, one after the other."""
    names = [p.name for p in function.parameters if p.kind == "positional"]
    if function.cls < 0:
        return names
    decorators = {name_of(decorator.value) for decorator in function.decorators}
    if "staticmethod" in decorators:
        return names
    is_plain = "classmethod" not in decorators and (_is_called_on_class(site) or is_handed_self(site))
    # Base.__init__(self, client) names the object itself.
    return names if is_plain else names[1:]


def is_handed_self(site: Site) -> bool:
    """Whether a decorator calls the function that it stands on: ``function(self, *args, **kwargs)``."""
    first = next((argument.value for argument in site.given if argument.name is None), None)
    is_self = isinstance(first, This) or (isinstance(first, Parameter) and first.name == "self")
    return is_self and isinstance(site.call.callee, Parameter | Variable)


def left_over(site: Site, function: Function) -> Mapping:
    """What a call gives for ``**kwargs``."""
    names = {p.name for p in function.parameters}
    arguments = site.given
    items = tuple((a.name, a.value) for a in arguments if a.name is not None and a.name not in names)
    return Mapping(items, tuple(argument.value for argument in arguments if argument.stars == 2))


def _is_called_on_class(site: Site) -> bool:
    base = site.call.callee.base if isinstance(site.call.callee, Attribute) else None
    return isinstance(base, ClassValue) or (isinstance(base, Imported) and base.name[:1].isupper())
