"""Histories that grow with every call (LLM403): who calls again and again, and with the same object each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
from openai import OpenAI

client = OpenAI()


def send(messages):
    return client.chat.completions.create(model="gpt-5.5", messages=messages)


"""
ASK = """\
turns = []


def ask(question):
    turns.append({"role": "user", "content": question})
    return send(turns)
"""
ONCE = {
    "a program that asks one question": """
        def main():
            ask("Hello")

        main()
        """,
    "a program that nobody calls by name": """
        def start():
            ask("Hello")
        """,
    "a command": """
        import click

        @click.command()
        @click.argument("question")
        def run(question):
            ask(question)
        """,
    "a few rounds": """
        def main(argv):
            for question in argv[:3]:
                ask(question)
        """,
    "another function in a loop": """
        def main(argv):
            while input():
                print(argv)
            ask(argv[0])
        """,
}
AGAIN = {
    "a chat": """
        def main():
            while True:
                ask(input())
        """,
    "a request's handler": """
        from fastapi import FastAPI

        app = FastAPI()

        @app.post("/ask")
        def handle(question: str):
            return ask(question)
        """,
    "what somebody else calls": """
        def answer(question):
            return ask(question)
        """,
    "a function that calls itself": """
        def main(question):
            ask(question)
            main(input())
        """,
    "a program, and a handler": """
        import telebot

        bot = telebot.TeleBot("")

        @bot.message_handler(commands=["ask"])
        def handle(message):
            ask(message.text)

        def main():
            ask("Hello")
        """,
}


@pytest.mark.parametrize("program", ONCE.values(), ids=ONCE)
def test_one_call_for_each_run(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE + ASK)


@pytest.mark.parametrize("program", AGAIN.values(), ids=AGAIN)
def test_calls_without_an_end(tmp_path: Path, program: str) -> None:
    marked = ASK.replace("send(turns)", "send(turns)  # LLM403")
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE + marked)


CHAT = """\
class Chat:
    def __init__(self):
        self.turns = []

    def add(self, role, text):
        self.turns.append({"role": role, "content": text})

    def add_user(self, text):
        self.add("user", text)

    def all(self):
        return list(self.turns)

    def answer(self):
        return send(self.turns)


"""
ANEW = {
    "an object for each call": """
        def ask(question):
            chat = Chat()
            chat.add_user(question)
            chat.answer()
        """,
    "an object for each round": """
        def main():
            while True:
                chat = Chat()
                chat.add_user(input())
                chat.answer()
        """,
    "a function that makes one": """
        def begin():
            chat = Chat()
            chat.add("system", "Be brief.")
            return chat

        def ask(question):
            chat = begin()
            chat.add_user(question)
            chat.answer()
        """,
    "read outside": """
        def ask(question):
            chat = Chat()
            chat.add_user(question)
            send(chat.turns)
            send(chat.all())
        """,
    "a constructor": """
        class App:
            def __init__(self):
                self.chat = Chat()
                self.chat.add_user("Hello")
                self.chat.answer()
        """,
    "a test, and an example": """
        # -- app.py
        from chats import Chat
        def main():
            chat = Chat()
            chat.add_user("Hello")
            chat.answer()
        # -- tests/test_chats.py
        from chats import Chat
        def test_chat(chat: Chat):
            while True:
                chat.add_user("Hello")
                chat.answer()
        """,
}
KEPT = {
    "an object for all rounds": """
        def main():
            chat = Chat()
            while True:
                chat.add_user(input())
                chat.answer()
        """,
    "an object for the whole program": """
        chat = Chat()

        def ask(question):
            chat.add_user(question)
            chat.answer()
        """,
    "an object of another": """
        class App:
            def __init__(self):
                self.chat = Chat()

            def ask(self, question):
                self.chat.add_user(question)
                self.chat.answer()
        """,
    "an object that is made once": """
        cached = None

        def chat_of_all():
            global cached
            if cached is None:
                cached = Chat()
            return cached

        def ask(question):
            chat_of_all().add_user(question)
            chat_of_all().answer()
        """,
}


