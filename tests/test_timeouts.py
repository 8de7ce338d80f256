"""Where a time limit may be set, and what a message says about the wait without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, messages

from llmlint.findings import Severity

MESSAGES = {
    "a loop that takes messages from a queue": (
        """
        import boto3
        import openai
        client = openai.OpenAI(max_retries=0)  # LLM105
        sqs = boto3.client("sqs")
        def run(url):
            while True:
                for message in sqs.receive_message(QueueUrl=url)["Messages"]:
                    client.responses.create(input=message["Body"])
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s, while a worker waits",
    ),
    "messages that are taken once": (
        """
        import boto3
        import openai
        client = openai.OpenAI(max_retries=0)  # LLM105
        sqs = boto3.client("sqs")
        def run(url):
            for message in sqs.receive_message(QueueUrl=url)["Messages"]:
                client.responses.create(input=message["Body"])
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s",
    ),
    "the client's own limit, and its retries": (
        """
        import openai
        client = openai.OpenAI()  # LLM105
        client.responses.create(input="hi")
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s and sent again, up to 2 times",
    ),
    "one retry": (
        """
        import anthropic
        client = anthropic.Anthropic(max_retries=1)  # LLM105
        client.messages.create(model="claude-sonnet-4-5", max_tokens=500, messages=[])
        """,
        "Anthropic sets no timeout: a request that hangs is given up after 600 s and sent again once",
    ),
    "no retries": (
        """
        import openai
        client = openai.OpenAI(max_retries=0)  # LLM105
        client.responses.create(input="hi")
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s",
    ),
    "retries that the call's own client has not": (
        """
        import openai
        client = openai.OpenAI()  # LLM105
        client.with_options(max_retries=0).responses.create(input="hi")
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s",
    ),
    "retries that leave out timeouts, and the client's own parameter": (
        """
        import cohere
        client = cohere.Client()  # LLM105
        client.chat(message="hi", max_tokens=500)
        """,
        "Client sets no timeout: a request that hangs is given up after 300 s",
    ),
    "retries that depend on the provider": (
        """
        import litellm
        litellm.completion(model="gpt-5.5", messages=[], max_tokens=500, num_retries=3)  # LLM105
        """,
        "litellm.completion sets no timeout: a request that hangs is given up after 600 s",
    ),
    "no limit, where retries never come to pass": (
        """
        from langchain_openai import ChatOpenAI
        ChatOpenAI(max_tokens=500).invoke("hi")  # LLM105
        """,
        "ChatOpenAI sets no timeout: a request that hangs is never given up",
    ),
    "the parameter of the place": (
        """
        from google import genai
        client = genai.Client()  # LLM105
        client.models.generate_content(model="gemini-3.5-flash", contents="hi", config={"max_output_tokens": 500})
        """,
        "Client sets no http_options.timeout: a request that hangs is never given up",
    ),
    "None by hand": (
        """
        import openai
        client = openai.OpenAI(timeout=None)  # LLM105
        client.responses.create(input="hi")
        """,
        "timeout is None: a request that hangs is never given up",
    ),
    "None by hand in one call": (
        """
        import openai
        client = openai.OpenAI(timeout=30)
        client.responses.create(input="hi")
        client.responses.create(input="hi", timeout=None)  # LLM105
        """,
        "timeout is None: a request that hangs is never given up",
    ),
    "a request by hand": (
        """
        import requests
        requests.post("https://api.openai.com/v1/responses", json={"max_output_tokens": 500})  # LLM105
        """,
        "OpenAI responses sets no timeout: a request that hangs is never given up",
    ),
    "embeddings of openai 0.28": (
        """
        import openai
        openai.Embedding.create(input="hi")  # LLM105
        openai.Embedding.create(input="hi", request_timeout=30)
        """,
        "openai.Embedding.create sets no request_timeout: a request that hangs is given up after 600 s",
    ),
    "audio of openai 0.28, whose request_timeout goes to the API": (
        """
        import openai
        openai.Audio.transcribe("whisper-1", file=open("a.mp3", "rb"))  # LLM105
        """,
        "openai.Audio.transcribe takes no timeout: a request that hangs is given up after 600 s",
    ),
    "a call that takes none": (
        """
        from vertexai.generative_models import GenerativeModel
        model = GenerativeModel("gemini-3.5-flash")
        model.generate_content("hi", generation_config={"max_output_tokens": 500})  # LLM105
        """,
        "generate_content takes no timeout: a request that hangs is never given up",
    ),
    "a request handler": (
        """
        import fastapi, openai
        app = fastapi.FastAPI()
        client = openai.OpenAI(max_retries=0)  # LLM105
        @app.post("/ask")
        def ask(text: str):
            return client.responses.create(input=text)
        """,
        "OpenAI sets no timeout: a request that hangs is given up after 600 s, while a request handler waits",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_message(case: str, tmp_path: Path) -> None:
    program, message = MESSAGES[case]
    assert messages(tmp_path, program, "LLM105") == [message]


SILENT = {
    "arguments of the client that one request names": """
        import httpx
        from google import genai
        from google.genai import types
        client = genai.Client()
        options = types.HttpOptions(client_args={"timeout": httpx.Timeout(30.0, read=60.0)})
        client.models.generate_content(
            model="gemini-2.5-flash", contents="hi", config=types.GenerateContentConfig(http_options=options)
        )
    """,
    "a thread's result": """
        from concurrent.futures import ThreadPoolExecutor
        import openai
        client = openai.OpenAI()
        slow = openai.OpenAI()  # LLM105
        def ask(text):
            with ThreadPoolExecutor() as pool:
                pool.submit(client.responses.create, input=text).result(timeout=30)
                pool.submit(slow.responses.create, input=text).result()
    """,
    "a decorator": """
        import timeout_decorator
        import openai
        client = openai.OpenAI()
        @timeout_decorator.timeout(30)
        def ask(text):
            return client.responses.create(input=text)
    """,
    "NOT_GIVEN, which leaves the client's limit": """
        import openai
        client = openai.OpenAI(timeout=30)
        client.responses.create(input="hi", timeout=openai.NOT_GIVEN)
    """,
    "assigned to an attribute": """
        from langchain_openai import OpenAIEmbeddings
        from openai import OpenAI
        client = OpenAI()
        client.timeout = 30
        client.responses.create(input="hi")
        other = OpenAI()  # LLM105
        other.max_retries = 0
        other.responses.create(input="hi")
        def embed(texts, limit):
            model = OpenAIEmbeddings()
            if limit is not None:
                model.request_timeout = limit
            return model.embed_documents(texts)
    """,
    "a client of httpx": """
        import httpx
        from openai import DefaultHttpxClient, OpenAI
        OpenAI(http_client=httpx.Client(timeout=30)).responses.create(input="hi")
        OpenAI(http_client=DefaultHttpxClient(timeout=30)).responses.create(input="hi")
        OpenAI(http_client=httpx.Client(verify=False)).responses.create(input="hi")  # LLM105
        OpenAI(http_client=None).responses.create(input="hi")  # LLM105
        def ask(http_client):
            return OpenAI(http_client=http_client).responses.create(input="hi")
    """,
    "a websocket": """
        import openai
        client = openai.AsyncOpenAI()
        async def listen():
            async with client.realtime.connect(model="gpt-realtime") as connection:
                await connection.recv()
    """,
    "a limit for each call": """
        from google.cloud import texttospeech
        client = texttospeech.TextToSpeechClient()
        client.synthesize_speech(input={"text": "hi"}, timeout=30)
        client.synthesize_speech(input={"text": "hi"})  # LLM105
    """,
}


ASYNC = """
import asyncio
import openai
client = openai.AsyncOpenAI()  # LLM105
async def ask(text):
    return await client.responses.create(input=text)
"""
UNDER_A_DEADLINE = {
    "wait_for": """
        async def main(text):
            return await asyncio.wait_for(ask(text), timeout=30)
    """,
    "wait_for by position": """
        async def main(text):
            return await asyncio.wait_for(ask(text), 30)
    """,
    "timeout": """
        async def main(text):
            async with asyncio.timeout(30):
                return await ask(text)
    """,
    "a task": """
        async def main(text):
            task = asyncio.create_task(ask(text))
            return await asyncio.wait_for(task, 30)
    """,
    "several tasks": """
        async def main(texts):
            return await asyncio.wait_for(asyncio.gather(*[ask(text) for text in texts]), timeout=30)
    """,
    "two functions away": """
        async def answer(text):
            return await ask(text)
        async def main(text):
            return await asyncio.wait_for(answer(text), timeout=30)
    """,
    "an inner function": """
        async def main(text):
            async def attempt():
                return await ask(text)
            return await asyncio.wait_for(attempt(), timeout=30)
    """,
    "a task queue's limit": """
        from celery import shared_task
        @shared_task(soft_time_limit=60)
        def main(text):
            return asyncio.run(ask(text))
    """,
}
WITHOUT = {
    "wait_for(..., None)": """
        async def main(text):
            return await asyncio.wait_for(ask(text), None)
    """,
    "one caller that has none": """
        async def main(text):
            return await asyncio.wait_for(ask(text), 30)
        async def other(text):
            return await ask(text)
    """,
    "a deadline around something else": """
        async def main(text, ready):
            await asyncio.wait_for(ready.wait(), 30)
            return await ask(text)
    """,
    "a function that only calls itself": """
        async def again(text):
            await ask(text)
            return await again(text)
    """,
    "a task queue without a limit": """
        from celery import shared_task
        @shared_task(bind=True)
        def main(self, text):
            return asyncio.run(ask(text))
    """,
}


@pytest.mark.parametrize("case", UNDER_A_DEADLINE)
def test_deadline(case: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, UNDER_A_DEADLINE[case], "LLM105", prelude=ASYNC.replace("  # LLM105", ""))


@pytest.mark.parametrize("case", WITHOUT)
def test_no_deadline(case: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, WITHOUT[case], "LLM105", prelude=ASYNC)


@pytest.mark.parametrize("case", SILENT)
def test_limit(case: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, SILENT[case], "LLM105")


def test_places_are_named_once(tmp_path: Path) -> None:
    program = """
        import openai
        def client_for(name):
            if name == "azure":
                return openai.AzureOpenAI()  # LLM105
            return openai.OpenAI()  # LLM105
        def ask(name, text):
            return client_for(name).responses.create(input=text)
        """
    found = assert_marked(tmp_path, program, "LLM105")
    assert [[related.location.line for related in finding.related] for finding in found] == [[7], [7]]


def test_a_function_that_is_looked_at_does_not_run_for_whoever_looks(tmp_path: Path) -> None:
    program = """
        import inspect, fastapi, openai
        app = fastapi.FastAPI()
        class Tool:
            def __init__(self, function):
                self.function = function
                self.signature = inspect.signature(self.function)
        class Kit:
            def __init__(self):
                self.client = openai.OpenAI(max_retries=0)  # LLM105
            def draw(self, text):
                return self.client.images.generate(prompt=text)
            def tools(self):
                return [Tool(self.draw)]
        @app.post("/echo")
        def echo(text: str):
            return Tool(print).signature
        """
    assert messages(tmp_path, program, "LLM105") == [
        "OpenAI sets no timeout: a request that hangs is given up after 600 s"
    ]


ROLES = {
    "called by a handler": """
        @app.post("/")
        def handle(text: str):
            return ask(text)
    """,
    "handed to a helper by a handler": """
        def helper(function):
            return function()
        @app.post("/")
        def handle(text: str):
            return helper(lambda: ask(text))
    """,
    "one of two that a handler calls": """
        @app.post("/")
        def handle(text: str, name: str):
            answer = ask if name == "model" else print
            return answer(text)
    """,
}
NO_ROLES = {
    "started by a handler that does not wait": """
        import threading
        @app.post("/")
        def handle(text: str):
            threading.Thread(target=ask, args=(text,)).start()
    """,
    "a background task": """
        @app.post("/")
        def handle(text: str, tasks: fastapi.BackgroundTasks):
            tasks.add_task(ask, text)
    """,
    "one of many tools that a handler may run": """
        class Tool:
            def __init__(self, function):
                self.function = function
        def a(text): ...
        def b(text): ...
        def c(text): ...
        def d(text): ...
        TOOLS = [Tool(a), Tool(b), Tool(c), Tool(d), Tool(ask)]
        @app.post("/")
        def handle(tool: Tool, text: str):
            return tool.function(text)
    """,
}
APP = """
import fastapi, openai
app = fastapi.FastAPI()
client = openai.OpenAI()  # LLM105
def ask(text):
    return client.responses.create(input=text)
"""


@pytest.mark.parametrize("case", ROLES)
def test_somebody_waits(case: str, tmp_path: Path) -> None:
    found = assert_marked(tmp_path, ROLES[case], "LLM105", prelude=APP)
    assert [finding.severity for finding in found] == [Severity.WARNING]


@pytest.mark.parametrize("case", NO_ROLES)
def test_nobody_waits(case: str, tmp_path: Path) -> None:
    found = assert_marked(tmp_path, NO_ROLES[case], "LLM105", prelude=APP)
    assert [finding.severity for finding in found] == [Severity.INFO]


@pytest.mark.parametrize(
    ("function", "advice"), [("def ask(model):", "in a thread"), ("async def ask(model):", "asyncio.timeout")]
)
def test_advice_fits_the_call(function: str, advice: str, tmp_path: Path) -> None:
    program = f"""
        from vertexai.generative_models import GenerativeModel
        {function}
            GenerativeModel("gemini-3.5-flash").generate_content("hi")  # LLM105
        """
    assert advice in assert_marked(tmp_path, program, "LLM105")[0].fix
