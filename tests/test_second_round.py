"""Files that name no SDK are read where something in them may be found, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import CATALOG, assert_marked, check, files_of

from llmlint.config import Config
from llmlint.discover import discover
from llmlint.project import Project

_PADDING = "# " + "x" * 100 + "\n"
# Longer than what is read for its imports alone.
LONG = _PADDING * 25
_LLM = """
# -- asking.py
from openai import OpenAI
client = OpenAI(timeout=5, max_retries=0)
def ask(prompt):
    return client.responses.create(input=prompt, max_output_tokens=9)
class Model:
    def __init__(self):
        self.client = client
    def ask(self, prompt):
        return ask(prompt)
"""

FOUND = {
    "a loop": """
# -- main.py
from asking import ask
def run(prompt):
    while True:  # LLM201
        try:
            return ask(prompt)
        except Exception:
            continue
""",
    "a loop around a method": """
# -- main.py
from asking import Model
def run(prompt, model: Model):
    while True:  # LLM201
        try:
            return model.ask(prompt)
        except Exception:
            continue
""",
    "a loop around a function of a file without one": """
# -- middle.py
from asking import ask
def relay(prompt):
    return ask(prompt)
# -- main.py
from middle import relay
def run(prompt):
    while True:  # LLM201
        try:
            return relay(prompt)
        except Exception:
            continue
""",
    "a loop around a method two files away": """
# -- inner.py
import asking
class Inner:
    def relay(self, prompt):
        text = prompt.strip()
        return asking.ask(text)
# -- outer.py
from inner import Inner
class Outer:
    def __init__(self):
        self.inner = Inner()
    def relay(self, prompt):
        return self.inner.relay(prompt)
# -- main.py
from outer import Outer
def run(prompt):
    outer = Outer()
    while True:  # LLM201
        try:
            return outer.relay(prompt)
        except Exception:
            continue
""",
    "a decorator": """
# -- main.py
from tenacity import retry
from asking import ask
@retry  # LLM202
def run(prompt):
    return ask(prompt)
""",
    "recursion": """
# -- main.py
from asking import ask
def run(prompt):
    answer = ask(prompt)
    if not answer.output_text:
        return run(prompt)  # LLM207
    return answer
""",
    "another name": """
# -- main.py
from asking import ask as question
def run(prompt):
    while True:  # LLM201
        try:
            return question(prompt)
        except Exception:
            continue
""",
    "an import that goes on in another line": """
# -- main.py
from asking import answer, \\
    ask
def run(prompt):
    while True:  # LLM201
        try:
            return ask(prompt)
        except Exception:
            continue
""",
    "a check of the length in a file of its own": """
# -- sizes.py
def check_window(text, most):
    size = len(text) // 4
    return size <= most, size
# -- main.py
from openai import OpenAI
from sizes import check_window
client = OpenAI(timeout=5, max_retries=0)
def run(path):
    prompt = open(path).read()
    fits, size = check_window(prompt, 9000)
    if not fits:
        return size
    return client.responses.create(input=prompt, max_output_tokens=9)
def run_all(path):
    return client.responses.create(input=open(path).read(), max_output_tokens=9)  # LLM402
""",
    "a client that an object holds": """
# -- main.py
from asking import Model
def run(prompt):
    return Model().client.responses.create(input=prompt)  # LLM101
""",
}


def _long(program: str) -> str:
    return "\n".join(f"{line}\n{LONG}" if line.startswith("# -- ") else line for line in program.splitlines())


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_found(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, _long(_LLM + program), "LLM101", "LLM201", "LLM202", "LLM207", "LLM402")


def test_a_decorator_that_is_read_after_what_it_stands_on(tmp_path: Path) -> None:
    program = """
# -- main.py
from openai import OpenAI
from again import again
client = OpenAI(timeout=5, max_retries=0)
@again
def run(prompt):
    return client.responses.create(input=prompt, max_output_tokens=9)
# -- again.py
def again(function):
    def run(*args):
        while True:  # LLM201
            try:
                return function(*args)
            except ConnectionError:
                continue
    return run
"""
    assert_marked(tmp_path, _long(program), "LLM201")


def test_files_without_loops_stay_unread(tmp_path: Path) -> None:
    program = _LLM + f"# -- main.py\n{LONG}from asking import ask\ndef run(prompt):\n    return ask(prompt)\n"
    files = files_of(program)
    assert not check(tmp_path, files)
    report = Project(discover([tmp_path], tmp_path, ()), Config(), CATALOG).check()
    assert report.parsed == 1


READ = {
    "a file": """
