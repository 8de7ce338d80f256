"""Which retries send the same request again, for which errors, and at once. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK
from support import assert_marked, messages

PRELUDE = f"""
import json
import threading
import time
import backoff
import openai
import retrying
from retry import retry as retry_plain
from tenacity import retry, retry_if_not_exception_type, stop_after_attempt, wait_random_exponential
{ASK}"""

REPEATED = {
    "the last attempt, told by a number from elsewhere": """
        LIMIT = 3
        class Bot:
            def __init__(self, limit=3):
                self.limit = limit
            def run(self):
                for attempt in range(self.limit):
                    try:
                        return ask()
                    except Exception:  # LLM203, LLM204
                        if attempt == self.limit - 1:
                            raise
        def run():
            for attempt in range(LIMIT):
                try:
                    return ask()
                except Exception:  # LLM203, LLM204
                    if attempt == LIMIT - 1:
                        raise
        def outer(limit):
            def inner():
                tries = 0
                while tries <= limit:
                    try:
                        return ask()
                    except Exception:  # LLM203, LLM204
                        tries += 1
                        if tries > limit:
                            return None
            return inner
    """,
    "a request to stop": """
        class Worker:
            def run(self):
                for attempt in range(3):
                    try:
                        return ask()
                    except Exception:
                        if self.stopped:
                            break
    """,
    "a request that waits inside": """
        def patient():
            time.sleep(1)
            return ask()
        def run():
            for attempt in range(3):
                try:
                    return patient()
                except openai.APIConnectionError:  # LLM203
                    continue
    """,
    "each handler by itself": """
        def run(limit=3):
            for attempt in range(limit):
                try:
                    return json.loads(ask().output_text)
                except json.JSONDecodeError:
                    continue
                except Exception:  # LLM203, LLM204
                    continue
    """,
    "an earlier handler that takes something else": """
        def run():
            for attempt in range(3):
                try:
                    return json.loads(ask().output_text)
                except json.JSONDecodeError:
                    return None
                except Exception:  # LLM203, LLM204
                    pass
    """,
    "an earlier handler that takes what can't be helped": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except openai.AuthenticationError:
                    raise
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "a handler that goes on only for some errors": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except Exception as error:
                    if isinstance(error, openai.APITimeoutError):
                        time.sleep(2 ** attempt)
                        continue
                    raise
        def by_status():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIStatusError as error:
                    if error.status_code in (429, 500, 503):
                        time.sleep(2 ** attempt)
                        continue
                    raise
        def either_way():
            for attempt in range(3):
                try:
                    return ask()
                except Exception as error:  # LLM204
                    if isinstance(error, openai.APITimeoutError):
                        time.sleep(2 ** attempt)
                        continue
                    print(error)
    """,
    "a function that gets the error": """
        def pause(seconds):
            threading.Event().wait(seconds)
        def decide(error, attempt):
            if not isinstance(error, openai.APITimeoutError) or attempt == 3:
                raise error
            pause(2 ** attempt)
        def report(error):
            print(error)
        def run():
            for attempt in range(4):
                try:
                    return ask()
                except Exception as error:
                    decide(error, attempt)
        def reported():
            for attempt in range(4):
                try:
                    return ask()
                except Exception as error:  # LLM203, LLM204
                    report(error)
    """,
    "a function that keeps its failures to itself": """
        def safe():
            try:
                return ask()
            except Exception:
                return None
        def run():
            for attempt in range(3):
                try:
                    return safe()
                except Exception:
                    time.sleep(2 ** attempt)
        @retry(wait=wait_random_exponential(), stop=stop_after_attempt(3))
        def decorated():
            try:
                return ask()
            except Exception:
                return None
    """,
    "another prompt or another model": """
        def shorter(text):
            for attempt in range(5):
                try:
                    return ask(text)
                except openai.BadRequestError:
                    text = text[1:]
        def other_model(model, fallback):
            for attempt in range(2):
                try:
                    return client.responses.create(model=model)
                except openai.NotFoundError:
                    model = fallback
        def same(text):
            failed = None
            for attempt in range(2):
                try:
                    return ask(text)
                except openai.NotFoundError as error:  # LLM203, LLM204
                    failed = error
    """,
    "another key": """
        def run():
            for key in ("a", "b", "c"):
                try:
                    return OpenAI(api_key=key, max_retries=0).responses.create(input="hi")
                except openai.RateLimitError:
                    continue
    """,
    "a step of a longer task": """
        def pick(question):
            return ask(question).output_text
        def run(question, limit=5):
            step = 0
            while step < limit:
                tool = pick(question)
                if not tool:
                    step = limit
                elif tool == "search":
                    try:
                        question = ask(question).output_text
                    except Exception as error:
                        print(error)
                step += 1
    """,
    "tenacity, all but some errors": """
        @retry(  # LLM204
            wait=wait_random_exponential(),
            stop=stop_after_attempt(3),
            retry=retry_if_not_exception_type((RuntimeError, ValueError)),
        )
        def run():
            return ask()
        @retry(
            wait=wait_random_exponential(),
            stop=stop_after_attempt(3),
            retry=retry_if_not_exception_type((openai.AuthenticationError, openai.BadRequestError)),
        )
        def without():
            return ask()
    """,
    "functions that a decorator can't repeat": """
        @retry(wait=wait_random_exponential(), stop=stop_after_attempt(3))
        def chunks():
            for chunk in client.responses.create(input="hi", stream=True):
                yield chunk
        @retry(wait=wait_random_exponential(), stop=stop_after_attempt(3))
        async def chunks_later():
            for chunk in client.responses.create(input="hi", stream=True):
                yield chunk
        @retry(wait=wait_random_exponential(), stop=stop_after_attempt(3))  # LLM204
        async def later():
            return ask()
        @retry_plain(tries=3, delay=1, backoff=2)
        async def plain_later():
            return ask()
        @retrying.retry(stop_max_attempt_number=3, wait_exponential_multiplier=9)
        async def retrying_later():
            return ask()
        @retry_plain(tries=3, delay=1, backoff=2)  # LLM204
        def plain():
            return ask()
    """,
    "a function of another file that says how often": """
        # -- attempts.py
        from tenacity import Retrying, stop_after_attempt, wait_random_exponential
        def few():
            return Retrying(stop=stop_after_attempt(5), wait=wait_random_exponential())  # LLM204
        def many():
            return Retrying(wait=wait_random_exponential())  # LLM202, LLM204
        # -- main.py
        from attempts import few, many
        from openai import OpenAI
        client = OpenAI()
        def run():
            for attempt in few():
                with attempt:
                    return client.responses.create(input="hi")
        def again():
            for attempt in many():
                with attempt:
                    return client.responses.create(input="hi")
    """,
    "requests of the code's own": """
        import requests
        def run(payload):
            for attempt in range(3):
                try:
                    reply = requests.post("https://api.anthropic.com/v1/messages", json=payload)
                    reply.raise_for_status()
                    return reply.json()
                except requests.RequestException:  # LLM204
                    time.sleep(2 ** attempt)
        def run_sdk():
            for attempt in range(3):
                try:
                    return ask()
                except requests.RequestException:
                    time.sleep(2 ** attempt)
    """,
    "requests of the code's own whose status raises nothing": """
        import aiohttp
        import asyncio
        async def run(session: aiohttp.ClientSession, payload):
            for attempt in range(3):
                try:
                    async with session.post("https://api.anthropic.com/v1/messages", json=payload) as reply:
                        if reply.status == 200:
                            return await reply.json()
                        if reply.status != 429:
                            return None
                except aiohttp.ClientError as error:
                    print(error)
                await asyncio.sleep(2 ** attempt)
    """,
    "requests of the code's own whose session raises for a status": """
        import aiohttp
        import asyncio
        async def run(payload):
            async with aiohttp.ClientSession(raise_for_status=True) as session:
                for attempt in range(3):
                    try:
                        async with session.post("https://api.anthropic.com/v1/messages", json=payload) as reply:
                            return await reply.json()
                    except aiohttp.ClientError:  # LLM204
                        await asyncio.sleep(2 ** attempt)
    """,
    "pauses that are used up": """
        @backoff.on_exception(backoff.constant, openai.APITimeoutError, interval=[1, 2, 4])
        def run():
            return ask()
        @backoff.on_exception(backoff.constant, openai.APITimeoutError, interval=2)  # LLM202
        def forever():
            return ask()
    """,
}