def chats(program: str, answer: str) -> str:
    if "# --" in program:
        indented = (PRELUDE + answer).replace("\n", "\n        ")
        return f"        # -- chats.py\n        {indented}\n{program}"
    return program


@pytest.mark.parametrize("program", ANEW.values(), ids=ANEW)
def test_a_history_that_begins_anew(tmp_path: Path, program: str) -> None:
    prelude = "" if "# --" in program else PRELUDE + CHAT
    assert_marked(tmp_path, chats(program, CHAT), "LLM403", prelude=prelude)


@pytest.mark.parametrize("program", KEPT.values(), ids=KEPT)
def test_a_history_that_lasts(tmp_path: Path, program: str) -> None:
    marked = CHAT.replace("send(self.turns)", "send(self.turns)  # LLM403")
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE + marked)


def test_what_a_function_reads_of_its_own_object(tmp_path: Path) -> None:
    program = """
    def main():
        chat = Chat()
        while True:
            chat.add_user(input())
            send(chat.turns)  # LLM403
            send(chat.all())  # LLM403

    def summary(chat: Chat):
        chat.add_user("Sum it up.")
        send(chat.turns)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE + CHAT)


def test_what_an_inner_function_keeps(tmp_path: Path) -> None:
    program = """
    def answer(question):
        turns = []

        def ask(text):
            turns.append({"role": "user", "content": text})
            return send(turns)

        return ask(question)

    def answer_all():
        turns = []

        def ask(text):
            turns.append({"role": "user", "content": text})
            return send(turns)  # LLM403

        while True:
            ask(input())

    def answer_until(question):
        turns = []

        def step(text):
            turns.append({"role": "user", "content": text})
            reply = send(turns)  # LLM403
            if reply.choices[0].message.tool_calls:
                step(reply)

        step(question)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_what_an_outer_function_adds_to(tmp_path: Path) -> None:
    program = """
    def main():
        turns = []
        turns.append({"role": "system", "content": "Be brief."})

        def answer():
            return send(turns)  # LLM403

        while True:
            turns.append({"role": "user", "content": input()})
            turns.append({"role": "assistant", "content": answer()})

    def chat():
        turns = []

        def answer():
            return send(turns)

        def begin():
            turns.clear()

        while True:
            turns.append({"role": "user", "content": input()})
            send(turns)
            answer()
            if input() == "new":
                begin()

    def once(question):
        turns = []

        def answer():
            return send(turns)

        turns.append({"role": "user", "content": question})
        return answer()
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_what_a_module_adds_to(tmp_path: Path) -> None:
    program = """
    turns = []
    kept = []

    def answer():
        send(kept[1:])
        return send(turns)  # LLM403

    while True:
        kept = [input()]
        kept.append({"role": "user", "content": input()})
        turns.append({"role": "user", "content": input()})
        answer()
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_list_of_a_file_that_says_nothing_of_models(tmp_path: Path) -> None:
    program = """
    # -- chat.py
    from openai import OpenAI
    from kept import turns
    client = OpenAI()
    def main():
        while True:
            turns.append({"role": "user", "content": input()})
            client.chat.completions.create(model="gpt-5.5", messages=turns)
    # -- kept.py
    turns = []
    def begin():
        global turns
        turns = []
    """
    assert_marked(tmp_path, program, "LLM403")


def test_a_list_that_nobody_is_known_to_give(tmp_path: Path) -> None:
    program = """
    def ask(turns, question):
        turns.append({"role": "user", "content": question})
        return send(turns)

    def talk(turns, question):
        turns.append({"role": "user", "content": question})
        reply = send(turns)  # LLM403
        turns.append(reply.choices[0].message)
        return reply
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)
