"""A model call is recognised through whatever makes, wraps, chooses or hands over its client."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PARAMETERS = {
    "an annotated parameter": """
        from openai import OpenAI
        def ask(client: OpenAI):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an annotation of a module": """
        import openai
        async def ask(client: openai.AsyncOpenAI):
            await client.responses.create(input="hi")  # LLM101
            await client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an annotation in quotes": """
        from openai import OpenAI
        def ask(client: "OpenAI", other: "openai.OpenAI"):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a quoted Optional": """
        from typing import Optional
        from openai import OpenAI
        def ask(client: "Optional[OpenAI]" = None, spare: "OpenAI | None" = None):
            client.responses.create(input="hi")  # LLM101
            spare.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a quoted part of an annotation": """
        from typing import Optional
        from openai import OpenAI
        def ask(client: Optional["OpenAI"] = None):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "Optional": """
        import typing as t
        from typing import Optional
        from openai import OpenAI
        def ask(client: Optional[OpenAI] = None, spare: t.Optional[OpenAI] = None):
            client.responses.create(input="hi")  # LLM101
            spare.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "Union": """
        from typing import Union
        from openai import AzureOpenAI, OpenAI
        def ask(client: Union[OpenAI, AzureOpenAI]):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a Union whose second part is the client": """
        from typing import Union
        from openai import OpenAI
        def ask(client: Union[None, OpenAI], other: None | OpenAI):
            client.responses.create(input="hi")  # LLM101
            other.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a bar": """
        from __future__ import annotations
        from openai import AsyncOpenAI, OpenAI
        def ask(client: OpenAI | AsyncOpenAI | None = None):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "Annotated with a dependency": """
        from typing import Annotated
        from fastapi import Depends
        from openai import OpenAI
        def get_client() -> OpenAI:
            return OpenAI()
        def ask(client: Annotated[OpenAI, Depends(get_client)], other=Depends(get_client)):
            client.responses.create(input="hi")  # LLM101
            other.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an alias of a type": """
        from typing import TypeAlias, Union
        from openai import AzureOpenAI, OpenAI
        Client: TypeAlias = Union[OpenAI, AzureOpenAI]
        Plain = OpenAI
        Either = OpenAI | AzureOpenAI
        def ask(client: Client, plain: Plain, either: Either):
            client.responses.create(input="hi")  # LLM101
            plain.responses.create(input="hi")  # LLM101
            either.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a type variable with a bound": """
        from typing import TypeVar
        from openai import OpenAI
        Client = TypeVar("Client", bound=OpenAI)
        def ask(client: Client):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a list of clients": """
        from openai import OpenAI
        def ask(clients: list[OpenAI]):
            for client in clients:
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", max_output_tokens=500)
            CLIENTS: dict = {"main": OpenAI(), "spare": OpenAI()}
            for client in CLIENTS.values():
                client.responses.create(input="hi")  # LLM101
            for name, client in CLIENTS.items():
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an untyped parameter that every caller fills": """
        from openai import OpenAI
        def ask(client):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
        ask(OpenAI())
    """,
    "a default": """
        from openai import OpenAI
        def ask(client=OpenAI()):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "the class as a parameter": """
        from openai import OpenAI
        def ask(factory=OpenAI):
            factory().responses.create(input="hi")  # LLM101
            factory().responses.create(input="hi", max_output_tokens=500)
    """,
}

FACTORIES = {
    "a function": """
        from openai import OpenAI
        def get_client():
            return OpenAI()
        get_client().responses.create(input="hi")  # LLM101
        get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "a function that calls a function": """
        from openai import OpenAI
        def build(key):
            client = OpenAI(api_key=key)
            return client
        def get_client():
            return build("key")
        client = get_client()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a function that is declared only": """
        from openai import OpenAI
        def get_client(name) -> OpenAI:
            return registry[name]
        get_client("main").responses.create(input="hi")  # LLM101
        get_client("main").responses.create(input="hi", max_output_tokens=500)
    """,
    "a cached function": """
        from functools import cache, lru_cache
        from openai import OpenAI
        @lru_cache(maxsize=1)
        def get_client():
            return OpenAI()
        @cache
        def get_spare():
            return OpenAI()
        get_client().responses.create(input="hi")  # LLM101
        get_spare().responses.create(input="hi")  # LLM101
        get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "an async function": """
        from openai import AsyncOpenAI
        async def get_client():
            return AsyncOpenAI()
        async def ask():
            client = await get_client()
            await client.responses.create(input="hi")  # LLM101
            await (await get_client()).responses.create(input="hi", max_output_tokens=500)
    """,
    "a property": """
        from functools import cached_property
        from openai import OpenAI
        class Bot:
            @property
            def client(self):
                return OpenAI()
            @cached_property
            def spare(self):
                return OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.spare.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a property that can be set": """
        from openai import OpenAI
        class Bot:
            @property
            def client(self):
                return self._client or OpenAI()
            @client.setter
            def client(self, value):
                self._client = value
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a property that fills in an attribute": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self._client = None
            @property
            def client(self) -> OpenAI:
                if self._client is None:
                    self._client = OpenAI()
                return self._client
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a method": """
        from openai import OpenAI
        class Bot:
            def _connect(self):
                return OpenAI()
            def ask(self):
                self._connect().responses.create(input="hi")  # LLM101
                self._connect().responses.create(input="hi", max_output_tokens=500)
    """,
    "a class method": """
        from openai import OpenAI
        class Clients:
            @classmethod
            def default(cls):
                return OpenAI()
            @staticmethod
            def spare():
                return OpenAI()
        Clients.default().responses.create(input="hi")  # LLM101
        Clients.spare().responses.create(input="hi")  # LLM101
        Clients.default().responses.create(input="hi", max_output_tokens=500)
    """,
    "a class method that builds the object": """
        from openai import OpenAI
        class Bot:
            def __init__(self, client):
                self.client = client
            @classmethod
            def default(cls):
                return cls(OpenAI())
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a singleton": """
        from openai import OpenAI
        class Clients:
            _instance = None
            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.client = OpenAI()
                return cls._instance
        Clients().client.responses.create(input="hi")  # LLM101
        Clients().client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a generator": """
        from contextlib import contextmanager
        from openai import OpenAI
        @contextmanager
        def client_for(user):
            client = OpenAI()
            try:
                yield client
            finally:
                client.close()
        with client_for("a") as client:
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a choice of several": """
        from openai import AzureOpenAI, OpenAI
        def get_client(kind):
            if kind == "azure":
                return AzureOpenAI()
            elif kind == "openai":
                return OpenAI()
            raise ValueError(kind)
        get_client("azure").responses.create(input="hi")  # LLM101
        get_client("azure").responses.create(input="hi", max_output_tokens=500)
    """,
    "a table of factories": """
        from openai import AzureOpenAI, OpenAI
        FACTORIES = {"azure": AzureOpenAI, "openai": OpenAI}
        def ask(kind):
            client = FACTORIES[kind]()
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a lambda": """
        from openai import OpenAI
        get_client = lambda: OpenAI()
        get_client().responses.create(input="hi")  # LLM101
        get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "several things returned": """
        from openai import OpenAI
        def connect():
            return OpenAI(), "gpt-5.5"
        client, model = connect()
        client.responses.create(model=model, input="hi")  # LLM101
        client.responses.create(model=model, input="hi", max_output_tokens=500)
    """,
    "an object that calls itself": """
        from openai import OpenAI
        class Factory:
            def __call__(self):
                return OpenAI()
        get_client = Factory()
        get_client().responses.create(input="hi")  # LLM101
        get_client().responses.create(input="hi", max_output_tokens=500)
    """,
}

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

