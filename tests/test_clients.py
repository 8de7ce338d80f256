"""A model call is recognised however its client came to be: each program holds a call without a cap, and one with."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

IMPORTS = {
    "a module under another name": """
        import openai as oa
        client = oa.OpenAI()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a class under another name": """
        from openai import AsyncOpenAI as Client
        async def ask():
            await Client().responses.create(input="hi")  # LLM101
            await Client().responses.create(input="hi", max_output_tokens=500)
    """,
    "a name bound to the class": """
        import openai
        Client = openai.OpenAI
        Client().responses.create(input="hi")  # LLM101
        Client().responses.create(input="hi", max_output_tokens=500)
    """,
    "inside a function": """
        def ask():
            from openai import OpenAI
            OpenAI().responses.create(input="hi")  # LLM101
            OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "inside try": """
        try:
            from openai import OpenAI
        except ImportError:
            OpenAI = None
        def ask():
            OpenAI().responses.create(input="hi")  # LLM101
            OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "inside an if": """
        import os
        if os.getenv("AZURE"):
            from openai import AzureOpenAI as Client
        else:
            from openai import OpenAI as Client
        client = Client()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "by name at run time": """
        import importlib
        openai = importlib.import_module("openai")
        openai.OpenAI().responses.create(input="hi")  # LLM101
        openai.OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "a star": """
        from openai import *
        client = OpenAI()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "several on one line": """
        import os, openai, sys
        openai.OpenAI().responses.create(input="hi")  # LLM101
        openai.OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
}

PLACES = {
    "a module variable": """
        from openai import OpenAI
        client = OpenAI()
        def ask():
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a module variable that another function fills": """
        from openai import OpenAI
        client = None
        def setup():
            global client
            client = OpenAI()
        def ask():
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a module variable filled on first use": """
        from openai import OpenAI
        _client = None
        def get_client():
            global _client
            if _client is None:
                _client = OpenAI()
            return _client
        def ask():
            get_client().responses.create(input="hi")  # LLM101
            get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "a local of an outer function": """
        from openai import OpenAI
        def outer():
            client = OpenAI()
            def inner():
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", max_output_tokens=500)
            return inner
    """,
    "nonlocal": """
        from openai import OpenAI
        def outer():
            client = None
            def connect():
                nonlocal client
                client = OpenAI()
            def inner():
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", max_output_tokens=500)
            return connect, inner
    """,
    "unpacked from a tuple": """
        from openai import OpenAI
        client, model = OpenAI(), "gpt-5.5"
        client.responses.create(model=model, input="hi")  # LLM101
        client.responses.create(model=model, input="hi", max_output_tokens=500)
    """,
    "a chained assignment": """
        from openai import OpenAI
        client = backup = OpenAI()
        client.responses.create(input="hi")  # LLM101
        backup.responses.create(input="hi", max_output_tokens=500)
    """,
    "a dict of clients": """
        from openai import OpenAI
        clients = {"main": OpenAI(), "spare": OpenAI()}
        clients["main"].responses.create(input="hi")  # LLM101
        clients["spare"].responses.create(input="hi", max_output_tokens=500)
    """,
    "a list of clients": """
        from openai import OpenAI
        for client in [OpenAI(), OpenAI()]:
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self, set in __init__": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.client = OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self, set in setup": """
        from openai import OpenAI
        class Bot:
            client = None
            def setup(self):
                self.client = OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self, used before the method that sets it": """
        from openai import OpenAI
        class Bot:
            def ask(self):
                self._client.responses.create(input="hi")  # LLM101
                self._client.responses.create(input="hi", max_output_tokens=500)
            async def __aenter__(self):
                self._client = OpenAI()
                return self
    """,
    "self under another name": """
        from openai import OpenAI
        class Bot:
            def __init__(this):
                this.client = OpenAI()
            def ask(this):
                this.client.responses.create(input="hi")  # LLM101
                this.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a part of the client kept on self": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.responses = OpenAI().responses
            def ask(self):
                self.responses.create(input="hi")  # LLM101
                self.responses.create(input="hi", max_output_tokens=500)
    """,
    "the bound method in a variable": """
        from openai import OpenAI
        create = OpenAI().responses.create
        create(input="hi")  # LLM101
        create(input="hi", max_output_tokens=500)
    """,
    "self of a base class": """
        from openai import OpenAI
        class Base:
            def __init__(self):
                self.client = OpenAI()
        class Bot(Base):
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self, set by subclasses alone": """
        from openai import OpenAI
        class Base:
            spare = None
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.spare.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        class Bot(Base):
            def __init__(self):
                self.client = OpenAI()
                self.spare = OpenAI()
    """,
    "an object's object": """
        from openai import OpenAI
        class Connection:
            def __init__(self):
                self.client = OpenAI()
        class Bot:
            def __init__(self):
                self.connection = Connection()
            def ask(self):
                self.connection.client.responses.create(input="hi")  # LLM101
                self.connection.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "set from outside": """
        from openai import OpenAI
        class Bot:
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        Bot.client = OpenAI()
    """,
    "a class attribute": """
        from openai import OpenAI
        class Bot:
            client = OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                Bot.client.responses.create(input="hi", max_output_tokens=500)
            @classmethod
            def ask_class(cls):
                cls.client.responses.create(input="hi")  # LLM101
                cls.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a class attribute set by a class method": """
        from openai import OpenAI
        class Bot:
            @classmethod
            def connect(cls):
                cls.client = OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a dataclass field": """
        from dataclasses import dataclass, field
        from openai import OpenAI
        @dataclass
        class Bot:
            client: OpenAI = field(default_factory=OpenAI)
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a dataclass field with a lambda": """
        from dataclasses import dataclass, field
        from openai import OpenAI
        @dataclass
        class Bot:
            client: object = field(default_factory=lambda: OpenAI(timeout=30))
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a field set in __post_init__": """
        from dataclasses import dataclass, field
        from openai import OpenAI
        @dataclass
        class Bot:
            key: str
            client: object = field(init=False)
            def __post_init__(self):
                self.client = OpenAI(api_key=self.key)
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a Pydantic field": """
        from pydantic import BaseModel, Field, PrivateAttr
        from openai import OpenAI
        class Bot(BaseModel):
            client: OpenAI = Field(default_factory=OpenAI, exclude=True)
            _spare: OpenAI = PrivateAttr(default_factory=OpenAI)
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self._spare.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a Pydantic field set by a validator": """
        from pydantic import BaseModel, model_validator
        from openai import OpenAI
        class Bot(BaseModel):
            client: object = None
            @model_validator(mode="after")
            def connect(self):
                self.client = OpenAI()
                return self
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a field with a declared type alone": """
        from typing import ClassVar, Optional
        from openai import OpenAI
        class Bot:
            client: Optional[OpenAI]
            shared: ClassVar[OpenAI]
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.shared.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self with a declared type": """
        from openai import OpenAI
        class Bot:
            def __init__(self, client):
                self.client: OpenAI = client
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "self, from an untyped parameter that a caller fills": """
        from openai import OpenAI
        class Bot:
            def __init__(self, client):
                self.client = client
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        bot = Bot(OpenAI())
    """,
    "a named tuple": """
        from typing import NamedTuple
        from openai import OpenAI
        class Context(NamedTuple):
            client: OpenAI
        def ask(context: Context):
            context.client.responses.create(input="hi")  # LLM101
            context.client.responses.create(input="hi", max_output_tokens=500)
    """,
}


@pytest.mark.parametrize("program", IMPORTS.values(), ids=IMPORTS)
def test_import(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", PLACES.values(), ids=PLACES)
def test_place(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
