"""Which exceptions of which library can't be helped, and what a rate limit means at which provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

FAMILIES = {
    "the API error of openai before 1.0, which stands for a failing server": """
        import openai
        from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential
        @retry(
            stop=stop_after_attempt(3),
            wait=wait_exponential(),
            retry=retry_if_exception_type((openai.error.Timeout, openai.error.APIError)),
        )
        def ask(text):
            return openai.ChatCompletion.create(messages=text, max_tokens=500)
        @retry(  # LLM204
            stop=stop_after_attempt(3),
            wait=wait_exponential(),
            retry=retry_if_exception_type(openai.error.OpenAIError),
        )
        def ask_again(text):
            return openai.ChatCompletion.create(messages=text, max_tokens=500)
    """,
    "the API error of litellm": """
        import time
        import litellm
        import openai
        def by_litellm(text):
            for attempt in range(3):
                try:
                    return litellm.completion(model="gpt-5.5", messages=text, max_tokens=500)
                except (litellm.Timeout, litellm.exceptions.APIError, litellm.APIError):
                    time.sleep(2 ** attempt)
        def by_openai(text):
            for attempt in range(3):
                try:
                    return litellm.completion(model="gpt-5.5", messages=text, max_tokens=500)
                except openai.APIError:  # LLM204
                    time.sleep(2 ** attempt)
        def filtered(text):
            for attempt in range(3):
                try:
                    return litellm.completion(model="gpt-5.5", messages=text, max_tokens=500)
                except litellm.APIError:
                    raise
                except Exception:  # LLM204
                    time.sleep(2 ** attempt)
    """,
    "botocore's words for a bad request": """
        import time
        import boto3
        bedrock = boto3.client("bedrock-runtime")
        def ask(text):
            for attempt in range(3):
                try:
                    return bedrock.converse(modelId="m", messages=text, inferenceConfig={"maxTokens": 500})
                except (bedrock.exceptions.ThrottlingException, bedrock.exceptions.ModelTimeoutException):
                    time.sleep(2 ** attempt)
        def ask_again(text):
            for attempt in range(3):
                try:
                    return bedrock.converse(modelId="m", messages=text, inferenceConfig={"maxTokens": 500})
                except bedrock.exceptions.ValidationException:  # LLM204
                    time.sleep(2 ** attempt)
    """,
    "what is left once the errors that stay are taken": """
        import time
        import openai
        client = openai.OpenAI(max_retries=0)
        def ask(text):
            for attempt in range(3):
                try:
                    return client.responses.create(input=text, max_output_tokens=500)
                except openai.AuthenticationError as error:
                    raise PermissionError from error
                except (openai.BadRequestError, openai.NotFoundError, openai.PermissionDeniedError) as error:
                    raise ValueError from error
                except (openai.APIConnectionError, openai.APIError):
                    time.sleep(2 ** attempt)
        def one_more(text):
            for attempt in range(3):
                try:
                    return client.responses.create(input=text, max_output_tokens=500)
                except openai.AuthenticationError as error:
                    raise PermissionError from error
                except (openai.APIError, openai.BadRequestError):  # LLM204
                    time.sleep(2 ** attempt)
    """,
    "errors that an object is told to leave": """
        from attrs import define, field
        from openai import OpenAI
        from tenacity import Retrying, retry_if_not_exception_type, stop_after_attempt, wait_exponential
        client = OpenAI(max_retries=0)
        @define
        class Driver:
            left: tuple = field(factory=tuple)
            def run(self, text):
                retried = retry_if_not_exception_type(self.left)
                for attempt in Retrying(retry=retried, stop=stop_after_attempt(3), wait=wait_exponential()):
                    with attempt:
                        return client.responses.create(input=text, max_output_tokens=500)
    """,
    "a rate limit at a provider of another name": """
        import time
        import openai
        class Service:
            url = "https://openrouter.ai/api/v1"
            def ask(self, text):
                client = openai.OpenAI(base_url=self.url)
                for attempt in range(3):
                    try:
                        return client.responses.create(model="m", input=text, max_output_tokens=500)
                    except openai.RateLimitError:
                        time.sleep(2 ** attempt)
        def by_default(text, url="https://integrate.api.nvidia.com/v1"):
            settings = {}
            if url is not None:
                settings["base_url"] = url
            client = openai.OpenAI(**settings)
            for attempt in range(3):
                try:
                    return client.responses.create(model="m", input=text, max_output_tokens=500)
                except openai.RateLimitError:
                    time.sleep(2 ** attempt)
        def anywhere(text, **options):
            for attempt in range(3):
                try:
                    return openai.ChatCompletion.create(messages=text, max_tokens=500, **options)
                except openai.error.RateLimitError:
                    time.sleep(2 ** attempt)
        def as_before(text):
            for attempt in range(3):
                try:
                    return openai.ChatCompletion.create(messages=text, max_tokens=500)
                except openai.error.RateLimitError:  # LLM204
                    time.sleep(2 ** attempt)
        def at_home(text, key, **options):
            client = openai.OpenAI(api_key=key)
            for attempt in range(3):
                try:
                    return client.responses.create(model="m", input=text, max_output_tokens=500, **options)
                except openai.RateLimitError:  # LLM204
                    time.sleep(2 ** attempt)
    """,
}


@pytest.mark.parametrize("program", FAMILIES.values(), ids=FAMILIES)
def test_errors_that_pass_and_errors_that_do_not(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM204")
