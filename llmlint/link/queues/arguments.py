"""What the call that declares a queue is given for its settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal as OneOf

from llmlint.facts import FileFacts
from llmlint.findings import Place
from llmlint.link.given import Given
from llmlint.link.meanings import Constant, External, FunctionMeaning, Located
from llmlint.link.numbers import number_of
from llmlint.link.queues.names import ANYTHING
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.queues import NO_LIMIT, Number
from llmlint.resources import Duration, QueueType, Receives
from llmlint.values import Value

Found = tuple[FileFacts, Value]
State = OneOf["set", "absent", "unknown"]
# What writes a mapping down as JSON.
_ENCODERS = (
    "json.dumps()",
    "JSON.stringify()",
    "pulumi.Output.json_dumps()",
    "npm:@pulumi/pulumi.jsonStringify()",
    "cdktf.Fn.jsonencode()",
    "npm:cdktf.Fn.jsonencode()",
)
# What hands a value that is known later to a function: ``queue.arn.apply(lambda arn: ...)``.
_LATER = ".apply()"
_UNITS = {"millis": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}


class Arguments:
    def __init__(self, resolver: Resolver, site: Site, names: Sequence[str] = ()) -> None:
        """``names``: the places of a name, which stands before any object of options."""
        self.resolver = resolver
        self.site = site
        self._given = Given(resolver, site, max((int(place) + 1 for place in names if place.isdigit()), default=0))

    def find(self, place: str) -> Found | State:
        """What is given at a place: ``dead_letter_queue.max_receive_count``, ``0`` for the first argument."""
        given: Given | None = self._given
        found: Found | None = None
        for key in place.split("."):
            if given is None:
                return "unknown"
            found = given.find("", int(key)) if key.isdigit() else given.find(key)
            if found is None:
                return "unknown" if given.is_open else "absent"
            given = self._inside(found)
        return found if found is not None else "absent"

    def _inside(self, found: Found) -> Given | None:
        """What an object holds; of a mapping written down as JSON, the mapping. None where that can't be known."""
        meanings = self.resolver.meanings(*found)
        meaning = meanings[0] if len(meanings) == 1 else None
        if isinstance(meaning, External) and meaning.chain and meaning.chain[-1] is not None:
            made = Given(self.resolver, meaning.chain[-1])
            if meaning.path.endswith(_LATER):
                return self._later(made)
            if meaning.path not in _ENCODERS:
                # What any other function than a constructor makes of its arguments is its own affair.
                made.is_open |= not meaning.path.removesuffix("()").rpartition(".")[2][:1].isupper()
                return made
            encoded = made.find("", 0)
            return self._inside(encoded) if encoded is not None else None
        if isinstance(meaning, Located):
            held = Given(self.resolver)
            held.spread(meaning.facts, meaning.value)
            return held
        return Given(self.resolver) if isinstance(meaning, Constant) else None

    def _later(self, made: Given) -> Given | None:
        """What a function that is handed a value later makes of it."""
        given = made.find("", 0)
        for meaning in self.resolver.meanings(*given) if given is not None else ():
            if isinstance(meaning, FunctionMeaning):
                returned = meaning.facts.functions[meaning.index].returns
                return self._inside((meaning.facts, returned[0])) if len(returned) == 1 else None
        return None

    def later(self, place: str) -> tuple[Site, ...]:
        """The calls that built what is handed on later for a place: ``queue`` in ``queue.arn.apply(...)``."""
        found = self.find(place)
        meanings = self.resolver.meanings(*found) if isinstance(found, tuple) else ()
        chains = [m.chain for m in meanings if isinstance(m, External) and m.path.endswith(_LATER)]
        return tuple(site.plain for chain in chains for site in chain if site is not None)

    def state(self, place: str) -> State:
        """Whether something is given at a place that is not nothing."""
        found = self.find(place)
        if not isinstance(found, tuple):
            return found
        nothing = [isinstance(meaning, Constant) and not meaning.value for meaning in self.resolver.meanings(*found)]
        return "absent" if all(nothing) else "unknown" if any(nothing) else "set"

    def place(self, place: str) -> Place:
        """Where a place is given: its argument, or what is called."""
        head = place.partition(".")[0]
        arguments = self.site.arguments
        return next((self.site.argument(n) for n, argument in arguments if argument.name == head), self.site.callee)

    # -- names ------------------------------------------------------------------------------------------------

    def names(self, places: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """The names that are written out, and a pattern for any other one."""
        found = [found for place in places if isinstance(found := self.find(place), tuple)]
        texts = [self.text(self.resolver, name) for name in found]
        return frozenset(filter(None, texts)), (ANYTHING,) if "" in texts else ()

    @staticmethod
    def text(resolver: Resolver, found: Found) -> str:
        """The text that a value certainly is."""
        meanings = resolver.meanings(*found)
        text = meanings[0].value if len(meanings) == 1 and isinstance(meanings[0], Constant) else ""
        return text if isinstance(text, str) else ""

    def text_at(self, place: str) -> str:
        """The text that certainly stands at a place."""
        found = self.find(place)
        return self.text(self.resolver, found) if isinstance(found, tuple) else ""

    # -- numbers ----------------------------------------------------------------------------------------------

    def receives(self, known: QueueType) -> Number:
        """How often the queue hands out one message."""
        receives = known.receives
        if any(self.state(place) != "absent" for place in receives.or_else):
            return Number(None, receives.parameter)
        if known.when:
            fits = {self._is(place, word) for place, word in known.when.items()}
            if fits != {True}:
                return Number(None if None in fits else NO_LIMIT, receives.parameter)
        default: float | None = receives.default
        if receives.policy:
            states = {self.state(place) for place in receives.policy}
            if states == {"absent"}:
                return Number(default, receives.parameter)
            default = receives.within
        return self._most(receives, default)

    def _is(self, place: str, word: str) -> bool | None:
        found = self.find(place)
        if not isinstance(found, tuple):
            return False if found == "absent" else None
        text = self.text(self.resolver, found)
        return text == word if text else None

    def _most(self, receives: Receives, default: float | None) -> Number:
        for place in receives.places:
            found = self.find(place)
            if isinstance(found, tuple):
                value = self._number(found)
                is_off = value is not None and (
                    (value < 0 and "negative" in receives.unlimited) or (value == 0 and "zero" in receives.unlimited)
                )
                return Number(NO_LIMIT if is_off else value, place, self.place(place))
            if found == "unknown":
                return Number(None, receives.parameter)
        return Number(default, receives.places[0], holder=self._holder(receives.places[0]))

    def _holder(self, place: str) -> Place | None:
        """The call that would be given a setting, or the argument of it that would hold it."""
        head, *inner = place.split(".")
        if not inner:
            return self.site.place if head.isidentifier() else None
        given = (self.site.argument(number) for number, argument in self.site.arguments if argument.name == head)
        return next(given, None) if len(inner) == 1 else None

    def _number(self, found: Found) -> float | None:
        text = self.text(self.resolver, found)
        if text:
            return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
        return number_of(self.resolver, *found)

    def duration(self, duration: Duration) -> Number:
        """A time in seconds, also as one of CDK's durations."""
        for place in duration.places:
            found = self.find(place)
            if isinstance(found, tuple):
                return Number(self._seconds(found), duration.parameter, self.place(place))
            if found == "unknown":
                return Number(None, duration.parameter)
        return Number(duration.default, duration.parameter)

    def _seconds(self, found: Found) -> float | None:
        meanings = self.resolver.meanings(*found)
        made = meanings[0] if len(meanings) == 1 else None
        maker = made.chain[-1] if isinstance(made, External) and made.chain else None
        if isinstance(made, External) and maker is not None:
            owner, _, unit = made.path.removesuffix("()").rpartition(".")
            amount = Given(self.resolver, maker).find("amount", 0)
            if owner.endswith("Duration") and unit in _UNITS and amount is not None:
                number = number_of(self.resolver, *amount)
                return number * _UNITS[unit] if number is not None else None
            return None
        return self._number(found)
