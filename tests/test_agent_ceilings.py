"""What ends a loop that goes on until the reply says stop. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_IN_LOOPS as PRELUDE
from support import assert_marked

CEILINGS = {
    "an agent that a deadline ends": """
        from claude_agent_sdk import ClaudeAgentOptions, query
        async def run(prompt, seconds):
            async with asyncio.timeout(seconds):
                async for message in query(prompt=prompt, options=ClaudeAgentOptions(allowed_tools=[])):
                    print(message)
        async def run_on(prompt):
            async for message in query(  # LLM206
                prompt=prompt, options=ClaudeAgentOptions(allowed_tools=[])
            ):
                print(message)
    """,
    "a world that the actions of the reply change": """
        def run(world, text):
            done = False
            while not done:
                reply = ask(text).output_text
                text, _, done = world.step(reply)
                if reply == "submit":
                    done = True
        def parse(reply):
            return reply.text, reply.is_final
        def asked(text):
            done = False
            while not done:  # LLM206
                text, done = parse(ask(text))
    """,
    "an agent's rounds that are counted": """
        import anthropic
        agent = anthropic.Anthropic()
        def counted(messages, tools, limit=20):
            runner = agent.beta.messages.tool_runner(model="m", max_tokens=900, messages=messages, tools=tools)
            rounds = 0
            for message in runner:
                rounds += 1
                if message.stop_reason == "refusal":
                    break
                if rounds >= limit:
                    break
        def numbered(messages, tools):
            runner = agent.beta.messages.tool_runner(model="m", max_tokens=900, messages=messages, tools=tools)
            for number, message in enumerate(runner):
                if number > 8:
                    return message
        def told(messages, tools):
            runner = agent.beta.messages.tool_runner(  # LLM206
                model="m", max_tokens=900, messages=messages, tools=tools
            )
            for message in runner:
                if message.stop_reason == "refusal":
                    break
    """,
    "results that each round collects anew": """
        def run(messages, call_tool):
            while True:  # LLM206
                reply = ask(messages)
                results = []
                for block in reply.output:
                    if block.type == "tool_use":
                        results.append(call_tool(block))
                if not results:
                    break
                messages.append(results)
        def flagged(messages, call_tool):
            while True:  # LLM206
                reply = ask(messages)
                used = False
                for block in reply.output:
                    used = True
                    messages.append(call_tool(block))
                if not used:
                    return reply
    """,
    "a count that is not enough by itself": """
        def run(messages):
            rounds = 0
            while True:  # LLM206
                rounds += 1
                reply = ask(messages)
                if rounds > 1 and not reply.output:
                    return reply
        def either(messages):
            rounds, more = 0, True
            while rounds < 3 or more:  # LLM206
                rounds += 1
                more = bool(ask(messages).output)
        def limited(messages, limit=None):
            rounds = 0
            while limit is None or rounds < limit:
                rounds += 1
                reply = ask(messages)
                if not reply.output:
                    return reply
        def checked(messages, limit=None):
            rounds = 0
            while True:
                rounds += 1
                if limit and rounds >= limit:
                    break
                reply = ask(messages)
                if not reply.output:
                    return reply
    """,
    "a method that reads the reply": """
        class Bot:
            def __init__(self, parser, names):
                self.parser = parser
                self.names = names
            def find(self, reply):
                for item in reply.output:
                    if item.name in self.names:
                        return item
            def run(self, messages):
                while True:  # LLM206
                    call = self.find(ask(messages))
                    if not call:
                        break
                    messages.append(call)
            def parse(self, messages):
                while True:  # LLM206
                    action = self.parser.parse(ask(messages))
                    if action.name == "finish":
                        return action
    """,
    "a step that counts itself": """
        class Bot:
            def __init__(self, limit):
                self.steps = 0
                self.cost = 0.0
                self.limit = limit
            def step(self, messages):
                self.steps += 1
                if self.steps > 20:
                    raise RuntimeError("too many steps")
                return ask(messages)
            def pay(self, messages):
                reply = ask(messages)
                self.cost += reply.usage.total_tokens
                self.check()
                return reply
            def check(self):
                if self.cost > self.limit:
                    raise RuntimeError("too expensive")
            def run(self, messages):
                while True:
                    reply = self.step(messages)
                    if "DONE" in reply.output_text:
                        return reply
            def afford(self, messages):
                while True:
                    reply = self.pay(messages)
                    if "DONE" in reply.output_text:
                        return reply
    """,
    "a tree on whose way down the model is asked": """
        def place(root):
            node = root
            while True:
                choice = ask(node.name).output_text
                if choice == "here":
                    return node
                node = node.children[choice]
        def by_name(root):
            node = root
            while True:
                choice = ask(node.name).output_text
                if choice == "here":
                    return node
                for child in node.children:
                    if child.name == choice:
                        node = child
                        break
    """,
    "the chunks of a stream": """
        class Stream:
            def __init__(self):
                self.inner = None
            def __next__(self):
                if self.inner is None:
                    self.inner = iter(client.responses.create(input="hi", stream=True))
                return next(self.inner)
        def first():
            stream = Stream()
            while True:
                try:
                    chunk = stream.__next__()
                except StopIteration:
                    return None
                if chunk is not None:
                    return chunk
    """,
    "an object from outside that says when to stop": """
        def run(state):
            while True:
                state.output = ask(state.messages)
                if state.completed:
                    return state
                if not state.output.output:
                    return state
        def endless(state):
            while True:  # LLM206
                state.output = ask(state.messages)
                if not state.output.output:
                    return state
    """,
    "a function that answers for itself": """
        class Worker:
            def send_one(self):
                if self.waiting and len(self.sent) < self.limit:
                    self.sent.append(ask(self.waiting))
                    return True
                return False
            def drain(self):
                while self.send_one():
                    pass
            def step(self):
                reply = ask(self.messages)
                if reply.output:
                    return True
                return False
            def run(self):
                while self.step():  # LLM206
                    pass
    """,
    "a function that is handed to something unknown": """
        class Handler:
            def __init__(self, function):
                self.function = function
            def store(self, cache):
                return cache.register(self.function)
        def run():
            handler = Handler(ask)
            while True:
                if handler.store({}) is not None:
                    return
    """,
}


@pytest.mark.parametrize("program", CEILINGS.values(), ids=CEILINGS)
def test_agent_ceiling(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201", "LLM206", prelude=PRELUDE)


STEPS = """
    // -- main.ts
    import { generateText, hasToolCall, isLoopFinished, stepCountIs, ToolLoopAgent } from "ai";
    import { done, few } from "./stops";
    const tools = { look };
    const said = hasToolCall("done");
    const several = [said, stepCountIs(500)];
    export const a = () => generateText({ model, prompt, tools, stopWhen: stepCountIs(5) });
    export const b = () => generateText({ model, prompt, tools, stopWhen: said });  // LLM206
    export const c = () => generateText({ model, prompt, tools, stopWhen: [said, stepCountIs(9)] });
    export const d = () => generateText({ model, prompt, tools, stopWhen: several });  // LLM206
    export const e = () => generateText({ model, prompt, tools, stopWhen: few() });
    export const f = () => generateText({ model, prompt, tools, stopWhen: done });  // LLM206
    export const g = () => generateText({ model, prompt, tools, stopWhen: ({ steps }) => steps.length > 4 });
    export const h = () => generateText({ model, prompt, tools, stopWhen: [said, limit] });
    export const i = (stopWhen) => generateText({ model, prompt, tools, stopWhen });
    export const j = () => generateText({ model, prompt, tools });
    export const k = new ToolLoopAgent({ model, tools, stopWhen: isLoopFinished() });  // LLM206
    // -- stops.ts
    import { hasToolCall, stepCountIs } from "ai";
    export const few = () => stepCountIs(8);
    export const done = [hasToolCall("done")];
"""


def test_conditions_that_stop_an_agent(tmp_path: Path) -> None:
    messages = [finding.message for finding in assert_marked(tmp_path, STEPS, "LLM206")]
    assert sorted({message.split(" ", 1)[0] for message in messages}) == ["stopWhen", "stopWhen=500"]
