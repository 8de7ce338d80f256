"""Texts followed to where they are spoken (LLM401): what bounds them, and how they get there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import assert_marked, messages

PRELUDE = """\
from openai import OpenAI

client = OpenAI()


def ask(question):
    return client.responses.create(model="gpt-5.5", input=question).output_text


def talk(text):
    client.audio.speech.create(model="tts-1", voice="onyx", input=text)  # LLM401


"""
QUIET = PRELUDE.replace("  # LLM401", "")

# -- the four shapes of a wrapper, each with nothing that bounds, and with a guard at one level ---------------------

SHAPES = {
    "in another package": """
        # -- app/voice/__init__.py
        from app.voice.openai import talk
        # -- app/voice/openai.py
        from openai import OpenAI
        client = OpenAI()
        def talk(text):
            {inner}
            client.audio.speech.create(model="tts-1", voice="onyx", input=text)  # LLM401
        # -- app/__init__.py
        # -- app/chat.py
        from openai import OpenAI
        from app.voice import talk
        client = OpenAI()
        def chat(question):
            reply = client.responses.create(model="gpt-5.5", input=question).output_text
            {outer}
            talk({text})
        """,
    "a method of an object that is held": """
        # -- app/__init__.py
        # -- app/voice.py
        from openai import OpenAI
        class Voice:
            def __init__(self):
                self.client = OpenAI()
            def talk(self, text):
                {inner}
                self.client.audio.speech.create(model="tts-1", voice="onyx", input=text)  # LLM401
        # -- app/chat.py
        from openai import OpenAI
        from app.voice import Voice
        class Chat:
            def __init__(self):
                self.llm = OpenAI()
                self.tts = Voice()
            def answer(self, question):
                reply = self.llm.responses.create(model="gpt-5.5", input=question).output_text
                {outer}
                self.tts.talk({text})
        """,
    "a callback": """
        # -- app/__init__.py
        # -- app/voice.py
        from openai import OpenAI
        client = OpenAI()
        def talk(text):
            {inner}
            client.audio.speech.create(model="tts-1", voice="onyx", input=text)  # LLM401
        # -- app/chat.py
        from threading import Thread
        from openai import OpenAI
        from app.voice import talk
        client = OpenAI()
        def chat(question):
            reply = client.responses.create(model="gpt-5.5", input=question).output_text
            {outer}
            Thread(target=talk, args=({text},)).start()
        """,
    "two wrappers in a row": """
        # -- app/__init__.py
        # -- app/voice.py
        from openai import OpenAI
        client = OpenAI()
        def talk(text):
            {inner}
            client.audio.speech.create(model="tts-1", voice="onyx", input=text)  # LLM401
        # -- app/speaker.py
        from app.voice import talk
        def read_aloud(message, times=1):
            {middle}
            for _ in range(times):
                talk(message)
        # -- app/chat.py
        from openai import OpenAI
        from app.speaker import read_aloud
        client = OpenAI()
        def chat(question):
            reply = client.responses.create(model="gpt-5.5", input=question).output_text
            {outer}
            read_aloud(message={text})
        """,
}
NOTHING = {"inner": "pass", "middle": "pass", "outer": "pass", "text": "reply"}
GUARDS = {
    "in the wrapper": {"inner": "assert len(text) <= 400"},
    "between the wrappers": {"middle": "message = message[:400]"},
    "in the caller": {"outer": "if len(reply) > 400: return"},
    "at the call": {"text": "reply[:400]"},
}
GUARDED = [
    (shape, guard)
    for shape, code in SHAPES.items()
    for guard, given in GUARDS.items()
    if f"{{{next(iter(given))}}}" in code
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reply_reaches_speech_through_a_wrapper(tmp_path: Path, shape: str) -> None:
    (found,) = assert_marked(tmp_path, SHAPES[shape].format(**NOTHING), "LLM401")
    assert [note.message for note in found.related][-1] == "it is this reply"
    assert found.related[0].location.path != found.location.path


@pytest.mark.parametrize(("shape", "guard"), GUARDED)
def test_a_guard_at_one_level_is_enough(tmp_path: Path, shape: str, guard: str) -> None:
    program = SHAPES[shape].format(**{**NOTHING, **GUARDS[guard]})
    assert_marked(tmp_path, program.replace("  # LLM401", ""), "LLM401")


def test_notes_name_the_callers_from_the_speech_outward(tmp_path: Path) -> None:
    (found,) = assert_marked(tmp_path, SHAPES["two wrappers in a row"].format(**NOTHING), "LLM401")
    assert [(note.location.path, note.message) for note in found.related] == [
        ("app/speaker.py", "the text comes through this call"),
        ("app/chat.py", "the text comes through this call"),
        ("app/chat.py", "it is this reply"),
    ]


# -- what bounds a text ---------------------------------------------------------------------------------------

BOUNDS = [
    "talk(reply[:600])",
    "talk(reply[-600:])",
    "talk(f'You asked. {reply[:LIMIT]}')",
    "short = reply\n    if len(reply) > 600:\n        short = reply[:600]\n    talk(short[:600])",
    "if len(reply) > 600:\n        reply = reply[:600]\n    talk(reply)",
    "if len(reply) > 600:\n        reply = 'A long story.'\n    talk(reply)",
    "if len(reply) <= 600:\n        talk(reply)",
    "data = {'text': [reply]}[question]\n    if len(data['text']) > 600:\n        return\n    talk(data['text'])",
    "if len(reply) > 600:\n        abort(413)\n    talk(reply)",
    "if len(reply) > 600:\n        flask.abort(413)\n    talk(reply)",
    "if len(reply) > 600:\n        st.stop()\n    talk(reply)",
    "hand_over(reply[:600], talk)",
    "if not len(reply) > 600:\n        talk(reply)",
    "if reply and len(reply) < LIMIT:\n        talk(reply)",
    "if not reply or len(reply) > LIMIT:\n        return\n    talk(reply)",
    "if 0 < len(reply) <= 600:\n        talk(reply)",
    "if LIMIT < len(reply):\n        raise ValueError(reply)\n    talk(reply)",
    "size = len(reply)\n    if size > 600:\n        return\n    talk(reply)",
    "if len(reply.strip()) > 600:\n        return\n    talk(reply.strip())",
    "if len(encoding.encode(reply)) > 600:\n        return\n    talk(reply)",
    "if count_tokens(reply) > 600:\n        return\n    talk(reply)",
    "if count_tokens(question) + count_tokens(reply) < 600:\n        talk(reply)",
    "tokens = encoding.encode(reply)\n    if len(tokens) > 600:\n        return\n    talk(reply)",
    "talk(reply if len(reply) <= 600 else reply[:600])",
    "talk(encoding.decode(encoding.encode(reply)[:600]))",
    "talk(textwrap.shorten(reply, 600))",
    "talk(''.join(itertools.islice(reply, 600)))",
    "while len(reply) > 600:\n        reply = reply.rpartition(' ')[0]\n    talk(reply)",
    "for part in [reply, question]:\n        if len(part) > 600:\n            continue\n        talk(part)",
    "[talk(line) for line in reply.splitlines() if len(line) < 80]",
    "talk(cut(reply, 600))",
    "talk(['yes', 'no'][len(reply) % 2])",
    "talk(str(len(reply)))",
    "talk(open('greeting.txt').read(600))",
    "match len(reply):\n        case n if n > 600:\n            return\n    talk(reply)",
    "match len(reply):\n        case n if n <= LIMIT:\n            talk(reply)",
    "match reply:\n        case str() if len(reply) > 9:\n            return\n        case _:\n            talk(reply)",
    "match reply:\n        case text if len(text) <= 600:\n            talk(text)",
    "match reply:\n        case 'yes' | 'no':\n            talk(reply)",
    "talk(''.join(letter for letter, _ in zip(reply, range(600))))",
    "for _, line in zip(range(9), reply.splitlines()):\n        talk(line)",
    "talk(f'{reply:.600}')",
    "talk(f'{reply!s:>.{LIMIT}s}')",
    "talk('%.600s' % reply)",
    "talk('%s: %.*s' % (LIMIT, 600, reply))",
    "talk('%(text).600s' % {'text': reply})",
    "talk('{:.600}'.format(reply))",
    "talk('{0}: {text:.600s}'.format(LIMIT, text=reply))",
    "talk(format(reply, '.600'))",
    "is_long = len(reply) > 600\n    if is_long:\n        return\n    talk(reply)",
    "is_fine = reply and len(reply) <= 600\n    if is_fine:\n        talk(reply)",
    "tokens = tokenize(reply)\n    if len(tokens) > 600:\n        return\n    talk(reply)",
]


@pytest.mark.parametrize("code", BOUNDS)
def test_a_bound_silences(tmp_path: Path, code: str) -> None:
    program = f"""
