"""Edits that give calls the arguments which they lack, laid out as what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import check, run, write
from fixing import SETTINGS, fixed

HEAD = "import openai\n\nclient = openai.OpenAI(timeout=30, max_retries=0)\n"


def capped(folder: Path, call: str) -> str:
    """A call of ``client`` after LLM101 is mended."""
    return fixed(folder, HEAD + call, "--select", "LLM101").removeprefix(HEAD)


# -- layout ---------------------------------------------------------------------------------------------------

CALLS = {
    "one line": ('c(input="hi")', 'c(input="hi", max_output_tokens=800)'),
    "no argument": ("c()", "c(max_output_tokens=800)"),
    "trailing comma on one line": ('c(input="hi",)', 'c(input="hi", max_output_tokens=800)'),
    "in parentheses": ('c(input=("hi"))', 'c(input=("hi"), max_output_tokens=800)'),
    "lines": (
        'c(\n    input="hi",\n    model="m",\n)',
        'c(\n    input="hi",\n    model="m",\n    max_output_tokens=800,\n)',
    ),
    "lines without a last comma": (
        'c(\n    input="hi",\n    model="m"\n)',
        'c(\n    input="hi",\n    model="m",\n    max_output_tokens=800\n)',
    ),
    "comments": (
        'c(\n    input="hi",  # a, (b)\n    model="m",  # c\n    # d\n)',
        'c(\n    input="hi",  # a, (b)\n    model="m",  # c\n    max_output_tokens=800,\n    # d\n)',
    ),
    "a comment and no last comma": (
        'c(\n    input="hi",\n    model="m"  # c\n)',
        'c(\n    input="hi",\n    model="m",  # c\n    max_output_tokens=800\n)',
    ),
    "aligned": (
        'c(input="hi",\n  model="m")',
        'c(input="hi",\n  model="m",\n  max_output_tokens=800)',
    ),
    "spread last": ('c(input="hi", **more)', 'c(input="hi", max_output_tokens=800, **more)'),
    "spread on a line": (
        'c(\n    input="hi",\n    **more,\n)',
        'c(\n    input="hi",\n    max_output_tokens=800,\n    **more,\n)',
    ),
    "too long for one line": (
        f'c(input="{"x" * 80}")',
        f'c(input="{"x" * 80}",\n  max_output_tokens=800)',
    ),
}


@pytest.mark.parametrize(("before", "after"), CALLS.values(), ids=CALLS)
def test_layout(before: str, after: str, tmp_path: Path) -> None:
    alias = 'c = client.responses.create\nmore = {"model": "m"}\n'
    assert capped(tmp_path, f"{alias}{before}\n") == f"{alias}{after}\n"


def test_none_is_replaced(tmp_path: Path) -> None:
    before = 'client.responses.create(input="hi", max_output_tokens=None, model="m")  # why\n'
    assert capped(tmp_path, before) == before.replace("None", "800")


def test_the_cap_is_given_only_where_the_configuration_names_one(tmp_path: Path) -> None:
    text = HEAD + 'client.responses.create(input="hi")\n'
    assert fixed(tmp_path, text, "--select", "LLM101", "--isolated", "--unsafe-fixes") == text


# -- names ----------------------------------------------------------------------------------------------------

NAMES = {
    "chat": (
        'import openai\nopenai.OpenAI().chat.completions.create(model="gpt-5", messages=[])',
        'messages=[], max_completion_tokens=25800)',
    ),
    "another provider": (
        'import openai\nopenai.OpenAI(base_url="https://api.groq.com").chat.completions.create(messages=[])',
        "messages=[], max_tokens=800)",
    ),
    "model object": (
        'from langchain_openai import ChatOpenAI\nChatOpenAI(model="gpt-4o").invoke("hi")',
        'ChatOpenAI(model="gpt-4o", max_tokens=800).invoke("hi")',
    ),
    "nested": (
        'from google import genai\ngenai.Client().models.generate_content(contents="hi")',
        'contents="hi", config={"max_output_tokens": 800})',
    ),
    "nested in a dict": (
        'from google import genai\ngenai.Client().models.generate_content(contents="", config={"temperature": 0})',
        'config={"temperature": 0, "max_output_tokens": 800})',
    ),
    "nested in an object": (
        "import google.genai as g\nc=g.Client().models\nc.generate_content(config=g.types.GenerateContentConfig(n=0))",
        "config=g.types.GenerateContentConfig(n=0, max_output_tokens=800))",
    ),
    "request": (
        'import requests\nrequests.post("https://api.openai.com/v1/responses", json={"input": "hi"}, timeout=9)',
        'json={"input": "hi", "max_output_tokens": 800}, timeout=9)',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), NAMES.values(), ids=NAMES)
def test_names(before: str, after: str, tmp_path: Path) -> None:
    outcome = fixed(tmp_path, before + "\n", "--select", "LLM101", "--unsafe-fixes")
    assert after in "\n".join(line.strip() for line in outcome.splitlines())


@pytest.mark.parametrize(
    "call",
    [
        'requests.post("https://api.openai.com/v1/responses", data=json.dumps({"input": "hi"}), timeout=9)',
        'requests.post("https://api.openai.com/v1/responses", json=make(), timeout=9)',
        'genai.Client().models.generate_content(contents="hi", config=make())',
        'asyncio.to_thread(openai.OpenAI().responses.create, input="hi")',
    ],
)
def test_where_it_is_left_to_people(call: str, tmp_path: Path) -> None:
    head = "import asyncio, json, openai, requests\nfrom google import genai\ndef make():\n    return {}\n"
    text = f"{head}{call}\n"
    assert fixed(tmp_path, text, "--select", "LLM101", "--unsafe-fixes") == text


# -- timeouts, stop sequences, JSON ---------------------------------------------------------------------------

OTHERS = {
    "timeout of a client": ("LLM105", "c = openai.OpenAI()\nc.embeddings.create()", "openai.OpenAI(timeout=30)\n"),
    "timeout in place of None": (
        "LLM105",
        "openai.OpenAI(timeout=None, max_retries=0).embeddings.create()",
        "openai.OpenAI(timeout=30, max_retries=0)",
    ),
    "timeout in milliseconds for what counts seconds itself": (
        "LLM105",
        "from google import genai\ngenai.Client().interactions.create(model='m', input='hi')",
        "genai.Client(http_options={'timeout': 30000})",
    ),
    "timeout in milliseconds": (
        "LLM105",
        'from google import genai\ngenai.Client().models.generate_content(model="m", contents="hi")',
        'genai.Client(http_options={"timeout": 30000})',
    ),
    "stop sequence": (
        "LLM102",
        'openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[])',
        'messages=[], stop=["###"])',
    ),
    "JSON mode": (
        "LLM103",
        'r = openai.OpenAI().chat.completions.create(messages=[])\njson.loads(r.choices[0].message.content)',
        'messages=[], response_format={"type": "json_object"})',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "before", "after"), OTHERS.values(), ids=OTHERS)
def test_others(code: str, before: str, after: str, tmp_path: Path) -> None:
    text = f"import json\nimport openai\n{before}\n"
    assert after in fixed(tmp_path, text, "--select", code, "--unsafe-fixes")


def test_a_timeout_is_safe_only_where_the_configuration_names_one(tmp_path: Path) -> None:
    text = "import openai\n\nclient = openai.OpenAI()\nclient.embeddings.create()\n"
    assert fixed(tmp_path, text, "--select", "LLM105", "--isolated") == text
    unsafe = fixed(tmp_path, text, "--select", "LLM105", "--isolated", "--unsafe-fixes")
    assert unsafe == text.replace("OpenAI()", "OpenAI(timeout=60)")


# -- scripts --------------------------------------------------------------------------------------------------

SCRIPTS = {
    "object": (
        'await client.responses.create({ model: "m", input: "hi" });',
        'await client.responses.create({ model: "m", input: "hi", max_output_tokens: 800 });',
    ),
    "lines": (
        'await client.responses.create({\n  model: "m", // why\n  input: "größer",\n});',
        'await client.responses.create({\n  model: "m", // why\n  input: "größer",\n  max_output_tokens: 800,\n});',
    ),
    "two objects": (
        'await client.responses.create({ input: "hi" }, { timeout: 9 });',
        'await client.responses.create({ input: "hi", max_output_tokens: 800 }, { timeout: 9 });',
    ),
    "undefined": (
        "await client.responses.create({ max_output_tokens: undefined });",
        "await client.responses.create({ max_output_tokens: 800 });",
    ),
    "empty": ("await client.responses.create({});", "await client.responses.create({ max_output_tokens: 800 });"),
}


@pytest.mark.parametrize(("before", "after"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(before: str, after: str, tmp_path: Path) -> None:
    head = 'import OpenAI from "openai";\nconst client = new OpenAI({ timeout: 9000, maxRetries: 0 });\n// größe\n'
    outcome = fixed(tmp_path, f"{head}{before}\n", "--select", "LLM101", name="main.ts")
    assert outcome == f"{head}{after}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.py", 'import ollama\nollama.chat(model="gpt-oss:120b-cloud", messages=[])\n'),
        ("main.ts", 'import { generateImage } from "ai";\nawait generateImage({ model, prompt: "a cat" });\n'),
        (
            "main.ts",
            'import { ChatOllama } from "@langchain/ollama";\nawait new ChatOllama({ model: "m" }).invoke("hi");\n',
        ),
    ],
    ids=["only the client takes it", "only a signal", "only the request"],
)
def test_timeouts_that_are_left_to_people(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text, "llmlint.toml": SETTINGS})
    (found,) = check(tmp_path, name, "--select", "LLM105").json["findings"]
    assert found["fixes"] == []


def test_json_mode_leaves_nothing_for_a_stop_sequence(tmp_path: Path) -> None:
    text = HEAD + (
        'reply = client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=9)\n'
        "json.loads(reply.choices[0].message.content)\n"
    )
    outcome = fixed(tmp_path, "import json\n" + text, "--select", "LLM102,LLM103", "--unsafe-fixes")
    assert 'response_format={"type": "json_object"})' in outcome
    assert "stop" not in outcome


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        ("OpenAIChat(id='gpt-5.5')", "max_completion_tokens"),
        ("OpenAIChat(id='m', base_url='https://a.example')", "max_tokens"),
    ],
)
def test_the_name_of_a_cap_is_that_of_the_provider(model: str, parameter: str, tmp_path: Path) -> None:
    text = f"from agno.models.openai import OpenAIChat\n\nmodel = {model}\n"
    assert f", {parameter}=" in fixed(tmp_path, text, "--select", "LLM101")


def test_a_model_that_thinks_when_it_is_asked_to(tmp_path: Path) -> None:
    text = 'from langchain_anthropic import ChatAnthropic\n\nmodel = ChatAnthropic(model="claude-sonnet-5")\n'
    assert "max_tokens=800)" in fixed(tmp_path, text, "--select", "LLM101,LLM104")
    budget = 'model="claude-sonnet-5", thinking={"type": "enabled", "budget_tokens": 4000}'
    assert "max_tokens=4800)" in fixed(tmp_path, text.replace('model="claude-sonnet-5"', budget), "--select", "LLM101")


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("from pydantic_ai import Agent", 'Agent("openai:gpt-5.5")'),
        ("from langchain_google_vertexai import ChatVertexAI", 'ChatVertexAI(model="gemini-3.5-flash")'),
        ("from perplexity import Perplexity", 'Perplexity().responses.create(model="openai/gpt-5.5", input="hi")'),
    ],
)
def test_a_model_that_thinks_gets_more(head: str, call: str, tmp_path: Path) -> None:
    assert "25800" in fixed(tmp_path, f"{head}\n\n{call}\n", "--select", "LLM101")


def test_the_timeout_of_a_script_counts_milliseconds(tmp_path: Path) -> None:
    text = 'import OpenAI from "openai";\nconst client = new OpenAI();\nawait client.embeddings.create({});\n'
    outcome = fixed(tmp_path, text, "--select", "LLM105", name="main.mjs")
    assert outcome == text.replace("OpenAI()", "OpenAI({ timeout: 30000 })")


def test_the_scripts_of_a_page(tmp_path: Path) -> None:
    text = (
        "<template><p>größe</p></template>\n<script>\nimport OpenAI from 'openai'\n"
        "const client = new OpenAI({ timeout: 9 })\nclient.responses.create({ input: 'hi' })\n</script>\n"
    )
    outcome = fixed(tmp_path, text, "--select", "LLM101", name="main.vue")
    assert outcome == text.replace("'hi' }", "'hi', max_output_tokens: 800 }")


# -- limits of tasks and queues -------------------------------------------------------------------------------

TASK = """\
import openai
from {module} import {name}

