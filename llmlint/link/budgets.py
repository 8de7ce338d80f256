"""The budgets and billing alarms of a project, and whether they stop anything by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llmlint.budgets import Budgets, BudgetType
from llmlint.link.configurations import Configurations, Declared, Leaf
from llmlint.queues import BudgetAlarm

_MANUAL = "MANUAL"


class BudgetFinder:
    def __init__(self, configurations: Configurations, known: Budgets) -> None:
        self._configurations = configurations
        self._known = known

    def find(self) -> Iterator[BudgetAlarm]:
        for type_, known in self._known.types.items():
            for declared in self._configurations.of_type(type_):
                if all(self._stands(declared, place, word) for place, word in known.when.items()):
                    yield self._budget(declared, known)

    def _budget(self, declared: Declared, known: BudgetType) -> BudgetAlarm:
        thresholds = [leaf for place in known.thresholds for leaf in self._read(declared, place)]
        numbers = [(leaf.node.content, leaf) for leaf in thresholds if leaf.node is not None]
        highest = max(
            ((float(number), leaf.place) for number, leaf in numbers if isinstance(number, int | float)),
            key=lambda found: found[0],
            default=None,
        )
        value, place = highest if highest is not None else (None, declared.place)
        is_amount = any(self._stands(declared, at, word) for at, word in known.amounts.items())
        is_relative = known.whole > 0 and not is_amount
        if value is not None and is_relative:
            value *= 100 / known.whole
        return BudgetAlarm(known.label, place, value, self._acts(declared, known), is_relative)

    def _read(self, declared: Declared, place: str) -> list[Leaf]:
        return self._configurations.read(declared, place)

    def _stands(self, declared: Declared, place: str, word: str) -> bool:
        return any(leaf.node is not None and leaf.node.content == word for leaf in self._read(declared, place))

    # -- what it starts ---------------------------------------------------------------------------------------

    def _acts(self, declared: Declared, known: BudgetType) -> bool:
        """Whether something is started that may stop what spends."""
        if any(not leaf.is_nothing for place in known.acts for leaf in self._read(declared, place)):
            return True
        topics = [leaf for place in known.topics for leaf in self._read(declared, place) if not leaf.is_nothing]
        return self._has_action(declared, known) or any(map(self._starts, topics))

    def _has_action(self, declared: Declared, known: BudgetType) -> bool:
        """Whether an action that waits for nobody belongs to a budget, or may."""
        names = [leaf.node for place in known.names for leaf in self._read(declared, place)]
        literal = {node.content for node in names if node is not None and isinstance(node.content, str)}
        for type_, (budget, approval) in self._known.actions.items():
            for action in self._configurations.of_type(type_):
                is_manual = self._stands(action, approval, _MANUAL)
                for leaf in self._read(action, budget) if not is_manual else ():
                    content = leaf.node.content if leaf.node is not None else None
                    if leaf.resource is declared or not isinstance(content, str) or content in literal:
                        return True
        return False

    def _starts(self, topic: Leaf) -> bool:
        """Whether a topic is read by more than people, as far as can be known."""
        content = topic.node.content if topic.node is not None else None
        if isinstance(content, str) and "@" in content:
            return False
        protocols = self._protocols(topic.resource) if topic.resource is not None else []
        return not protocols or any(
            leaf.node is None or leaf.node.content not in self._known.people for leaf in protocols
        )

    def _protocols(self, topic: Declared) -> Sequence[Leaf]:
        """How what is said to a topic is passed on."""
        inside = [
            leaf
            for place in self._known.topics.get(topic.declaration.type, ())
            for leaf in self._read(topic, place)
            if not leaf.is_nothing
        ]
        return inside + [
            leaf
            for type_, (place, protocol) in self._known.subscriptions.items()
            for subscription in self._configurations.of_type(type_)
            if any(found.resource is topic for found in self._read(subscription, place))
            for leaf in self._read(subscription, protocol)
        ]
