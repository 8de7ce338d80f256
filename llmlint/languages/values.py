"""Values joined, merged and folded: what every front end does with what it reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeGuard

from llmlint.facts import Call
from llmlint.values import (
    MISSING,
    PERHAPS,
    Attribute,
    Choice,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Mapping,
    Missing,
    Operation,
    Parameter,
    Patched,
    Result,
    Text,
    This,
    Unknown,
    Value,
    Variable,
)
from llmlint.values import Sequence as SequenceValue

MAX_OPTIONS = 8
MAX_PARTS = 16
MAX_ITEMS = 64
MAX_STRING = 200
MAX_ADDRESS = 6

_TOO_MANY = Unknown("too many possibilities")


def choice(options: Iterable[Value], tested: Sequence[Value] = ()) -> Value:
    """One of ``options``: flattened, without repeats; mappings are merged key by key.

    ``tested``: the values whose truth decided which option it is. ``if limit: d["limit"] = limit`` leaves nothing
    out that is worth anything: what is missing on the other path is what was found to be empty there.
    """
    given = tuple(options)
    if len(given) == 1:
        return given[0]
    flat: list[Value] = []
    for option in given:
        for value in option.options if isinstance(option, Choice) else (option,):
            if value not in flat:
                flat.append(value)
    mappings = [value for value in flat if isinstance(value, Mapping)]
    if len(mappings) > 1:
        flat = [value for value in flat if not isinstance(value, Mapping)] + [merge(mappings, tested)]
    if any(isinstance(value, Patched) for value in flat):
        flat = _merge_patched(flat)
    if len(flat) == 1:
        return flat[0]
    if len(flat) > MAX_OPTIONS:
        flat = [*flat[: MAX_OPTIONS - 1], _TOO_MANY]
    return Choice(tuple(flat)) if flat else MISSING


def merge(mappings: Sequence[Mapping], tested: Sequence[Value] = ()) -> Mapping:
    """The mapping that is one of ``mappings``: a key that some of them lack may be missing."""
    keys = dict.fromkeys(key for mapping in mappings for key, _ in mapping.items)
    items = tuple((key, _merged([mapping.get(key) for mapping in mappings], tested)) for key in keys)
    rest: list[Value] = []
    for mapping in mappings:
        rest.extend(value for value in mapping.rest if value not in rest)
    return Mapping(items, tuple(rest))


def _merged(values: Sequence[Value | None], tested: Sequence[Value]) -> Value:
    given = [value for value in values if value is not None]
    if len(given) == len(values) or any(is_same(value, test) for value in given for test in tested):
        return choice(given)
    return choice([*given, MISSING])


def is_same(one: Value, other: Value) -> bool:
    """Whether two values are spelled alike: ``self.limit`` and ``self.limit``."""
    if isinstance(one, Attribute) and isinstance(other, Attribute):
        return one.name == other.name and is_same(one.base, other.base)
    if isinstance(one, Item) and isinstance(other, Item):
        return is_same(one.key, other.key) and is_same(one.base, other.base)
    return one == other


def tests_in(value: Value) -> list[Value]:
    """The values whose truth, or whose being something, a test asks for."""
    if isinstance(value, Operation) and value.operator == "and":
        return [test for operand in value.operands for test in tests_in(operand)]
    if isinstance(value, Operation) and value.operator in ("compare", "not"):
        return [operand for operand in value.operands if not isinstance(operand, Literal)]
    return [value]


def _merge_patched(options: Sequence[Value]) -> list[Value]:
    """The same object, patched on some paths: one object, whose patches may or may not have been made."""
    bases: list[Value] = []
    for option in options:
        base = option.base if isinstance(option, Patched) else option
        if not any(base is known for known in bases):
            bases.append(base)
    merged: list[Value] = []
    for base in bases:
        own = [option for option in options if isinstance(option, Patched) and option.base is base]
        if not own:
            merged.append(base)
            continue
        is_always = len(own) == 1 and not any(option is base for option in options)
        keys = dict.fromkeys(key for option in own for key, _ in option.items)
        values = {key: [value for option in own for name, value in option.items if name == key] for key in keys}
        items = [
            (key, choice(found if is_always or len(found) == len(options) else [*found, PERHAPS]))
            for key, found in values.items()
        ]
        merged.append(Patched(base, tuple(items)))
    return merged


def with_item(base: Value, key: str, value: Value) -> Value:
    """``base`` after ``base[key] = value`` or ``base.key = value``."""
    if isinstance(base, Mapping):
        return Mapping((*(item for item in base.items if item[0] != key), (key, value)), base.rest)
    if isinstance(base, Patched):
        return Patched(base.base, (*(item for item in base.items if item[0] != key), (key, value)))
    return Patched(base, ((key, value),))


def overlay(base: Value, added: Value) -> Value:
    """``base`` after ``base.update(added)``: what ``{**base, **added}`` holds."""
    under = base if isinstance(base, Mapping) else Mapping(rest=(base,))
    if not isinstance(added, Mapping):
        return Mapping(under.items, (*under.rest, added))
    keys = {key for key, _ in added.items}
    items = [item for item in under.items if item[0] not in keys]
    for key, value in added.items:
        below = under.get(key)
        items.append((key, choice([below, value]) if below and may_be_missing(value) else value))
    # Once each: two mappings that take in each other, again and again, would double with every turn.
    rest = {id(value): value for value in (*under.rest, *added.rest)}
    return Mapping(tuple(items), tuple(rest.values()))


def may_be_missing(value: Value) -> bool:
    return isinstance(value, Missing) or (isinstance(value, Choice) and any(map(may_be_missing, value.options)))


def held(value: Value) -> tuple[Value, ...]:
    """What may be in a mapping after ``mapping[key] = value`` with a key that can't be known."""
    return (Unknown("a computed key"), Operation("held", (value,)))


