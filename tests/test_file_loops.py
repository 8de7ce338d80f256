"""Retries are found around what other files do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

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


@pytest.mark.parametrize("program", HELPERS.values(), ids=HELPERS)
def test_retry_helper(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM202")


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS)
def test_loop(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201")
