"""The ways by which a text gets to where it is spoken (LLM401): through objects, generators, decorators and spreads."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
import asyncio
import contextlib
import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass

import gradio as gr
import streamlit as st
from fastapi import FastAPI, Form
from openai import AsyncOpenAI, OpenAI

client = OpenAI()
app = FastAPI()


def ask(question):
    return client.responses.create(model="gpt-5.5", input=question).output_text


def talk(text):
    client.audio.speech.create(model="tts-1", voice="onyx", input=text){mark}


def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        print(function.__name__)
        return function(*args, **kwargs)

    return inner


"""
OPEN = PRELUDE.replace("{mark}", "  # LLM401")
QUIET = PRELUDE.replace("{mark}", "")

PATHS = {
    "a generator": """
        def lines(question):
            for line in ask(question).splitlines():
                yield line.strip()

        def run(question):
            for line in lines(question):
                talk(line)
        """,
    "a context manager": """
        @contextlib.contextmanager
        def reply(question):
            yield ask(question)

        def run(question):
            with reply(question) as text:
                talk(text)
        """,
    "an attribute that another method sets": """
        class Chat:
            def fetch(self, question):
                self.reply = ask(question)

            def say(self):
                talk(self.reply)
        """,
    "an attribute that the constructor sets": """
        class Chat:
            def __init__(self, question):
                self.reply = ask(question)

        def run(question):
            talk(Chat(question).reply)
        """,
    "an attribute that the constructor is given": """
        class Line:
            def __init__(self, text):
                self.text = text

        def run(question):
            print(Line("Welcome").text)
            talk(Line(ask(question)).text)
        """,
    "a field by its place": """
        @dataclass
        class Line:
            speaker: str
            text: str

        def run(question):
            line = Line("host", ask(question))
            talk(line.text)
        """,
    "a property": """
        class Chat:
            def __init__(self, question):
                self.question = question

            @property
            def reply(self):
                return ask(self.question)

            def say(self):
                talk(self.reply)
        """,
    "a global": """
        LAST = ""

        def fetch(question):
            global LAST
            LAST = ask(question)

        def run():
            talk(LAST)
        """,
    "a lambda": """
        def run(question):
            say = lambda text: talk(text)
            say(ask(question))
        """,
    "a closure": """
        def run(question):
            reply = ask(question)

            def say():
                talk(reply)

            say()
        """,
    "a decorator around the speech": """
        @logged
        def speak(text):
            talk(text)

        def run(question):
            speak(ask(question))
        """,
    "a decorator around the reply": """
        @logged
        def fetch(question):
            return ask(question)

        def run(question):
            talk(fetch(question))
        """,
    "spread arguments": """
        def speak(*args):
            talk(*args)

        def run(question):
            speak(ask(question))
        """,
    "spread keywords": """
        def speak(**settings):
            talk(**settings)

        def run(question):
            speak(text=ask(question))
        """,
    "a keyword out of many": """
        def speak(**settings):
            talk(settings["text"])

        def run(question):
            speak(voice="onyx", text=ask(question))
        """,
    "a base class": """
        class Voice:
            def say(self, text):
                talk(text)

        class Chat(Voice):
            def say(self, text):
                super().say("Hello. " + text)

            def run(self, question):
                self.say(ask(question))
        """,
    "an abstract method": """
        class Voice(ABC):
            @abstractmethod
            def say(self, text): ...

        class Loud(Voice):
            def say(self, text):
                talk(text)

        def run(voice: Voice, question):
            voice.say(ask(question))
        """,
    "replies that are gathered": """
        async def ask_later(question):
            return (await AsyncOpenAI().responses.create(model="gpt-5.5", input=question)).output_text

        async def run(questions):
            for reply in await asyncio.gather(*(ask_later(question) for question in questions)):
                talk(reply)
        """,
    "replies that are mapped": """
        def run(questions):
            for reply in filter(None, map(ask, questions)):
                talk(reply)
        """,
    "a stream": """
        def run(question):
            text = ""
            for chunk in client.chat.completions.create(model="gpt-5.5", messages=[], stream=True):
                text += chunk.choices[0].delta.content or ""
            talk(text)
        """,
    "a button": """
        with gr.Blocks() as ui:
            box = gr.Textbox()
            gr.Button("Speak").click(fn=talk, inputs=[box], outputs=None)
        """,
    "a box": """
        with gr.Blocks() as ui:
            box = gr.Textbox()
            box.submit(talk, [box], [])
        """,
    "a cut at something in the text": """
        def run(question):
            reply = ask(question)
            talk(reply[: reply.rfind(".") + 1])
        """,
    "a cut at its end": """
        def run(question):
            reply = ask(question)
            talk(reply[: len(reply)])
        """,
    "a check that asks for more": """
        def check(text):
            if len(text) < 2:
                raise ValueError(text)

        def run(question):
            reply = ask(question)
            check(reply)
            talk(reply)
        """,
    "a check whose answer nobody heeds": """
        def fits(text):
            return len(text) <= 400

        def run(question):
            reply = ask(question)
            print(fits(reply))
            talk(reply)
        """,
}
BOUNDS = {
    "a function that raises": """
        def check(text):
            if len(text) > 400:
                raise ValueError(text)

        def run(question):
            reply = ask(question)
            check(reply)
            talk(reply)
        """,
    "a function that tells": """
        def fits(text):
            return len(text) <= 400

        def run(question):
            reply = ask(question)
            if not fits(reply):
                return
            talk(reply)
        """,
    "a decorator": """
        def short(function):
            @functools.wraps(function)
            def inner(text):
                return function(text[:400])

            return inner

        @short
        def speak(text):
            talk(text)

        def run(question):
            speak(ask(question))
        """,
    "a decorator around spread arguments that are bounded": """
        @logged
        def speak(text):
            talk(text)

        def run(question):
            speak(ask(question)[:400])
        """,
    "an assignment in the test": """
        def run(question):
            reply = ask(question)
            if (size := len(reply)) > 400:
                raise ValueError(size)
            talk(reply)
        """,
    "a budget": """
        def run(question):
            lines, size = [], 0
            for line in ask(question).splitlines():
                size += len(line)
                if size > 400:
                    break
                lines.append(line)
            talk(" ".join(lines))
        """,
    "the last full stop before a limit": """
        def run(question):
            reply = ask(question)
            talk(reply[: reply.rfind(".", 0, 400)])
        """,
    "the smaller of two": """
        def run(question):
            reply = ask(question)
            talk(reply[: min(len(reply), 400)])
        """,
    "a slice with a name": """
        def run(question):
            opening = slice(0, 400)
            talk(ask(question)[slice(400)] + ask(question)[opening])
        """,
    "a box with a maximum": """
        def run():
            talk(st.text_input("Say", max_chars=400))
        """,
    "a form with a maximum": """
        @app.post("/speech")
        def run(text: str = Form(max_length=400)):
            talk(text)
        """,
}


@pytest.mark.parametrize("program", PATHS.values(), ids=PATHS)
def test_a_text_gets_there(tmp_path: Path, program: str) -> None:
    (found,) = assert_marked(tmp_path, program, "LLM401", prelude=OPEN)
    assert not found.message.startswith("the parameter")


@pytest.mark.parametrize("program", BOUNDS.values(), ids=BOUNDS)
def test_a_bound_on_the_way(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM401", prelude=QUIET)