def opened(base: Value, reason: str) -> Value:
    """``base`` after something unseen may have added keys to it."""
    return Mapping(base.items, (*base.rest, Unknown(reason))) if isinstance(base, Mapping) else base


def text(parts: Iterable[Value]) -> Value:
    """A string built from ``parts``; nested texts are flattened, literals dropped but for the heads of data URIs."""
    flat: list[Value] = []
    written = 0
    for part in parts:
        written += _written(part)
        inner = part.parts if isinstance(part, Text) else part.operands if _is_format(part) else (part,)
        for value in inner:
            if (not isinstance(value, Literal) or value.is_data_uri) and value not in flat:
                flat.append(value)
    if len(flat) > MAX_PARTS:
        flat = [*flat[:MAX_PARTS], _TOO_MANY]
    return Text(tuple(flat), written)


def _written(part: Value) -> int:
    """How many characters of a part of a text stand in the code."""
    if isinstance(part, Literal):
        return len(part.value) if isinstance(part.value, str) else 0
    if isinstance(part, Text):
        return part.written
    return sum(map(_written, part.operands)) if _is_format(part) else 0


def template(parts: Iterable[Value]) -> Value:
    """A string built from ``parts``; an address keeps its literal ones, so that an endpoint can be recognised."""
    flat: list[Value] = []
    for part in parts:
        flat.extend(part.operands if _is_format(part) else (part,))
    if len(flat) <= MAX_ADDRESS and any(isinstance(part, Literal) and "/" in str(part.value) for part in flat):
        return Operation("format", tuple(flat))
    return text(flat)


def string(value: str) -> Value:
    """A string literal: itself while it is short enough to be a name, an address or a setting."""
    return Literal(value) if len(value) <= MAX_STRING else Text(written=len(value))


# 1024**6 is the greatest number of its kind that anybody means.
_MAX_BASE, _MAX_POWER = 1024, 18
_FOLD: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b if b else None,
    "/": lambda a, b: a / b if b else None,
    "**": lambda a, b: a**b if 0 <= a <= _MAX_BASE and 0 <= b <= _MAX_POWER else None,
}