from asking import ask
def run(path):
    return ask(open(path).read())
""",
    "a page, by a function of its own": """
import requests
from asking import ask
def page(url):
    return requests.get(url).text
def run(url):
    return ask(page(url))
""",
    "a history": """
from asking import Model
class Chat:
    def __init__(self, model: Model):
        self.model = model
        self.turns = []
    def say(self, text):
        self.turns.append(text)
        return self.model.ask(self.turns)
""",
    "a comprehension": """
from asking import ask
def run(prompts):
    return [ask(prompt) for prompt in prompts]
""",
    "a module": """
import asking as questions
def run(prompt):
    while not questions.ask(prompt):
        prompt += "?"
""",
    "a function of the file in between": """
from asking import ask
def relay(prompt):
    return ask(prompt)
def run(prompt):
    while not relay(prompt):
        prompt += "?"
""",
    "methods that call each other": """
from asking import Model
class Talk:
    def __init__(self, model: Model):
        self.model = model
    def begin(self, prompt):
        return self.model.ask(prompt) or self.again(prompt)
    def again(self, prompt):
        return self.begin(prompt + "?")
""",
    "a handler": """
from fastapi import APIRouter
from asking import ask
router = APIRouter()
@router.post("/ask")
def run(prompt):
    return ask(prompt)
""",
    "a retry that is given a function": """
from tenacity import Retrying
from asking import ask
def run(prompt):
    return Retrying()(ask, prompt)
""",
    "a client that a method gives": """
from asking import Model
class Other(Model):
    def get(self):
        client = self.client
        return client
    def run(self, prompt):
        return self.get().responses.create(input=prompt)
""",
    "what only a newer Python reads": """
from asking import ask
type Prompt = str
def run(prompt: Prompt):
    while not ask(prompt):
        prompt += "?"
""",
}
UNREAD = {
    "a call": """
from asking import ask as question
def run(prompt):
    return question(prompt)
""",
    "a word in a text": '''
from asking import ask
def run(prompt):
    """Unlike ask() in asking, while this is for nobody."""
    while prompt:
        prompt = prompt.replace("ask(prompt)", "")  # ask(prompt)
''',
    "a method of something else": """
import requests
from asking import Model
def run(prompts: list, session: requests.Session):
    for prompt in prompts:
        requests.ask(prompt)
        session.ask(prompt)
        reply = session.get(prompt)
        reply.ask(prompt)
""",
    "a method of its own": """
from asking import Model
class Other:
    def ask(self, prompt):
        return prompt
    def run(self, prompt):
        while not self.ask(prompt):
            prompt += "?"
""",
    "the same method of the base": """
from asking import Model
class Other(Model):
    def ask(self, prompt):
        return super().ask(prompt)
""",
    "the same method of another object": """
from asking import Model
class Other:
    def __init__(self, model: Model):
        self.model = model
    def ask(self, prompt):
        return self.model.ask(prompt)
""",
    "what a loop goes over": """
from asking import ask
def run(prompt):
    for line in ask(prompt):
        print(line)
    return [line for line in ask(prompt)]
""",
    "a loop over what is written": """
from asking import ask
def run():
    for prompt in ("What?", "Why?"):
        ask(prompt)
""",
    "a decorator that only marks": """
import functools
from asking import ask
class Talk:
    @property
    def reply(self):
        return ask("What?")
    @functools.lru_cache
    def again(self):
        return ask("Why?")
""",
    "another object's client": """
from asking import Model
from elsewhere import connect
class Store:
    def __init__(self):
        self.client = connect()
    def run(self):
        self.client.collections.create()
        return self.client.search("ask")
""",
    "what is done with a client besides": """
from asking import Model
class Other(Model):
    def run(self):
        self.client.close()
        return self.client is None
""",
}


SEVERAL = {
    "a decorator of the project that tries again": (
        3,
        """
# -- main.py
from again import again
from asking import ask
@again
def run(prompt):
    return ask(prompt)
# -- again.py
def again(function):
    def run(*args):
        while True:
            try:
                return function(*args)
            except Exception:
                continue
    return run
""",
    ),
    "a decorator of the project that runs once": (
        1,
        """
# -- main.py
from again import again
from asking import ask
@again
def run(prompt):
    return ask(prompt)
# -- again.py
def again(function):
    def run(*args):
        print("Once.")
        return function(*args)
    return run
""",
    ),
    "a parser of replies": (
        3,
        """
# -- main.py
from openai import OpenAI
from parsing import read
def run(client: OpenAI, prompt):
    return read(client.responses.create(input=prompt).output_text)
