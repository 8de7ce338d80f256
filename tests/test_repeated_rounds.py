"""What a round of a loop does besides asking: whether it is a retry, and where its failure shows. ``ask`` is a call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """
import time
from concurrent.futures import ThreadPoolExecutor
import openai
from openai import OpenAI

client = OpenAI(max_retries=0)


def ask(text="", **options):
    return client.responses.create(input=text, max_output_tokens=500, **options)
"""

ROUNDS = {
    "a reply that has to be good": """
        def run(text):
            for attempt in range(3):
                try:
                    rating = ask(text).output_text
                    if rating in ("1", "2", "3"):
                        return rating
                except Exception:  # LLM203, LLM204
                    if attempt == 2:
                        return None
        def given(text, limit):
            for attempt in range(limit):
                try:
                    reply = ask(text)
                    if reply.output:
                        break
                except openai.OpenAIError:  # LLM204
                    time.sleep(2 ** attempt)
            return reply
    """,
    "a reply that is worked on": """
        def run(messages):
            for step in range(10):
                try:
                    reply = ask(messages)
                    if not reply.output:
                        return reply
                    messages.append(reply)
                except Exception:
                    messages.append("that went wrong")
    """,
    "a reply that another request judges": """
        def run(question):
            for attempt in range(5):
                answer = ask(question)
                try:
                    if ask(answer).output_text == "good":
                        return answer
                except Exception:
                    continue
    """,
    "a round that ends for another reason": """
        def run(texts):
            for number in range(3):
                try:
                    print(ask("write something"))
                    if number == texts:
                        break
                except Exception:
                    continue
    """,
    "another model in each round": """
        def run(text, models):
            for number in range(len(models)):
                try:
                    return ask(text, model=models[number])
                except Exception:
                    continue
        def the_same(text, model):
            for number in range(3):
                try:
                    return ask(text, model=model, seed=number)
                except Exception:  # LLM203, LLM204
                    continue
    """,
    "a thread that is waited for": """
        def run(text):
            with ThreadPoolExecutor() as pool:
                while True:  # LLM201
                    try:
                        return pool.submit(ask, text).result(timeout=60)
                    except Exception:  # LLM203, LLM204
                        continue
        def kept(text):
            with ThreadPoolExecutor() as pool:
                for attempt in range(3):
                    future = pool.submit(ask, text)
                    try:
                        return future.result()
                    except Exception:  # LLM204
                        time.sleep(2 ** attempt)
        def started(text):
            with ThreadPoolExecutor() as pool:
                while True:
                    try:
                        return pool.submit(ask, text)
                    except Exception:
                        continue
    """,
    "a counter of the object that nothing raises": """
        class Client:
            def __init__(self, limit):
                self.tries = 0
                self.counted = 0
                self.limit = limit
            def run(self, text):
                while self.tries < 3:  # LLM201
                    try:
                        return ask(text)
                    except openai.APIConnectionError:  # LLM203
                        time.sleep(1)
            def up_to(self, text):
                while self.tries < self.limit:  # LLM201
                    try:
                        return ask(text)
                    except openai.APIConnectionError:  # LLM203
                        time.sleep(1)
            def counts(self, text):
                while self.counted < 3:
                    try:
                        return ask(text)
                    except openai.APIConnectionError:  # LLM203
                        self.note()
                        time.sleep(1)
            def note(self):
                self.counted += 1
    """,
    "an exception of its own that asks for something else": """
        class Switch(Exception):
            pass
        class Session:
            def __init__(self, mode=""):
                self.mode = mode
            def run(self):
                if ask(self.mode).output_text == "other":
                    raise Switch()
        def run():
            session = Session()
            while True:
                try:
                    return session.run()
                except Switch:
                    session = Session("other")
        def again():
            session = Session()
            while True:  # LLM201
                try:
                    return session.run()
                except openai.APIConnectionError:  # LLM203
                    session = Session()
    """,
    "a limit that nobody gives": """
        import functools
        def repeated(errors, limit=None, pause=3.0):
            def decorate(function):
                @functools.wraps(function)
                def inner(*args, **kwargs):
                    tries, seconds = 0, pause
                    while limit is None or tries < limit:  # LLM201
                        try:
                            return function(*args, **kwargs)
                        except tuple(errors):
                            time.sleep(seconds)
                            seconds *= 1.5
                            tries += 1
                return inner
            return decorate
        @repeated([openai.RateLimitError])
        def summarise(text):
            return ask(text)
        @repeated(errors=[openai.RateLimitError], limit=None)
        def translate(text):
            return ask(text)
    """,
    "a limit that somebody gives": """
        def repeated(limit=None):
            def decorate(function):
                def inner(*args, **kwargs):
                    tries = 0
                    while limit is None or tries < limit:
                        try:
                            return function(*args, **kwargs)
                        except openai.APIConnectionError:
                            time.sleep(2 ** tries)
                            tries += 1
                return inner
            return decorate
        @repeated(limit=5)
        def summarise(text):
            return ask(text)
        @repeated()
        def translate(text):
            return ask(text)
        def alone(text, limit=None):
            tries = 0
            while limit is None or tries < limit:
                try:
                    return ask(text)
                except openai.APIConnectionError:
                    time.sleep(2 ** tries)
                    tries += 1
    """,
}


@pytest.mark.parametrize("program", ROUNDS.values(), ids=ROUNDS)
def test_rounds(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201", "LLM203", "LLM204", prelude=PRELUDE)
