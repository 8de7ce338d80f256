"""What happens turn after turn: loops that nothing bounds, and functions that are called again and again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from llmlint.facts import FileFacts
from llmlint.link.blocks import is_inside, outward
from llmlint.link.calls import FunctionKey, owner
from llmlint.link.live_tests import is_of_tests
from llmlint.link.loops import LoopAnalysis
from llmlint.link.meanings import ClassMeaning, FunctionMeaning, Meaning, decorators_of
from llmlint.link.pace import Pace
from llmlint.link.resolver import Resolver
from llmlint.link.sizes import Sizes
from llmlint.model_calls import Site
from llmlint.values import Attribute, Operation, Patched, Result, This, Typed, Value

CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "model_post_init"})
# What a run of a program begins with: a function of such a name, or one that a library makes a command of.
_ENTRY = re.compile(r"^(?:a?main|cli)$|_(?:main|cli)$")
_COMMANDS = frozenset({"command", "group", "callback"})
# Code that shows how something is used says nothing of how often others do.
_SHOWN = re.compile(r"(?:^|/)(?:examples?|demos?|docs?)/")
_MAX_WAYS = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a function. ``is_own``: what is asked about belongs to the object whose method that is; ``born``: the
    block in which that object is made, or -1 where it is there before the function runs."""

    function: FunctionKey
    block: int
    is_own: bool = False
    born: int = -1


