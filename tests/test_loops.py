"""Loops with a ceiling and without one, and those that only look like it. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

CODES = ("LLM201", "LLM206")
PRELUDE = """
import asyncio
import itertools
import json
import random
import time
from openai import OpenAI

client = OpenAI(max_retries=0)


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500)


async def ask_later(text=""):
    return ask(text)
"""

RETRIES = {
    "for ever": """
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "while 1, with continue": """
        def run():
            while 1:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(2)
                    continue
                break
            return reply
    """,
    "a flag that success clears": """
        def run():
            done = False
            while not done:  # LLM201
                try:
                    ask()
                    done = True
                except Exception:
                    print("again")
    """,
    "a reply that is None until success": """
        def run():
            reply = None
            while reply is None:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(1)
            return reply
    """,
    "itertools.count": """
        def run():
            for attempt in itertools.count():  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "itertools.count that ends": """
        def run():
            for attempt in itertools.count(1):
                try:
                    return ask()
                except Exception:
                    if attempt >= 5:
                        raise
                    time.sleep(2 ** attempt)
    """,
    "iter with a sentinel": """
        def run():
            for _ in iter(int, 1):  # LLM201
                try:
                    return ask()
                except Exception:
                    continue
    """,
    "a finite range": """
        def run(attempts):
            for attempt in range(attempts):
                try:
                    return ask()
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "a counter that is never raised": """
        def run():
            retries = 0
            while retries < 3:  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a counter that only success raises": """
        def run():
            answers = []
            count = 0
            while count < 3:  # LLM201
                try:
                    answers.append(ask())
                    count += 1
                except Exception:
                    time.sleep(1)
            return answers
    """,
    "a counter raised on failure": """
        def run():
            retries = 0
            while retries < 3:
                try:
                    return ask()
                except Exception:
                    retries += 1
    """,
    "a counter raised in each round": """
        def run():
            retries = 0
            while retries < 3:
                retries = retries + 1
                try:
                    return ask()
                except Exception:
                    continue
    """,
    "a counter raised in finally": """
        def run():
            retries = 0
            while retries < 3:
                try:
                    return ask()
                except Exception:
                    print("again")
                finally:
                    retries += 1
    """,
    "a counter counted down": """
        def run(retries=3):
            while retries > 0:
                try:
                    return ask()
                except Exception:
                    retries -= 1
    """,
    "a counter whose truth is asked": """
        def run():
            retries = 3
            while retries:
                try:
                    return ask()
                except Exception:
                    retries -= 1
    """,
    "a counter in the test": """
        def run():
            n = 0
            while (n := n + 1) < 5:
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a counter set back on failure": """
        def run():
            retries = 0
            while retries < 3:  # LLM201
                try:
                    return ask()
                except Exception:
                    retries = 0
    """,
    "a counter that leads out by raise": """
        def run():
            n = 0
            while True:
                try:
                    return ask()
                except Exception:
                    n += 1
                    if n >= 5:
                        raise
    """,
    "a counter that is counted and never asked": """
        def run():
            n = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    n += 1
                    print(n, error)
    """,
    "a counter that is asked and does not lead out": """
        def run():
            n = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    n += 1
                    if n > 3:
                        print("still failing")
                    time.sleep(1)
    """,
    "a counter on self": """
        class Bot:
            def __init__(self):
                self.failures = 0
            def run(self):
                while self.failures < 3:
                    try:
                        return ask()
                    except Exception:
                        self.failures += 1
    """,
    "a counter in a dict": """
        def run():
            state = {"failures": 0}
            while state["failures"] < 3:
                try:
                    return ask()
                except Exception:
                    state["failures"] += 1
    """,
    "a deadline": """
        def run():
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a deadline that raises": """
        def run():
            start = time.time()
            while True:
                try:
                    return ask()
                except Exception:
                    if time.time() - start > 60:
                        raise
                    time.sleep(1)
    """,
    "a delay that doubles to an end": """
        def run():
            delay = 1
            while delay < 64:
                try:
                    return ask()
                except Exception:
                    time.sleep(delay)
                    delay *= 2
    """,
    "a delay that doubles for ever": """
        def run():
            delay = 1
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(delay)
                    delay = min(delay * 2, 60)
    """,
    "a fallback list": """
        def run(models):
            for model in models:
                try:
                    return ask(model)
                except Exception:
                    continue
    """,
    "a list that is used up": """
        def run(keys):
            while keys:
                key = keys.pop()
                try:
                    return ask(key)
                except Exception:
                    continue
    """,
    "a text that gets shorter": """
        def run(text):
            parts = []
            while text:
                try:
                    size = int(ask(text[:100]).output_text)
                except Exception:
                    size = 100
                parts.append(text[:size])
                text = text[size:].strip()
            return parts
    """,
    "a list that failures fill again": """
        def run(texts):
            while texts:  # LLM201
                text = texts.pop()
                try:
                    ask(text)
                except Exception:
                    texts.append(text)
    """,
    "a list that some failures fill again": """
        def run(jobs):
            while jobs:
                job = jobs.pop()
                try:
                    ask(job.text)
                except Exception:
                    job.failures += 1
                    if job.failures < 3:
                        jobs.append(job)
    """,
    "failures that are all raised": """
        def run():
            while True:
                try:
                    return ask()
                except Exception:
                    raise
    """,
    "one failure that goes on": """
        import openai
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except openai.BadRequestError:
                    raise
                except openai.RateLimitError:
                    time.sleep(60)
    """,
    "failures counted in an outer loop": """
        def run(texts):
            for text in texts:
                while True:  # LLM201
                    try:
                        ask(text)
                        break
                    except Exception:
                        time.sleep(1)
    """,
    "a break of an inner loop": """
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    for _ in range(3):
                        if random.random() > 0.5:
                            break
    """,
    "else after try": """
        def run():
            while True:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(1)
                else:
                    return reply
    """,
    "for and else": """
        def run():
            for attempt in range(3):
                try:
                    reply = ask()
                    break
                except Exception:
                    time.sleep(1)
            else:
                raise RuntimeError("no answer")
            return reply
    """,
    "async": """
        async def run():
            while True:  # LLM201
                try:
                    return await ask_later()
                except Exception:
                    await asyncio.sleep(1)
    """,
    "async with a bound": """
        async def run():
            for attempt in range(3):
                try:
                    async with asyncio.timeout(10):
                        return await ask_later()
                except (asyncio.TimeoutError, OSError):
                    await asyncio.sleep(2 ** attempt)
    """,
    "a nested function's own loop": """
        def run():
            while True:
                def attempt():
                    try:
                        return ask()
                    except Exception:
                        return None
                return attempt
    """,
    "a nested function that is called": """
        def run():
            def attempt():
                return ask()
            while True:  # LLM201
                try:
                    return attempt()
                except Exception:
                    pass
    """,
    "a method": """
        class Bot:
            def one(self):
                return ask()
            def run(self):
                while True:  # LLM201
                    try:
                        return self.one()
                    except Exception:
                        pass
    """,
    "match": """
        def run(kind):
            n = 0
            while True:
                match kind:
                    case "a":
                        try:
                            return ask()
                        except Exception:
                            n += 1
                            if n == 3:
                                return None
                    case _:
                        return None
    """,
    "suppress": """
        import contextlib
        def run():
            while True:  # LLM201
                with contextlib.suppress(Exception):
                    return ask()
    """,
    "one call and no retry": """
        def run():
            while True:
                ask()
                break
    """,
    "a failure that ends the process": """
        import sys
        def run():
            while True:
                try:
                    return ask()
                except Exception as error:
                    print(error)
                    sys.exit(1)
    """,
    "a handler that gives up by a function of the project": """
        def give_up(error):
            raise RuntimeError("no answer") from error
        def run():
            while True:
                try:
                    return ask()
                except Exception as error:
                    give_up(error)
    """,
    "an attempt object": """
        class Budget:
            def __init__(self):
                self.left = 3
            def spend(self):
                self.left -= 1
                return self.left > 0
        def run():
            budget = Budget()
            while budget.spend():
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "a limit from outside": """
        def run(should_stop):
            while not should_stop():
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "an event that somebody sets": """
        import threading
        stop = threading.Event()
        def run():
            while not stop.is_set():
                try:
                    return ask()
                except Exception:
                    stop.wait(1)
    """,
    "a call outside the try": """
        def run():
            while True:
                text = ask()
                try:
                    return json.loads("{}")
                except ValueError:
                    return text
    """,
}


AGENTS = {
    "tools until none is called": """
        def run(messages):
            while True:  # LLM206
                reply = ask(messages)
                if not reply.output:
                    return reply
                messages.append(reply)
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


@pytest.mark.parametrize("program", RETRIES.values(), ids=RETRIES)
def test_retry_loop(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, *CODES, prelude=PRELUDE)


@pytest.mark.parametrize("program", AGENTS.values(), ids=AGENTS)
def test_agent_loop(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, *CODES, prelude=PRELUDE)
