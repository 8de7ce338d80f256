"""The cap counts in whatever way it is spread into a call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

SPREAD = {
    "a literal": """
        from openai import OpenAI
        client = OpenAI()
        client.responses.create(**{"input": "hi"})  # LLM101
        client.responses.create(**{"input": "hi", "max_output_tokens": 500})
    """,
    "a local dict": """
        from openai import OpenAI
        def ask(client: OpenAI):
            plain = {"input": "hi"}
            capped = {"input": "hi", "max_output_tokens": 500}
            client.responses.create(**plain)  # LLM101
            client.responses.create(**capped)
    """,
    "dict()": """
        from openai import OpenAI
        client = OpenAI()
        plain = dict(input="hi")
        capped = dict(plain, max_output_tokens=500)
        pairs = dict([("max_output_tokens", 500)])
        client.responses.create(**plain)  # LLM101
        client.responses.create(**capped)
        client.responses.create(**pairs)
    """,
    "item by item": """
        from openai import OpenAI
        client = OpenAI()
        settings = {}
        settings["input"] = "hi"
        client.responses.create(**settings)  # LLM101
        settings["max_output_tokens"] = 500
        client.responses.create(**settings)
        del settings["max_output_tokens"]
        client.responses.create(**settings)  # LLM101
    """,
    "update": """
        from openai import OpenAI
        client = OpenAI()
        settings = {"input": "hi"}
        settings.update(model="gpt-5.5")
        client.responses.create(**settings)  # LLM101
        settings.update({"max_output_tokens": 500})
        client.responses.create(**settings)
    """,
    "update by keyword": """
        from openai import OpenAI
        client = OpenAI()
        settings = {"input": "hi"}
        client.responses.create(**settings)  # LLM101
        settings.update(max_output_tokens=500)
        client.responses.create(**settings)
    """,
    "a bar": """
        from openai import OpenAI
        client = OpenAI()
        plain = {"input": "hi"} | {"model": "gpt-5.5"}
        client.responses.create(**plain)  # LLM101
        client.responses.create(**(plain | {"max_output_tokens": 500}))
        plain |= {"max_output_tokens": 500}
        client.responses.create(**plain)
    """,
    "a dict in a dict": """
        from openai import OpenAI
        client = OpenAI()
        base = {"input": "hi"}
        client.responses.create(**{**base, "model": "gpt-5.5"})  # LLM101
        client.responses.create(**{**base, "max_output_tokens": 500})
        client.responses.create(**{"max_output_tokens": 500, **base})
    """,
    "setdefault": """
        from openai import OpenAI
        def ask(client: OpenAI, **options):
            settings = {"input": "hi"}
            client.responses.create(**settings)  # LLM101
            settings.setdefault("max_output_tokens", 500)
            client.responses.create(**settings)
            options.setdefault("max_output_tokens", 500)
            client.responses.create(**options)
    """,
    "a module constant": """
        from openai import OpenAI
        PLAIN = {"model": "gpt-5.5"}
        CAPPED = {"model": "gpt-5.5", "max_output_tokens": 500}
        def ask(client: OpenAI):
            client.responses.create(input="hi", **PLAIN)  # LLM101
            client.responses.create(input="hi", **CAPPED)
    """,
    "a class constant": """
        from openai import OpenAI
        class Bot:
            PLAIN = {"model": "gpt-5.5"}
            CAPPED = {"model": "gpt-5.5", "max_output_tokens": 500}
            def ask(self, client: OpenAI):
                client.responses.create(input="hi", **self.PLAIN)  # LLM101
                client.responses.create(input="hi", **self.CAPPED)
                client.responses.create(input="hi", **Bot.CAPPED)
    """,
    "kept on self": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.client = OpenAI()
                self.plain = {"model": "gpt-5.5"}
                self.capped = {"model": "gpt-5.5", "max_output_tokens": 500}
                self.later = {"model": "gpt-5.5"}
                self.later["max_output_tokens"] = 500
            def ask(self):
                self.client.responses.create(input="hi", **self.plain)  # LLM101
                self.client.responses.create(input="hi", **self.capped)
                self.client.responses.create(input="hi", **self.later)
    """,
    "what a function returns": """
        from openai import OpenAI
        def plain():
            return {"model": "gpt-5.5"}
        def capped(model):
            settings = {"model": model}
            settings["max_output_tokens"] = 500
            return settings
        def ask(client: OpenAI):
            client.responses.create(input="hi", **plain())  # LLM101
            client.responses.create(input="hi", **capped("gpt-5.5"))
    """,
    "what a method returns": """
        from openai import OpenAI
        class Bot:
            def __init__(self, limit):
                self.limit = limit
                self.client = OpenAI()
            def _plain(self):
                return dict(model="gpt-5.5")
            def _capped(self):
                return {"model": "gpt-5.5", "max_output_tokens": self.limit}
            def ask(self):
                self.client.responses.create(input="hi", **self._plain())  # LLM101
                self.client.responses.create(input="hi", **self._capped())
                settings = self._plain()
                self.client.responses.create(input="hi", **settings)  # LLM101
                settings["max_output_tokens"] = 500
                self.client.responses.create(input="hi", **settings)
    """,
    "what a property returns": """
        from openai import OpenAI
        class Bot:
            @property
            def plain(self):
                return {"model": "gpt-5.5"}
            @property
            def capped(self):
                return {"model": "gpt-5.5", "max_output_tokens": 500}
            def ask(self, client: OpenAI):
                client.responses.create(input="hi", **self.plain)  # LLM101
                client.responses.create(input="hi", **self.capped)
    """,
    "a copy": """
        import copy
        from openai import OpenAI
        PLAIN = {"model": "gpt-5.5"}
        def ask(client: OpenAI):
            settings = PLAIN.copy()
            client.responses.create(input="hi", **settings)  # LLM101
            deep = copy.deepcopy(PLAIN)
            client.responses.create(input="hi", **deep)  # LLM101
            settings["max_output_tokens"] = 500
            client.responses.create(input="hi", **settings)
    """,
    "a comprehension": """
        from openai import OpenAI
        def ask(client: OpenAI, options):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", **{key: options[key] for key in options})
            kept = {key: value for key, value in options.items() if value is not None}
            client.responses.create(input="hi", **kept)
    """,
    "a filtered literal": """
        from openai import OpenAI
        def ask(client: OpenAI, limit):
            client.responses.create(input="hi")  # LLM101
            settings = {"max_output_tokens": limit, "model": "gpt-5.5"}
            settings = {key: value for key, value in settings.items() if value is not None}
            client.responses.create(input="hi", **settings)
    """,
    "a key made at run time": """
        from openai import OpenAI
        def ask(client: OpenAI, name):
            client.responses.create(input="hi")  # LLM101
            settings = {"model": "gpt-5.5", name: 500}
            client.responses.create(input="hi", **settings)
            later = {}
            later[name] = 500
            client.responses.create(input="hi", **later)
    """,
    "filled in by a function": """
        from openai import OpenAI
        def add_limits(settings):
            settings["max_output_tokens"] = 500
        def ask(client: OpenAI):
            client.responses.create(input="hi")  # LLM101
            settings = {"model": "gpt-5.5"}
            add_limits(settings)
            client.responses.create(input="hi", **settings)
    """,
    "filled in by a loop": """
        from openai import OpenAI
        def ask(client: OpenAI, pairs):
            client.responses.create(input="hi")  # LLM101
            settings = {"model": "gpt-5.5"}
            for key, value in pairs:
                settings[key] = value
            client.responses.create(input="hi", **settings)
    """,
    "whatever is not None": """
        from openai import OpenAI
        def ask(client: OpenAI, limit=None):
            client.responses.create(input="hi")  # LLM101
            settings = {"max_output_tokens": limit}
            client.responses.create(input="hi", **{key: value for key, value in settings.items() if value})
            client.responses.create(input="hi", **(limit and {"max_output_tokens": limit} or {}))
            client.responses.create(input="hi", **({"max_output_tokens": limit} if limit else {}))
    """,
    "a helper whose caller sets it": """
        from openai import OpenAI
        def settings(limit=None):
            built = {"model": "gpt-5.5"}
            if limit:
                built["max_output_tokens"] = limit
            return built
        def ask(client: OpenAI):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", **settings(limit=500))
    """,
    "either name of it": """
        from openai import OpenAI
        def ask(client: OpenAI, model):
            client.chat.completions.create(messages=[])  # LLM101
            key = "max_completion_tokens" if model.startswith("o") else "max_tokens"
            client.chat.completions.create(messages=[], **{key: 500})
            settings = {}
            if model.startswith("o"):
                settings["max_completion_tokens"] = 500
            else:
                settings["max_tokens"] = 500
            client.chat.completions.create(messages=[], **settings)
    """,
    "a typed dict": """
        from typing import TypedDict
        from openai import OpenAI
        class Settings(TypedDict, total=False):
            model: str
            max_output_tokens: int
        plain: Settings = {"model": "gpt-5.5"}
        capped = Settings(max_output_tokens=500)
        def ask(client: OpenAI):
            client.responses.create(input="hi", **plain)  # LLM101
            client.responses.create(input="hi", **capped)
    """,
    "a read-only view": """
        from types import MappingProxyType
        from openai import OpenAI
        PLAIN = MappingProxyType({"model": "gpt-5.5"})
        CAPPED = MappingProxyType({"max_output_tokens": 500})
        def ask(client: OpenAI):
            client.responses.create(input="hi", **PLAIN)  # LLM101
            client.responses.create(input="hi", **CAPPED)
    """,
    "all locals": """
        from openai import OpenAI
        client = OpenAI()
        def ask(input, max_output_tokens=500):
            client.responses.create(**locals())
            client.responses.create(input=input)  # LLM101
    """,
    "two spreads": """
        from openai import OpenAI
        MODEL = {"model": "gpt-5.5"}
        LIMITS = {"max_output_tokens": 500}
        def ask(client: OpenAI):
            client.responses.create(input="hi", **MODEL, **{})  # LLM101
            client.responses.create(input="hi", **MODEL, **LIMITS)
    """,
    "a settings object's dump": """
        from dataclasses import asdict, dataclass
        from openai import OpenAI
        from pydantic import BaseModel
        class Settings(BaseModel):
            model: str = "gpt-5.5"
            max_output_tokens: int = 500
        @dataclass
        class Plain:
            max_output_tokens: int | None = None
        def ask(client: OpenAI):
            client.responses.create(input="hi")  # LLM101
            client.responses.create(input="hi", **Settings().model_dump())
            client.responses.create(input="hi", **asdict(Plain()))
    """,
}


@pytest.mark.parametrize("program", SPREAD.values(), ids=SPREAD)
def test_spread(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
