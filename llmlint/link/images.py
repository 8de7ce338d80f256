"""Images that are made again and again: calls in open loops, and in what a chat or a model may call at any time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from llmlint.facts import Condition, FileFacts, Function
from llmlint.findings import Place
from llmlint.link.blocks import outward
from llmlint.link.calls import EACH, CallGraph, FunctionKey, owner
from llmlint.link.flows.inputs import given_to
from llmlint.link.loops import LoopAnalysis
from llmlint.link.meanings import Constant, External, Located, decorators_of, name_of, top_of
from llmlint.link.origins import parts_of
from llmlint.link.resolver import Resolver
from llmlint.link.sizes import Sizes
from llmlint.linked import ImageRun
from llmlint.model_calls import ModelCall, Site
from llmlint.values import FunctionValue, Literal, Mapping, Operation, Result, Sequence, Value

_MAX_CALLS = 5
_WORD = re.compile(r"[a-z]+")
_TOOLS = frozenset({"tool", "function_tool", "kernel_function", "ai_function", "tool_plain"})
# What makes a tool of a function, and the methods by which classes of tools are run.
_TOOL_MAKERS = frozenset({"Tool", "StructuredTool", "FunctionTool", "from_function", "from_defaults"})
_TOOL_METHODS = frozenset({"_run", "_arun", "forward"})
# The tool by which a model makes images where it is asked for a text.
_PAINTING = Literal("image_generation")
# What a script asks for the next turn of a chat.
_TURNS = frozenset({"streamlit.chat_input"})
_LIMITER = re.compile(r"limit|throttle|quota|cache|budget|debounce|cooldown|permission|owner|admin", re.I)
_LIMIT = re.compile(
    r"(?:^|_)(?:max|limit|quota|budget|remaining|left|credits?|allowed|admins?|owners?|whitelist)(?:_|$)|^max|limit",
    re.I,
)
# What a bot runs for each message that somebody writes.
_FOR_MESSAGES = frozenset({"on_message"})


class ImageRuns:
    """Follows each image call outward to what repeats it; a way on which something counts is left. ``painters``: words
    in the names of models that make images."""

    def __init__(
        self, resolver: Resolver, graph: CallGraph, loops: LoopAnalysis, sizes: Sizes, painters: frozenset[str]
    ) -> None:
        self.resolver = resolver
        self.loops = loops
        self.sizes = sizes
        self.graph = graph
        self.painters = painters

    def of_calls(self, calls: Iterable[ModelCall]) -> Iterator[ImageRun]:
        """What repeats each of the image calls that something repeats."""
        for call in calls:
            if self._makes_image(call) and call.operation.is_billed:
                found = self._outward(call, call.site, (), {owner(call.site)})
                if found is not None:
                    yield found

    def _makes_image(self, call: ModelCall) -> bool:
        """Whether a call makes an image: what its SDK is for, the model that it names, or a tool that it offers."""
        if call.operation.kind == "responses":
            return any(self._offers_painting(facts, tools) for facts, tools in given_to(call, "tools", self.resolver))
        if call.operation.kind in ("prediction", "chat"):
            return not self.painters.isdisjoint(_WORD.findall(call.model.lower()))
        return call.operation.kind == "image"

    def _offers_painting(self, facts: FileFacts, tools: Value) -> bool:
        """``tools=[{"type": "image_generation"}]``"""
        lists = [m.value for m in self.resolver.meanings(facts, tools) if isinstance(m, Located)]
        items = (item for tools in lists if isinstance(tools, Sequence) for item in tools.items)
        return any(isinstance(item, Mapping) and item.get("type") == _PAINTING for item in items)

    def _outward(
        self, call: ModelCall, site: Site, callers: tuple[Place, ...], seen: set[FunctionKey]
    ) -> ImageRun | None:
        key = owner(site)
        if len(callers) > _MAX_CALLS or self._is_limited(site.facts, key[1]):
            return None
        loop = self._open_loop(site) or self._open_map(site)
        if loop is not None:
            return ImageRun(call, "loop", loop, callers)
        turn = self._turn_around(site)
        if turn is not None:
            return ImageRun(call, "chat", turn, callers)
        if key[1] < 0:
            return None
        for kind, place in self._handlers(site.facts, key):
            return ImageRun(call, kind, place, callers)
        for caller in (
            edge.site for edge in self.graph.edges_to.get(key, ()) if edge.is_certain and not edge.is_callback
        ):
            if owner(caller) not in seen:
                seen.add(owner(caller))
                found = self._outward(call, caller, (*callers, caller.callee), seen)
                if found is not None:
                    return found
        return None

    def _open_loop(self, site: Site) -> Place | None:
        """The innermost loop around a call whose rounds nothing bounds."""
        facts = site.facts
        for _, block in outward(facts, site.call.block):
            if block.kind != "loop":
                continue
            loop = facts.loops[block.index]
            if loop.kind == "while" or self.sizes.is_endless(facts, loop):
                verdict = self.loops.on_success(self.loops.gather(facts, block.index))
                is_open = verdict.by_reply and not verdict.ceiling and not verdict.is_open
            else:
                is_open = not self.sizes.is_bounded(facts, loop)
            if is_open:
                return Place(facts, facts.span(loop.span)) if loop.span >= 0 else site.callee
        return None

    def _open_map(self, site: Site) -> Place | None:
        """A call that runs a function for each thing of something that nothing bounds: ``pool.map(paint, scenes)``."""
        if getattr(site.call.callee, "name", "") not in EACH:
            return None
        given = [argument.value for argument in site.call.arguments if argument.name is None]
        is_open = len(given) > 1 and not self.sizes.has_fixed_length(site.facts, given[1])
        return site.callee if is_open else None

    def _turn_around(self, site: Site) -> Place | None:
        """Where a script asks for the turn of a chat in which a call is made: ``if text := st.chat_input()``."""
        for _, block in outward(site.facts, site.call.block):
            if block.kind == "branch":
                test = site.facts.conditions[block.index].value
                for part in (test, *parts_of(test)):
                    asked = Site(site.facts, part.call) if isinstance(part, Result) else None
                    if asked is not None and self.graph.is_any_of(asked, _TURNS):
                        return asked.callee
        return None

    def _handlers(self, facts: FileFacts, key: FunctionKey) -> Iterator[tuple[str, Place]]:
        """Why somebody outside may call a function as often as they like."""
        function = facts.functions[key[1]]
        definition = Place(facts, facts.span(function.span)) if function.span >= 0 else None
        if definition is not None and _is_tool(facts, function):
            yield "tool", definition
        if definition is not None and self._answers_messages(facts, function):
            yield "chat", definition
        edges = self.graph.edges_to.get(key, ())
        run = {edge.site.plain for edge in edges if not edge.is_callback}
        for site in (edge.site for edge in edges if edge.is_callback and edge.site not in run):
            modules = {imported.module.split(".")[0] for imported in site.facts.imports}
            if getattr(site.call.callee, "name", "") in _TOOL_MAKERS:
                yield "tool", site.callee
            if modules & self.resolver.libraries.chats:
                yield "chat", site.callee
        for site, argument in self._tool_lists(facts, key):
            yield "tool", site.argument(argument)

    def _answers_messages(self, facts: FileFacts, function: Function) -> bool:
        """Whether a bot runs a function for what people write: ``@bot.command()``, ``on_message`` of a client."""
        libraries = self.resolver.libraries
        decorators = [decorator.value for decorator in function.decorators]
        is_method = function.cls >= 0 and function.name in _FOR_MESSAGES
        bases = facts.classes[function.cls].bases if is_method else ()
        return any(
            isinstance(meaning, External)
            and top_of(meaning.path) in libraries.chats
            and (value in bases or meaning.path in libraries.roles)
            for value in (*decorators, *bases)
            for meaning in self.resolver.meanings(facts, value)
        )

    def _tool_lists(self, facts: FileFacts, key: FunctionKey) -> Iterator[tuple[Site, int]]:
        """``Agent(tools=[paint])``."""
        for index, call in enumerate(facts.calls):
            for number, argument in enumerate(call.arguments):
                if argument.name == "tools" and isinstance(argument.value, Sequence):
                    if FunctionValue(key[1]) in argument.value.items:
                        yield Site(facts, index), number

    # -- what counts ------------------------------------------------------------------------------------------

    def _is_limited(self, facts: FileFacts, index: int) -> bool:
        """Whether a function counts something, or carries a limiter."""
        block = facts.functions[index].block if index >= 0 else 0
        decorators = decorators_of(facts, facts.functions[index]) if index >= 0 else ()
        if any(map(_LIMITER.search, decorators)):
            return True
        return any(
            inner.kind == "branch"
            and self._is_count(facts, facts.conditions[inner.index])
            and any(number == block for number, _ in outward(facts, position))
            for position, inner in enumerate(facts.blocks)
        )

    def _is_count(self, facts: FileFacts, test: Condition) -> bool:
        return any(map(_LIMIT.search, (*test.compared, *test.tested, *test.contained))) or self._counts(
            facts, test.value
        )

    def _counts(self, facts: FileFacts, test: Value) -> bool:
        """Whether a test compares something with a number, or with what is named after a limit."""
        if isinstance(test, Operation) and test.operator in ("and", "not"):
            return any(self._counts(facts, operand) for operand in test.operands)
        if isinstance(test, Operation) and test.operator == "compare":
            return any(self._is_limit(facts, operand) for operand in test.operands)
        options = getattr(test, "options", ())
        return any(self._counts(facts, option) for option in options)

    def _is_limit(self, facts: FileFacts, value: Value) -> bool:
        if isinstance(value, Literal):
            return isinstance(value.value, int) and not isinstance(value.value, bool) and value.value > 0
        if _LIMIT.search(name_of(value)):
            return True
        meanings = self.resolver.meanings(facts, value)
        return any(isinstance(m, Constant) and isinstance(m.value, int) and m.value > 1 for m in meanings)


def _is_tool(facts: FileFacts, function: Function) -> bool:
    """Whether a model may call a function: by its decorator, or as the method of a class of tools."""
    if not _TOOLS.isdisjoint(decorators_of(facts, function)):
        return True
    bases = facts.classes[function.cls].bases if function.cls >= 0 and function.name in _TOOL_METHODS else ()
    return any(name_of(base).endswith("Tool") for base in bases)
