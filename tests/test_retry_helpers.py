"""Retry helpers of libraries, with an end and without one. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_WITH_HELPERS as PRELUDE
from support import assert_marked

UNBOUNDED = {
    "tenacity, bare": """
        @retry  # LLM202
        def run():
            return ask()
        @tenacity.retry  # LLM202
        def again():
            return ask()
    """,
    "tenacity, called": """
        @retry()  # LLM202
        def run():
            return ask()
        @retry(wait=wait_fixed(2), reraise=True)  # LLM202
        def again():
            return ask()
        @retry(stop=stop_after_attempt(3))
        def bounded():
            return ask()
    """,
    "tenacity's conditions": """
        @retry(stop=stop_never)  # LLM202
        def never():
            return ask()
        @retry(stop=stop_after_attempt(3) | stop_after_delay(30))
        def either():
            return ask()
        @retry(stop=stop_never | stop_after_attempt(3))
        def one_of_them():
            return ask()
        @retry(stop=stop_never & stop_after_attempt(3))  # LLM202
        def both():
            return ask()
        @retry(stop=tenacity.stop_after_delay(60))
        def by_time():
            return ask()
        @retry(stop=tenacity.stop_any(stop_after_attempt(3), stop_after_delay(30)))
        def any_of():
            return ask()
    """,
    "a condition passed by position": """
        @retry(stop_after_attempt(3))  # LLM202
        def run():
            return ask()
    """,
    "tenacity's objects": """
        def run():
            for attempt in Retrying(wait=wait_fixed(1)):  # LLM202
                with attempt:
                    return ask()
        def bounded():
            for attempt in Retrying(stop=stop_after_attempt(3)):
                with attempt:
                    return ask()
        def called():
            return Retrying(wait=wait_fixed(1))(ask, "hi")  # LLM202
        def called_bounded():
            return Retrying(stop=stop_after_attempt(3))(ask, "hi")
        async def later():
            async for attempt in AsyncRetrying(wait=wait_fixed(1)):  # LLM202
                with attempt:
                    return ask()
        async def later_bounded():
            async for attempt in AsyncRetrying(stop=stop_after_attempt(3)):
                with attempt:
                    return ask()
    """,
    "an object in a variable": """
        RETRYING = Retrying(wait=wait_fixed(1))  # LLM202
        def run():
            return RETRYING(ask)
        class Bot:
            def __init__(self):
                self.retrying = Retrying(stop=stop_after_attempt(3))
            def run(self):
                for attempt in self.retrying:
                    with attempt:
                        return ask()
    """,
    "retry_with": """
        @retry(wait=wait_fixed(1))  # LLM202
        def run():
            return ask()
        @retry(stop=stop_after_attempt(3))
        def bounded():
            return ask()
        bounded.retry_with(stop=stop_after_attempt(5))()
    """,
    "a decorator in a variable": """
        patient = retry(wait=wait_fixed(1))
        careful = retry(stop=stop_after_attempt(3))
        @patient  # LLM202
        def run():
            return ask()
        @careful
        def bounded():
            return ask()
    """,
    "a decorator that a function makes": """
        def patient():
            return retry(wait=wait_fixed(1))
        def careful(attempts=3):
            return retry(stop=stop_after_attempt(attempts))
        @patient()  # LLM202
        def run():
            return ask()
        @careful(5)
        def bounded():
            return ask()
    """,
    "arguments in a dict": """
        PATIENT = {"wait": wait_fixed(1)}
        CAREFUL = {"stop": stop_after_attempt(3), "wait": wait_fixed(1)}
        @retry(**PATIENT)  # LLM202
        def run():
            return ask()
        @retry(**CAREFUL)
        def bounded():
            return ask()
    """,
    "arguments from outside": """
        import os
        @retry(stop=stop_after_attempt(int(os.environ["ATTEMPTS"])))
        def from_environment():
            return ask()
        def made(stop):
            @retry(stop=stop)
            def run():
                return ask()
            return run
        class Bot:
            def run(self, options):
                for attempt in Retrying(**options):
                    with attempt:
                        return ask()
    """,
    "a method": """
        class Bot:
            @retry(wait=wait_fixed(1))  # LLM202
            def run(self):
                return ask()
            @classmethod
            @retry(wait=wait_fixed(1))  # LLM202
            def of_class(cls):
                return ask()
            @retry(stop=stop_after_attempt(3))
            async def bounded(self):
                return ask()
    """,
    "several decorators": """
        import functools
        @functools.lru_cache
        @retry(wait=wait_fixed(1))  # LLM202
        def run():
            return ask()
    """,
    "put around a function": """
        def plain():
            return ask()
        run = retry(wait=wait_fixed(1))(plain)  # LLM202
        bounded = retry(stop=stop_after_attempt(3))(plain)
    """,
    "around nothing that costs": """
        @retry
        def read():
            return open("f").read()
        @retry  # LLM202
        def run():
            return ask()
    """,
    "backoff": """
        @backoff.on_exception(backoff.expo, openai.RateLimitError)  # LLM202
        def run():
            return ask()
        @backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=3)
        def bounded():
            return ask()
        @backoff.on_exception(backoff.expo, openai.RateLimitError, max_time=60)
        def by_time():
            return ask()
        @backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=None)  # LLM202
        def none():
            return ask()
        @backoff.on_predicate(backoff.fibo, lambda reply: not reply)  # LLM202
        def until():
            return ask()
        @backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=lambda: 3)
        def computed():
            return ask()
    """,
    "stamina": """
        @stamina.retry(on=openai.RateLimitError)
        def by_default():
            return ask()
        @stamina.retry(on=openai.RateLimitError, attempts=None)
        def by_time():
            return ask()
        @stamina.retry(on=openai.RateLimitError, attempts=None, timeout=None)  # LLM202
        def run():
            return ask()
        def context():
            for attempt in stamina.retry_context(on=openai.RateLimitError, attempts=None, timeout=None):  # LLM202
                with attempt:
                    return ask()
    """,
    "retrying": """
        @retrying.retry  # LLM202
        def run():
            return ask()
        @retrying.retry(wait_fixed=1000)  # LLM202
        def fixed():
            return ask()
        @retrying.retry(stop_max_attempt_number=3)
        def bounded():
            return ask()
    """,
    "Google's": """
        @google_retry.Retry()
        def by_default():
            return ask()
        @google_retry.Retry(timeout=None)  # LLM202
        def run():
            return ask()
        @google_retry.Retry(deadline=60)
        def bounded():
            return ask()
    """,
    "a call in another file": """
        # -- llm.py
        from openai import OpenAI
        def ask():
            return OpenAI().responses.create(input="hi")
        # -- main.py
        from tenacity import retry
        from llm import ask
        @retry  # LLM202
        def run():
            return ask()
    """,
}


@pytest.mark.parametrize("program", UNBOUNDED.values(), ids=UNBOUNDED)
def test_helper_that_never_stops(program: str, tmp_path: Path) -> None:
    prelude = "" if "# --" in program else PRELUDE
    assert_marked(tmp_path, program, "LLM202", prelude=prelude)


POLICIES = """
    // -- main.ts
    import { ConstantBackoff, ExponentialBackoff, handleAll, handleWhen, retry, timeout, wrap } from "cockatiel";
    import OpenAI from "openai";
    const client = new OpenAI({ timeout: 3000, maxRetries: 0 });
    const again = new OpenAI({ timeout: 3000 });
    const ask = () => client.responses.create({ model: "gpt-5.5", max_output_tokens: 9, input: "hi" });
    const backoff = new ExponentialBackoff();
    const endless = retry(handleWhen((error) => error.status === 503), { backoff });  // LLM202
    const few = retry(handleWhen((error) => error.status === 503), { maxAttempts: 3, backoff });
    const atOnce = retry(handleAll, { maxAttempts: 3 });  // LLM203, LLM204
    const stacked = retry(handleAll, { maxAttempts: 2, backoff });  // LLM204, LLM205
    const elsewhere = retry(handleAll, {});
    export const a = () => endless.execute(ask);
    export const b = () => few.execute(() => ask());
    export const c = () => atOnce.execute(async () => (await ask()).output_text);
    export const d = () => stacked.execute(() => again.responses.create({ input: "hi" }));
    export const e = () => wrap(timeout(3000, "aggressive"), few).execute(ask);
    export const f = () => elsewhere.execute(() => load());
    class Service {
      private policy = retry(handleWhen((e) => e.status === 503), { backoff: new ConstantBackoff(9) });  // LLM202
      run() {
        return this.policy.execute(() => ask());
      }
    }
"""


def test_policies_that_run_what_they_are_given(tmp_path: Path) -> None:
    found = assert_marked(tmp_path, POLICIES, "LLM202", "LLM203", "LLM204", "LLM205")
    assert next(f.message for f in found if f.code == "LLM205").startswith("retries multiply: 3 x 3 = 9 attempts")