WRAPPED = {
    "instructor": """
        import instructor
        from openai import OpenAI
        client = instructor.from_openai(OpenAI())
        client.chat.completions.create(response_model=dict, messages=[])  # LLM101
        client.chat.completions.create(response_model=dict, messages=[], max_tokens=500)
        patched = instructor.patch(OpenAI())
        patched.chat.completions.create(response_model=dict, messages=[])  # LLM101
        patched.chat.completions.create(response_model=dict, messages=[], max_tokens=500)
    """,
    "tracing": """
        from langsmith.wrappers import wrap_openai
        from openai import OpenAI
        client = wrap_openai(OpenAI())
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a drop-in module": """
        from langfuse.openai import OpenAI, openai
        OpenAI().responses.create(input="hi")  # LLM101
        openai.OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "LiteLLM": """
        import litellm
        from litellm import acompletion, completion as ask
        ask(model="gpt-5.5", messages=[])  # LLM101
        litellm.completion("gpt-5.5", [], max_tokens=500)
        async def later():
            await acompletion(model="gpt-5.5", messages=[])  # LLM101
            await acompletion(model="gpt-5.5", messages=[], max_tokens=500)
    """,
    "LiteLLM's router": """
        from litellm import Router
        router = Router()
        router.completion(model="m", messages=[])  # LLM101
        router.completion(model="m", messages=[], max_tokens=500)
    """,
    "the legacy module": """
        import openai
        openai.ChatCompletion.create(model="gpt-4", messages=[])  # LLM101
        openai.ChatCompletion.create(model="gpt-4", messages=[], max_tokens=500)
        create = openai.ChatCompletion.create
        create(model="gpt-4", messages=[])  # LLM101
    """,
    "the module as a client": """
        import openai
        openai.api_key = "key"
        openai.chat.completions.create(model="gpt-5.5", messages=[])  # LLM101
        openai.chat.completions.create(model="gpt-5.5", messages=[], max_completion_tokens=500)
    """,
    "a subclass of the SDK's client": """
        from openai import OpenAI
        class Client(OpenAI):
            pass
        class Tuned(Client):
            def ask(self):
                self.responses.create(input="hi")  # LLM101
                self.responses.create(input="hi", max_output_tokens=500)
        Client().responses.create(input="hi")  # LLM101
        Tuned().responses.create(input="hi", max_output_tokens=500)
    """,
    "a subclass with a constructor of its own": """
        from openai import OpenAI
        class Client(OpenAI):
            def __init__(self, **kwargs):
                super().__init__(timeout=30, **kwargs)
        client = Client()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a model's constructor": """
        from langchain_openai import ChatOpenAI
        ChatOpenAI(model="gpt-5.5").invoke("hi")  # LLM101
        ChatOpenAI(model="gpt-5.5", max_tokens=500).invoke("hi")
    """,
    "bind": """
        from langchain_openai import ChatOpenAI
        plain = ChatOpenAI(model="gpt-5.5")  # LLM101
        plain.invoke("hi")
        bound = ChatOpenAI(model="gpt-5.5")
        bound.bind(max_tokens=500).invoke("hi")
    """,
    "a subclass of a model": """
        from langchain_openai import ChatOpenAI
        class Model(ChatOpenAI):
            max_tokens: int = 500
        Model(model="gpt-5.5").invoke("hi")
        ChatOpenAI(model="gpt-5.5").invoke("hi")  # LLM101
    """,
}


@pytest.mark.parametrize("program", PARAMETERS.values(), ids=PARAMETERS)
def test_parameter(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", FACTORIES.values(), ids=FACTORIES)
def test_factory(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expression(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", WRAPPED.values(), ids=WRAPPED)
def test_wrapped(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
