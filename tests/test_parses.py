"""Which parses are of a reply's text: what leads from the reply to the parser, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

ASK = """
import ast, asyncio, json, re, subprocess, requests, yaml
from openai import OpenAI
from pydantic import BaseModel
client = OpenAI(timeout=3)
def complete(text):
    return client.chat.completions.create(model="o3", max_completion_tokens=9, messages=[text]){mark}
def ask(text):
    return complete(text).choices[0].message.content
"""

OF_THE_TEXT = {
    "as it came": "json.loads(complete('hi').choices[0].message.content)",
    "with a default": "json.loads(ask('hi') or '{}')",
    "stripped": "json.loads(ask('hi').strip().removeprefix('```json').replace('```', ''))",
    "split at the fences": """
        text = ask("hi")
        if "```" in text:
            text = text.split("```")[1]
        json.loads(text)
    """,
    "cut out by its braces": """
        text = ask("hi")
        json.loads(text[text.find("{") : text.rfind("}") + 1])
    """,
    "found by a regex": """
        match = re.search(r"```json(.*?)```", ask("hi"), re.S)
        json.loads(match.group(1))
    """,
    "found by a compiled regex": """
        OBJECT = re.compile(r"\\{.*\\}", re.S)
        def parse(text):
            return OBJECT.search(text).group()
        parse(ask("hi"))
    """,
    "cleaned by a regex": "json.loads(re.sub(r'```(json)?', '', ask('hi')))",
    "with a key looked up": "json.loads(complete('hi').model_dump().get('choices')[0]['message']['content'])",
    "by a function of the project": """
        def clean(text):
            return text.strip()
        def parse(text):
            return yaml.safe_load(clean(text))
        parse(ask("hi"))
        clean("something else")
    """,
    "in a tuple": """
        def ask_and_count(text):
            reply = complete(text)
            return reply.usage.total_tokens, reply.choices[0].message.content
        count, text = ask_and_count("hi")
        json.loads(text)
    """,
    "in a dict": """
        def report(text):
            return {"text": ask(text), "ok": True}
        json.loads(report("hi")["text"])
    """,
    "in an object": """
        class Reply(BaseModel):
            text: str
        class Answer:
            def __init__(self, text):
                self.text = text
        def wrap(text):
            return Answer(Reply(text=ask(text)).text)
        json.loads(wrap("hi").text)
    """,
    "on self": """
        class Agent:
            def run(self, text):
                self.reply = ask(text)
                return json.loads(self.reply)
    """,
    "in a variable of the function around": """
        def run(text):
            reply = ask(text)
            def parsed():
                return ast.literal_eval(reply)
            return parsed()
    """,
    "collected in a list": """
        replies = []
        for text in ["a", "b"]:
            replies.append(ask(text))
        [json.loads(reply) for reply in replies]
    """,
    "yielded": """
        def answers(texts):
            for text in texts:
                yield ask(text)
        for answer in answers(["a", "b"]):
            json.loads(answer)
    """,
    "awaited": """
        async def run(text):
            return json.loads(await asyncio.wait_for(asyncio.to_thread(ask, text), 3))
    """,
    "by a model of Pydantic": """
        class Answer(BaseModel):
            text: str
        Answer.model_validate_json(ask("hi"))
    """,
}
ELSEWHERE = """
# -- app/__init__.py
# -- app/llm.py
from openai import OpenAI
client = OpenAI(timeout=3)
def complete(text):
    return client.chat.completions.create(model="o3", max_completion_tokens=9, messages=[text])  # LLM103
# -- app/ask.py
from app.llm import complete
class Model:
    def ask(self, text):
        return self.checked(complete(text))
    def checked(self, reply):
        return reply.choices[0].message.content
# -- app/clean.py
def without_fence(text):
    return text.strip().removeprefix("```json").removesuffix("```")
def cleaned(text):
    return without_fence(text)
# -- app/parse.py
import json
from app.clean import cleaned
def parse(text):
    return json.loads(cleaned(text))
def parse_first(texts):
    return parse(texts[0])
# -- app/run.py
from app.ask import Model
from app.parse import parse_first
def run(question):
    return parse_first([Model().ask(question)])
"""
BY_NAME = """
import json
from contextlib import asynccontextmanager
from app import require_dependency

class Model:
    def __init__(self):
        session = require_dependency(
            "aiobotocore.session",
        )
        self.session = session.get_session()

    @asynccontextmanager
    async def client(self):
        async with self.session.create_client("bedrock-runtime") as client:
            yield client

    async def ask(self, messages):
        async with self.client() as client:
            response = await client.converse(modelId="x", messages=messages)  # LLM103
        return json.loads(self.text(response))

    @staticmethod
    def text(response: dict):
        parts = []
        for block in response["output"]["message"]["content"]:
            if isinstance(block, dict) and "text" in block:
                parts.append(block.get("text"))
        return "\\n".join(parts)
