"""The cap counts wherever it is set, None counts as none, and what can't be known is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, messages

PLACES = {
    "extra_body": """
        from openai import OpenAI
        client = OpenAI()
        client.chat.completions.create(messages=[], extra_body={"top_k": 5})  # LLM101
        client.chat.completions.create(messages=[], extra_body={"max_tokens": 500})
    """,
    "either name": """
        from openai import OpenAI
        client = OpenAI()
        client.chat.completions.create(messages=[])  # LLM101
        client.chat.completions.create(messages=[], max_tokens=500)
        client.chat.completions.create(messages=[], max_completion_tokens=500)
    """,
    "a config object": """
        from google import genai
        from google.genai import types
        from google.genai.types import GenerateContentConfig
        client = genai.Client()
        client.models.generate_content(model="m", contents="hi")  # LLM101
        client.models.generate_content(model="m", contents="hi", config=GenerateContentConfig(temperature=0))  # LLM101
        client.models.generate_content(model="m", contents="hi", config={"max_output_tokens": 500})
        config = types.GenerateContentConfig(max_output_tokens=500)
        client.models.generate_content(model="m", contents="hi", config=config)
        later = types.GenerateContentConfig()
        later.max_output_tokens = 500
        client.models.generate_content(model="m", contents="hi", config=later)
        def ask(config: types.GenerateContentConfig):
            client.models.generate_content(model="m", contents="hi", config=config)
    """,
    "a config object that is changed": """
        from google import genai
        from google.genai import types
        client = genai.Client()
        def ask(limit, is_short):
            config = types.GenerateContentConfig()
            config.max_output_tokens = limit
            client.models.generate_content(model="m", contents="hi", config=config)
            either = types.GenerateContentConfig(max_output_tokens=500)
            if is_short:
                either.max_output_tokens = 50
            client.models.generate_content(model="m", contents="hi", config=either)
            perhaps = types.GenerateContentConfig()
            if is_short:
                perhaps.max_output_tokens = 50
                perhaps.temperature = 0
            client.models.generate_content(model="m", contents="hi", config=perhaps)  # LLM101
    """,
    "model settings": """
        from agents import Agent, ModelSettings
        Agent(name="a")  # LLM101
        Agent(name="a", model_settings=ModelSettings(temperature=0))  # LLM101
        Agent(name="a", model_settings=ModelSettings(max_tokens=500))
    """,
    "model_kwargs": """
        from langchain_openai import ChatOpenAI
        ChatOpenAI(model="gpt-5.5", model_kwargs={"seed": 1}).invoke("hi")  # LLM101
        ChatOpenAI(model="gpt-5.5", model_kwargs={"max_tokens": 500}).invoke("hi")
    """,
    "by position": """
        from litellm import completion
        completion("gpt-5.5", [])  # LLM101
        completion("gpt-5.5", [], **{"max_tokens": 500})
    """,
}

VALUES = {
    "None": """
        from openai import OpenAI
        client = OpenAI()
        LIMIT = None
        client.responses.create(input="hi", max_output_tokens=None)  # LLM101
        client.responses.create(input="hi", max_output_tokens=LIMIT)  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a sentinel": """
        import openai
        from openai import NOT_GIVEN, NotGiven, OpenAI, omit
        client = OpenAI()
        client.responses.create(input="hi", max_output_tokens=NOT_GIVEN)  # LLM101
        client.responses.create(input="hi", max_output_tokens=openai.NOT_GIVEN)  # LLM101
        client.responses.create(input="hi", max_output_tokens=omit)  # LLM101
        client.responses.create(input="hi", max_output_tokens=NotGiven())  # LLM101
        def ask(limit):
            client.responses.create(input="hi", max_output_tokens=limit or NOT_GIVEN)
    """,
    "constants": """
        from enum import Enum, IntEnum
        from openai import OpenAI
        LIMIT = 500
        class Limits:
            OUTPUT = 500
        class Kind(Enum):
            SHORT = 500
        class Size(IntEnum):
            SHORT = 500
        client = OpenAI()
        def ask(limit=500, none=None):
            client.responses.create(input="hi", max_output_tokens=LIMIT)
            client.responses.create(input="hi", max_output_tokens=LIMIT * 2)
            client.responses.create(input="hi", max_output_tokens=Limits.OUTPUT)
            client.responses.create(input="hi", max_output_tokens=Kind.SHORT.value)
            client.responses.create(input="hi", max_output_tokens=Size.SHORT)
            client.responses.create(input="hi", max_output_tokens=limit)
            client.responses.create(input="hi", max_output_tokens=none)
            client.responses.create(input="hi")  # LLM101
    """,
    "from outside": """
        import argparse
        import os
        from openai import OpenAI
        client = OpenAI()
        parser = argparse.ArgumentParser()
        parser.add_argument("--limit", type=int)
        def ask(limit, config, **options):
            args = parser.parse_args()
            client.responses.create(input="hi", max_output_tokens=limit)
            client.responses.create(input="hi", max_output_tokens=args.limit)
            client.responses.create(input="hi", max_output_tokens=os.getenv("LIMIT"))
            client.responses.create(input="hi", max_output_tokens=int(os.environ["LIMIT"]))
            client.responses.create(input="hi", max_output_tokens=int(limit) if limit else None)
            client.responses.create(input="hi", max_output_tokens=int(os.getenv("LIMIT")) if limit else None)
            client.responses.create(input="hi", max_output_tokens=config["limit"])
            client.responses.create(input="hi", max_output_tokens=config.limit)
            client.responses.create(input="hi", **config)
            client.responses.create(input="hi", **vars(args))
            client.responses.create(input="hi", **options)
            client.responses.create(*config, **options)
            client.responses.create(input="hi")  # LLM101
    """,
    "settings": """
        from pydantic import Field
        from pydantic_settings import BaseSettings
        from openai import OpenAI
        class Settings(BaseSettings):
            limit: int = 500
            open: int | None = None
            spare: int = Field(default=500)
        settings = Settings()
        client = OpenAI()
        client.responses.create(input="hi", max_output_tokens=settings.limit)
        client.responses.create(input="hi", max_output_tokens=settings.open)
        client.responses.create(input="hi", max_output_tokens=settings.spare)
        client.responses.create(input="hi")  # LLM101
    """,
    "a wrapper that passes on": """
        from openai import OpenAI
        client = OpenAI()
        def ask(text, **options):
            return client.responses.create(input=text, **options)
        def ask_plainly(text):
            return client.responses.create(input=text)  # LLM101
        ask("hi", max_output_tokens=500)
    """,
    "options with a default": """
        from openai import OpenAI
        client = OpenAI()
        def ask(text, **options):
            settings = {"model": "gpt-5.5", **options}
            client.responses.create(input=text, **settings)
            limit = options.get("limit", 500)
            client.responses.create(input=text, max_output_tokens=limit)
            client.responses.create(input=text)  # LLM101
    """,
    "names that a pattern binds": """
        from openai import OpenAI
        client = OpenAI()
        def ask(given):
            limit, rest = None, {}
            match given:
                case Limits(500, output=limit):
                    client.responses.create(input="hi", max_output_tokens=limit)
                case {"limit": limit} | [limit]:
                    client.responses.create(input="hi", max_output_tokens=limit)
                case {"input": "hi", **rest}:
                    client.responses.create(input="hi", **rest)
                case {"input": "ho"}:
                    client.responses.create(input="hi", max_output_tokens=limit)  # LLM101
                    client.responses.create(input="hi", **rest)  # LLM101
    """,
}

BRANCHES = {
    "a conditional expression": """
        from openai import OpenAI
        def ask(client: OpenAI, short: bool):
            client.responses.create(input="hi", max_output_tokens=500 if short else None)  # LLM101
            client.responses.create(input="hi", max_output_tokens=500 if short else 900)
    """,
    "a variable": """
        from openai import OpenAI
        def ask(client: OpenAI, short: bool):
            limit = None
            if short:
                limit = 500
            client.responses.create(input="hi", max_output_tokens=limit)  # LLM101
    """,
    "a key set on one branch": """
        from openai import OpenAI
        def ask(client: OpenAI, short: bool):
            settings = {"input": "hi"}
            if short:
                settings["max_output_tokens"] = 500
            client.responses.create(**settings)  # LLM101
    """,
    "a key set on both": """
        from openai import OpenAI
        def ask(client: OpenAI, short: bool):
            settings = {"input": "hi"}
            if short:
                settings["max_output_tokens"] = 500
            else:
                settings["max_output_tokens"] = 900
            client.responses.create(**settings)
            client.responses.create(input="hi", max_output_tokens=900 if short else None)  # LLM101
    """,
    "a config that may be missing": """
        from google import genai
        from google.genai import types
        client = genai.Client()
        def ask(limit: int = 500):
            try:
                config = types.GenerateContentConfig(max_output_tokens=limit)
            except TypeError:
                config = None
            if config:
                client.models.generate_content(model="m", contents="hi", config=config)
            if config is not None:
                client.models.generate_content(model="m", contents="hi", config=config)
            if limit:
                client.models.generate_content(model="m", contents="hi", config=config)  # LLM101
            client.models.generate_content(model="m", contents="hi", config=config)  # LLM101
    """,
    "a test of the model's name": """
        from openai import OpenAI
        def ask(client: OpenAI, model: str):
            client.responses.create(input="hi", max_output_tokens=None if "mini" in model else 500)  # LLM101
    """,
    "a spread choice": """
        from openai import OpenAI
        def ask(client: OpenAI, short: bool):
            client.responses.create(input="hi", **({"max_output_tokens": 500} if short else {}))  # LLM101
            client.responses.create(input="hi", **({"max_output_tokens": 500} if short else {"max_output_tokens": 9}))
    """,
    "a function": """
        from openai import OpenAI
        def limit_of(model):
            if model == "small":
                return 500
            return None
        def ask(client: OpenAI):
            client.responses.create(input="hi", max_output_tokens=limit_of("small"))  # LLM101
    """,
}


@pytest.mark.parametrize("program", PLACES.values(), ids=PLACES)
def test_place(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", VALUES.values(), ids=VALUES)
def test_value(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize("program", BRANCHES.values(), ids=BRANCHES)
def test_cap_on_one_branch_says_so(program: str, tmp_path: Path) -> None:
    assert all("path" in message for message in messages(tmp_path, program, "LLM101"))


def test_given_where_a_partial_application_is_made(tmp_path: Path) -> None:
    program = """
        from functools import partial, partialmethod
        from openai import OpenAI
        client = OpenAI()
        class Bot:
            ask = partial(client.responses.create, max_output_tokens=500)
            plain = partial(client.responses.create, model="gpt-5.5")
            def both(self):
                self.ask(input="hi")
                self.plain(input="hi")  # LLM101
    """
    assert_marked(tmp_path, program, "LLM101")
