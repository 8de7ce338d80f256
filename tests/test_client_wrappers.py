"""A model call is recognised through the libraries and subclasses that wrap its client."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

WRAPPED = {
    "instructor": """
        import instructor
        from openai import OpenAI
        client = instructor.from_openai(OpenAI())
        client.chat.completions.create(response_model=dict, messages=[])  # LLM101
        client.chat.completions.create(response_model=dict, messages=[], max_tokens=500)
        patched = instructor.patch(OpenAI())
        patched.chat.completions.create(response_model=dict, messages=[])  # LLM101
        patched.chat.completions.create(response_model=dict, messages=[], max_tokens=500)
    """,
    "tracing": """
        from langsmith.wrappers import wrap_openai
        from openai import OpenAI
        client = wrap_openai(OpenAI())
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a drop-in module": """
        from langfuse.openai import OpenAI, openai
        OpenAI().responses.create(input="hi")  # LLM101
        openai.OpenAI().responses.create(input="hi", max_output_tokens=500)
    """,
    "LiteLLM": """
        import litellm
        from litellm import acompletion, completion as ask
        ask(model="gpt-5.5", messages=[])  # LLM101
        litellm.completion("gpt-5.5", [], max_tokens=500)
        async def later():
            await acompletion(model="gpt-5.5", messages=[])  # LLM101
            await acompletion(model="gpt-5.5", messages=[], max_tokens=500)
    """,
    "LiteLLM's router": """
        from litellm import Router
        router = Router()
        router.completion(model="m", messages=[])  # LLM101
        router.completion(model="m", messages=[], max_tokens=500)
    """,
    "the legacy module": """
        import openai
        openai.ChatCompletion.create(model="gpt-4", messages=[])  # LLM101
        openai.ChatCompletion.create(model="gpt-4", messages=[], max_tokens=500)
        create = openai.ChatCompletion.create
        create(model="gpt-4", messages=[])  # LLM101
    """,
    "the module as a client": """
        import openai
        openai.api_key = "key"
        openai.chat.completions.create(model="gpt-5.5", messages=[])  # LLM101
        openai.chat.completions.create(model="gpt-5.5", messages=[], max_completion_tokens=500)
    """,
    "a subclass of the SDK's client": """
        from openai import OpenAI
        class Client(OpenAI):
            pass
        class Tuned(Client):
            def ask(self):
                self.responses.create(input="hi")  # LLM101
                self.responses.create(input="hi", max_output_tokens=500)
        Client().responses.create(input="hi")  # LLM101
        Tuned().responses.create(input="hi", max_output_tokens=500)
    """,
    "a subclass with a constructor of its own": """
        from openai import OpenAI
        class Client(OpenAI):
            def __init__(self, **kwargs):
                super().__init__(timeout=30, **kwargs)
        client = Client()
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a model's constructor": """
        from langchain_openai import ChatOpenAI
        ChatOpenAI(model="gpt-5.5").invoke("hi")  # LLM101
        ChatOpenAI(model="gpt-5.5", max_tokens=500).invoke("hi")
    """,
    "bind": """
        from langchain_openai import ChatOpenAI
        plain = ChatOpenAI(model="gpt-5.5")  # LLM101
        plain.invoke("hi")
        bound = ChatOpenAI(model="gpt-5.5")
        bound.bind(max_tokens=500).invoke("hi")
    """,
    "a subclass of a model": """
        from langchain_openai import ChatOpenAI
        class Model(ChatOpenAI):
            max_tokens: int = 500
        Model(model="gpt-5.5").invoke("hi")
        ChatOpenAI(model="gpt-5.5").invoke("hi")  # LLM101
    """,
}


@pytest.mark.parametrize("program", WRAPPED.values(), ids=WRAPPED)
def test_wrapped(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
