"""Clients, types and constants are followed from file to file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

CLIENTS = {
    "a module of the project": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        from llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "the module itself": """
        # -- app/__init__.py
        # -- app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- app/main.py
        import app.llm as llm
        import app.llm
        from app import llm as again
        llm.client.responses.create(input="hi")  # LLM101
        app.llm.client.responses.create(input="hi")  # LLM101
        again.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "relative": """
        # -- app/__init__.py
        # -- app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- app/sub/__init__.py
        # -- app/sub/main.py
        from ..llm import client
        from .. import llm
        client.responses.create(input="hi")  # LLM101
        llm.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "handed on by the package": """
        # -- app/__init__.py
        from .llm import client as shared
        __all__ = ["shared"]
        # -- app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        from app import shared
        shared.responses.create(input="hi")  # LLM101
        shared.responses.create(input="hi", max_output_tokens=500)
    """,
    "a module handed on by the package": """
        # -- app/__init__.py
        from . import llm
        # -- app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        import app
        app.llm.client.responses.create(input="hi")  # LLM101
        app.llm.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "the SDK's class, handed on": """
        # -- compat.py
        try:
            from openai import OpenAI
        except ImportError:
            OpenAI = None
        # -- main.py
        from compat import OpenAI
        OpenAI().responses.create(input="hi")  # LLM101
        OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "a method of a subclass that the base calls": """
        # -- base.py
        class Base:
            def __init__(self, client=None):
                self.client = client or self.connect()
            def connect(self):
                raise NotImplementedError
        # -- main.py
        from openai import OpenAI
        from base import Base
        class Bot(Base):
            def connect(self):
                return OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a star": """
        # -- app/__init__.py
        from .llm import *
        # -- app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        from app import *
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "inside a function": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        def ask():
            from llm import client
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "one of two imports": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        try:
            from .llm import client
        except ImportError:
            from llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "for the types alone": """
        # -- llm.py
        from openai import OpenAI
        class Client(OpenAI):
            pass
        # -- main.py
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from llm import Client
            from openai import AsyncOpenAI
        def ask(client: Client, other: "AsyncOpenAI"):
            client.responses.create(input="hi")  # LLM101
            other.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a factory": """
        # -- llm.py
        from functools import lru_cache
        from openai import OpenAI
        @lru_cache
        def get_client():
            return OpenAI()
        # -- main.py
        import llm
        from llm import get_client
        get_client().responses.create(input="hi")  # LLM101
        llm.get_client().responses.create(input="hi", max_output_tokens=500)
    """,
    "a base class": """
        # -- base.py
        from openai import OpenAI
        class Base:
            def __init__(self):
                self.client = OpenAI()
        # -- middle.py
        import base
        class Middle(base.Base):
            pass
        # -- main.py
        from middle import Middle
        class Bot(Middle):
            def __init__(self):
                super().__init__()
                self.name = "bot"
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a client that only subclasses set": """
        # -- base.py
        class Base:
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        # -- main.py
        from openai import OpenAI
        from base import Base
        class Bot(Base):
            def __init__(self):
                self.client = OpenAI()
        Bot().ask()
    """,
    "a method that subclasses fill in": """
        # -- base.py
        from abc import ABC, abstractmethod
        class Base(ABC):
            @abstractmethod
            def client(self): ...
        # -- bot.py
        from openai import OpenAI
        from base import Base
        class Bot(Base):
            def client(self):
                return OpenAI()
        # -- main.py
        from base import Base
        import openai
        def ask(base: Base):
            base.client().responses.create(input="hi")  # LLM101
            base.client().responses.create(input="hi", max_output_tokens=500)
    """,
    "an object of another module": """
        # -- services.py
        from openai import OpenAI
        class Services:
            def __init__(self):
                self.llm = OpenAI()
        services = Services()
        # -- main.py
        from services import Services, services
        class App:
            def __init__(self, services: Services):
                self.services = services
            def ask(self):
                self.services.llm.responses.create(input="hi")  # LLM101
        services.llm.responses.create(input="hi")  # LLM101
        services.llm.responses.create(input="hi", max_output_tokens=500)
    """,
    "an untyped object that a caller in another file gives": """
        # -- bot.py
        class Bot:
            def __init__(self, client):
                self.client = client
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        # -- main.py
        from openai import OpenAI
        from bot import Bot
        Bot(OpenAI()).ask()
    """,
    "a type of another module": """
        # -- kinds.py
        from typing import Union
        from openai import AsyncOpenAI, OpenAI
        Client = Union[OpenAI, AsyncOpenAI]
        # -- main.py
        from kinds import Client
        def ask(client: Client):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a protocol": """
        # -- ports.py
        from typing import Protocol
        class Model(Protocol):
            def ask(self, text: str) -> str: ...
        # -- adapters.py
        from openai import OpenAI
        class Adapter:
            def __init__(self):
                self.client = OpenAI()
            def ask(self, text: str) -> str:
                return self.client.responses.create(input=text)  # LLM101
    """,
}

CONSTANTS = {
    "a constant": """
        # -- settings.py
        LIMIT = 500
        NONE = None
        OPTIONS = {"max_output_tokens": LIMIT}
        PLAIN = {"temperature": 0}
        # -- main.py
        import settings
        from openai import OpenAI
        from settings import LIMIT, NONE, OPTIONS, PLAIN
        client = OpenAI()
        client.responses.create(input="hi", max_output_tokens=LIMIT)
        client.responses.create(input="hi", max_output_tokens=settings.LIMIT)
        client.responses.create(input="hi", max_output_tokens=NONE)  # LLM101
        client.responses.create(input="hi", **OPTIONS)
        client.responses.create(input="hi", **settings.PLAIN)  # LLM101
        client.responses.create(input="hi", **PLAIN)  # LLM101
    """,
    "a settings object": """
        # -- config.py
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            limit: int = 500
        settings = Settings()
        # -- main.py
        from openai import OpenAI
        from config import settings
        client = OpenAI()
        client.responses.create(input="hi", max_output_tokens=settings.limit)
        client.responses.create(input="hi")  # LLM101
    """,
    "options from a function": """
        # -- options.py
        def plain():
            return {"temperature": 0}
        def capped(limit=500):
            return {"max_output_tokens": limit}
        # -- main.py
        from openai import OpenAI
        from options import capped, plain
        client = OpenAI()
        client.responses.create(input="hi", **plain())  # LLM101
        client.responses.create(input="hi", **capped())
    """,
    "a module that is not there": """
        # -- main.py
        from openai import OpenAI
        from settings import LIMIT, OPTIONS
        client = OpenAI()
        client.responses.create(input="hi", max_output_tokens=LIMIT)
        client.responses.create(input="hi", **OPTIONS)
        client.responses.create(input="hi")  # LLM101
    """,
}


@pytest.mark.parametrize("program", CLIENTS.values(), ids=CLIENTS)
def test_client(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", CONSTANTS.values(), ids=CONSTANTS)
def test_constant(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
