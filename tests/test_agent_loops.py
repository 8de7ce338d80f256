"""Loops that go on until the reply says stop, and those that only look like it. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_IN_LOOPS as PRELUDE
from support import assert_marked

LOOPS = {
    "tools until none is called": """
        def run(messages):
            while True:  # LLM206
                reply = ask(messages)
                if not reply.output:
                    return reply
                messages.append(reply)
    """,
    "tools that lead past the end": """
        class Agent:
            def send(self, messages):
                return ask(messages)
            def chat(self, messages, call_tool):
                while True:  # LLM206
                    reply = self.send(messages)
                    if reply.output:
                        for block in reply.output:
                            if block.type != "tool_use":
                                continue
                            messages.append(call_tool(block))
                        continue
                    return reply
            def counted(self, messages, rounds=0):
                while True:
                    reply = self.send(messages)
                    rounds += 1
                    if reply.output and rounds < 9:
                        continue
                    return reply
            def checked(self, messages, world):
                while True:
                    reply = self.send(messages)
                    if world.is_busy():
                        continue
                    return reply
    """,
    "tools in a counted loop": """
        def run(messages):
            for _ in range(10):
                reply = ask(messages)
                if not reply.output:
                    return reply
                messages.append(reply)
    """,
    "while the reply has tools": """
        def run(messages):
            reply = ask(messages)
            while reply.output:  # LLM206
                messages.append(reply)
                reply = ask(messages)
            return reply
    """,
    "while the reply has tools, with a counter": """
        def run(messages):
            steps = 0
            reply = ask(messages)
            while reply.output and steps < 10:
                messages.append(reply)
                reply = ask(messages)
                steps += 1
            return reply
    """,
    "a counter in the body": """
        def run(messages):
            steps = 0
            while True:
                reply = ask(messages)
                if not reply.output:
                    return reply
                steps += 1
                if steps > 10:
                    raise RuntimeError("too many steps")
    """,
    "a sentinel in the text": """
        def run(text):
            while True:  # LLM206
                text = ask(text).output_text
                if "DONE" in text:
                    break
    """,
    "a sentinel in a text that grows": """
        def run(text):
            while "DONE" not in text:  # LLM206
                text += ask(text).output_text
        def to_mark(text, mark):
            found = ""
            while True:  # LLM206
                found += ask(text).output_text
                if mark in found:
                    return found
        def to_size(text, mark, most):
            found = ""
            while mark not in found and len(found) < most:
                found += ask(text).output_text
        class World:
            def __init__(self, most):
                self.steps, self.most = 0, most
            def step(self, text):
                self.steps += 1
                reply = ask(text).output_text
                return reply, "GIVEN UP" in reply, self.steps >= self.most
        def play(text, most):
            world, done = World(most), False
            while not done:
                text, given_up, is_over = world.step(text)
                done = given_up or is_over
        def play_on(text, most):
            world, done = World(most), False
            while not done:  # LLM206
                text, given_up, is_over = world.step(text)
                done = given_up
        def unseen(text):
            seen = []
            while text not in seen:
                seen.append(text)
                text = ask(text).output_text
    """,
    "a parse that succeeds": """
        def run(text):
            while True:  # LLM206
                reply = ask(text).output_text
                try:
                    return json.loads(reply)
                except ValueError:
                    text += "Answer in JSON."
    """,
    "a check of the project's own": """
        def is_good(text):
            return text.startswith("yes")
        def run():
            text = ask().output_text
            while not is_good(text):  # LLM206
                text = ask().output_text
            return text
    """,
    "a flag made of the reply": """
        def run(messages):
            finished = False
            while not finished:  # LLM206
                reply = ask(messages)
                finished = reply.status == "completed"
                messages.append(reply)
    """,
    "an async generator": """
        async def run(messages):
            while True:  # LLM206
                reply = await ask_later(messages)
                yield reply
                calls = [item for item in reply.output if item.type == "function_call"]
                if not calls:
                    return
                messages += calls
    """,
    "a count of steps": """
        def run(messages):
            for step in itertools.count():  # LLM206
                if not ask(messages).output:
                    break
        def run_bounded(messages):
            for step in itertools.count():
                if not ask(messages).output or step > 5:
                    break
    """,
    "steps on self": """
        class Bot:
            def __init__(self, max_steps=5):
                self.max_steps = max_steps
                self.step = 0
            def run(self, messages):
                while True:
                    self.step += 1
                    if self.step > self.max_steps:
                        break
                    if not ask(messages).output:
                        break
    """,
    "steps that another method counts": """
        class Bot:
            def __init__(self):
                self.step = 0
            def advance(self):
                self.step += 1
            def run(self, messages):
                while self.step < 5:
                    self.advance()
                    if not ask(messages).output:
                        break
    """,
    "a length of the history": """
        def run(messages):
            while len(messages) < 20:
                reply = ask(messages)
                if not reply.output:
                    break
                messages.append(reply)
    """,
    "a run that is waited for": """
        def run():
            run = client.beta.threads.runs.create(thread_id="t", assistant_id="a")
            while run.status != "completed":
                time.sleep(1)
                run = client.beta.threads.runs.retrieve(thread_id="t", run_id=run.id)
    """,
    "a budget": """
        def run(text):
            tokens = 0
            while tokens < 10_000:
                reply = ask(text)
                tokens += reply.usage.total_tokens
                if "DONE" in reply.output_text:
                    break
    """,
    "a deadline": """
        def run(text):
            end = time.time() + 60
            while True:
                reply = ask(text)
                if "DONE" in reply.output_text or time.time() > end:
                    return reply
    """,
    "a conversation": """
        def run():
            history = []
            while True:
                text = input("> ")
                if text == "exit":
                    break
                history.append(text)
                print(ask(history).output_text)
    """,
    "a conversation whose reply may end it": """
        def run():
            while True:
                text = input("> ")
                reply = ask(text).output_text
                print(reply)
                if "bye" in reply:
                    break
    """,
    "a server": """
        import socket
        def run():
            server = socket.socket()
            while True:
                connection, _ = server.accept()
                connection.sendall(ask(connection.recv(100)).output_text.encode())
    """,
    "a worker": """
        import queue
        jobs = queue.Queue()
        def run():
            while True:
                job = jobs.get()
                if job is None:
                    break
                try:
                    ask(job)
                except Exception:
                    print("failed")
                finally:
                    jobs.task_done()
    """,
    "a scheduler": """
        def run():
            while True:
                try:
                    ask("the daily summary")
                except Exception as error:
                    print(error)
                time.sleep(3600)
    """,
    "a flag that a signal clears": """
        import signal
        running = True
        def stop(*args):
            global running
            running = False
        signal.signal(signal.SIGTERM, stop)
        def run():
            while running:
                reply = ask("next")
                if reply.output_text == "DONE":
                    break
    """,
    "a socket's messages": """
        async def run(websocket):
            async for message in websocket:
                reply = await ask_later(message)
                await websocket.send(reply.output_text)
    """,
    "a socket that is received from": """
        from fastapi import WebSocket
        async def run(websocket: WebSocket):
            while True:
                text = await websocket.receive_text()
                reply = await ask_later(text)
                if reply.output_text == "bye":
                    break
    """,
    "a poll of a queue": """
        def run(consumer):
            while True:
                message = consumer.poll(1.0)
                if message is None:
                    continue
                ask(message.value())
    """,
    "lines of input": """
        import sys
        def run():
            for line in sys.stdin:
                reply = ask(line)
                if "bye" in reply.output_text:
                    break
    """,
    "an object that says when to stop": """
        class Bot:
            def run(self):
                while not self.stopped:
                    reply = ask("next")
                    self.handle(reply)
    """,
    "pages": """
        import requests
        def run():
            cursor = None
            while True:
                page = requests.get("https://example.org", params={"cursor": cursor}).json()
                for item in page["items"]:
                    ask(item)
                cursor = page.get("next")
                if not cursor:
                    break
    """,
    "a stream": """
        def run():
            stream = client.responses.create(input="hi", stream=True, max_output_tokens=500)
            for chunk in stream:
                print(chunk)
    """,
    "a queue of things to do that replies fill": """
        def run(tasks):
            while tasks:  # LLM206
                reply = ask(tasks.pop())
                tasks.extend(reply.output)
    """,
    "a queue of things to do that is filled up to a depth": """
        def run(tasks):
            while tasks:
                depth, task = tasks.pop()
                reply = ask(task)
                if depth < 3:
                    tasks.extend((depth + 1, item) for item in reply.output)
    """,
    "a queue of things to do with a counter": """
        def run(tasks):
            done = 0
            while tasks and done < 20:
                reply = ask(tasks.pop())
                tasks.extend(reply.output)
                done += 1
    """,
    "a stack of things to do": """
        def run(tasks):
            while tasks:
                ask(tasks.pop())
    """,
    "a visited set": """
        def run(pages):
            seen = set()
            while pages:
                page = pages.pop()
                if page in seen or len(seen) > 50:
                    continue
                seen.add(page)
                pages.extend(ask(page).output)
    """,
    "a message that is only read": """
        def run(messages):
            while True:
                message = messages.read()
                if message is None:
                    return
                ask(message)
    """,
    "a flag that the reply sets": """
        def run(text):
            done = False
            while not done:  # LLM206
                reply = ask(text)
                if "DONE" in reply.output_text:
                    done = True
    """,
    "a generator that drives the loop": """
        def replies(text):
            while True:
                yield ask(text)
        def run(text):
            for step, reply in enumerate(replies(text)):
                if step > 5 or "DONE" in reply.output_text:
                    return reply
    """,
    "a loop with nothing to end it": """
        def run(text):
            while True:
                text = ask(text).output_text
                print(text)
                time.sleep(60)
    """,
}


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS)
def test_agent_loop(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201", "LLM206", prelude=PRELUDE)
