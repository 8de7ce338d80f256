"""A model call is recognised through the expressions that choose, pass and call its client."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

EXPRESSIONS = {
    "with": """
        from openai import OpenAI
        with OpenAI() as client:
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "async with, among others": """
        from openai import AsyncOpenAI
        async def ask(lock):
            async with lock, AsyncOpenAI() as client:
                await client.responses.create(input="hi")  # LLM101
                await client.responses.create(input="hi", max_output_tokens=500)
    """,
    "with a stack": """
        from contextlib import AsyncExitStack
        from openai import AsyncOpenAI
        async def ask():
            async with AsyncExitStack() as stack:
                client = await stack.enter_async_context(AsyncOpenAI())
                await client.responses.create(input="hi")  # LLM101
                await client.responses.create(input="hi", max_output_tokens=500)
    """,
    "or": """
        from openai import OpenAI
        def ask(client=None):
            client = client or OpenAI()
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "or, kept on self": """
        from openai import OpenAI
        class Bot:
            def __init__(self, client=None):
                self.client = client or OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "if None": """
        from openai import OpenAI
        def ask(client=None):
            if client is None:
                client = OpenAI()
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a conditional expression": """
        from openai import AzureOpenAI, OpenAI
        def ask(azure):
            client = AzureOpenAI() if azure else OpenAI()
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "branches": """
        from openai import AzureOpenAI, OpenAI
        def ask(kind):
            match kind:
                case "azure":
                    client = AzureOpenAI()
                case _:
                    client = OpenAI()
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a loop that is left once it is made": """
        import time
        from openai import OpenAI
        client = None
        while True:
            try:
                client = OpenAI()
                break
            except OSError:
                time.sleep(1)
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a loop over candidates": """
        from openai import AzureOpenAI, OpenAI
        def connect(candidates):
            for candidate in candidates:
                if candidate == "azure":
                    client = AzureOpenAI()
                    break
                if candidate == "openai":
                    client = OpenAI()
                    break
            else:
                raise RuntimeError("no client")
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "try and else": """
        from openai import OpenAI
        try:
            client = OpenAI()
        except Exception:
            raise SystemExit(1)
        else:
            client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "walrus": """
        from openai import OpenAI
        if (client := OpenAI()):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "with_options": """
        from openai import OpenAI
        client = OpenAI().with_options(timeout=30)
        client.responses.create(input="hi")  # LLM101
        client.with_options(max_retries=0).responses.create(input="hi", max_output_tokens=500)
    """,
    "raw and streaming responses": """
        from openai import OpenAI
        client = OpenAI()
        client.responses.with_raw_response.create(input="hi")  # LLM101
        client.responses.with_raw_response.create(input="hi", max_output_tokens=500)
        with client.responses.with_streaming_response.create(input="hi") as reply:  # LLM101
            reply.read()
        with client.responses.with_streaming_response.create(input="hi", max_output_tokens=500) as reply:
            reply.read()
    """,
    "partial": """
        from functools import partial
        from openai import OpenAI
        client = OpenAI()
        ask = partial(client.responses.create, model="gpt-5.5")
        ask(input="hi")  # LLM101
        ask(input="hi", max_output_tokens=500)
        short = partial(client.responses.create, max_output_tokens=500)
        short(input="hi")
    """,
    "to_thread": """
        import asyncio
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.client = OpenAI()
            async def ask(self):
                await asyncio.to_thread(self.client.responses.create, input="hi")  # LLM101
                await asyncio.to_thread(self.client.responses.create, input="hi", max_output_tokens=500)
    """,
    "run_in_executor": """
        import asyncio
        from functools import partial
        from openai import OpenAI
        client = OpenAI()
        async def ask():
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, client.responses.create)  # LLM101
            await loop.run_in_executor(None, partial(client.responses.create, input="hi"))  # LLM101
            await loop.run_in_executor(None, partial(client.responses.create, input="hi", max_output_tokens=500))
            await loop.run_in_executor(None, lambda: client.responses.create(input="hi"))  # LLM101
            await loop.run_in_executor(None, lambda: client.responses.create(input="hi", max_output_tokens=500))
    """,
    "a thread pool": """
        from concurrent.futures import ThreadPoolExecutor
        from openai import OpenAI
        client = OpenAI()
        with ThreadPoolExecutor() as pool:
            pool.submit(client.responses.create, input="hi")  # LLM101
            pool.submit(client.responses.create, input="hi", max_output_tokens=500)
    """,
    "getattr": """
        from openai import OpenAI
        create = getattr(OpenAI().responses, "create")
        create(input="hi")  # LLM101
        create(input="hi", max_output_tokens=500)
    """,
    "a type comment by cast": """
        from typing import cast
        from openai import OpenAI
        def ask(settings):
            client = cast(OpenAI, settings.client)
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "comprehension": """
        from openai import OpenAI
        client = OpenAI()
        replies = [client.responses.create(input=text) for text in ("a", "b")]  # LLM101
        short = {text: client.responses.create(input=text, max_output_tokens=500) for text in ("a", "b")}
    """,
}


@pytest.mark.parametrize("program", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expression(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
