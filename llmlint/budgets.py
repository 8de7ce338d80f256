"""What is known of budgets and billing alarms, out of ``rules/infrastructure/``; places are as in ``resources``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from llmlint.schema import Named

_PLACES = [str]
SCHEMA = {
    "budgets?": [
        {
            "types": [str],
            "label": str,
            "names?": _PLACES,
            "when?": Named(str),
            "thresholds": _PLACES,
            "whole?": int,
            "amounts?": Named(str),
            "topics?": _PLACES,
            "acts?": _PLACES,
        }
    ],
    "budget-actions?": [{"types": [str], "budget": str, "approval": str}],
    "subscriptions?": [{"types": [str], "topic": str, "protocol": str}],
    "topics?": [{"types": [str], "protocols": _PLACES}],
    "people?": [str],
}


@dataclass(frozen=True, slots=True)
class BudgetType:
    """``when``: what has to stand at some places for it to be about money; ``whole``: the threshold that is all of it,
    where thresholds are shares, unless ``amounts`` stand at their places; ``topics``: what it tells; ``acts``: what it
    starts, and not only tells."""

    label: str
    names: tuple[str, ...]
    when: dict[str, str]
    thresholds: tuple[str, ...]
    whole: int
    amounts: dict[str, str]
    topics: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(slots=True)
class Budgets:
    """By type. ``actions``: places of the budget and of who approves; ``subscriptions``: places of the topic and of the
    protocol; ``topics``: places of protocols in the topic itself; ``people``: the protocols that only tell somebody."""

    types: dict[str, BudgetType] = field(default_factory=dict)
    actions: dict[str, tuple[str, str]] = field(default_factory=dict)
    subscriptions: dict[str, tuple[str, str]] = field(default_factory=dict)
    topics: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)

    def add(self, data: dict[str, Any]) -> None:
        for entry in data.get("budgets", ()):
            budget = BudgetType(
                entry["label"],
                tuple(entry.get("names", ())),
                entry.get("when", {}),
                tuple(entry["thresholds"]),
                entry.get("whole", 0),
                entry.get("amounts", {}),
                tuple(entry.get("topics", ())),
                tuple(entry.get("acts", ())),
            )
            self.types.update(dict.fromkeys(entry["types"], budget))
        for entry in data.get("budget-actions", ()):
            self.actions.update(dict.fromkeys(entry["types"], (entry["budget"], entry["approval"])))
        for entry in data.get("subscriptions", ()):
            self.subscriptions.update(dict.fromkeys(entry["types"], (entry["topic"], entry["protocol"])))
        for entry in data.get("topics", ()):
            self.topics.update(dict.fromkeys(entry["types"], tuple(entry["protocols"])))
        self.people.update(data.get("people", ()))

    @property
    def names(self) -> set[str]:
        """Every type that an entry is about."""
        return {*self.types, *self.actions, *self.subscriptions, *self.topics}
