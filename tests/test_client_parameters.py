"""A model call is recognised by what is declared of its client, or given for it."""

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
    "parameters of methods called on their class": """
        from openai import OpenAI
        class Bot:
            def __init__(self, client):
                self.client = client
            @staticmethod
            def wrap(client):
                return Bot(client)
            @classmethod
            def build(cls, client):
                return cls(client)
            @staticmethod
            def ask_static(client, text):
                client.responses.create(input=text)  # LLM101
            @classmethod
            def ask_class(cls, client, text):
                client.responses.create(input=text)  # LLM101
            def ask(self, client, text):
                client.responses.create(input=text)  # LLM101
                client.responses.create(input=text, max_output_tokens=500)
        Bot.ask_static(OpenAI(), "hi")
        Bot.ask_class(OpenAI(), "hi")
        Bot.ask(Bot(None), OpenAI(), "hi")
    """,
    "the class as a parameter": """
        from openai import OpenAI
        def ask(factory=OpenAI):
            factory().responses.create(input="hi")  # LLM101
            factory().responses.create(input="hi", max_output_tokens=500)
    """,
}


@pytest.mark.parametrize("program", PARAMETERS.values(), ids=PARAMETERS)
def test_parameter(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
