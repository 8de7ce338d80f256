"""What retries wait for and repeat, and how their attempts multiply. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_WITH_HELPERS as PRELUDE
from support import assert_marked, messages

WAITS = {
    "in a loop": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:  # LLM203
                    continue
        def fixed():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:  # LLM203
                    time.sleep(2)
        def growing():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:
                    time.sleep(2 ** attempt)
        def jittered():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:
                    time.sleep(random.uniform(1, 3))
        def doubling():
            delay = 1
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:
                    time.sleep(delay)
                    delay *= 2
        def told():
            for attempt in range(3):
                try:
                    return ask()
                except openai.RateLimitError as error:
                    time.sleep(float(error.response.headers["retry-after"]))
        async def later():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError:
                    await asyncio.sleep(min(2 ** attempt, 30))
    """,
    "after the try": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIConnectionError as error:
                    last = error
                time.sleep(2 ** attempt)
            raise last
    """,
    "by a function of the project": """
        class Bot:
            def _pause(self, attempt):
                time.sleep(2 ** attempt)
            def run(self):
                for attempt in range(3):
                    try:
                        return ask()
                    except openai.APIConnectionError:
                        self._pause(attempt)
    """,
    "on success alone": """
        def run():
            for attempt in range(3):
                try:
                    reply = ask()
                    time.sleep(2 ** attempt)
                    return reply
                except openai.APIConnectionError:  # LLM203
                    print("again")
    """,
    "in a decorator": """
        @retry(stop=stop_after_attempt(3), retry=retry_if_exception_type(openai.APIConnectionError))  # LLM203
        def run():
            return ask()
        @retry(stop=stop_after_attempt(3), wait=wait_fixed(1),  # LLM203
               retry=retry_if_exception_type(openai.APIConnectionError))
        def fixed():
            return ask()
        @retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=30),
               retry=retry_if_exception_type(openai.APIConnectionError))
        def growing():
            return ask()
        @backoff.on_exception(backoff.expo, openai.APIConnectionError, max_tries=3)
        def by_backoff():
            return ask()
    """,
    "of a parse": """
        import json
        def run():
            for attempt in range(3):
                try:
                    return json.loads(ask().output_text)
                except json.JSONDecodeError:
                    continue
    """,
}

PERMANENT = {
    "in a loop": """
        def bare():
            for attempt in range(3):
                try:
                    return ask()
                except:  # LLM204
                    time.sleep(2 ** attempt)
        def anything():
            for attempt in range(3):
                try:
                    return ask()
                except Exception:  # LLM204
                    time.sleep(2 ** attempt)
        def one_of_several():
            for attempt in range(3):
                try:
                    return ask()
                except (openai.APIConnectionError, openai.AuthenticationError):  # LLM204
                    time.sleep(2 ** attempt)
        def what_passes():
            for attempt in range(3):
                try:
                    return ask()
                except (openai.APIConnectionError, openai.APITimeoutError):
                    time.sleep(2 ** attempt)
    """,
    "raised first": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except (openai.AuthenticationError, openai.BadRequestError):
                    raise
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "looked at": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except openai.APIError as error:
                    if error.status_code in (400, 401, 403):
                        raise
                    time.sleep(2 ** attempt)
    """,
    "raised in the end": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except Exception:  # LLM204
                    if attempt == 2:
                        raise
                    time.sleep(2 ** attempt)
    """,
    "a used-up quota": """
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except openai.RateLimitError:  # LLM204
                    time.sleep(2 ** attempt)
        def asks():
            for attempt in range(3):
                try:
                    return ask()
                except openai.RateLimitError as error:
                    if error.code == "insufficient_quota":
                        raise
                    time.sleep(2 ** attempt)
    """,
    "in a decorator": """
        @retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=30))  # LLM204
        def run():
            return ask()
        @retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=30),
               retry=retry_if_exception_type((openai.APIConnectionError, openai.APITimeoutError)))
        def careful():
            return ask()
        @backoff.on_exception(backoff.expo, Exception, max_tries=3)  # LLM204
        def by_backoff():
            return ask()
        @backoff.on_exception(backoff.expo, Exception, max_tries=3, giveup=lambda error: error.code == 401)
        def by_backoff_careful():
            return ask()
    """,
    "names of the project": """
        PASSING = (openai.APIConnectionError, openai.APITimeoutError)
        ANY = (openai.OpenAIError,)
        class Busy(Exception):
            pass
        def run():
            for attempt in range(3):
                try:
                    return ask()
                except PASSING:
                    time.sleep(2 ** attempt)
        def again():
            for attempt in range(3):
                try:
                    return ask()
                except ANY:  # LLM204
                    time.sleep(2 ** attempt)
        def own():
            for attempt in range(3):
                try:
                    return ask()
                except Busy:
                    time.sleep(2 ** attempt)
    """,
}

STACKED = {
    "a decorator around a client that retries": (
        """
        eager = OpenAI()
        @retry(stop=stop_after_attempt(6))  # LLM205
        def run():
            return eager.responses.create(input="hi")
        """,
        "6 x 3 = 18",
    ),
    "a loop around a client that retries": (
        """
        eager = OpenAI(max_retries=4)
        def run():
            for attempt in range(5):  # LLM205
                try:
                    return eager.responses.create(input="hi")
                except openai.APIConnectionError:
                    time.sleep(2 ** attempt)
        """,
        "5 x 5 = 25",
    ),
    "with_options": (
        """
        def run():
            for attempt in range(2):  # LLM205
                try:
                    return client.with_options(max_retries=9).responses.create(input="hi")
                except openai.APIConnectionError:
                    time.sleep(2 ** attempt)
        """,
        "2 x 10 = 20",
    ),
    "through a function": (
        """
        eager = OpenAI()
        def one():
            return eager.responses.create(input="hi")
        @backoff.on_exception(backoff.expo, openai.APIConnectionError, max_tries=4)  # LLM205
        def run():
            return one()
        """,
        "4 x 3 = 12",
    ),
    "three layers": (
        """
        eager = OpenAI()
        @retry(stop=stop_after_attempt(4))  # LLM205
        def inner():
            return eager.responses.create(input="hi")
        def run():
            for attempt in range(5):  # LLM205
                try:
                    return inner()
                except openai.APIConnectionError:
                    time.sleep(2 ** attempt)
        """,
        "5 x 4 x 3 = 60",
    ),
    "a range of a constant": (
        """
        ATTEMPTS = 3
        eager = OpenAI()
        def run():
            for attempt in range(1, ATTEMPTS + 1):  # LLM205
                try:
                    return eager.responses.create(input="hi")
                except openai.APIConnectionError:
                    time.sleep(2 ** attempt)
        """,
        "3 x 3 = 9",
    ),
    "LangChain": (
        """
        from langchain_openai import ChatOpenAI
        model = ChatOpenAI(max_retries=1)
        reply = model.with_retry(stop_after_attempt=4).invoke("hi")  # LLM205
        """,
        "4 x 2 = 8",
    ),
}

NOT_STACKED = """
    from anthropic import Anthropic
    once = Anthropic(max_retries=0)
    @retry(stop=stop_after_attempt(6))
    def run():
        return client.responses.create(input="hi")
    @retry(stop=stop_after_attempt(6))
    def by_another():
        return once.messages.create(max_tokens=5)
    @retry(stop=stop_after_attempt(1))
    def single():
        return OpenAI().responses.create(input="hi")
    @retry(stop=stop_after_delay(30))
    def by_time():
        return OpenAI().responses.create(input="hi")
    def of_unknown_length(attempts):
        for attempt in range(attempts):
            try:
                return OpenAI().responses.create(input="hi")
            except openai.APIConnectionError:
                time.sleep(2 ** attempt)
    def of_unknown_client(client: OpenAI):
        for attempt in range(3):
            try:
                return client.responses.create(input="hi")
            except openai.APIConnectionError:
                time.sleep(2 ** attempt)
    @retry(stop=stop_after_attempt(6))  # LLM205
    def stacked():
        return OpenAI().responses.create(input="hi")
"""


@pytest.mark.parametrize("program", WAITS.values(), ids=WAITS)
def test_wait(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM203", prelude=PRELUDE)


@pytest.mark.parametrize("program", PERMANENT.values(), ids=PERMANENT)
def test_permanent_errors(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM204", prelude=PRELUDE)


@pytest.mark.parametrize(("program", "product"), STACKED.values(), ids=STACKED)
def test_product(program: str, product: str, tmp_path: Path) -> None:
    assert any(product in message for message in messages(tmp_path, program, "LLM205", prelude=PRELUDE))


def test_one_layer(tmp_path: Path) -> None:
    assert_marked(tmp_path, NOT_STACKED, "LLM205", prelude=PRELUDE)
