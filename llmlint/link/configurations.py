"""What the values of infrastructure files stand for: references followed through variables, locals and modules."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from llmlint.declarations import Declaration, Either, Hidden, Node, Reference, Row, Table
from llmlint.facts import FileFacts, Span
from llmlint.findings import Place
from llmlint.terraform_modules import called

_TERRAFORM = "terraform"
# How many references a value is followed through, and how many steps one question may take.
_MAX_DEPTH = 40
_MAX_STEPS = 2000
_MAX_LEAVES = 200
# How many values may be looked into for one question: aliases make many of few.
_MAX_LOOKS = 20_000
# Names that only a run gives a value to.
_OUTSIDE = frozenset({"data", "count", "self", "path", "terraform"})
_NOTHING = (None, "")


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A declaration in its file, and the configuration that the file is part of."""

    facts: FileFacts
    declaration: Declaration
    configuration: Configuration

    @property
    def place(self) -> Place:
        return Place(self.facts, Span(self.declaration.start, self.declaration.end))

    @property
    def type(self) -> str:
        """The type of a resource; of a module from a registry, its name there."""
        return self.declaration.type


@dataclass(slots=True, eq=False)
class Configuration:
    """The declarations that can name each other: those of a folder in Terraform, else those of a file. ``callers``: the
    modules of other configurations that stand for this one."""

    is_terraform: bool
    declared: list[Declared] = field(default_factory=list)
    by_name: dict[tuple[str, str], Declared] = field(default_factory=dict)
    resources: dict[tuple[str, str], Declared] = field(default_factory=dict)
    callers: list[Declared] = field(default_factory=list)
    is_broken: bool = False

    def add(self, facts: FileFacts, declaration: Declaration) -> None:
        found = Declared(facts, declaration, self)
        self.declared.append(found)
        if declaration.kind == "resource":
            self.resources[declaration.type if self.is_terraform else "", declaration.name] = found
        else:
            self.by_name[declaration.kind, declaration.name] = found

    def resource(self, path: Sequence[str]) -> Declared | None:
        """The resource that a reference names."""
        if self.is_terraform:
            return self.resources.get((path[0], path[1])) if len(path) > 1 else None
        return self.resources.get(("", path[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """What a value comes to: a Node that stands for itself, in the declaration that it is part of; ``node`` is None for
    nothing at all. ``asked``: the declaration that was asked; ``written``: the last Node on the way that is in it."""

    node: Node | None
    at: Declared
    asked: Declared
    written: Node

    @property
    def is_nothing(self) -> bool:
        return self.node is None or self.node.content in _NOTHING

    @property
    def is_known(self) -> bool:
        return self.node is not None and not isinstance(self.node.content, Hidden)

    def to(self, node: Node | None) -> Leaf:
        """The leaf of a part of this value."""
        is_written = node is not None and self.written is self.node
        return Leaf(node, self.at, self.asked, node if is_written and node is not None else self.written)

    def over(self, node: Node | None, at: Declared) -> Leaf:
        """The leaf of what this value refers to."""
        return Leaf(node, at, self.asked, self.written)

    @property
    def place(self) -> Place:
        return Place(self.asked.facts, Span(self.written.start, self.written.end))

    @property
    def resource(self) -> Declared | None:
        """The resource that it names."""
        if self.node is None or not isinstance(self.node.content, Reference):
            return None
        return self.at.configuration.resource(self.node.content.path)


class Configurations:
    """Every configuration of a project."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self.all: dict[str, Configuration] = {}
        for path, facts in files.items():
            is_terraform = facts.language == _TERRAFORM
            name = posixpath.dirname(path) if is_terraform else path
            configuration = self.all.setdefault(name, Configuration(is_terraform))
            configuration.is_broken |= bool(facts.faults)
            for declaration in facts.declarations:
                configuration.add(facts, declaration)
        self._modules: dict[Declared, Configuration] = {}
        self._by_type: dict[str, list[Declared]] = defaultdict(list)
        self._depth = 0
        self._steps_left = 0
        self._looks_left = 0
        for folder, configuration in self.all.items():
            for declared in configuration.declared:
                if declared.declaration.kind == "module":
                    self._join(folder, declared)
                if declared.declaration.kind in ("resource", "module"):
                    self._by_type[declared.type].append(declared)

    def _join(self, folder: str, module: Declared) -> None:
        """Tell a module of this repository who calls it; one with examples in its own folder is there for others."""
        source = module.declaration.type
        path = called(folder, source)
        callee = self.all.get(path)
        if source.startswith(".") and callee is not None and callee.is_terraform:
            self._modules[module] = callee
            if not f"{folder}/".startswith(f"{path}/" if path else ""):
                callee.callers.append(module)

    def of_type(self, type_: str) -> list[Declared]:
        """The resources of a type, and the modules of a registry by that name."""
        return self._by_type.get(type_, [])

    # -- reading ----------------------------------------------------------------------------------------------

    def read(self, declared: Declared, place: str) -> list[Leaf]:
        """What stands at a place of a declaration; nothing where it may be anything."""
        self._looks_left = _MAX_LOOKS
        found = [Leaf(declared.declaration.body, declared, declared, declared.declaration.body)]
        for key in place.split("."):
            found = [inner for leaf in found for inner in self._inside(leaf, key)][:_MAX_LEAVES]
        leaves = [end for leaf in found for end in self.follow(leaf)]
        if declared.declaration.is_broken:
            hidden = Node(Hidden(), declared.declaration.start, declared.declaration.end)
            return [Leaf(hidden, declared, declared, hidden) if leaf.node is None else leaf for leaf in leaves]
        return leaves

    def _inside(self, leaf: Leaf, key: str) -> Iterator[Leaf]:
        self._looks_left -= 1
        for found in self.follow(leaf):
            content = found.node.content if found.node is not None else None
            if self._looks_left < 0 and content is not None:
                yield found.to(self._hidden(found))
            elif isinstance(content, Row):
                items = [found.to(item) for item in content.items]
                yield from items if key == "*" else [inner for item in items for inner in self._inside(item, key)]
            elif isinstance(content, Table):
                yield from self._values(content, found) if key == "*" else self._entry(content, found, key)
            elif content is None:
                yield found.to(None)
            else:
                yield found.to(self._hidden(found))

    def _values(self, table: Table, leaf: Leaf) -> Iterator[Leaf]:
        for _, value in table.entries:
            yield leaf.to(value)

    def _entry(self, table: Table, leaf: Leaf, key: str) -> Iterator[Leaf]:
        value = table.get(key)
        if value is not None:
            yield leaf.to(value)
            return
        for rest in table.rest:
            inner = list(self._inside(leaf.to(rest), key))
            if any(found.node is not None for found in inner):
                yield from inner
                return
        yield leaf.to(self._hidden(leaf) if table.is_open else None)

    @staticmethod
    def _hidden(leaf: Leaf) -> Node:
        assert leaf.node is not None
        return Node(Hidden(), leaf.node.start, leaf.node.end)

    # -- references -------------------------------------------------------------------------------------------

    def follow(self, leaf: Leaf) -> list[Leaf]:
        """What a value may come to, once no variable is left that the project gives a value."""
        content = leaf.node.content if leaf.node is not None else None
        if not isinstance(content, Either | Reference):
            return [leaf]
        if self._depth == 0:
            self._steps_left = _MAX_STEPS
        self._steps_left -= 1
        if self._depth > _MAX_DEPTH or self._steps_left < 0:
            return [self._lost(leaf)]
        self._depth += 1
        try:
            others = (
                [leaf.to(option) for option in content.options]
                if isinstance(content, Either)
                else self._referred(content.path, leaf)
            )
            if others is None:
                return [leaf]
            return [found for other in others for found in self.follow(other)][:_MAX_LEAVES]
        finally:
            self._depth -= 1

    def _referred(self, path: tuple[str, ...], leaf: Leaf) -> list[Leaf] | None:
        """What a reference stands for; None for one to a resource, which stands for itself."""
        configuration = leaf.at.configuration
        if not configuration.is_terraform:
            parameter = configuration.by_name.get(("variable", path[0])) if len(path) == 1 else None
            return None if parameter is None else [self._default(parameter, leaf)]
        head, name, *steps = path if len(path) > 1 else (*path, "")
        if head == "var":
            return self._steps(self._variable(configuration, name, leaf), steps)
        if head == "local":
            local = configuration.by_name.get(("local", name))
            return self._steps([leaf.over(local.declaration.body, local) if local else self._lost(leaf)], steps)
        if head == "module":
            return self._steps(self._output(configuration, name, steps[:1], leaf), steps[1:])
        if head == "each":
            return self._steps(self._each(leaf, name), steps)
        if head in _OUTSIDE or not name:
            return [self._lost(leaf)]
        resource = configuration.resource(path)
        if resource is not None and steps and isinstance(resource.declaration.body.content, Table):
            argument = resource.declaration.body.content.get(steps[0])
            if argument is not None:
                return self._steps([leaf.over(argument, resource)], steps[1:])
        return None

    def _lost(self, leaf: Leaf) -> Leaf:
        return leaf.over(self._hidden(leaf), leaf.at)

    def _steps(self, leaves: Iterable[Leaf], steps: Sequence[str]) -> list[Leaf]:
        found = list(leaves)
        for step in steps:
            found = [inner for leaf in found for inner in self._inside(leaf, step)]
        return found

    def _variable(self, configuration: Configuration, name: str, leaf: Leaf) -> list[Leaf]:
        """What the modules of this repository that call a folder give a variable, or its default."""
        variable = configuration.by_name.get(("variable", name))
        if not configuration.callers:
            return [self._default(variable, leaf)]
        found = []
        for caller in configuration.callers:
            body = caller.declaration.body.content
            given = body.get(name) if isinstance(body, Table) else None
            default = self._default(variable, leaf, is_called=True)
            found.append(leaf.over(given, caller) if given is not None else default)
        return found

    def _default(self, variable: Declared | None, leaf: Leaf, *, is_called: bool = False) -> Leaf:
        """A variable's default; one that is nothing is there to be given from outside."""
        body = variable.declaration.body.content if variable is not None else None
        default = body.get("default") if isinstance(body, Table) else None
        if variable is None or default is None:
            return self._lost(leaf)
        is_empty = default.content in _NOTHING or default.content in (Table(()), Row(()))
        return self._lost(leaf) if is_empty and not is_called else leaf.over(default, variable)

    def _output(self, configuration: Configuration, name: str, output: Sequence[str], leaf: Leaf) -> list[Leaf]:
        module = configuration.by_name.get(("module", name))
        called = self._modules.get(module) if module is not None else None
        found = called.by_name.get(("output", output[0])) if called is not None and output else None
        if found is None or not isinstance(found.declaration.body.content, Table):
            return [self._lost(leaf)]
        value = found.declaration.body.content.get("value")
        return [leaf.over(value, found) if value is not None else self._lost(leaf)]

    def _each(self, leaf: Leaf, name: str) -> list[Leaf]:
        """What ``each.value`` and ``each.key`` may be in a resource that is there for each of something."""
        body = leaf.at.declaration.body.content
        over = body.get("for_each") if isinstance(body, Table) else None
        if over is None or name not in ("key", "value"):
            return [self._lost(leaf)]
        each = leaf.over(over, leaf.at)
        if name == "value":
            return list(self._inside(each, "*"))
        return [key for found in self.follow(each) for key in self._keys(found)]

    def _keys(self, leaf: Leaf) -> Iterator[Leaf]:
        """The keys of a table; a set has its items for keys."""
        content = leaf.node.content if leaf.node is not None else None
        if leaf.node is not None and isinstance(content, Table) and not content.rest and not content.is_open:
            for name, value in content.entries:
                yield leaf.to(Node(name, value.start, value.end))
        elif isinstance(content, Row):
            yield from (found for item in content.items for found in self.follow(leaf.to(item)))
        else:
            yield self._lost(leaf)