import itertools
import textwrap
import flask
import streamlit as st
import tiktoken
from flask import abort
from tokens import count_tokens, tokenize

LIMIT = 600
encoding = tiktoken.encoding_for_model("gpt-5.5")


def cut(text, most):
    return text if len(text) <= most else text[:most] + "..."


def hand_over(text, speak):
    speak(text)


def chat(question):
    reply = ask(question)
    {code}
"""
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


NO_BOUNDS = [
    "talk(reply)",
    "talk(reply[1:])",
    "talk(reply[:-1])",
    "talk(reply[3:-3])",
    "talk(reply.strip().replace('*', ''))",
    "talk(re.sub(r'[*_]', '', reply))",
    "talk('The answer: ' + reply)",
    "talk('The answer: %s' % reply)",
    "talk('{} {}'.format('The answer:', reply))",
    "talk(' '.join(['The answer:', reply]))",
    "talk(' '.join(line for line in reply.splitlines() if line))",
    "text = 'The answer:'\n    text += reply\n    talk(text)",
    "lines = []\n    lines.append(reply)\n    talk('\\n'.join(lines))",
    "if len(reply) > 600:\n        logging.warning('long')\n    talk(reply)",
    "if len(reply) > 600:\n        other = reply[:600]\n    talk(reply)",
    "if loud and len(reply) > 600:\n        return\n    talk(reply)",
    "if len(reply) < 2:\n        return\n    talk(reply)",
    "if len(reply) > 600:\n        try:\n            warn()\n        finally:\n            pass\n    talk(reply)",
    "if len(question) > 600:\n        return\n    talk(reply)",
    "if len(reply) > 600:\n        return\n    talk(ask(reply))",
    "answer, _ = pair(question)\n    talk(answer)",
    "talk(json.loads(reply)['summary'])",
    "talk({'text': reply}['text'])",
    "talk(reply if loud else 'quiet')",
    "talk(open('chatlog.md').read())",
    "with open('chatlog.md') as file:\n        text = file.read()\n    talk(text)",
    "talk(Path('chatlog.md').read_text())",
    "talk(requests.get(question).text)",
    "talk(input('Say: '))",
    "talk(clean(reply))",
    "hand_over(reply, talk)",
    "match len(reply):\n        case n if n > 600:\n            logging.warning('long')\n    talk(reply)",
    "match len(reply):\n        case n if n < 2:\n            return\n    talk(reply)",
    "match reply:\n        case list() if len(reply) > 600:\n            return\n    talk(reply)",
    "match reply:\n        case text:\n            talk(text)",
    "talk(''.join(letter for letter, _ in zip(reply, question)))",
    "talk(''.join(letter for letter, _ in zip(reply, range(len(reply)))))",
    "talk(f'{reply:>600}')",
    "talk('%600s' % reply)",
    "talk('%.2f %s' % (1.5, reply))",
    "talk('100%% %s' % reply)",
    "talk('{:.2f} {}'.format(1.5, reply))",
    "is_long = len(reply) > 600\n    if is_long:\n        print('long')\n    talk(reply)",
]


@pytest.mark.parametrize("code", NO_BOUNDS)
def test_what_keeps_the_length_is_looked_through(tmp_path: Path, code: str) -> None:
    program = f"""