STACKED = {
    "a counter in the test of a loop": (
        """
        def run():
            tries = 0
            while tries < 4:  # LLM205
                try:
                    return OpenAI().responses.create(input="hi")
                except Exception:
                    tries += 1
                    time.sleep(2 ** tries)
        """,
        "4 x 3 = 12",
    ),
    "a counter that leads out": (
        """
        def run():
            tries = 0
            while True:  # LLM205
                try:
                    return OpenAI().responses.create(input="hi")
                except Exception:
                    tries += 1
                    if tries >= 5:
                        raise
                    time.sleep(2 ** tries)
        """,
        "5 x 3 = 15",
    ),
    "a counter that leads out above a number": (
        """
        def run():
            tries = 1
            while True:  # LLM205
                try:
                    return OpenAI().responses.create(input="hi")
                except Exception:
                    tries = tries + 1
                    if tries > 4:
                        raise
        """,
        "4 x 3 = 12",
    ),
    "two layers over a client that says nothing": (
        """
        def build(client: OpenAI):
            @retry(stop=stop_after_attempt(5))
            def inner():
                return client.responses.create(input="hi")
            @retry(stop=stop_after_attempt(4))  # LLM205
            def outer():
                return inner()
        """,
        "4 x 5 = 20",
    ),
}

NOT_STACKED = """
    def by_default(tries=3):
        for attempt in range(tries):
            try:
                return OpenAI().responses.create(input="hi")
            except Exception:
                time.sleep(2 ** attempt)
    def other(tries):
        return by_default(tries)
    def waited():
        seconds = 0
        while seconds < 60:
            try:
                return OpenAI().responses.create(input="hi")
            except Exception:
                seconds += 5
                time.sleep(5)
    def for_errors_of_its_own():
        for attempt in range(3):
            try:
                return OpenAI().responses.create(input="hi")
            except openai.BadRequestError:
                time.sleep(1)
    def stacked(tries=3):
        for attempt in range(tries):  # LLM205
            try:
                return OpenAI().responses.create(input="hi")
            except Exception:
                time.sleep(2 ** attempt)
"""


@pytest.mark.parametrize("program", REPEATED.values(), ids=REPEATED)
def test_what_is_repeated(program: str, tmp_path: Path) -> None:
    prelude = "" if "# --" in program else PRELUDE
    assert_marked(tmp_path, program, "LLM201", "LLM202", "LLM203", "LLM204", prelude=prelude)


@pytest.mark.parametrize(("program", "product"), STACKED.values(), ids=STACKED)
def test_attempts_that_are_counted(program: str, product: str, tmp_path: Path) -> None:
    assert product in messages(tmp_path, program, "LLM205", prelude=PRELUDE)[0]


def test_attempts_that_do_not_multiply(tmp_path: Path) -> None:
    assert_marked(tmp_path, NOT_STACKED, "LLM205", prelude=PRELUDE)
