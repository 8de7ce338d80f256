"""What stands before the programs of several test modules: a function ``ask`` that calls a model."""

from __future__ import annotations

ASK = """
from openai import OpenAI

client = OpenAI(max_retries=0)


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500)
"""
ASK_IN_LOOPS = f"""
import asyncio
import functools
import itertools
import json
import random
import time
{ASK}

async def ask_later(text=""):
    return ask(text)
"""
ASK_WITH_HELPERS = f"""
import asyncio
import random
import time
import backoff
import openai
import retrying
import stamina
import tenacity
from google.api_core import retry as google_retry
from tenacity import (
    AsyncRetrying, Retrying, retry, retry_if_exception_type, stop_after_attempt, stop_after_delay, stop_never,
    wait_exponential, wait_fixed, wait_random_exponential,
)
{ASK}"""
