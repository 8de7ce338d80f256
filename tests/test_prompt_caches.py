"""What is sent to be cached, and is new each time (LLM405), and what is the same and is not cached (LLM404)."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, messages

PRELUDE = """\
import random
import time
import uuid
from datetime import date, datetime

import boto3
from anthropic import Anthropic
from openai import OpenAI

client = Anthropic()
HANDBOOK = "Each rule of the house, in full. " * 200
MARK = {"type": "ephemeral"}


def heading():
    return f"It is {datetime.now().isoformat()}."


"""
NEW = [
    "f'It is {datetime.now()}. {HANDBOOK}'",
    "f'It is {datetime.now().strftime(\"%H:%M\")}. ' + HANDBOOK",
    "HANDBOOK + f'Request {uuid.uuid4()}'",
    "'Request %s. %s' % (uuid.uuid4().hex, HANDBOOK)",
    "'At {}: {}'.format(int(time.time()), HANDBOOK)",
    "'\\n'.join([heading(), HANDBOOK])",
    "random.choice([HANDBOOK, 'Be brief.'])",
]
SAME = [
    "HANDBOOK",
    "f'Today is {date.today()}. {HANDBOOK}'",
    "f'Today is {datetime.now().date()}. {HANDBOOK}'",
    "f'Today is {datetime.now().strftime(\"%A, %d %B %Y\")}. {HANDBOOK}'",
    "f'{HANDBOOK} You speak with {name}.'",
    "f'Up since {STARTED}. {HANDBOOK}'",
]


def system_prompt(text: str, mark: str = "") -> str:
    return f"""
STARTED = datetime.now()


def answer(question, name):
    text = {text}
    return client.messages.create(
        model="claude-opus-4-8",
        max_tokens=300,
        system=[{{"type": "text", "text": text, "cache_control": MARK}}],{mark}
        messages=[{{"role": "user", "content": question}}],
    )
"""


@pytest.mark.parametrize("text", NEW)
def test_what_is_new_each_time(tmp_path: Path, text: str) -> None:
    (found,) = assert_marked(tmp_path, system_prompt(text, "  # LLM405"), "LLM405", prelude=PRELUDE)
    assert [note.message for note in found.related] == ["this is another one each time"]


@pytest.mark.parametrize("text", SAME)
def test_what_stays_the_same(tmp_path: Path, text: str) -> None:
    assert_marked(tmp_path, system_prompt(text), "LLM405", prelude=PRELUDE)


def test_only_what_stands_before_the_mark_matters(tmp_path: Path) -> None:
    program = """
    def answer(question, tools):
        kept = {"type": "text", "text": HANDBOOK, "cache_control": MARK}
        clock = {"type": "text", "text": f"It is {datetime.now()}."}
        asked = [{"role": "user", "content": question}]
        marked = [{"role": "user", "content": [{"type": "text", "text": question, "cache_control": MARK}]}]
        client.messages.create(model="m", max_tokens=9, system=[kept, clock], messages=asked)
        client.messages.create(model="m", max_tokens=9, system=[clock, kept], messages=asked)  # LLM405
        client.messages.create(model="m", max_tokens=9, system=[clock], messages=marked)  # LLM405
        client.messages.create(model="m", max_tokens=9, system=[clock], messages=asked)
        client.messages.create(model="m", max_tokens=9, system=[clock], messages=asked, cache_control=MARK)  # LLM405
        client.messages.create(model="m", max_tokens=9, tools=tools, system=[kept], messages=[*asked, heading()])
    """
    assert_marked(tmp_path, program, "LLM405", prelude=PRELUDE)


def test_what_is_made_before_the_rounds(tmp_path: Path) -> None:
    program = """
    def answer(questions):
        clock = {"type": "text", "text": f"It is {datetime.now()}.", "cache_control": MARK}
        for question in questions:
            asked = [{"role": "user", "content": question}]
            client.messages.create(model="m", max_tokens=9, system=[clock], messages=asked)
            now = {"type": "text", "text": f"It is {datetime.now()}.", "cache_control": MARK}
            client.messages.create(model="m", max_tokens=9, system=[now], messages=asked)  # LLM405
    """
    assert_marked(tmp_path, program, "LLM405", prelude=PRELUDE)


def test_other_providers(tmp_path: Path) -> None:
    program = """
    def answer(question):
        text = f"It is {datetime.now()}. {HANDBOOK}"
        kept = {"type": "input_text", "text": text, "prompt_cache_breakpoint": {}}
        OpenAI().responses.create(model="m", input=[{"role": "user", "content": [kept]}])  # LLM405
        OpenAI().responses.create(model="m", input=[{"role": "user", "content": text}])
        bedrock = boto3.client("bedrock-runtime")
        point = {"cachePoint": {"type": "default"}}
        bedrock.converse(modelId="m", system=[{"text": text}, point], messages=[])  # LLM405
        bedrock.converse(modelId="m", system=[{"text": HANDBOOK}, point, {"text": text}], messages=[])
    """
    assert_marked(tmp_path, program, "LLM405", prelude=PRELUDE)


def test_a_long_prompt_that_is_not_cached(tmp_path: Path) -> None:
    program = """
    def answer(question, **settings):
        asked = [{"role": "user", "content": question}]
        client.messages.create(model="m", max_tokens=9, system=HANDBOOK, messages=asked)  # LLM404
        client.messages.create(model="m", max_tokens=9, system=f"{HANDBOOK}{question}", messages=asked)  # LLM404
        client.messages.create(model="m", max_tokens=9, system=HANDBOOK, messages=asked, cache_control=MARK)
        client.messages.create(model="m", max_tokens=9, system=HANDBOOK, messages=asked, **settings)
        client.messages.create(model="m", max_tokens=9, system="Be brief.", messages=asked)
        OpenAI().responses.create(model="m", instructions=HANDBOOK, input=asked)

    client.messages.create(model="m", max_tokens=9, system=HANDBOOK, messages=[])
    """
    found = messages(tmp_path, program, "LLM404", prelude=PRELUDE)
    assert found[0] == (
        "messages.create sends 6,600 characters that stand in the code with every call, and never sets cache_control"
    )