"""
OF_SOMETHING_ELSE = {
    "the whole reply, parsed and written again": "json.loads(json.dumps(json.loads(complete('hi').to_json())))",
    "the whole reply": "json.loads(complete('hi').model_dump_json())",
    "the tokens used": "json.loads(json.dumps(complete('hi').usage))",
    "a token": "[json.loads(token.token) for token in complete('hi').choices[0].logprobs.content]",
    "a file that the reply names": """
        with open(ask("which file?")) as file:
            json.loads(file.read())
    """,
    "a row that the reply names": """
        def look_up(database):
            row = database.execute("select data from t where name = ?", (ask("who?"),)).fetchone()
            return json.loads(row["data"])
    """,
    "a page that the reply names": "json.loads(requests.get('https://x.example/' + ask('where?'), timeout=3).text)",
    "what the reply prints when it is run": """
        json.loads(subprocess.run(["python", "-c", ask("write code")], capture_output=True).stdout)
    """,
    "a number in the reply": """
        SCORE = re.compile(r"\\[\\[(\\d+\\.?\\d*)\\]\\]")
        ast.literal_eval(re.search(SCORE, ask("rate it")).groups()[0])
        json.loads(re.search(r"score: (\\d{1,3})", ask("rate it")).group(1))
    """,
    "a placeholder or a formula in the reply": """
        re.findall(r"\\{\\{(.*?)\\}\\}", ask("fill in"))
        re.search(r"\\\\boxed\\{(.*?)\\}", ask("solve it"))
    """,
    "another text that goes through the same function": """
        def parse(text):
            return json.loads(text)
        def clean(text):
            return text.strip()
        parse(clean('{"a": 1}'))
        print(clean(ask("hi")))
    """,
    "one of several functions that a call may run": """
        class Extractor:
            def __init__(self, parse):
                self.parse = parse
            def run(self, text):
                return self.parse(ask(text))
        def as_json(text):
            return json.loads(text)
        def as_lines(text):
            return text.splitlines()
        Extractor(as_json), Extractor(as_lines)
    """,
    "another part of what a function returns": """
        def ask_with_settings(text):
            return ask(text), "{}"
        json.loads(ask_with_settings("hi")[1])
    """,
    "what stands in for a call that asks for structure": """
        def as_asked(text, is_strict):
            settings = {"max_completion_tokens": 9, "messages": [text]}
            if is_strict:
                reply = client.chat.completions.create(**settings, response_format={"type": "json_object"})
            else:
                reply = client.chat.completions.create(**settings)
            json.loads(reply.choices[0].message.content)
        def with_tools(text, tools):
            settings = {"max_completion_tokens": 9, "messages": [text]}
            if tools:
                return client.chat.completions.create(**settings, tools=tools)
            json.loads(client.chat.completions.create(**settings).choices[0].message.content)
        def once_more(text):
            settings = {"max_completion_tokens": 9, "messages": [text]}
            try:
                reply = client.chat.completions.create(**settings, response_format={"type": "json_object"})
            except ValueError:
                reply = client.chat.completions.create(**settings)
            json.loads(reply.choices[0].message.content)
    """,
    "the arguments of a tool call": """
        message = complete("hi").choices[0].message
        json.loads(message.tool_calls[0].function.arguments)
        json.loads(message.function_call["arguments"])
    """,
}
ENVELOPES = {
    "a request's body": """
        import json, requests
        URL = "https://api.openai.com/v1/chat/completions"
        def send(text):
            return requests.post(URL, timeout=9, json={"max_completion_tokens": 9, "messages": [text]})
        json.loads(send("hi").text)["choices"][0]["message"]["content"]
        json.loads(send("hi").content.decode("utf-8"))
        for line in send("hi").iter_lines():
            print(json.loads(line[6:])["choices"])
    """,
    "the text in a request's body": """
        import json, requests
        URL = "https://api.openai.com/v1/chat/completions"
        def send(text):
            return requests.post(URL, timeout=9, json={"max_completion_tokens": 9, "messages": [text]})  # LLM103 LLM106
        json.loads(send("hi").json()["choices"][0]["message"]["content"])
    """,
    "the body of invoke_model": """
        import json, boto3
        client = boto3.client("bedrock-runtime")
        def ask(text):
            body = json.dumps({"messages": [text], "max_tokens": 9})
            reply = client.invoke_model(modelId="anthropic.claude-3-haiku", body=body)
            return json.loads(reply["body"].read())["content"][0]["text"]
        print(ask("hi"))
    """,
    "the text in the body of invoke_model": """
        import json, boto3
        client = boto3.client("bedrock-runtime")
        def ask(text):
            body = json.dumps({"messages": [text], "max_tokens": 9})
            reply = client.invoke_model(modelId="anthropic.claude-3-haiku", body=body)  # LLM103 LLM106
            return json.loads(reply.get("body").read())["content"][0]["text"]
        json.loads(ask("hi"))
    """,
    "an embedding": """
        import json, boto3
        client = boto3.client("bedrock-runtime")
        def embed(text):
            reply = client.invoke_model(modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": text}))
            return json.loads(reply.get("body").read())["embedding"]
    """,
    "a raw response": """
        import json
        from openai import OpenAI
        client = OpenAI(timeout=3)
        def ask(text):
            reply = client.chat.completions.with_raw_response.create(max_completion_tokens=9, messages=[text])
            return json.loads(reply.text)
    """,
    "the text in a raw response": """
        import json
        from openai import OpenAI
        client = OpenAI(timeout=3)
        def ask(text):
            completions = client.chat.completions
            raw = completions.with_raw_response.create(max_completion_tokens=9, messages=[text])  # LLM103 LLM106
            return json.loads(raw.parse().choices[0].message.content)
    """,
    "the input of a tool": """
        import json, boto3
        client = boto3.client("bedrock-runtime")
        def ask(messages):
            reply = client.converse(modelId="m", messages=messages, inferenceConfig={"maxTokens": 9})  # LLM106
            return json.loads(reply["output"]["message"]["content"][0]["toolUse"]["input"])
    """,
}


def program(parse: str, mark: str) -> str:
    indented = parse if parse.startswith("\n") else f"\n{' ' * 8}{parse}\n"
    return ASK.replace("{mark}", mark) + "\n".join(line[8:] for line in indented.splitlines())


@pytest.mark.parametrize("name", OF_THE_TEXT)
def test_the_text_of_a_reply_is_parsed(name: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program(OF_THE_TEXT[name], "  # LLM103"), "LLM103")


@pytest.mark.parametrize("name", OF_SOMETHING_ELSE)
def test_something_else_is_parsed(name: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program(OF_SOMETHING_ELSE[name], ""), "LLM103")


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_response_is_not_its_text(name: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, ENVELOPES[name], "LLM103", "LLM106")


def test_what_is_parsed_may_be_asked_for_on_one_path(tmp_path: Path) -> None:
    program = """
        import json
        import google.generativeai as genai
        def ask(text, is_json):
            settings = genai.types.GenerationConfig(temperature=0)
            if is_json:
                settings.response_mime_type = "application/json"
            reply = genai.GenerativeModel("gemini", generation_config=settings).generate_content(text)
            return json.loads(reply.text) if is_json else reply.text
        def ask_plainly(text):
            settings = genai.types.GenerationConfig()
            settings.temperature = 0
            model = genai.GenerativeModel("gemini", generation_config=settings)
            return json.loads(model.generate_content(text).text)  # LLM103
    """
    assert_marked(tmp_path, program, "LLM103")


def test_the_cap_of_a_reply_is_that_of_its_model(tmp_path: Path) -> None:
    program = """
        import json
        from langchain_openai import ChatOpenAI
        capped, free = ChatOpenAI(max_tokens=9), ChatOpenAI()
        json.loads(capped.invoke("hi").content)  # LLM106
        json.loads(free.invoke("hi").content)
        free.invoke("hello", max_tokens=9)
    """
    assert_marked(tmp_path, program, "LLM106")


def test_who_parses_may_look_at_why_the_reply_ended(tmp_path: Path) -> None:
    program = """
        import json
        from openai import OpenAI
        client = OpenAI(timeout=3)
        def ask(text):
            return client.chat.completions.create(max_completion_tokens=9, messages=[text]){mark}
        def read(reply):
            {check}
            return json.loads(reply.choices[0].message.content)
        read(ask("hi"))
    """
    checked = program.format(mark="", check="assert reply.choices[0].finish_reason == 'stop'")
    assert_marked(tmp_path / "checked", checked, "LLM106")
    assert_marked(tmp_path / "not", program.format(mark="  # LLM106", check="pass"), "LLM106")


def test_the_second_parse_is_related(tmp_path: Path) -> None:
    findings = assert_marked(tmp_path, ENVELOPES["the text in the body of invoke_model"], "LLM103", "LLM106")
    assert {place.location.line for finding in findings for place in finding.related} == {7}


@pytest.mark.parametrize("code", [ELSEWHERE, BY_NAME], ids=["through other files", "of a client imported by name"])
def test_a_reply_that_comes_a_long_way(code: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, code, "LLM103")


def test_methods_that_share_a_parse(tmp_path: Path) -> None:
    program = """
        import json
        from openai import OpenAI
        client = OpenAI()
        class Judge:
            def __init__(self, schema):
                self.schema = schema
            def structured(self, text):
                kwargs = {"model": "gpt-5.5", "messages": text, "response_format": self.schema}
                return client.chat.completions.create(**kwargs)
            def plain(self, text):
                return client.chat.completions.create(model="gpt-5.5", messages=text)
            def ask(self, text, is_old):
                reply = self.plain(text) if is_old else self.structured(text)
                return json.loads(reply.choices[0].message.content)
            def alone(self, text):
                reply = client.chat.completions.create(model="gpt-5.5", messages=text)  # LLM103
                return json.loads(reply.choices[0].message.content)
    """
    assert_marked(tmp_path, program, "LLM103")
