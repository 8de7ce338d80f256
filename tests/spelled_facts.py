"""Facts as text, spelled alike whatever the language that they were read in."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.facts import Block, Call, Change, Exit, FileFacts
from llmlint.values import (
    Attribute,
    Builtin,
    Caught,
    Choice,
    ClassValue,
    Element,
    FunctionValue,
    Imported,
    Item,
    Literal,
    Mapping,
    Operation,
    Parameter,
    Result,
    Sequence,
    Text,
    This,
    Typed,
    Unknown,
    Value,
    Variable,
)

# What the libraries of the two languages call the same thing.
ALIKE = {
    "json.loads": "JSON.parse",
    "time.sleep": "timers/promises.setTimeout",
    "print": "console.log",
    ".append": ".push",
    "Exception": "Error",
}


def spelled(facts: FileFacts) -> str:
    """The blocks of a file as they lie in each other, with what happens in each."""
    return "\n".join(_Speller(facts).lines()) + "\n"


class _Speller:
    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts
        self.numbers: dict[int, int] = {}

    def lines(self) -> Iterator[str]:
        yield from self._block(0, 0)

    def _block(self, number: int, depth: int) -> Iterator[str]:
        facts, indent = self.facts, "  " * depth
        yield indent + self._head(facts.blocks[number])
        happened: list[tuple[int, int | Call | Exit | Change]] = [
            *((block.start, inner) for inner, block in enumerate(facts.blocks) if block.parent == number),
            *((call.order, call) for call in facts.calls if call.block == number),
            *((exit_.order, exit_) for exit_ in facts.exits if exit_.block == number),
            *((change.order, change) for change in facts.changes if change.block == number),
        ]
        for _, fact in sorted(happened, key=lambda each: each[0]):
            if isinstance(fact, int):
                if facts.blocks[fact].kind != "branch" or self._has_facts(fact):
                    yield from self._block(fact, depth + 1)
            elif isinstance(fact, Call):
                yield f"{indent}  {self._call(fact)}"
            elif isinstance(fact, Exit):
                yield f"{indent}  {fact.kind}"
            elif not self._is_target(fact, number):
                yield f"{indent}  {fact.kind} {self._name(fact.name)}"

    def _has_facts(self, number: int) -> bool:
        facts = self.facts
        return any(fact.block == number for fact in (*facts.calls, *facts.exits, *facts.changes)) or any(
            block.parent == number for block in facts.blocks
        )

    def _is_target(self, change: Change, number: int) -> bool:
        block = self.facts.blocks[number]
        return block.kind == "loop" and change.name in self.facts.loops[block.index].targets

    def _head(self, block: Block) -> str:
        facts = self.facts
        if block.kind == "function":
            function = facts.functions[block.index]
            parameters = ", ".join(
                f"{parameter.kind} {self._name(parameter.name)}" for parameter in function.parameters
            )
            returns = ", ".join(map(self.value, function.returns))
            return f"function {function.qualname}({parameters}) -> {returns or 'nothing'}"
        if block.kind == "class":
            cls = facts.classes[block.index]
            held = {name: values for name, values in cls.attributes.items() if name not in cls.methods}
            return f"class {cls.name}: " + "; ".join(
                f"{name} = {' | '.join(map(self.value, values))}" for name, values in held.items()
            )
        if block.kind == "loop":
            loop = facts.loops[block.index]
            if loop.kind != "while":
                return f"loop {loop.kind} over {self.value(loop.iterable)}" if loop.iterable else "loop"
            return f"loop while {'true' if loop.always else self._test(loop.condition)}"
        if block.kind == "handler":
            catches = facts.handlers[block.index].catches
            outcomes = ", ".join(sorted(facts.handlers[block.index].outcomes))
            return f"handler of {'all' if catches is None else ', '.join(map(self.value, catches))}: {outcomes}"
        return f"branch {self._test(block.index)}" if block.kind == "branch" else block.kind

    def _test(self, number: int) -> str:
        test = self.facts.conditions[number]
        asked = [
            f"{kind} {', '.join(map(self._name, names))}"
            for kind, names in (
                ("compared", test.compared),
                ("tested", test.tested),
                ("contained", test.contained),
                ("searched", test.searched),
            )
            if names
        ]
        return f"{self.value(test.value)} [{'; '.join(asked)}]"

    def _name(self, name: str) -> str:
        return name.replace("self", "this")

    def _call(self, call: Call) -> str:
        number = self.numbers.setdefault(self.facts.calls.index(call), len(self.numbers) + 1)
        # The parts of an object literal stand beside it as arguments of their own.
        given = [a for a in call.arguments if not (a.name is None and not a.stars and isinstance(a.value, Mapping))]
        arguments = ", ".join("*" * a.stars + (f"{a.name}=" if a.name else "") + self.value(a.value) for a in given)
        return f"#{number} = {self._callee(call.callee)}({arguments})"

    def _callee(self, value: Value) -> str:
        callee = self.value(value)
        last = f".{callee.rpartition('.')[2]}"
        return callee[: -len(last)] + ALIKE[last] if last in ALIKE and "." in callee else callee

    def value(self, value: Value) -> str:
        match value:
            case Literal(inner):
                return repr(inner)
            case Imported(module, name):
                full = module.removeprefix("npm:") + (f".{name}" if name else "")
                return ALIKE.get(full, full)
            case Builtin(name):
                return ALIKE.get(name, name)
            case Attribute(base, name):
                full = f"{self.value(base)}.{name}"
                return ALIKE.get(full, full)
            case Item(base, key):
                return f"{self.value(base)}[{self.value(key)}]"
            case Element(base):
                return f"each of {self.value(base)}"
            case Result(call):
                return f"#{self.numbers.setdefault(call, len(self.numbers) + 1)}"
            case Parameter(_, name) | Variable(_, name):
                return name
            case This():
                return "this"
            case Caught():
                return "caught"
            case FunctionValue(index):
                return f"function {self.facts.functions[index].name}"
            case ClassValue(index):
                return f"class {self.facts.classes[index].name}"
            case Choice(options):
                return "(" + " | ".join(map(self.value, options)) + ")"
            case Mapping(items, rest):
                held = [*(f"{key}: {self.value(item)}" for key, item in items), *(f"**{self.value(r)}" for r in rest)]
                return "{" + ", ".join(held) + "}"
            case Sequence(items):
                return "[" + ", ".join(map(self.value, items)) + "]"
            case Text(parts):
                return "text(" + ", ".join(map(self.value, parts)) + ")"
            case Operation(operator, operands):
                return f"{operator}(" + ", ".join(map(self.value, operands)) + ")"
            case Typed(inner, declared):
                return f"{self.value(inner)}: {self.value(declared)}"
            case Unknown(reason):
                return f"?{reason}"
        return type(value).__name__
