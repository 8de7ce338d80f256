"""How long a text may be: slices that say where they end, and declarations of a maximum."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.link.origins import is_arithmetic
from llmlint.values import Attribute, Item, Literal, Operation, Result, Sequence, Typed, Value, Variable

MAXIMA = frozenset({"max_length", "max_len", "maxlength", "max_chars"})
# Column types and validators that take a maximum.
_MAXIMUM_CALLS = frozenset(
    {"String", "Unicode", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "Length", "max_len", "MaxLengthValidator"}
)
_SEARCHES = frozenset({"find", "rfind", "index", "rindex"})
_NOWHERE = Literal(None)


def is_short(facts: FileFacts, declared: Value | None) -> bool:
    """Whether a declared type, or a tested value, has a maximum length."""
    if isinstance(declared, Variable):
        return any(is_short(facts, bound) for bound in facts.scopes[declared.scope].bindings.get(declared.name, ()))
    return isinstance(declared, Operation) and declared.operator == "bounded"


def sets_length(facts: FileFacts, value: Value | None) -> bool:
    """Whether a field is declared with a maximum length: ``Field(max_length=400)``, ``Column(String(400))``."""
    match value:
        case Typed(inner, declared):
            return is_short(facts, declared) or sets_length(facts, inner)
        case Sequence(items):
            return any(sets_length(facts, item) for item in items)
        case Result(number):
            call = facts.calls[number]
            if getattr(call.callee, "name", "") in _MAXIMUM_CALLS and call.arguments:
                return any(argument.name in (None, "max", "length") for argument in call.arguments)
            return any(argument.name in MAXIMA or sets_length(facts, argument.value) for argument in call.arguments)
    return is_short(facts, value)


def ends(facts: FileFacts, cut: Operation) -> bool:
    """Whether a slice says where it ends; all but the last three characters is no end, nor is where something stands in
    the text."""
    lower, upper, _ = cut.operands
    if isinstance(upper, Literal) and upper.value is None:
        return _is_negative(lower)
    return not _is_negative(upper) and not _is_measured(facts, upper)


def is_section(options: tuple[Value, ...]) -> bool:
    """``text[start:end] if end else text[start:]``: one section of a text, which may be the last."""
    match options:
        case (
            Item(base, Operation("slice", (start, end, _))),
            Item(other, Operation("slice", (other_start, other_end, _))),
        ):
            is_same = base == other and start == other_start and not isinstance(start, Literal)
            return is_same and _NOWHERE in (end, other_end) and end != other_end
    return False


def _is_negative(value: Value) -> bool:
    if isinstance(value, Literal):
        return isinstance(value.value, int) and value.value < 0
    return isinstance(value, Operation) and value.operator == "-" and len(value.operands) == 1


def _is_measured(facts: FileFacts, value: Value) -> bool:
    """Whether a number comes out of the text: its length, or the place of something in all of it."""
    if isinstance(value, Operation):
        return value.operator == "len" or (
            is_arithmetic(value) and any(_is_measured(facts, operand) for operand in value.operands)
        )
    if not isinstance(value, Result):
        return False
    call = facts.calls[value.call]
    is_search = isinstance(call.callee, Attribute) and call.callee.name in _SEARCHES
    return is_search and len(call.arguments) < len(("what", "from", "to"))
