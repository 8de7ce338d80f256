"""Whether a setting is given: over a call's arguments, spreads and config objects, its client and its module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from llmlint.facts import FileFacts
from llmlint.link.blocks import is_given
from llmlint.link.calls import Called
from llmlint.link.given import Given
from llmlint.link.meanings import (
    AMBIGUOUS,
    MAX_MEANINGS,
    ClassMeaning,
    Constant,
    External,
    FunctionMeaning,
    InstanceMeaning,
    Located,
    Lost,
    Meaning,
    name_of,
)
from llmlint.link.resolver import Resolver
from llmlint.link.texts import is_in_text
from llmlint.linked import UNLIMITED
from llmlint.model_calls import UNKNOWN, UNSET, SettingValue, Site
from llmlint.operations import Option
from llmlint.scripts import LANGUAGE
from llmlint.values import PERHAPS, Choice, Literal, Missing, Operation, Patched, Value
from llmlint.values import Mapping as MappingValue
from llmlint.values import Sequence as SequenceValue

# From the strongest evidence to the weakest, over several places where the same setting may be given.
_STRENGTH = ("known", "unknown", "partly", "none", "absent")
_NOT_GIVEN = re.compile(r"(?:^|\.)(?:NOT_GIVEN|NotGiven\(\)|omit|Omit\(\)|UNSET|Undefined)$")
_LOCAL = re.compile(
    r"^(?:\w+://)?(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)(?:[:/]|$)", re.I
)
# Stands in a list of parameters for an object whose keys are arguments.
_OBJECT = ("**",)
# What a key goes by, which some constructors take by its position.
_KEY = re.compile(r"(?:key|token)$", re.I)
_ENVIRONMENT = frozenset({"os.getenv()", "os.environ.get()"})


class Settings:
    """``module``: what the project assigns to attributes of imported modules, by dotted path."""

    def __init__(self, resolver: Resolver, module: dict[str, list[tuple[FileFacts, Value]]]) -> None:
        self.resolver = resolver
        self.module = module
        # What has been found in values that live as long as the facts they are part of.
        self._known: dict[tuple[object, ...], SettingValue] = {}

    def read(self, option: Option, called: Called, later: Iterable[Site] = ()) -> SettingValue:
        """One setting of an operation that is called; ``later``: calls made on the object that the call builds."""
        if option.only_with and not self._gives(option.only_with, called):
            return UNKNOWN
        decided = self._decide(option, called, later)
        if option.required and decided.state != "known":
            return UNKNOWN
        if decided.state in ("absent", "none") and option.or_else and self._gives(option.or_else, called):
            return UNKNOWN
        return decided

    def _gives(self, names: Sequence[str], called: Called) -> bool:
        """Whether one of some arguments is given, or may be."""
        found = [self._at(called.site, name, called.operation.positional) for name in names]
        found += [self._at(maker, name, ()) for maker in called.chain if maker is not None for name in names]
        return any(setting.state not in ("absent", "none") for setting in found)

    def _decide(self, option: Option, called: Called, later: Iterable[Site]) -> SettingValue:
        decided = UNSET
        for at, positional in ((called.site, called.operation.positional), *((other, ()) for other in called.given)):
            places = (p for p in option.call if not is_in_text(self.resolver, called.site, p, called.operation))
            found = [self._at(at, place, positional) for place in places]
            if [setting.state for setting in found].count("partly") > 1:
                return UNKNOWN
            decided = _strongest(found)
            if decided.state != "absent":
                break
        if decided.state == "absent":
            own = option.call if called.operation.builds else ()
            decided = self._from_patches((*own, *option.constructor, *option.bind), called.patches)
        if decided.state == "absent":
            decided = self._from_makers(option, called.chain)
        if decided.state == "absent" and option.bind:
            decided = _strongest([self._at(other, place, ()) for other in later for place in option.bind])
        if decided.state == "absent" and option.module:
            decided = self._from_module(option)
        return decided

    def _from_patches(self, places: Sequence[str], patches: Sequence[Located]) -> SettingValue:
        """What was assigned to attributes of the object: ``client.timeout = 30``, the last one first."""
        for patch in reversed(patches):
            for place in places:
                name, *inner = place.split(".")
                for key, value in reversed(patch.value.items if isinstance(patch.value, Patched) else ()):
                    if key == name:
                        further = partial(self._further, patch.facts, value, inner, place)
                        return self.resolver.inside(patch.entered, further)
        return UNSET

    def _from_makers(self, option: Option, chain: Sequence[Site | None]) -> SettingValue:
        """What the calls that built the object say, the last one first."""
        for maker in reversed(chain):
            if maker is None:
                if option.constructor or option.bind:
                    return UNKNOWN
                continue
            places = dict.fromkeys((*option.constructor, *option.bind))
            objects = (*_OBJECT, *_OBJECT) if maker.facts.language == LANGUAGE else ()
            decided = _strongest([self._at(maker, place, objects) for place in places])
            if decided.state != "absent":
                return decided
        return UNSET

    def _from_module(self, option: Option) -> SettingValue:
        values = [
            self._value_of(facts, value, path.rpartition(".")[2], None)
            for path in option.module
            for facts, value in self.module.get(path, ())
        ]
        return _strongest(values)

    # -- one place --------------------------------------------------------------------------------------------

    def _at(self, site: Site, place: str, positional: Sequence[str]) -> SettingValue:
        """The setting at ``place`` of one call: ``config.max_output_tokens``; ``.with_structured_output`` is given by
        calling that method at all."""
        name, *inner = place.split(".")
        if not name:
            callee = site.call.callee
            return SettingValue("known", True) if getattr(callee, "name", "") == inner[0] else UNSET
        if name.isdigit():
            return self._positional(site, int(name), inner)
        spreads: list[Value] = []
        index = positional.index(name) if name in positional else -1
        place_of_positional = 0
        starred = False
        for number, argument in site.arguments:
            if argument.name == name:
                return self._inside(site.facts, argument.value, inner, place, site, number)
            if argument.stars == 2:
                spreads.append(argument.value)
            elif argument.stars == 1:
                starred = True
            elif argument.name is None:
                if place_of_positional == index and not starred:
                    return self._inside(site.facts, argument.value, inner, place, site, number)
                if positional[place_of_positional : place_of_positional + 1] == _OBJECT and not _is_key(argument.value):
                    spreads.append(argument.value)
                place_of_positional += 1
        if starred and index >= 0:
            return UNKNOWN
        # A dict of options given by position is looked into as if it were spread.
        spreads += [a.value for _, a in site.arguments if a.name is None and isinstance(a.value, MappingValue)]
        return _strongest([self._spread(site.facts, value, name, inner, place) for value in spreads])

    def _positional(self, site: Site, position: int, inner: list[str]) -> SettingValue:
        arguments = [(n, a) for n, a in site.arguments if a.name is None]
        if any(a.stars for _, a in arguments[: position + 1]):
            return UNKNOWN
        if position >= len(arguments):
            return UNSET
        number, argument = arguments[position]
        return self._inside(site.facts, argument.value, inner, str(position), site, number)

    def _spread(self, facts: FileFacts, value: Value, name: str, inner: list[str], place: str) -> SettingValue:
        """The setting inside ``**value``."""
        key = (id(value), name, *inner, *self.resolver.entered)
        if key not in self._known:
            self._known[key] = UNKNOWN
            self._known[key] = self._in_any(self.resolver.meanings(facts, value), [name, *inner], place)
        return self._known[key]

    def _in_any(self, meanings: Sequence[Meaning], keys: list[str], place: str) -> SettingValue:
        """The setting at ``keys`` inside whatever an object may be."""
        decided = _alternatives(
            [self._member(meaning, keys, place) for meaning in meanings if meaning is not AMBIGUOUS]
        )
        if AMBIGUOUS in meanings and (decided.state != "absent" or len(meanings) > MAX_MEANINGS):
            return UNKNOWN
        return decided

    def _inside(
        self, facts: FileFacts, value: Value, inner: list[str], place: str, site: Site, number: int
    ) -> SettingValue:
        if not inner:
            return self._value_of(facts, value, place, (site, number))
        found = _alternatives([self._member(meaning, inner, place) for meaning in self._meant(facts, value, site)])
        if found.state in ("absent", "unknown"):
            return found
        return SettingValue(found.state, found.value, place, site.argument(number))

    def _meant(self, facts: FileFacts, value: Value, site: Site | None) -> Sequence[Meaning]:
        """What a value may be where a call is given it: not None where a test before the call has ruled that out."""
        meanings = self.resolver.meanings(facts, value)
        if site is None or not isinstance(value, Choice) or not is_given(site.facts, site.call.block, value):
            return meanings
        return [meaning for meaning in meanings if not (isinstance(meaning, Constant) and meaning.value is None)]

    def _value_of(self, facts: FileFacts, value: Value, name: str, argument: tuple[Site, int] | None) -> SettingValue:
        """What a value given for a setting amounts to."""
        place = argument[0].argument(argument[1]) if argument is not None else None
        if isinstance(value, Missing):
            return UNSET
        meanings = self._meant(facts, value, argument[0] if argument is not None else None)
        if any(map(self._is_stop, meanings)):
            steps = Given(self.resolver).stop((facts, value))
            whole = int(steps) if steps is not None and steps != UNLIMITED else steps
            return UNKNOWN if whole is None else SettingValue("known", whole, name, place)
        found = _alternatives([self._as_setting(meaning) for meaning in meanings])
        return SettingValue(found.state, found.value, name, place)

    def _is_stop(self, meaning: Meaning) -> bool:
        """Whether a setting is a condition that ends something, or a list with one."""
        if isinstance(meaning, Located) and isinstance(meaning.value, SequenceValue):
            items = (self.resolver.meanings(meaning.facts, item) for item in meaning.value.items)
            return any(self._is_stop(inner) for found in items for inner in found if isinstance(inner, External))
        return isinstance(meaning, External) and meaning.path in self.resolver.libraries.stops

    def _as_setting(self, meaning: Meaning) -> SettingValue:
        if isinstance(meaning, Constant):
            return SettingValue("none") if meaning.value is None else SettingValue("known", meaning.value)
        if isinstance(meaning, External):
            if _NOT_GIVEN.search(meaning.path):
                return UNSET
            return self._from_environment(meaning) if meaning.path in _ENVIRONMENT else SettingValue("known", meaning)
        if isinstance(meaning, Located):
            is_from_outside = partial(self._is_from_outside, meaning.facts, meaning.value)
            if self.resolver.inside(meaning.entered, is_from_outside):
                return SettingValue("unknown", meaning)
        if isinstance(meaning, Located | ClassMeaning | InstanceMeaning | FunctionMeaning):
            return SettingValue("known", meaning)
        self.resolver.ask_for(meaning)
        return UNKNOWN

    def _is_from_outside(self, facts: FileFacts, value: Value) -> bool:
        """Whether something is worked out from what a caller or the environment gives: ``int(limit)``."""
        if isinstance(value, Operation):
            return any(self._is_from_outside(facts, operand) for operand in value.operands)
        return any(
            isinstance(meaning, Lost) or (isinstance(meaning, External) and meaning.path in _ENVIRONMENT)
            for meaning in self.resolver.meanings(facts, value)
        )

    def _from_environment(self, meaning: External) -> SettingValue:
        """A variable of the environment: unknown, but the default that the code gives says what it is for."""
        site = meaning.chain[-1] if meaning.chain else None
        default = self._positional(site, 1, []) if site is not None else UNKNOWN
        return SettingValue("unknown", default.value)

    # -- inside objects ---------------------------------------------------------------------------------------

    def _member(self, meaning: Meaning, keys: list[str], place: str) -> SettingValue:
        """The setting at ``keys`` inside an object."""
        if isinstance(meaning, Constant):
            return UNKNOWN if isinstance(meaning.value, str) and "{" in meaning.value else UNSET
        if isinstance(meaning, Located):
            return self.resolver.inside(meaning.entered, partial(self._in_located, meaning, keys, place))
        if isinstance(meaning, External):
            return self._in_external(meaning, keys, place)
        if isinstance(meaning, InstanceMeaning):
            return self._in_instance(meaning, keys, place)
        self.resolver.ask_for(meaning)
        return UNKNOWN

    def _in_located(self, meaning: Located, keys: list[str], place: str) -> SettingValue:
        facts, value = meaning.facts, meaning.value
        if isinstance(value, MappingValue):
            found = value.get(keys[0])
            if found is not None:
                return self._further(facts, found, keys[1:], place)
            return _strongest([self._spread(facts, rest, keys[0], keys[1:], place) for rest in value.rest])
        if isinstance(value, Patched):
            given = [item for key, item in value.items if key == keys[0]][-1:]
            options = [option for item in given for option in getattr(item, "options", (item,))]
            if options and PERHAPS not in options:
                return self._further(facts, given[0], keys[1:], place)
            assigned = [self._further(facts, option, keys[1:], place) for option in options if option != PERHAPS]
            return _alternatives([*assigned, self._spread(facts, value.base, keys[0], keys[1:], place)])
        if isinstance(value, Operation) and value.operator == "|":
            return _strongest([self._spread(facts, part, keys[0], keys[1:], place) for part in value.operands])
        return UNKNOWN

    def _further(self, facts: FileFacts, value: Value, keys: list[str], place: str) -> SettingValue:
        if keys:
            return self._spread(facts, value, keys[0], keys[1:], place)
        options = getattr(value, "options", (value,))
        if any(isinstance(option, Missing) for option in options):
            given = [option for option in options if not isinstance(option, Missing)]
            found = _alternatives([self._value_of(facts, option, place, None) for option in given])
            return SettingValue("partly", found.value, place) if found.state == "known" else UNKNOWN
        return self._value_of(facts, value, place, None)

    def _in_external(self, meaning: External, keys: list[str], place: str) -> SettingValue:
        """A config object of an SDK: what its constructor was given."""
        for patch in reversed(meaning.patches):
            if isinstance(patch.value, Patched):
                found = self._member(patch, keys, place)
                if found.state != "unknown" or any(key == keys[0] for key, _ in patch.value.items):
                    return found
        maker = meaning.chain[-1] if meaning.chain else None
        if maker is None or not self._is_config(meaning.path):
            return UNKNOWN
        return self._at(maker, ".".join(keys), ())

    def _is_config(self, path: str) -> bool:
        name = path.removesuffix("()").rpartition(".")[2]
        is_known = self.resolver.apis.covers(path) or f"{path}.post" in self.resolver.apis.endpoints
        return path.endswith("()") and name[:1].isupper() and is_known

    def _in_instance(self, meaning: InstanceMeaning, keys: list[str], place: str) -> SettingValue:
        found = self.resolver.members.attribute(meaning, keys[0])
        if len(keys) > 1:
            return _alternatives([self._member(inner, keys[1:], place) for inner in found])
        return _alternatives([self._as_setting(inner) for inner in found])

    # -- addresses --------------------------------------------------------------------------------------------

    def is_local(self, setting: SettingValue) -> bool:
        """Whether an endpoint is an address of this machine."""
        value = setting.value
        if isinstance(value, str):
            return bool(_LOCAL.match(value))
        if isinstance(value, Located) and isinstance(value.value, Operation):
            first = value.value.operands[0] if value.value.operands else None
            return isinstance(first, Literal) and bool(_LOCAL.match(str(first.value)))
        return False


def _is_key(value: Value) -> bool:
    return bool(_KEY.search(name_of(value)))


def _strongest(found: Sequence[SettingValue]) -> SettingValue:
    """Of several places that may each give the setting, the one that decides."""
    return min(found, key=lambda value: _STRENGTH.index(value.state), default=UNSET)


def _alternatives(found: Sequence[SettingValue]) -> SettingValue:
    """Of several values one of which holds: they agree, or some path has none, or it can't be known. The one name among
    them tells what it is for: ``model or "gpt-image-1"``."""
    states = {value.state for value in found}
    if len(found) == 1:
        return found[0]
    if not found or "unknown" in states:
        named = {value.value for value in found if isinstance(value.value, str)}
        return SettingValue("unknown", named.pop()) if len(named) == 1 else UNKNOWN
    if len(states) == 1:
        values = {(type(value.value), value.value) for value in found}
        return found[0] if len(values) == 1 else SettingValue(found[0].state, None, found[0].name)
    given = next((value for value in found if value.state == "known"), None)
    if given is not None:
        return SettingValue("partly", given.value, given.name)
    return SettingValue("partly" if "partly" in states else "none")
