"""Clients, constants and wrappers are followed from file to file."""

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

LAYOUTS = {
    "src": """
        # -- pyproject.toml
        [project]
        name = "app"
        # -- src/app/__init__.py
        # -- src/app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- src/app/main.py
        from app.llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
        # -- tests/test_main.py
        from app.llm import client
        client.responses.create(input="hi")  # LLM101
    """,
    "namespace packages": """
        # -- company/app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- company/app/main.py
        from company.app.llm import client
        from company.app import llm
        import company.app.llm as again
        client.responses.create(input="hi")  # LLM101
        llm.client.responses.create(input="hi")  # LLM101
        again.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "the same names in two packages": """
        # -- one/__init__.py
        # -- one/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- one/main.py
        from one.llm import client
        from .llm import client as same
        client.responses.create(input="hi")  # LLM101
        same.responses.create(input="hi")  # LLM101
        # -- two/__init__.py
        # -- two/llm.py
        import openai
        client = object()
        # -- two/main.py
        import openai
        from two.llm import client
        from .llm import client as same
        client.responses.create(input="hi")
        same.responses.create(input="hi")
    """,
    "two projects side by side": """
        # -- a/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- a/main.py
        from llm import client
        client.responses.create(input="hi")  # LLM101
        # -- b/llm.py
        import openai
        client = object()
        # -- b/main.py
        import openai
        from llm import client
        client.responses.create(input="hi")
    """,
    "a cycle of imports": """
        # -- one.py
        import two
        from openai import OpenAI
        from two import ask
        client = OpenAI()
        # -- two.py
        import one
        from one import client
        def ask():
            client.responses.create(input="hi")  # LLM101
            one.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "stars in a circle": """
        # -- one.py
        from two import *
        import openai
        # -- two.py
        from one import *
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        import openai
        from one import client, missing
        client.responses.create(input="hi")  # LLM101
        missing.responses.create(input="hi")
    """,
    "too many dots": """
        # -- app/__init__.py
        # -- app/main.py
        from ....nowhere import client
        from openai import OpenAI
        client.responses.create(input="hi")
        OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a module named like the SDK": """
        # -- providers/__init__.py
        # -- providers/openai.py
        from openai import OpenAI
        class Provider:
            def __init__(self):
                self.client = OpenAI()
        # -- providers/anthropic.py
        from openai import OpenAI
        from .openai import Provider
        OpenAI().responses.create(input="hi")  # LLM101
        Provider().client.responses.create(input="hi")  # LLM101
        Provider().client.responses.create(input="hi", max_output_tokens=500)
    """,
}

HELPERS = {
    "a decorator of another file": """
        # -- patience.py
        from tenacity import retry, stop_after_attempt, wait_fixed
        patient = retry(wait=wait_fixed(1))
        careful = retry(stop=stop_after_attempt(3))
        # -- main.py
        from openai import OpenAI
        from patience import careful, patient
        @patient  # LLM202
        def run():
            return OpenAI().responses.create(input="hi")
        @careful
        def bounded():
            return OpenAI().responses.create(input="hi")
    """,
    "a decorator of a package's helpers": """
        # -- app/__init__.py
        # -- app/helpers/__init__.py
        from .patience import patient
        # -- app/helpers/patience.py
        import tenacity
        def patient(attempts=None):
            if attempts is None:
                return tenacity.retry(wait=tenacity.wait_fixed(1))
            return tenacity.retry(stop=tenacity.stop_after_attempt(attempts))
        def forever(function):
            return tenacity.retry(wait=tenacity.wait_fixed(1))(function)
        # -- app/main.py
        from openai import OpenAI
        from .helpers import patient
        @patient(3)
        def run():
            return OpenAI().responses.create(input="hi")
    """,
}

LOOPS = {
    "a retry loop around a function of another file": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        def ask(prompt):
            return client.responses.create(input=prompt)
        # -- main.py
        from llm import ask
        def run(prompt):
            while True:  # LLM201
                try:
                    return ask(prompt)
                except Exception:
                    continue
        def run_bounded(prompt):
            for attempt in range(3):
                try:
                    return ask(prompt)
                except Exception:
                    continue
    """,
    "through several files": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        def ask(prompt):
            return client.responses.create(input=prompt)
        # -- middle.py
        import llm
        class Service:
            def answer(self, prompt):
                return llm.ask(prompt)
        # -- api.py
        from middle import Service
        service = Service()
        def handle(prompt):
            return service.answer(prompt)
        # -- main.py
        import api
        def run(prompt):
            while True:  # LLM201
                try:
                    return api.handle(prompt)
                except Exception:
                    pass
    """,
    "a class of another file": """
        # -- llm.py
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.client = OpenAI()
            def ask(self, prompt):
                return self.client.responses.create(input=prompt)
        # -- main.py
        from llm import Bot
        def run(prompt):
            bot = Bot()
            while True:  # LLM201
                try:
                    return bot.ask(prompt)
                except Exception:
                    pass
        def run_typed(bot: Bot, prompt):
            while True:  # LLM201
                try:
                    return bot.ask(prompt)
                except Exception:
                    pass
    """,
    "an inherited method": """
        # -- llm.py
        from openai import OpenAI
        class Base:
            def ask(self, prompt):
                return OpenAI().responses.create(input=prompt)
        # -- main.py
        from llm import Base
        class Bot(Base):
            def run(self, prompt):
                while True:  # LLM201
                    try:
                        return self.ask(prompt)
                    except Exception:
                        pass
            def again(self, prompt):
                while True:  # LLM201
                    try:
                        return super().ask(prompt)
                    except Exception:
                        pass
    """,
    "a method that subclasses fill in": """
        # -- base.py
        from abc import ABC, abstractmethod
        class Base(ABC):
            @abstractmethod
            def ask(self, prompt): ...
            def run(self, prompt):
                while True:  # LLM201
                    try:
                        return self.ask(prompt)
                    except Exception:
                        pass
        # -- bot.py
        from openai import OpenAI
        from base import Base
        class Bot(Base):
            def ask(self, prompt):
                return OpenAI().responses.create(input=prompt)
    """,
    "a client and no call of its own": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        from llm import client
        def run(prompt):
            while True:  # LLM201
                try:
                    return client.responses.create(input=prompt)
                except Exception:
                    pass
    """,
    "a function of the same name that reaches nothing": """
        # -- llm.py
        from openai import OpenAI
        def ask(prompt):
            return OpenAI().responses.create(input=prompt)
        # -- other.py
        def ask(prompt):
            return prompt
        # -- main.py
        from other import ask
        import llm
        def run(prompt):
            while True:
                try:
                    return ask(prompt)
                except Exception:
                    pass
        def run_real(prompt):
            while True:  # LLM201
                try:
                    return llm.ask(prompt)
                except Exception:
                    pass
    """,
    "a decorator of the project": """
        # -- retrying_calls.py
        import functools
        def forever(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                while True:  # LLM201
                    try:
                        return function(*args, **kwargs)
                    except Exception:
                        pass
            return wrapper
        # -- llm.py
        from openai import OpenAI
        from retrying_calls import forever
        @forever
        def ask(prompt):
            return OpenAI().responses.create(input=prompt)
    """,
    "a function given to a helper": """
        # -- helpers.py
        def until_done(function, *args):
            while True:  # LLM201
                try:
                    return function(*args)
                except Exception:
                    pass
        # -- llm.py
        from openai import OpenAI
        from helpers import until_done
        def ask(prompt):
            return OpenAI().responses.create(input=prompt)
        until_done(ask, "hi")
    """,
}


@pytest.mark.parametrize("program", CLIENTS.values(), ids=CLIENTS)
def test_client(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", CONSTANTS.values(), ids=CONSTANTS)
def test_constant(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", LAYOUTS.values(), ids=LAYOUTS)
def test_layout(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", HELPERS.values(), ids=HELPERS)
def test_retry_helper(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM202")


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS)
def test_loop(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201")