# -- parsing.py
import json
def read(text):
    return json.loads(text)
""",
    ),
    "a parser of replies that come through other functions": (
        4,
        """
# -- main.py
from openai import OpenAI
from parsing import read
def ask(client: OpenAI, prompt):
    return client.responses.create(input=prompt).output_text
def run(client: OpenAI, prompt):
    return read(ask(client, prompt))
# -- parsing.py
import json
from cleaning import clean
def read(text):
    return json.loads(clean(text))
# -- cleaning.py
def clean(text):
    return text.strip()
""",
    ),
    "what changes a text before it is spoken": (
        4,
        """
# -- voice.py
from openai import OpenAI
def talk(client: OpenAI, text):
    client.audio.speech.create(input=text, model="tts-1", voice="onyx")
# -- main.py
from voice import talk
from cleaning import clean
def run(client, text):
    talk(client, clean(text))
# -- cleaning.py
def clean(text):
    return text.strip()
""",
    ),
    "what brings a text into a prompt": (
        3,
        """
# -- main.py
from openai import OpenAI
from loading import load
from naming import title
def run(client: OpenAI, path):
    return client.responses.create(input=title(path) + load(path))
# -- loading.py
def load(path):
    with open(path) as file:
        return file.read()
# -- naming.py
def title(path):
    return path.title()
""",
    ),
    "something else for replies": (
        2,
        """
# -- main.py
from openai import OpenAI
from parsing import read
def run(client: OpenAI, prompt):
    return read(client.responses.create(input=prompt).output_text)
# -- parsing.py
import json
def read(text):
    return text.strip()
def other(text):
    return json.loads(text)
""",
    ),
    "a loader of modules": (
        3,
        """
# -- main.py
import openai
from loading import require
def run(prompt):
    return require("openai").responses.create(input=prompt)
# -- loading.py
import importlib
def require(name):
    return importlib.import_module(name)
""",
    ),
    "a base of what reaches no model call": (
        2,
        """
# -- main.py
import openai
from base import Base
class Plain(Base):
    name = "plain"
# -- base.py
class Base:
    name = ""
""",
    ),
    "a base of what reaches one": (
        3,
        """
# -- main.py
import openai
from base import Base
class Talk(Base):
    def ask(self, prompt):
        return openai.responses.create(input=prompt)
# -- base.py
class Base:
    name = ""
""",
    ),
    "what an unread file does besides": (
        2,
        """
# -- main.py
import openai
from middle import tidy
def run(prompt):
    return tidy(prompt)
# -- middle.py
from asking import ask
def tidy(prompt):
    return prompt.strip()
def relay(prompt):
    return ask(prompt)
""",
    ),
    "a client that a function makes anew": (
        3,
        """
# -- clients.py
from openai import OpenAI
made = None
def get_client() -> OpenAI:
    if made is not None:
        return made
    return OpenAI(timeout=5)
# -- main.py
def judge(prompt):
    from clients import get_client
    client = get_client()
    return client.responses.parse(input=prompt)
# -- spare.py
from clients import get_client
def show(client):
    print(get_client.__name__, client.responses.parse)
""",
    ),
    "methods that a framework calls": (
        1,
        """
# -- main.py
from langchain_core.embeddings import Embeddings
class Own(Embeddings):
    def embed_documents(self, texts):
        return [[0.0] for text in texts]
    def embed_query(self, text):
        return self.embed_documents([text])[0]
""",
    ),
    "methods of a framework that are called": (
        2,
        """
# -- main.py
from langchain_core.embeddings import Embeddings
def embed(model: Embeddings, text):
    return model.embed_query(text)
""",
    ),
}


def _parsed(tmp_path: Path, program: str) -> int:
    """How many files of a program were read, none of which is read for being short."""
    check(tmp_path, files_of(_long(_LLM + program)))
    return Project(discover([tmp_path], tmp_path, ()), Config(), CATALOG).check().parsed


@pytest.mark.parametrize("program", READ.values(), ids=READ)
def test_read(tmp_path: Path, program: str) -> None:
    assert _parsed(tmp_path, f"# -- main.py{program}") == 2


@pytest.mark.parametrize("program", UNREAD.values(), ids=UNREAD)
def test_unread(tmp_path: Path, program: str) -> None:
    assert _parsed(tmp_path, f"# -- main.py{program}") == 1


@pytest.mark.parametrize(("number", "program"), SEVERAL.values(), ids=SEVERAL)
def test_read_of_several(tmp_path: Path, number: int, program: str) -> None:
    assert _parsed(tmp_path, program) == number