import json
import logging
import re
from pathlib import Path
import requests


def pair(question):
    return ask(question), "done"


def clean(text):
    return text.strip()


def hand_over(text, speak):
    speak(text)


def chat(question, loud):
    reply = ask(question)
    {code}
"""
    assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)


def test_each_caller_of_a_helper_has_its_own_text(tmp_path: Path) -> None:
    program = """
    def clean(text):
        return text.strip()

    def chat(question):
        print(clean(ask(question)))
        talk(clean("Welcome on board"))
    """
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


def test_literals_alone_are_bounded(tmp_path: Path) -> None:
    program = """
    GREETING = "Welcome on board"
    LINES = {"hello": "Good morning", "bye": "Good bye"}

    def greet(name="hello"):
        talk(GREETING)
        talk(LINES[name])
        for line in LINES.values():
            talk(f"{line}!")
    """
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


def test_a_wrapper_that_nobody_calls_may_be_given_anything(tmp_path: Path) -> None:
    (message,) = messages(tmp_path, "", "LLM401", prelude=PRELUDE)
    assert message.startswith("the parameter text goes into input of audio.speech.create with no bound on its length")


def test_a_decorator_that_hands_on_what_it_is_given(tmp_path: Path) -> None:
    program = """
    def logged(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper

    def owned(function):
        def wrapper(self, *args, **kwargs):
            return self.run(lambda: function(self, *args, **kwargs))
        return wrapper

    class Voice:
        @owned
        def say(self, text, voice):
            client.audio.speech.create(model="tts-1", voice=voice, input=text)  # LLM401

        @owned
        def greet(self, text, voice):
            client.audio.speech.create(model="tts-1", voice=voice, input=text)

        @logged
        def read(self, text, voice):
            client.audio.speech.create(model="tts-1", voice=voice, input=text)  # LLM401

    def chat(voice: Voice, name):
        voice.greet(name[:80], "onyx")
    """
    told = messages(tmp_path, program, "LLM401", prelude=QUIET.partition("def talk")[0])
    assert all(message.startswith("the parameter text goes into") for message in told)


def test_parameters_that_say_how_to_speak(tmp_path: Path) -> None:
    program = """
    import azure.cognitiveservices.speech as speech

    class Reader:
        def __init__(self, title):
            self.title = title

        def read_aloud(self, text, lang, voice, mood="calm"):
            ssml = f"<speak xml:lang='{lang}'><voice name='{voice}' style='{mood}'>{self.title} {text[:400]}</voice>"
            return speech.SpeechSynthesizer(speech_config=None).speak_ssml_async(ssml).get()
    """
    assert_marked(tmp_path, program, "LLM401")


def test_texts_flow_round_a_recursion(tmp_path: Path) -> None:
    program = """
    def story(question, depth):
        if depth == 0:
            return ask(question)
        return story(question, depth - 1)

    def even(text, n):
        return odd(text, n - 1) if n else text

    def odd(text, n):
        return even(text, n - 1) if n else "odd"

    def tell(question):
        talk(even(story(question, 3), 4))
    """
    assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)


def test_an_endless_recursion_of_wrappers_ends(tmp_path: Path) -> None:
    program = """
    def ping(text):
        pong(text)
        talk(text)

    def pong(text):
        ping(text + "!")
    """
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


def test_pieces_that_a_function_of_the_project_cuts(tmp_path: Path) -> None:
    program = """
    import re

    def break_into_sentences(text):
        return [sentence for sentence in re.sub("[*]", "", text).split(".") if sentence]

    def split_text(text, most=4096):
        chunks = []
        while len(text) > most:
            chunks.append(text[:most])
            text = text[most:]
        return [*chunks, text]

    def read_aloud(question, path):
        for sentence in break_into_sentences(ask(question)):
            talk(sentence)
        for chunk in split_text(open(path).read()):
            talk(chunk)
        for chunk in split_text(open(path).read())[:3]:
            talk(chunk)
    """
    (found,) = assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)
    assert "nothing bounds how many there are" in found.message


def test_a_client_that_another_module_makes(tmp_path: Path) -> None:
    program = """
    # -- services.py
    import boto3
    def polly():
        return boto3.client("polly", region_name="eu-west-1")
    # -- cleaning.py
    import re
    def without_code(text):
        return re.sub("```.*?```", "", text, flags=re.DOTALL)
    # -- voice.py
    from cleaning import without_code
    from services import polly
    def speak(text):
        client = polly()
        return client.synthesize_speech(VoiceId="Joanna", OutputFormat="pcm", Text=without_code(text))  # LLM401
    # -- main.py
    from openai import OpenAI
    from voice import speak
    def run(question):
        speak(OpenAI().responses.create(model="gpt-5.5", input=question).output_text)
    """
    (found,) = assert_marked(tmp_path, program, "LLM401")
    assert found.message.startswith("a model's reply")


@pytest.mark.parametrize("depth", [20, 200])
def test_wrappers_in_any_number(tmp_path: Path, depth: int) -> None:
    program = "\n".join(
        [
            "def say_0(text):\n    talk(text)",
            "def clean_0(text):\n    return text.strip()",
            *(f"def say_{n}(text):\n    say_{n - 1}(text)" for n in range(1, depth)),
            *(f"def clean_{n}(text):\n    return clean_{n - 1}(text)" for n in range(1, depth)),
            f"def run(question):\n    say_{depth - 1}(clean_{depth - 1}(ask(question)))",
        ]
    )
    (found,) = assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)
    assert found.related[-1].message == "it is this reply"


def test_recursions_that_dig_deeper_each_time(tmp_path: Path) -> None:
    program = """
    def walk(node):
        for child in node["children"]:
            walk(child)
        walk(node["left"])
        walk(node["right"])
        talk(node["text"])

    def dig(node):
        return dig(node)["left"] + dig(node)["right"] + node["text"]

    def run(question):
        walk(ask(question))
        talk(dig(ask(question)))
    """
    assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)


def test_methods_of_which_each_may_run_any_other(tmp_path: Path) -> None:
    part = """
class Part{n}(Base):
    def __init__(self, inner: Base, other: Base):
        self.inner, self.other, self.items = inner, other, []

    def call(self, x):
        y = self.inner.call(x.a{n})
        self.items.append(self.other.call(y["k{n}"]))
        for item in self.items:
            y = self.call(item.left) + f"{{item}} {{y}}"
        return [y, self.items[0], ask(x)]
"""
    parts = "".join(part.format(n=n) for n in range(12))
    base = "class Base:\n    def call(self, x): ...\n"
    run = "def run(part: Base, question):\n    talk(part.call(question))\n"
    assert_marked(tmp_path, f"{base}{parts}\n{run}", "LLM401", prelude=PRELUDE)


def test_thousands_of_texts_in_one_function(tmp_path: Path) -> None:
    lines = [f"    text = ask(text).strip() + question\n    talk(text[:{n}] + text)" for n in range(2000)]
    program = "def run(question):\n    text = question\n" + "\n".join(lines)
    assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)


def test_a_chat_window_calls_back_with_what_somebody_types(tmp_path: Path) -> None:
    program = """
    import gradio as gr

    def echo(message, history):
        talk(message)
        return message

    gr.ChatInterface(fn=echo).launch()
    """
    assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)


@pytest.mark.parametrize(
    "call",
    [
        "pool.submit(talk, {})",
        "ThreadPoolExecutor().submit(talk, {})",
        "asyncio.to_thread(talk, {})",
        "Thread(target=talk, kwargs={{'text': {}}}).start()",
        "list(ThreadPoolExecutor().map(talk, [{}]))",
        "partial(talk, {})()",
    ],
)
def test_a_function_that_is_handed_over_with_its_text(tmp_path: Path, call: str) -> None:
    program = """
import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread


def chat(question, pool):
    reply = ask(question)
    {}
"""
    (tmp_path / "open").mkdir()
    (tmp_path / "bounded").mkdir()
    assert_marked(tmp_path / "open", program.format(call.format("reply")), "LLM401", prelude=PRELUDE)
    assert_marked(tmp_path / "bounded", program.format(call.format("reply[:9]")), "LLM401", prelude=QUIET)


def test_pieces_are_bounded_but_not_how_many(tmp_path: Path) -> None:
    program = """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    def read_aloud(path):
        splitter = RecursiveCharacterTextSplitter(chunk_size=400)
        for piece in splitter.split_text(open(path).read()):
            talk(piece)
    """
    (found,) = assert_marked(tmp_path, program, "LLM401", prelude=PRELUDE)
    assert str(found.severity) == "info"
    assert "nothing bounds how many there are" in found.message


def test_fields_of_an_object_of_the_project(tmp_path: Path) -> None:
    program = """
    from dataclasses import dataclass

    @dataclass
    class Line:
        speaker: str
        text: str

    def run(question):
        talk(Line("host", text="Welcome").text)
    """
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


FIELDS = {
    "pydantic": "class Speech(BaseModel):\n    text: str = Field(..., {max_length=400})",
    "an annotation": "class Speech(BaseModel):\n    text: Annotated[str, StringConstraints({max_length=400})]",
    "a type of its own": "Text = Annotated[str, Field({max_length=400})]\n\nclass Speech(BaseModel):\n    text: Text",
    "a constrained type": "class Speech(BaseModel):\n    text: constr({max_length=400})",
    "an optional one": "class Speech(BaseModel):\n    text: Annotated[str, Field({max_length=400})] | None = None",
    "a base class": "class Base(BaseModel):\n    text: str = Field({max_length=400})\n\nclass Speech(Base):\n    pass",
    "django": "class Speech(models.Model):\n    text = models.CharField({max_length=400})",
    "sqlalchemy": "class Speech(DeclarativeBase):\n    text = Column(String({400}))",
    "mapped": "class Speech(DeclarativeBase):\n    text: Mapped[str] = mapped_column(String({400}))",
    "attrs": "@attrs.define\nclass Speech:\n    text: str = attrs.field({validator=attrs.validators.max_len(400)})",
    "wtforms": "class Speech(Form):\n    text = StringField('Text', validators=[{Length(max=400)}])",
    "a validator": """
class Speech(BaseModel):
    text: str

    @field_validator("text")
    @classmethod
    def check(cls, value):
        if len(value) {>} 400:
            raise ValueError("too long")
        return value
""",
    "a constructor": """
@dataclass
class Speech:
    text: str

    def __post_init__(self):
        if len(self.text) {>} 400:
            raise ValueError("too long")
""",
}
OPEN_FIELDS = {"{>}": "<", "{Length(max=400)}": "DataRequired()"}


@pytest.mark.parametrize("declared", FIELDS.values(), ids=FIELDS)
def test_fields_with_a_maximum(tmp_path: Path, declared: str) -> None:
    start = """\
from dataclasses import dataclass
from typing import Annotated
import attrs
from django.db import models
from pydantic import BaseModel, Field, StringConstraints, constr, field_validator
from sqlalchemy import Column, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length
"""
    program = f"{declared}\n\ndef run(speech: Speech):\n    talk(speech.text)\n"
    bounded, opened = (re.sub(r"\{(.*?)\}", given, program) for given in (r"\1", _without_maximum))
    for name, text, prelude in (("bounded", bounded, QUIET), ("open", opened, PRELUDE)):
        (tmp_path / name).mkdir()
        assert_marked(tmp_path / name, text, "LLM401", prelude=start + prelude)


def _without_maximum(given: re.Match[str]) -> str:
    return OPEN_FIELDS.get(given[0], "")


def test_a_box_with_a_maximum_in_a_chat_window(tmp_path: Path) -> None:
    program = """
    import gradio as gr

    with gr.Blocks() as ui:
        box = gr.Textbox(max_length=400)
        gr.Button("Speak").click(talk, inputs=[box], outputs=None)

    gr.Interface(talk, gr.Textbox(max_length=400), "audio").launch()
    """
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)


def test_free_and_local_engines(tmp_path: Path) -> None:
    program = """
    import pyttsx3
    from gtts import gTTS
    from openai import OpenAI

    local = OpenAI(base_url="http://localhost:8880/v1")

    def read_aloud(text):
        gTTS(text).save("a.mp3")
        pyttsx3.init().say(text)
        local.audio.speech.create(model="kokoro", voice="af", input=text)  # LLM401
    """
    (found,) = assert_marked(tmp_path, program, "LLM401")
    assert str(found.severity) == "info"


@pytest.mark.parametrize(
    "call",
    [
        "elevenlabs.ElevenLabs().text_to_speech.convert('voice', text={})",
        "boto3.client('polly').synthesize_speech(Text={}, OutputFormat='mp3', VoiceId='Joanna')",
        "texttospeech.TextToSpeechClient().synthesize_speech(input=texttospeech.SynthesisInput(text={}))",
        "texttospeech.TextToSpeechClient().synthesize_speech(request={{'input': {{'text': {}}}}})",
        "speech.SpeechSynthesizer(speech_config=None).speak_text_async({}).get()",
        "cartesia.Cartesia(api_key='k').tts.bytes(model_id='sonic-3', transcript={}, voice={{}}, output_format={{}})",
        "deepgram.DeepgramClient().speak.v1.audio.generate(text={})",
        "deepgram.DeepgramClient().speak.rest.v('1').save('a.mp3', {{'text': {}}}, None)",
        "litellm.speech('openai/tts-1', {}, voice='alloy')",
        "requests.post('https://api.openai.com/v1/audio/speech', json={{'model': 'tts-1', 'input': {}}})",
        "client.audio.speech.create(**dict(model='tts-1', voice='onyx', input={}))",
        "client.audio.speech.with_streaming_response.create(model='tts-1', voice='onyx', input={})",
    ],
)
def test_each_sdk(tmp_path: Path, call: str) -> None:
    program = """
import azure.cognitiveservices.speech as speech
import boto3
import cartesia
import deepgram
import elevenlabs
import litellm
import requests
from google.cloud import texttospeech


def read_aloud(path):
    text = open(path).read()
    {}{}
"""
    (tmp_path / "open").mkdir()
    (tmp_path / "bounded").mkdir()
    start = QUIET.partition("def talk")[0]
    assert_marked(tmp_path / "open", program.format(call.format("text"), "  # LLM401"), "LLM401", prelude=start)
    assert_marked(tmp_path / "bounded", program.format(call.format("text[:99]"), ""), "LLM401", prelude=start)


def test_what_comes_out_of_a_queue(tmp_path: Path) -> None:
    program = """
    import queue

    sentences = queue.Queue()

    def speak():
        while True:
            client.audio.speech.create(model="tts-1", voice="onyx", input=sentences.get())

    def speak_typed():
        while True:
            client.audio.speech.create(model="tts-1", voice="onyx", input=input())  # LLM401
    """
    assert_marked(tmp_path, program, "LLM401", prelude="from openai import OpenAI\n\nclient = OpenAI()\n")