class Turns:
    """Tells what is done again and again, with the same object each time."""

    def __init__(self, resolver: Resolver, loops: LoopAnalysis, sizes: Sizes, pace: Pace) -> None:
        self.resolver = resolver
        self.loops = loops
        self.sizes = sizes
        self.pace = pace
        self._open: dict[tuple[str, int], bool] = {}
        self._again: dict[tuple[FunctionKey, bool, FunctionKey | None], bool] = {}
        self._made: dict[Site, bool] = {}

    def is_open(self, facts: FileFacts, block: int) -> bool:
        """Whether nothing bounds the rounds of a loop; one that a person or an event paces goes on as they like. One
        that the reply alone ends has no ceiling, which is another rule's finding: with one, the history is short."""
        key = (facts.path, block)
        if key not in self._open:
            index = facts.blocks[block].index
            loop = facts.loops[index]
            verdict = self.loops.on_success(self.loops.gather(facts, index))
            if self.sizes.is_endless(facts, loop):
                goes_on = verdict.by_reply == verdict.is_open or self.pace.is_set(facts, block)
            else:
                goes_on = loop.kind == "for" and not self.sizes.is_bounded(facts, loop)
            self._open[key] = goes_on and not verdict.ceiling
        return self._open[key]

    def spot(self, site: Site, base: Value) -> Spot:
        """The place of a call that reads something of an object."""
        made = self._maker(site.facts, base)
        born = -1 if made is None else made.call.block
        return Spot(owner(site), site.call.block, made is not None or is_of_this(base), born)

    def follow(self, one: Spot, other: Spot, home: FunctionKey | None = None) -> bool:
        """Whether what happens at two places happens again and again, one after the other. ``home``: the function whose
        variable it is about."""
        ways: dict[FunctionKey, list[Spot]] = defaultdict(list)
        for spot in self._upward(one, home):
            ways[spot.function].append(spot)
        return any(
            self._again_together(first, second, home)
            for second in self._upward(other, home)
            for first in ways[second.function]
        )

    def _again_together(self, one: Spot, other: Spot, home: FunctionKey | None) -> bool:
        facts, born = self.resolver.files[one.function[0]], max(one.born, other.born)
        shared = [block for block in loops_around(facts, one.block) if is_inside(facts, other.block, block)]
        if any(self.is_open(facts, block) and not is_inside(facts, born, block) for block in shared):
            return True
        return born < 0 and self._is_called_again(one.function, one.is_own or other.is_own, home)

    def _upward(self, spot: Spot, home: FunctionKey | None) -> Iterator[Spot]:
        """A place, and those of the calls that lead to it, as far as the object is there already."""
        seen, waiting = {spot}, [spot]
        for at in waiting:
            yield at
            if at.born >= 0 or at.function == home or len(waiting) > _MAX_WAYS:
                continue
            for above in (self._above(site, at.is_own) for site in self._calls(at.function)):
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)

    def _above(self, site: Site, is_own: bool) -> Spot:
        """The place of a call, and what is known there of the object whose method it calls."""
        if not is_own:
            return Spot(owner(site), site.call.block)
        callee = site.call.callee
        is_made = any(isinstance(meaning, ClassMeaning) for meaning in self.resolver.results.callees(site))
        if isinstance(callee, Attribute) and not is_made:
            return self.spot(site, callee.base)
        return Spot(owner(site), site.call.block, is_own, site.call.block if is_made else -1)

    def _maker(self, facts: FileFacts, value: Value) -> Site | None:
        """The call that makes an object, or gets one from a function that has made it just now."""
        match value:
            case Patched(inner) | Typed(inner) | Operation("enter", (inner,)):
                return self._maker(facts, inner)
            case Result():
                pass
            case _:
                return None
        site = Site(facts, value.call)
        if site not in self._made:
            self._made[site] = False
            callees = self.resolver.results.callees(site)
            self._made[site] = bool(callees) and all(map(self._makes, callees))
        return site if self._made[site] else None

    def _makes(self, callee: Meaning) -> bool:
        if not isinstance(callee, FunctionMeaning):
            return isinstance(callee, ClassMeaning)
        returns = callee.facts.functions[callee.index].returns
        return bool(returns) and all(self._maker(callee.facts, value) is not None for value in returns)

    # -- functions --------------------------------------------------------------------------------------------

    def _is_called_again(self, key: FunctionKey, is_own: bool, home: FunctionKey | None) -> bool:
        asked = (key, is_own, home)
        if asked not in self._again:
            self._again[asked] = False
            self._again[asked] = key != home and self._may_be_called_again(key, is_own, home)
        return self._again[asked]

    def _may_be_called_again(self, key: FunctionKey, is_own: bool, home: FunctionKey | None) -> bool:
        facts = self.resolver.files[key[0]]
        if key[1] < 0 or (is_own and facts.functions[key[1]].name in CONSTRUCTORS):
            return False
        edges = self.pace.graph.edges_to.get(key, ())
        if key in self.pace.reach.roles or any(edge.is_callback for edge in edges):
            return True
        sites = self._calls(key)
        if not sites:
            return not self._begins_program(facts, key[1])
        if any(owner(site) == key and not _counts(site) for site in sites):
            return True
        calls = (self._above(site, is_own) for site in sites)
        return any(self._again_together(call, call, home) for call in calls)

    def _calls(self, key: FunctionKey) -> list[Site]:
        """The calls of a function that are part of what the program does."""
        callers = self.resolver.results.callers.get(key, ())
        return [site for site in callers if not (is_of_tests(site.facts.path) or _SHOWN.search(site.facts.path))]

    def _begins_program(self, facts: FileFacts, index: int) -> bool:
        """Whether a function that nothing calls is what a run of the program begins with: a command, or one that asks
        for nothing."""
        function = facts.functions[index]
        if function.cls >= 0 or facts.blocks[function.block].parent != 0:
            return False
        if function.decorators:
            return not _COMMANDS.isdisjoint(decorators_of(facts, function))
        return not function.parameters or _ENTRY.search(function.name) is not None


def loops_around(facts: FileFacts, block: int) -> Iterator[int]:
    """The blocks of the loops around a block, innermost first."""
    for number, fact in outward(facts, block):
        if fact.kind == "loop" and facts.loops[fact.index].kind != "comprehension":
            yield number


def _counts(site: Site) -> bool:
    """``ask(depth + 1)``: a function that calls itself, and counts how often."""
    given = [argument.value for _, argument in site.arguments]
    return any(isinstance(value, Operation) and value.operator in ("+", "-") for value in given)


def is_of_this(value: Value) -> bool:
    """Whether a value belongs to the object whose method reads it."""
    while isinstance(value, Attribute):
        value = value.base
    return isinstance(value, This)
