"""A model call is recognised though its client comes from another place than the code that calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

SOURCES = {
    "a test of its class": """
        from openai import AsyncOpenAI, OpenAI
        def ask(client):
            if isinstance(client, OpenAI):
                client.responses.create(input="hi")  # LLM101
                client.responses.create(input="hi", max_output_tokens=500)
            client.responses.create(input="hi")
        def insist(client):
            if not isinstance(client, (OpenAI, AsyncOpenAI)):
                raise TypeError
            client.responses.create(input="hi")  # LLM101
        class Bot:
            def __init__(self, client):
                self.client = client
            def ask(self):
                assert isinstance(self.client, OpenAI)
                self.client.responses.create(input="hi")  # LLM101
    """,
    "a field that is given by its position": """
        from dataclasses import dataclass
        from typing import Any
        from openai import OpenAI
        @dataclass
        class Bot:
            name: str
            client: Any
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.client.responses.create(input="hi", max_output_tokens=500)
        Bot("anna", OpenAI()).ask()
        Bot("otto", OpenAI()).client.responses.create(input="hi")  # LLM101
    """,
    "the type that a generic base class is given": """
        from typing import Generic, TypeVar
        from openai import OpenAI
        Settings = TypeVar("Settings")
        Client = TypeVar("Client")
        class Base(Generic[Settings, Client]):
            def __init__(self, settings: Settings, client: Client):
                self.settings: Settings = settings
                self.client: Client = client
        class Bot(Base[dict, OpenAI]):
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
                self.settings.responses.create(input="hi")
    """,
    "a variable of the context": """
        from contextvars import ContextVar
        from openai import OpenAI
        current: ContextVar[OpenAI] = ContextVar("current")
        def ask():
            current.get().responses.create(input="hi")  # LLM101
            current.get().responses.create(input="hi", max_output_tokens=500)
    """,
    "a module that a helper of the project imports": """
        import importlib
        from elsewhere import optional_import
        def require(name, why):
            return importlib.import_module(name)
        def get_openai():
            return require("openai", why="to ask")
        client = optional_import("openai").OpenAI()
        def ask():
            client.responses.create(input="hi")  # LLM101
            get_openai().OpenAI().responses.create(input="hi")  # LLM101
            get_openai().OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "an object behind another": """
        from openai import OpenAI
        class Lazy:
            def __init__(self):
                self._client = None
            def __getattr__(self, name):
                if self._client is None:
                    self._client = OpenAI()
                return getattr(self._client, name)
        client = Lazy()
        def ask():
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", max_output_tokens=500)
    """,
    "another file that sets it": """
        # -- state.py
        client = None
        # -- start.py
        import state
        from openai import OpenAI
        def start():
            state.client = OpenAI()
        # -- use.py
        import state
        def ask():
            state.client.responses.create(input="hi")  # LLM101
            state.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "another file that sets it on an object": """
        # -- state.py
        class State:
            client = None
        state = State()
        # -- start.py
        from state import state
        from openai import OpenAI
        def start():
            state.client = OpenAI()
        # -- use.py
        from state import state
        def ask():
            state.client.responses.create(input="hi")  # LLM101
    """,
}
DERIVED = """
    from langchain_openai import ChatOpenAI
    class Streaming(ChatOpenAI):
        streaming: bool = True
    class Capped(ChatOpenAI):
        max_tokens: int = 500
    class Further(Capped):
        streaming: bool = True
    class Uncapped(Capped):
        max_tokens: int | None = None
    class Own(ChatOpenAI):
        def __init__(self):
            super().__init__(model="gpt-5.5")
            self.max_tokens = 500
    Streaming(model="gpt-5.5").invoke("hi")  # LLM101
    Streaming(model="gpt-5.5", max_tokens=500).invoke("hi")
    Capped(model="gpt-5.5").invoke("hi")
    Further(model="gpt-5.5").invoke("hi")
    Uncapped(model="gpt-5.5").invoke("hi")  # LLM101
    Own().invoke("hi")
"""


@pytest.mark.parametrize("program", SOURCES.values(), ids=SOURCES.keys())
def test_source(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


def test_a_class_derived_from_a_model_keeps_its_settings(tmp_path: Path) -> None:
    assert_marked(tmp_path, DERIVED, "LLM101")
