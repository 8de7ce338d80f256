"""A model call is recognised whatever function, method or property makes its client."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

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
    "a function of a module that is imported as a whole": """
        # -- app/__init__.py
        # -- app/clients.py
        from functools import lru_cache
        from openai import OpenAI
        def get_client(key="main"):
            return cached(key)
        @lru_cache(maxsize=8)
        def cached(key):
            return OpenAI(api_key=key)
        # -- app/ask.py
        from app import clients
        def ask(text, client=None):
            if client is None:
                client = clients.get_client()
            return client.responses.create(input=text)  # LLM101
        # -- app/tell.py
        def tell(text):
            import app.clients
            client = app.clients.get_client("other")
            return client.responses.create(input=text)  # LLM101
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
    "a method that each subclass has of its own": """
        from abc import ABC, abstractmethod
        import anthropic
        from google import genai
        from openai import AsyncOpenAI, OpenAI
        class Service(ABC):
            def __init__(self):
                self.client = self.get_client()
            @abstractmethod
            def get_client(self):
                raise NotImplementedError
        class First(Service):
            def get_client(self):
                if hasattr(self, "client"):
                    return self.client
                return genai.Client()
            def ask(self, text):
                self.client.models.generate_content(model="m", contents=text)  # LLM101
        class Second(Service):
            def get_client(self):
                return anthropic.Anthropic()
        class Third(Service):
            def get_client(self):
                if hasattr(self, "client"):
                    return self.client
                return AsyncOpenAI()
            async def ask(self, text):
                await self.client.responses.create(input=text)  # LLM101
                await self.client.responses.create(input=text, max_output_tokens=500)
        class Fourth(Service):
            def get_client(self):
                return OpenAI(base_url="http://localhost:1/v1")
    """,
}


@pytest.mark.parametrize("program", FACTORIES.values(), ids=FACTORIES)
def test_factory(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
