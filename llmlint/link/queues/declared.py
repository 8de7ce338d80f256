"""The queues that infrastructure files declare, what is said of them elsewhere, and what gets their messages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from llmlint.declarations import Content, Joined, Node, Reference, Row, Table
from llmlint.link.configurations import Configurations, Declared, Leaf
from llmlint.link.queues.names import ANYTHING, is_address, is_for_dead_letters, name_in
from llmlint.link.queues.numbers import number_in, receives_of
from llmlint.queues import DeadLetters, Number, Queue, Worker
from llmlint.resources import Duration, QueueType, Resources

# What says, in Terraform, how many there are of a resource or a module.
_COUNT = "count"
_OFF = (0, False)


class DeclaredQueues:
    """``queues``: each with the declaration that it is from."""

    def __init__(self, configurations: Configurations, resources: Resources) -> None:
        self.resources = resources
        self.configurations = configurations
        self.queues: dict[Declared, Queue] = {}
        self._policies = self._find_policies()
        for type_, known in resources.queues.items():
            for declared in self.configurations.of_type(type_):
                if self._is_queue(declared, known):
                    self.queues[declared] = self._queue(declared, type_, known)
        self._note_dead_letters()
        self._note_functions()

    # -- one queue --------------------------------------------------------------------------------------------

    def _is_queue(self, declared: Declared, known: QueueType) -> bool:
        """Whether a declaration is a queue whose messages code receives."""
        if any(not leaf.is_nothing for place in known.unless for leaf in self.read(declared, place)):
            return False
        if any(self._is_off(declared, place) for place in (*known.switches, _COUNT)):
            return False
        if not known.of:
            return True
        sources = [leaf.resource for leaf in self.read(declared, known.source)]
        return any(source is not None and source.declaration.type in known.of for source in sources) or any(
            leaf.node is not None and isinstance(leaf.node.content, Reference) and leaf.node.content.path[0] in known.of
            for leaf in self.read(declared, known.source)
        )

    def _is_off(self, declared: Declared, place: str) -> bool:
        leaves = self.configurations.read(declared, place)
        return bool(leaves) and all(leaf.node is not None and leaf.node.content in _OFF for leaf in leaves)

    def _queue(self, declared: Declared, type_: str, known: QueueType) -> Queue:
        names, patterns = self._names(declared, known)
        deadline = self._duration(known.deadline, declared) if known.deadline is not None else None
        return Queue(
            type_,
            known.label,
            known.service,
            declared.place,
            names,
            frozenset(),
            receives_of(known.receives, lambda place: self.read(declared, place)),
            deadline,
            self._dead_letters(declared, known),
            any(map(is_for_dead_letters, (declared.declaration.name, *names, *patterns)))
            or any(not leaf.is_nothing for place in known.marks for leaf in self.read(declared, place)),
            patterns=patterns,
        )

    def _names(self, declared: Declared, known: QueueType) -> tuple[frozenset[str], tuple[str, ...]]:
        """The names of a queue, and patterns of those that are put together or can't be known."""
        found = [leaf.node.content for place in known.names for leaf in self.read(declared, place) if leaf.node]
        literal = frozenset(name for name in found if isinstance(name, str) and name)
        return literal, tuple(_pattern(name) for name in found if not isinstance(name, str | None))

    def read(self, declared: Declared, place: str) -> list[Leaf]:
        """What stands at a place of a queue, or of what is said of it elsewhere, which is stronger."""
        own = self.configurations.read(declared, place)
        for policy in self._policies.get(declared, ()):
            found = self.configurations.read(policy, place)
            if any(not leaf.is_nothing for leaf in found):
                return found
        return own

    def _duration(self, duration: Duration, declared: Declared) -> Number:
        return number_in([leaf for place in duration.places for leaf in self.read(declared, place)], duration)

    # -- what is said of it elsewhere -------------------------------------------------------------------------

    def _find_policies(self) -> dict[Declared, list[Declared]]:
        """The policies of each queue; one whose queue can't be known may be of any in its configuration."""
        found: dict[Declared, list[Declared]] = defaultdict(list)
        for type_, place in self.resources.policies.items():
            for policy in self.configurations.of_type(type_):
                for leaf in () if self._is_off(policy, _COUNT) else self.configurations.read(policy, place):
                    queue = leaf.resource
                    if queue is not None:
                        found[queue].append(policy)
                    elif not leaf.is_known:
                        for other in policy.configuration.declared:
                            found[other].append(policy)
        return found

    # -- dead letters -----------------------------------------------------------------------------------------

    def _dead_letters(self, declared: Declared, known: QueueType) -> DeadLetters | None:
        for place in known.dead_letters:
            for leaf in self.read(declared, place):
                if not leaf.is_nothing:
                    return DeadLetters(leaf.place, *self._target(leaf))
        return None

    def _target(self, leaf: Leaf) -> tuple[str, str]:
        """The state of a dead-letter target, and its name."""
        node = leaf.node
        content = node.content if node is not None else None
        if isinstance(content, Reference):
            return self._referred(leaf, content)
        if isinstance(content, Joined):
            return self._joined(leaf, content)
        if isinstance(content, str) and is_address(content):
            return "written", name_in(content)
        return "unknown", ""

    def _referred(self, leaf: Leaf, reference: Reference) -> tuple[str, str]:
        if leaf.resource is not None:
            return "declared", leaf.resource.declaration.name
        configuration = leaf.at.configuration
        is_resource = not configuration.is_terraform or reference.path[0] in self.resources.types
        name = ".".join(reference.path[:2] if configuration.is_terraform else reference.path[:1])
        return ("missing" if is_resource and not configuration.is_broken else "unknown"), name

    def _joined(self, leaf: Leaf, joined: Joined) -> tuple[str, str]:
        """A text with parts in it: what it names is in the part that names a resource, or written at its end."""
        for part in joined.parts:
            for inner in self.configurations.follow(leaf.to(part)):
                if inner.node is not None and isinstance(inner.node.content, Reference):
                    return self._referred(inner, inner.node.content)
        last = joined.parts[-1].content
        first = joined.parts[0].content
        if isinstance(first, str) and is_address(first) and isinstance(last, str) and name_in(last):
            return "written", name_in(last)
        return "unknown", ""

    def _note_dead_letters(self) -> None:
        """A queue to which the dead letters of another one go, or of something else, is one for dead letters."""
        for type_, places in self.resources.failures.items():
            for giver in self.configurations.of_type(type_):
                for leaf in (leaf for place in places for leaf in self.configurations.read(giver, place)):
                    if leaf.resource is not None and leaf.resource in self.queues:
                        self.queues[leaf.resource].is_dead_letter = True
        for declared in self.queues:
            for target in self._targets(declared):
                other = self.queues.get(target)
                if other is not None:
                    other.is_dead_letter = True
                for subscriber in self._fed_by.get(target, ()):
                    subscriber.is_dead_letter = True

    def _targets(self, declared: Declared) -> Iterator[Declared]:
        known = self.resources.queues[declared.type]
        for place in known.dead_letters:
            for leaf in self.read(declared, place):
                parts = leaf.node.content.parts if leaf.node and isinstance(leaf.node.content, Joined) else ()
                for found in (leaf, *map(leaf.to, parts)):
                    if found.resource is not None:
                        yield found.resource

    @cached_property
    def _fed_by(self) -> dict[Declared, list[Queue]]:
        """For each declaration, the queues that take their messages from it."""
        found: dict[Declared, list[Queue]] = defaultdict(list)
        for declared, queue in self.queues.items():
            place = self.resources.queues[declared.type].source
            for leaf in self.read(declared, place) if place else ():
                if leaf.resource is not None:
                    found[leaf.resource].append(queue)
        return found

    # -- functions --------------------------------------------------------------------------------------------

    def _note_functions(self) -> None:
        """What the platform hands messages to, and the environment variables that name a queue."""
        for type_, known in self.resources.functions.items():
            for function in self.configurations.of_type(type_):
                self._note_variables(function, known.variables)
                for place in known.queues:
                    self._feed(self.configurations.read(function, place), function)
        for type_, mapping in self.resources.mappings.items():
            for declared in self.configurations.of_type(type_):
                queues = self.configurations.read(declared, mapping.queue)
                for leaf in self.configurations.read(declared, mapping.function):
                    if leaf.resource is not None:
                        self._feed(queues, leaf.resource)

    def _feed(self, leaves: list[Leaf], function: Declared) -> None:
        known = self.resources.functions.get(function.type)
        if known is None or known.timeout is None:
            return
        worker = Worker(
            function.place,
            function.declaration.name,
            self._duration(known.timeout, function),
            self._text(function, known.handler),
            self._text(function, known.folder),
        )
        for leaf in leaves:
            queue = self._named(leaf)
            if queue is not None and queue.service != "stream":
                queue.workers.append(worker)

    def _text(self, declared: Declared, place: str) -> str:
        leaves = self.configurations.read(declared, place) if place else []
        content = leaves[0].node.content if len(leaves) == 1 and leaves[0].node is not None else ""
        return content if isinstance(content, str) else ""

    def _named(self, leaf: Leaf) -> Queue | None:
        """The queue that a value names, by reference or by its address."""
        if leaf.resource is not None:
            return self.queues.get(leaf.resource)
        content = leaf.node.content if leaf.node is not None else None
        if isinstance(content, str) and is_address(content):
            return next((queue for queue in self.queues.values() if name_in(content) in queue.names), None)
        return None

    def _note_variables(self, function: Declared, places: tuple[str, ...]) -> None:
        for leaf in (leaf for place in places for leaf in self.configurations.read(function, place)):
            for name, value in _variables(leaf.node):
                for found in self.configurations.follow(leaf.to(value)):
                    queue = self._named(found)
                    if queue is not None:
                        queue.variables |= {name}


def _pattern(name: Content) -> str:
    """What a name may come out as, of which only parts are known."""
    if not isinstance(name, Joined):
        return ANYTHING
    return "".join(re.escape(part.content) if isinstance(part.content, str) else ANYTHING for part in name.parts)


def _variables(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The variables of an environment: a table of them, or a list of names with values."""
    content = node.content if node is not None else None
    if isinstance(content, Table):
        yield from content.entries
    for item in content.items if isinstance(content, Row) else ():
        if isinstance(item.content, Table):
            pair = {key.lower(): value for key, value in item.content.entries}
            name = pair["name"].content if "name" in pair else None
            if isinstance(name, str) and "value" in pair:
                yield name, pair["value"]