{head}
client = openai.OpenAI(timeout=30, max_retries=0)


{decorator}
def ask(prompt):
    return client.responses.create(input=prompt, max_output_tokens=500)
"""


def test_the_retries_of_a_task(tmp_path: Path) -> None:
    text = TASK.format(
        module="celery",
        name="Celery",
        head='app = Celery("app", broker="redis://")',
        decorator="@app.task(autoretry_for=(openai.APIError,), max_retries=None)  # why",
    )
    assert fixed(tmp_path, text, "--select", "LLM503") == text.replace("=None)", "=5)")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"timeout": 90,\n}', '"timeout": 90,\n    "max_attempts": 5,\n}'),
        ('"timeout": 90,\n    "max_attempts": 0,\n}', '"timeout": 90,\n    "max_attempts": 5,\n}'),
    ],
)
def test_the_attempts_of_all_tasks(before: str, after: str, tmp_path: Path) -> None:
    cluster = 'Q_CLUSTER = {\n    "name": "app",\n    "orm": "default",\n    '
    task = TASK.format(module="django_q.tasks", name="async_task", head="", decorator="")
    files = {"app/tasks.py": f'{task}\n\nasync_task(ask, "hi")\n', "app/settings.py": f"{cluster}{before}\n"}
    write(tmp_path, files)
    run("check", "--fix", "--select", "LLM503", cwd=tmp_path)
    assert (tmp_path / "app/settings.py").read_text() == f"{cluster}{after}\n"


def test_the_receives_of_a_queue(tmp_path: Path) -> None:
    text = (
        "from aws_cdk import aws_sqs as sqs\n"
        'dead = sqs.Queue(None, "Dead")\n'
        'sqs.Queue(None, "Jobs", dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5000, queue=dead))\n'
    )
    settings = "queues-everywhere = true\n"
    write(tmp_path, {"queues.py": text, "llmlint.toml": settings})
    run("check", "--fix", "--unsafe-fixes", "--select", "LLM501", cwd=tmp_path)
    assert (tmp_path / "queues.py").read_text() == text.replace("5000", "5")


def test_a_task_is_run_again_after_twice_its_limit(tmp_path: Path) -> None:
    text = 'Q_CLUSTER = {"orm": "default", "timeout": 90, "retry": 60, "max_attempts": 3}  # why\n'
    assert fixed(tmp_path, text, "--select", "LLM504", "--unsafe-fixes") == text.replace("60", "180")