def operation(operator: str, left: Value, right: Value) -> Value:
    """A binary operator: numbers folded, strings joined, mappings merged by ``|``."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        folded = _folded(operator, left.value, right.value)
        if folded is not None:
            return folded
    if operator == "+" and isinstance(left, SequenceValue) and isinstance(right, SequenceValue):
        return _joined(left, right)
    if operator == "|" and (isinstance(left, Mapping) or isinstance(right, Mapping)):
        return overlay(left, right)
    if operator == "%" and isinstance(left, Literal) and isinstance(left.value, str):
        if isinstance(right, Mapping):
            return filled(left.value, PERCENT_FIELD, (), right.items)
        return filled(left.value, PERCENT_FIELD, right.items if isinstance(right, SequenceValue) else (right,))
    if operator in "+%" and (_is_text(left) or (operator == "+" and _is_text(right))):
        return template((left, right)) if operator == "+" else text((left, right))
    return Operation(operator, (left, right))


def _joined(left: SequenceValue, right: SequenceValue) -> Value:
    """Two lists as one; what a long one is added to has all kinds of things already."""
    if len(left.items) >= MAX_ITEMS:
        return left
    return SequenceValue((*left.items, *right.items)[:MAX_ITEMS])


def cut(value: Value, end: Value) -> Value:
    """The beginning of a value: ``value[:end]``."""
    return Item(value, Operation("slice", (Literal(None), end, Literal(None))))


# A field of ``pattern % values`` and of ``pattern.format(...)``, or what stands for one percent sign or brace; ``most``
# is how many characters of a text are shown, and may take a value of its own, as ``width`` does.
PERCENT_FIELD = re.compile(
    r"(?P<plain>%%)|%(?:\((?P<name>\w+)\))?[-+ #0]*(?:(?P<width>\*)|\d*)(?:\.(?P<most>\*|\d+))?[a-zA-Z]"
)
BRACE_FIELD = re.compile(
    r"(?P<plain>\{\{|\}\})|\{(?P<name>\w*)[^{}!:]*(?:![rsa])?(?::[^{}.]*(?P<width>\{\})?(?:\.(?P<most>\d+))?[a-zA-Z%]?)?\}"
)


def filled(
    pattern: str, fields: re.Pattern[str], values: Sequence[Value], named: Iterable[tuple[str, Value]] = ()
) -> Value:
    """``pattern % values`` or ``pattern.format(*values, **named)``."""
    given = {**{str(place): value for place, value in enumerate(values)}, **dict(named)}
    unused, places = dict(given), map(str, itertools.count())

    def take(name: str) -> Value:
        unused.pop(name, None)
        return given.get(name, Unknown("filled in later"))

    parts: list[Value] = []
    start = 0
    for field in fields.finditer(pattern):
        if field["plain"]:
            continue
        if field["width"]:
            take(next(places))
        most = take(next(places)) if field["most"] == "*" else Literal(int(field["most"])) if field["most"] else None
        value = take(field["name"] or next(places))
        parts += [string(pattern[start : field.start()]), value if most is None else cut(value, most)]
        start = field.end()
    return template([*parts, string(pattern[start:]), *unused.values()])


def _folded(operator: str, left: object, right: object) -> Value | None:
    if isinstance(left, str) and isinstance(right, str):
        return string(left + right) if operator == "+" else None
    if operator == "*" and isinstance(left, str) and isinstance(right, int) and right > 0:
        return Text(written=len(left) * right)
    if operator in _FOLD and _is_number(left) and _is_number(right):
        result = _FOLD[operator](left, right)
        return Literal(result) if result is not None and abs(result) < 1e18 else None
    return None


def _is_number(value: object) -> TypeGuard[float]:
    return type(value) in (int, float)


def _is_text(value: Value) -> bool:
    return isinstance(value, Text) or _is_format(value) or (isinstance(value, Literal) and isinstance(value.value, str))


def _is_format(value: Value) -> TypeGuard[Operation]:
    return isinstance(value, Operation) and value.operator == "format"


# -- keys -----------------------------------------------------------------------------------------------------

_SECRET = re.compile(r"key|token|secret", re.I)


def _is_own(callee: Value) -> bool:
    """Whether a function of the project may be what is called."""
    if isinstance(callee, Attribute):
        return isinstance(callee.base, This)
    return isinstance(callee, FunctionValue | Variable | Imported)


def names_key(value: Value, calls: Sequence[Call]) -> bool:
    """Whether something in a value is named like a secret, as ``os.environ["OPENAI_API_KEY"]``, or comes from a
    function that may give one back."""
    match value:
        case Literal(str(name)) | Parameter(_, name) | Variable(_, name) | Imported(_, name):
            return bool(_SECRET.search(name))
        case Attribute(base, name):
            return bool(_SECRET.search(name)) or names_key(base, calls)
        case Item(base, key):
            return names_key(base, calls) or names_key(key, calls)
        case Result(number):
            made = calls[number]
            given = (argument.value for argument in made.arguments)
            return _is_own(made.callee) or any(names_key(part, calls) for part in (made.callee, *given))
        case Text(parts) | Operation(_, parts) | Choice(parts):
            return any(names_key(part, calls) for part in parts)
    return False
