"""A model call is recognised though its client is kept in a dict, a namespace or another object."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

HOLDERS = {
    "a dict, under a known key": """
        from openai import OpenAI
        CLIENTS = {}
        CLIENTS["main"] = OpenAI()
        def ask():
            CLIENTS["main"].responses.create(input="hi")  # LLM101
            CLIENTS["main"].responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict, under any key": """
        from openai import OpenAI
        CLIENTS = {}
        def get_client(name):
            if name not in CLIENTS:
                CLIENTS[name] = OpenAI()
            return CLIENTS[name]
        get_client("main").responses.create(input="hi")  # LLM101
        get_client("main").responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict of clients and times, put back whenever one is read": """
        import time
        from openai import OpenAI
        CLIENTS = {}
        def known_client(name):
            entry = CLIENTS.get(name)
            if entry is None:
                return None
            client, _ = entry
            CLIENTS[name] = (client, time.monotonic())
            return client
        def keep(name, client):
            CLIENTS[name] = (client, time.monotonic())
        def get_client(name):
            client = known_client(name)
            if client is not None:
                return client
            client = OpenAI()
            keep(name, client)
            return client
        get_client("main").responses.create(input="hi")  # LLM101
        get_client("main").responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict on self, under any key": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.clients = {}
            def client(self, name):
                if name not in self.clients:
                    self.clients[name] = OpenAI()
                return self.clients[name]
            def ask(self):
                self.client("main").responses.create(input="hi")  # LLM101
                self.client("main").responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict, read with get": """
        from openai import OpenAI
        CLIENTS = {"main": OpenAI(), "spare": OpenAI()}
        def ask(name):
            CLIENTS.get(name).responses.create(input="hi")  # LLM101
            CLIENTS.get(name).responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict that is only declared": """
        from typing import Dict
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.clients: Dict[str, OpenAI] = {}
            def ask(self, name):
                self.clients[name].responses.create(input="hi")  # LLM101
                for client in self.clients.values():
                    client.responses.create(input="hi")  # LLM101
                for key, client in self.clients.items():
                    client.responses.create(input="hi")  # LLM101
                    client.responses.create(input="hi", max_output_tokens=500)
        def ask(clients: dict[str, OpenAI]):
            clients["main"].responses.create(input="hi")  # LLM101
    """,
    "a namespace": """
        import types
        from openai import OpenAI
        tools = types.SimpleNamespace(client=OpenAI())
        tools.spare = OpenAI()
        tools.client.responses.create(input="hi")  # LLM101
        tools.spare.responses.create(input="hi")  # LLM101
        tools.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a thread's own": """
        import threading
        from openai import OpenAI
        local = threading.local()
        def get_client():
            if not hasattr(local, "client"):
                local.client = OpenAI()
            return local.client
        get_client().responses.create(input="hi")  # LLM101
        get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "an application's state": """
        from fastapi import FastAPI
        from openai import OpenAI
        app = FastAPI()
        app.state.client = OpenAI()
        @app.get("/")
        def ask():
            app.state.client.responses.create(input="hi")  # LLM101
            app.state.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an inner class": """
        from openai import OpenAI
        class Bot:
            class Tools:
                client = OpenAI()
            def ask(self):
                self.Tools.client.responses.create(input="hi")  # LLM101
                self.Tools.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a context manager of the project": """
        from openai import AsyncOpenAI, OpenAI
        class Connection:
            def __enter__(self):
                return OpenAI()
            def __exit__(self, *args): ...
        class Session:
            def __init__(self):
                self.client = AsyncOpenAI()
            async def __aenter__(self):
                return self
            async def __aexit__(self, *args): ...
        with Connection() as client:
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
        async def ask():
            async with Session() as session:
                await session.client.responses.create(input="hi")  # LLM101
                await session.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a base class whose constructor is called by name": """
        from openai import OpenAI
        class Base:
            def __init__(self, client):
                self.client = client
        class Bot(Base):
            def __init__(self):
                Base.__init__(self, OpenAI())
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "properties of several kinds": """
        from functools import cached_property
        from openai import OpenAI
        from helpers import lazy_property
        class Bot:
            @cached_property
            def client(self):
                return OpenAI()
            @lazy_property()
            def lazy(self) -> OpenAI:
                return OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.lazy.responses.create(input="hi")  # LLM101
                self.lazy.responses.create(input="hi", max_output_tokens=500)
    """,
    "a decorator that hands it over": """
        from openai import OpenAI
        def with_client(function):
            def wrapper(*args, **kwargs):
                return function(OpenAI(), *args, **kwargs)
            return wrapper
        @with_client
        def ask(client, text):
            client.responses.create(input=text)  # LLM101
            client.responses.create(input=text, max_output_tokens=500)
    """,
}

SETTINGS = {
    "a declared dict of anything": """
        from typing import Any
        from openai import OpenAI
        def ask(client: OpenAI, options: dict[str, Any], limits: dict[str, int]):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", **options)
            client.responses.create(input="hi", **limits)
    """,
    "a dict on self that is filled item by item": """
        from openai import OpenAI
        class Bot:
            def __init__(self, name, limit):
                self.known = {"model": "gpt-5.5"}
                self.known["max_output_tokens"] = limit
                self.unknown = {"model": "gpt-5.5"}
                self.unknown[name] = limit
            def ask(self, client: OpenAI):
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", **self.known)
                client.responses.create(input="hi", **self.unknown)
    """,
    "a module's dict that a function fills": """
        from openai import OpenAI
        KNOWN = {"model": "gpt-5.5"}
        UNKNOWN = {"model": "gpt-5.5"}
        def setup(name, limit):
            KNOWN["max_output_tokens"] = limit
            UNKNOWN[name] = limit
        def ask(client: OpenAI):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", **KNOWN)
            client.responses.create(input="hi", **UNKNOWN)
    """,
}


@pytest.mark.parametrize("program", HOLDERS.values(), ids=HOLDERS)
def test_holder(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", SETTINGS.values(), ids=SETTINGS)
def test_settings_in_a_dict(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
