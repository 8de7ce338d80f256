"""Whose replies are judged for their length, by what limit, and in what words."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, messages

JUDGED = {
    "pictures and speech": """
        from google import genai
        from google.genai import types
        client = genai.Client()
        def draw(prompt):
            config = types.GenerateContentConfig(response_modalities=["IMAGE"])
            return client.models.generate_content(model="gemini-2.5-flash", contents=prompt, config=config)
        def draw_and_tell(prompt):
            config = {"response_modalities": [types.Modality.TEXT, types.Modality.IMAGE]}
            return client.models.generate_content(model="gemini-2.5-flash", contents=prompt, config=config)
        def speak(text):
            return client.models.generate_content(model="gemini-2.5-flash-preview-tts", contents=text)
        def draw_by_name(prompt):
            return client.models.generate_content(model="gemini-2.5-flash-image", contents=prompt)
        def film(prompt):
            return client.interactions.create(model="gemini-3-omni", input=prompt, response_format={"type": "video"})
        def draw_wide(prompt):
            config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="16:9"))
            return client.models.generate_content(model="gemini-2.5-flash", contents=prompt, config=config)
        def draw_tall(prompt):
            config = {"image_config": {"aspect_ratio": "9:16"}}
            return client.models.generate_content(model="gemini-2.5-flash", contents=prompt, config=config)
        def write(prompt):
            config = types.GenerateContentConfig(response_modalities=["TEXT"])
            return client.models.generate_content(  # LLM101 LLM102
                model="gemini-2.5-flash", contents=prompt, config=config
            )
    """,
    "embeddings by invoke_model": """
        import json
        import boto3
        client = boto3.client("bedrock-runtime")
        def embed(texts):
            body = json.dumps({"texts": texts, "input_type": "search_document"})
            reply = client.invoke_model(modelId="cohere.embed-english-v3", body=body)
            return json.loads(reply["body"].read())["embeddings"]
    """,
    "a cap of one token": """
        from openai import OpenAI
        client = OpenAI()
        client.chat.completions.create(model="gpt-4.1-mini", max_tokens=1, messages=[])
        client.chat.completions.create(model="gpt-4.1-mini", max_tokens=100, messages=[])  # LLM102
    """,
    "a cap in a request": """
        import requests
        URL = "https://api.anthropic.com/v1/messages"
        requests.post(URL, json={"model": "claude-3-5-haiku-latest", "max_tokens": 1, "messages": []})
        requests.post(URL, json={"model": "claude-3-5-haiku-latest", "max_tokens": 9, "messages": []})  # LLM102
        requests.post(  # LLM102
            URL,
            json={"model": "claude-3-5-haiku-latest", "max_tokens": 64000, "messages": []},  # LLM104
        )
    """,
    "another maker's model in a default": """
        from langchain_anthropic import ChatAnthropic
        class Writer:
            def __init__(self, model="gpt-4-turbo"):
                self.model = model
            def write(self, text):
                if "claude" in self.model:
                    return ChatAnthropic(model=self.model, max_tokens=100).invoke(text)
            def write_better(self, text):
                return ChatAnthropic(model="claude-3-5-haiku", max_tokens=100).invoke(text)  # LLM102
    """,
    "a model that another library calls": """
        from langchain_openai import ChatOpenAI
        from ragas import evaluate
        evaluate(llm=ChatOpenAI(model="gpt-4o", max_tokens=100))
        ChatOpenAI(model="gpt-4o", max_tokens=100).invoke("hi")  # LLM102
    """,
    "clients of aiobotocore": """
        from aiobotocore.session import AioSession, get_session
        class Bedrock:
            def __init__(self):
                self.session = get_session()
            async def ask(self, messages):
                async with self.session.create_client("bedrock-runtime") as client:
                    await client.converse(modelId="m", messages=messages)  # LLM101
                async with AioSession().create_client(service_name="bedrock-runtime") as client:
                    await client.converse(modelId="m", messages=messages, inferenceConfig={"maxTokens": 9})
    """,
    "caps that only a bind takes, or that a class has by itself": """
        from langchain_cohere import ChatCohere
        from langchain_nvidia_ai_endpoints import ChatNVIDIA
        ChatCohere(model="command-x").bind(max_tokens=100).invoke("hi")
        ChatCohere(model="command-x", max_tokens=100).invoke("hi")  # LLM101
        ChatNVIDIA(model="m").invoke("hi")
    """,
    "settings that are made of themselves": """
        from openai import OpenAI
        client = OpenAI()
        class Agent:
            def __init__(self):
                self.options = {"model": "gpt-4o"}
            def add(self, **more):
                self.options = {**self.options, **more}
            def ask(self, text):
                client.responses.create(**self.options)
                client.responses.create(model="gpt-4o", input=text)  # LLM101
    """,
    "thinking without a budget": """
        import dspy
        from openai import OpenAI
        dspy.LM("openai/gpt-5", max_tokens=16000)
        dspy.LM("openai/gpt-4o", max_tokens=16000)  # LLM104
        OpenAI().responses.create(model="o3", max_output_tokens=30000)
        OpenAI().responses.create(model="o3", max_output_tokens=100000)  # LLM104
    """,
    "thinking with a budget": """
        import anthropic
        client = anthropic.Anthropic()
        def ask(budget, **more):
            common = {"model": "claude-opus-4-1", "messages": [], "stop_sequences": ["END"]}
            client.messages.create(**common, max_tokens=16000)  # LLM104
            client.messages.create(**common, max_tokens=16000, thinking={"type": "disabled"})  # LLM104
            client.messages.create(**common, max_tokens=16000, thinking={"type": "enabled", "budget_tokens": 10000})
            client.messages.create(**common, max_tokens=16000, thinking={"type": "enabled", "budget_tokens": budget})
            client.messages.create(**common, max_tokens=16000, thinking={"type": "adaptive"})
    """,
}


@pytest.mark.parametrize("name", JUDGED)
def test_whose_replies_are_judged(name: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, JUDGED[name], "LLM101", "LLM102", "LLM103", "LLM104")


WORDS = {
    "another provider": (
        """
        from openai import OpenAI
        client = OpenAI(base_url="https://api.deepseek.com")
        client.chat.completions.create(model="deepseek-chat", messages=[])  # LLM101
        """,
        (
            "chat.completions.create sets no max_tokens: a reply may run on to the model's own "
            "limit, and every token of it is billed"
        ),
    ),
    "the SDK's own provider": (
        """
        from openai import OpenAI
        client = OpenAI(base_url="https://eu.api.openai.com/v1")
        client.chat.completions.create(model="gpt-4o", stop="END", messages=[])  # LLM101
        """,
        (
            "chat.completions.create sets no max_completion_tokens: a reply may run on to the "
            "model's own limit, and every token of it is billed"
        ),
    ),
    "this machine": (
        """
        from openai import OpenAI
        client = OpenAI(base_url="http://localhost:11434/v1")
        client.chat.completions.create(model="qwen3", messages=[])  # LLM101
        """,
        "chat.completions.create sets no max_tokens: a reply may run on to the model's own limit",
    ),
    "attributes that only lead to the call": (
        """
        import instructor
        from litellm import completion
        client = instructor.from_litellm(completion)
        client.chat.completions.create(model="m", response_model=dict, messages=[])  # LLM101
        """,
        (
            "chat.completions.create sets no max_completion_tokens: a reply may run on to the model's own "
            "limit, and every token of it is billed"
        ),
    ),
    "no stop sequence, but a cap": (
        """
        from openai import OpenAI
        OpenAI().chat.completions.create(model="gpt-4o", max_tokens=300, messages=[])  # LLM102
        """,
        "chat.completions.create sets no stop: only gpt-4o's own sense of an end, or max_tokens=300, stops the reply",
    ),
    "no stop sequence, but a cap that is not known": (
        """
        import anthropic
        def ask(limit):
            anthropic.Anthropic().messages.create(model="claude-3-5-haiku", max_tokens=limit, messages=[])  # LLM102
        """,
        (
            "messages.create sets no stop_sequences: only claude-3-5-haiku's own sense of an end, or "
            "its max_tokens, stops the reply"
        ),
    ),
    "neither stop sequence nor cap": (
        """
        from litellm import completion
        completion(model="gpt-4o", max_tokens=None, messages=[])  # LLM102
        """,
        "litellm.completion sets no stop: only gpt-4o's own sense of an end stops the reply",
    ),
    "room for thinking": (
        """
        import openai
        openai.responses.create(model="gpt-5.5", max_output_tokens=128000, input="hi")  # LLM104
        """,
        (
            "max_output_tokens=128000 is above 8192 for the answer and 25000 for thinking: a reply "
            "that runs away stops only there"
        ),
    ),
    "a reply parsed as JSON": (
        """
        import yaml
        from langchain_openai import ChatOpenAI
        yaml.safe_load(ChatOpenAI(model="o3", max_tokens=100).invoke("hi").content)  # LLM103
        """,
        (
            "yaml.safe_load parses a reply that invoke asks for without with_structured_output: one "
            "stray character breaks the parse"
        ),
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_messages_say_what_holds_here(name: str, tmp_path: Path) -> None:
    program, message = WORDS[name]
    code = program.partition("# ")[2].split()[0]
    assert messages(tmp_path, program, code) == [message]
