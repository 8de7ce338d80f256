"""Histories that grow and are sent whole (LLM403), and what cuts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
from collections import deque
from openai import OpenAI
import tokens

client = OpenAI()


def send(messages):
    return client.chat.completions.create(model="gpt-5.5", messages=messages)


def shorten(turns):
    del turns[:2]


"""
# A chat in a loop: what is done with the list before it is sent.
LOOPS = [
    "send(messages)",
    "send([{'role': 'system', 'content': 'Be brief.'}, *messages])",
    "send([{'role': m['role'], 'content': m['content']} for m in messages])",
    "send(messages[1:])",
    "send(list(reversed(messages)))",
    "if len(messages) > 40:\n            print('a long chat')\n        send(messages)",
]
CUTS = [
    "send(messages[-20:])",
    "send(messages[:1] + messages[-20:])",
    "messages = messages[-20:]\n        send(messages)",
    "messages[:] = messages[-20:]\n        send(messages)",
    "del messages[1:3]\n        send(messages)",
    "if len(messages) > 40:\n            messages.pop(0)\n        send(messages)",
    "if len(messages) > 40:\n            break\n        send(messages)",
    "if tokens.count(messages) > 4000:\n            messages = [tokens.summary(messages)]\n        send(messages)",
    "send(tokens.trim(messages))",
    "tokens.trim(messages)\n        send(messages)",
    "shorten(messages)\n        send(messages)",
    "if question == '/new':\n            messages.clear()\n        send(messages)",
    "send(deque(messages, maxlen=20))",
    "send(last(messages, 20))",
    "send(within(messages, 4000))",
]


def chat(code: str) -> str:
    return f"""
def last(turns, most):
    return turns[-most:]


def within(turns, budget):
    kept, used = [], 0
    for turn in reversed(turns):
        used += len(turn["content"])
        if used > budget:
            break
        kept.append(turn)
    return kept


def main():
    messages = []
    while True:
        question = input("> ")
        messages.append({{"role": "user", "content": question}})
        {code}
        messages.append({{"role": "assistant", "content": "An answer."}})
"""


@pytest.mark.parametrize("code", LOOPS)
def test_a_list_that_grows_in_a_chat(tmp_path: Path, code: str) -> None:
    (found,) = assert_marked(tmp_path, chat(f"{code}  # LLM403"), "LLM403", prelude=PRELUDE)
    assert [note.message for note in found.related] == ["it is sent here", "it grows here"]


@pytest.mark.parametrize("code", CUTS)
def test_a_list_that_is_cut_in_a_chat(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, chat(code), "LLM403", prelude=PRELUDE)


GROWING = {
    "by +=": """
        prompt = "So far:"
        for line in lines:
            prompt += line
            send(prompt)  # LLM403
        """,
    "by +": """
        turns = []
        while True:
            turns = turns + [{"role": "user", "content": input()}]
            send(turns)  # LLM403
        """,
    "by + and +": """
        prompt = "So far:"
        for line in lines:
            prompt = prompt + line + "."
            send(prompt)  # LLM403
        """,
    "by a field of a text": """
        prompt = "So far:"
        for line in lines:
            prompt = f"{prompt} {line}"
            send(prompt)  # LLM403
        """,
    "by join": """
        prompt = "So far:"
        for line in lines:
            prompt = "\\n".join([prompt, line])
            send(prompt)  # LLM403
        """,
    "by *": """
        turns = []
        while True:
            turns = [*turns, {"role": "user", "content": input()}]
            send(turns)  # LLM403
        """,
    "after it is sent with more": """
        turns = []
        while True:
            question = input()
            send(turns + [{"role": "user", "content": question}])  # LLM403
            turns.append({"role": "user", "content": question})
        """,
    "by a text that is begun with it": """
        said = ""
        while True:
            prompt = said + input()
            said = prompt + send(prompt)  # LLM403
        """,
    "in a function that is called again and again": """
        turns = []
        while True:
            take_turn(turns, input())  # LLM403
        """,
}
BOUNDED = {
    "an agent's loop, which LLM206 asks for a ceiling": """
        turns = list(lines)
        while True:
            reply = send(turns).choices[0].message
            if not reply.tool_calls:
                break
            turns.append(reply)
        """,
    "a fixed number of rounds": """
        turns = []
        for _ in range(8):
            turns.append(send(turns).choices[0].message)
        """,
    "a counter": """
        turns, rounds = [], 0
        while rounds < limit:
            rounds += 1
            turns.append(send(turns).choices[0].message)
        """,
    "begun anew in each round": """
        for line in lines:
            turns = [{"role": "system", "content": "Be brief."}]
            turns.append({"role": "user", "content": line})
            send(turns)
        """,
    "begun anew in each round, and grown in a function": """
        while True:
            turns = []
            take_turn(turns, input())
        """,
    "nothing new": """
        turns = list(lines)
        while input("Go on? ") == "yes":
            turns.append({"role": "user", "content": f"{tokens.text('go-on', limit)} please."})
            send(turns)
        """,
    "begun anew by name": """
        turns = []
        while True:
            turns.append({"role": "user", "content": input()})
            turns = [{"role": "system", "content": f"{turns[-1]}"}]
            send(turns)
        """,
    "filled first, and sent once": """
        turns = []
        for line in lines:
            turns.append({"role": "user", "content": line})
        send(turns)
        """,
    "a number": """
        number = 0
        for line in lines:
            number += 1
            send(f"Line {number}: {line}")
        """,
    "what is not sent": """
        replies = []
        for line in lines:
            replies.append(send([line]))
        """,
}


TAKE_TURN = """
def take_turn(turns, question):
    turns.append({"role": "user", "content": question})
    turns.append(send(turns).choices[0].message)


"""


def run(body: str) -> str:
    # Where nobody calls it, the list may be anybody's.
    before = TAKE_TURN if "take_turn" in body else ""
    indented = body.replace("\n    ", "\n")
    return f"{before}def run(lines, limit):\n{indented}"


@pytest.mark.parametrize("body", GROWING.values(), ids=GROWING)
def test_a_loop_that_nothing_bounds(tmp_path: Path, body: str) -> None:
    assert_marked(tmp_path, run(body), "LLM403", prelude=PRELUDE)


@pytest.mark.parametrize("body", BOUNDED.values(), ids=BOUNDED)
def test_a_loop_that_leaves_the_list_bounded(tmp_path: Path, body: str) -> None:
    assert_marked(tmp_path, run(body), "LLM403", prelude=PRELUDE)


# What outlives the function: each begins empty, and is added to with every call.
LASTING = {
    "an attribute": """
        class Chat:
            def __init__(self):
                self.turns = []

            def answer(self, question):
                self.turns.append({"role": "user", "content": question})
                reply = send(self.turns)  # LLM403
                self.turns.append(reply.choices[0].message)
        """,
    "an attribute that another method adds to": """
        class Chat:
            def __init__(self):
                self.turns = []

            def add(self, role, content):
                self.turns.append({"role": role, "content": content})

            def answer(self, question):
                self.add("user", question)
                return send(self.turns)  # LLM403
        """,
    "an attribute that is assigned anew": """
        class Chat:
            def __init__(self):
                self.turns = []

            def answer(self, question):
                self.turns = [*self.turns, {"role": "user", "content": question}]
                return send(self.turns)  # LLM403
        """,
    "an attribute of a base class": """
        class Base:
            def __init__(self):
                self.turns = []

            def add(self, question):
                self.turns += [{"role": "user", "content": question}]

        class Chat(Base):
            def answer(self, question):
                self.add(question)
                return send([{"role": "system"}] + self.turns)  # LLM403
        """,
    "a text": """
        class Chat:
            def __init__(self):
                self.turns = "A conversation."

            def answer(self, question):
                self.turns += f"User: {question}"
                return send([{"role": "user", "content": self.turns}])  # LLM403
        """,
    "a text with a field": """
        class Chat:
            def __init__(self):
                self.turns = "A conversation."

            def answer(self, question):
                self.turns = f"{self.turns} User: {question}"
                return send([{"role": "user", "content": self.turns}])  # LLM403
        """,
    "a list that may come from a file": """
        import json

        class Chat:
            turns = []

            def __init__(self, path=None):
                if path:
                    self.turns = json.load(open(path))

            def answer(self, question):
                self.turns.append({"role": "user", "content": question})
                return send(self.turns)  # LLM403
        """,
    "a mapping of histories": """
        class Chat:
            def __init__(self):
                self.turns = {}

            def answer(self, user, question):
                history = self.turns.setdefault(user, [])
                history.append({"role": "user", "content": question})
                return send(history)  # LLM403
        """,
    "a field": """
        from dataclasses import dataclass, field

        @dataclass
        class Chat:
            turns: list = field(default_factory=list)

            def answer(self, question):
                self.turns.append({"role": "user", "content": question})
                return send(self.turns)  # LLM403
        """,
}
CUTTING = [
    "self.turns = []",
    "self.turns.clear()",
    "self.turns = self.turns[-20:]",
    "self.turns.pop(0)",
    "del self.turns[0]",
    "tokens.trim(self.turns)",
    "shorten(self.turns)",
    "setattr(self, 'turns', [])",
    "setattr(self, tokens.name(), [])",
    "self.__init__()",
]


@pytest.mark.parametrize("program", LASTING.values(), ids=LASTING)
def test_what_outlives_the_function(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


@pytest.mark.parametrize("cut", CUTTING)
@pytest.mark.parametrize("shape", ["an attribute", "an attribute that another method adds to", "a field"])
def test_what_outlives_the_function_and_is_cut(tmp_path: Path, shape: str, cut: str) -> None:
    method = f"            def cut(self):\n                {cut}\n"
    program = LASTING[shape].replace("  # LLM403", "").rstrip()
    assert_marked(tmp_path, f"{program}\n\n{method}", "LLM403", prelude=PRELUDE)


def test_variables_of_a_module(tmp_path: Path) -> None:
    program = """
    # -- llm.py
    from state import client, kept, turns
    def answer(question):
        turns.append({"role": "user", "content": question})
        return client.chat.completions.create(model="gpt-5.5", messages=turns)  # LLM403
    def answer_again(question):
        kept.append({"role": "user", "content": question})
        return client.chat.completions.create(model="gpt-5.5", messages=kept)
    # -- state.py
    from openai import OpenAI
    client = OpenAI()
    turns = []
    kept = []
    def begin():
        del kept[:]
    """
    assert_marked(tmp_path, program, "LLM403")


def test_a_global_that_is_cut(tmp_path: Path) -> None:
    program = """
    turns = []

    def answer(question):
        global turns
        turns.append({"role": "user", "content": question})
        turns = turns[-20:]
        return send(turns)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_session(tmp_path: Path) -> None:
    program = """
    import streamlit as st

    if "turns" not in st.session_state:
        st.session_state.turns = []
    if "kept" not in st.session_state:
        st.session_state["kept"] = []
    if st.button("New chat"):
        st.session_state.kept = []
    if question := st.chat_input("Ask"):
        st.session_state.turns.append({"role": "user", "content": question})
        st.session_state.kept.append({"role": "user", "content": question})
        client.chat.completions.create(model="gpt-5.5", messages=st.session_state.turns)  # LLM403
        client.chat.completions.create(model="gpt-5.5", messages=st.session_state["kept"])
        client.chat.completions.create(model="gpt-5.5", messages=st.session_state.turns[-20:])
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_list_with_room_for_a_few(tmp_path: Path) -> None:
    program = """
    class Chat:
        def __init__(self):
            self.turns = deque(maxlen=20)

        def answer(self, question):
            self.turns.append({"role": "user", "content": question})
            return send(list(self.turns))
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_builder_that_is_made_for_each_call(tmp_path: Path) -> None:
    program = """
    class Prompt:
        def __init__(self):
            self.messages = []

        def say(self, text):
            self.messages.append({"role": "user", "content": text})

    def ask(question):
        prompt = Prompt()
        prompt.say(question)
        return send(prompt.messages)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_the_provider_compacts(tmp_path: Path) -> None:
    program = """
    turns = []

    def answer(question, **settings):
        turns.append({"role": "user", "content": question})
        client.responses.create(model="gpt-5.5", input=turns)  # LLM403
        client.responses.create(model="gpt-5.5", input=turns, truncation="disabled")  # LLM403
        client.responses.create(model="gpt-5.5", input=turns, truncation="auto")
        client.responses.create(model="gpt-5.5", input=turns, context_management=[{"type": "compaction"}])
        client.responses.create(model="gpt-5.5", input=turns, **settings)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_local_model(tmp_path: Path) -> None:
    program = """
    import ollama

    turns = []

    def answer(question):
        turns.append({"role": "user", "content": question})
        return ollama.chat(model="llama", messages=turns)  # LLM403
    """
    (found,) = assert_marked(tmp_path, program, "LLM403")
    assert str(found.severity) == "info"


def test_a_memory_that_keeps_what_it_likes(tmp_path: Path) -> None:
    program = """
    class Chat:
        def __init__(self, memory, notes):
            self.memory = memory
            self.notes = notes

        def answer(self, question):
            self.memory.put({"role": "user", "content": question})
            self.notes.add(question)
            return send(self.memory.get(limit=4000) + [str(note) for note in self.notes])
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_an_object_that_somebody_else_holds(tmp_path: Path) -> None:
    program = """
    class Memory:
        def __init__(self):
            self.turns = []

        def add(self, text):
            self.turns.append({"role": "user", "content": text})

        def as_messages(self):
            return list(self.turns)

    class Chat:
        def __init__(self):
            self.memory = Memory()

        def answer(self, question):
            self.memory.add(question)
            return send(self.memory.as_messages())  # LLM403

        def answer_again(self, question):
            self.memory.add(question)
            return send(self.memory.turns)  # LLM403

    def judge(question):
        memory = Memory()
        for turn in question["turns"][:2]:
            memory.add(turn)
            send(memory.as_messages())

    def score(memory: Memory, turn):
        memory.add(turn)
        send(memory.turns)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_round_that_is_the_last_one(tmp_path: Path) -> None:
    program = """
    def run(turns, blocks):
        for block in blocks:
            if block["tool"]:
                turns.append({"role": "user", "content": block["result"]})
                return send(turns)
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_one_history_that_several_calls_may_send(tmp_path: Path) -> None:
    program = """
    class Cheap:
        def complete(self, messages):
            return client.chat.completions.create(model="gpt-5.5-mini", messages=messages)

    class Dear:
        def complete(self, messages):
            return client.chat.completions.create(model="gpt-5.5", messages=messages)

    def chat(is_hard):
        model = Dear() if is_hard else Cheap()
        turns = []
        while True:
            turns.append({"role": "user", "content": input()})
            model.complete(turns)  # LLM403
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_what_a_chat_window_hands_over(tmp_path: Path) -> None:
    program = """
    import gradio as gr

    def chat(message, history):
        return send([*history, {"role": "user", "content": message}])  # LLM403

    def short_chat(message, history):
        return send([*history[-20:], {"role": "user", "content": message}])

    def keep(question, history):
        history.append({"role": "user", "content": question})
        send(history)  # LLM403
        return "", history

    gr.ChatInterface(fn=chat, type="messages").launch()
    gr.ChatInterface(short_chat, type="messages").launch()
    with gr.Blocks() as ui:
        box, window = gr.Textbox(), gr.Chatbot()
        box.submit(keep, [box, window], [box, window])
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_text_that_is_begun_with_another(tmp_path: Path) -> None:
    program = """
    OPENINGS = {"en": "You are brief."}
    NOTES = ""

    class Bot:
        def __init__(self):
            self.opening = "You are brief."
            self.turns = []

        def ask(self, language, question):
            global NOTES
            prompt = OPENINGS.get(language, "Be brief.")
            prompt += f" Answer this: {question}"
            send(prompt)
            own = self.opening
            own += question + "?"
            send(own)
            turns = self.turns
            turns += [{"role": "user", "content": question}]
            send(turns)  # LLM403
            NOTES += f"Asked: {question}"
            send(NOTES)  # LLM403
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_what_is_no_history(tmp_path: Path) -> None:
    program = """
    class Topic:
        def __init__(self, title):
            self.title = title

    def sort(sources):
        topics = []
        for source in sources:
            known = ", ".join(topic.title for topic in topics)
            if send(f"{source['text'][:300]} {known}") == "new":
                topics.append(Topic(source["title"]))

    def answer(questions):
        said = []
        for question in questions:
            known = ", ".join(topic.title for topic in said)
            said.append(Topic(send(f"{question} {known}")))  # LLM403

    def with_notes(prompt, notes):
        whole = prompt
        if notes:
            whole += f"Notes: {notes}"
        return send(whole)

    def with_turn(turns, question):
        turns += [{"role": "user", "content": question}]
        return send(turns)

    def chat(prompt, turns):
        while input():
            with_notes(prompt, "Be brief.")
            with_turn(turns, "Go on.")  # LLM403

    class Finder:
        def __init__(self, limit):
            self.limit = limit
            self.questions = []
            self.answers = []

        def another(self):
            found = send("Not these: " + ", ".join(self.questions))
            self.questions.append(found)

        def answer(self):
            self.answers.append(send("Go on: " + ", ".join(self.answers)))  # LLM403

        def find(self):
            while len(self.questions) < self.limit:
                self.another()
            if self.limit and len(self.questions) < self.limit:
                self.another()
            if len(self.answers) > 0:
                self.answer()
    """
    assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)


def test_a_long_generated_program(tmp_path: Path) -> None:
    turn = """
        turns.append({"role": "user", "content": input()})
        send(turns)  # LLM403
"""
    assert_marked(tmp_path, f"turns = []\nif True:\n    while True:{turn * 200}", "LLM403", prelude=PRELUDE)


@pytest.mark.parametrize(
    ("turn", "sent", "severity"),
    [
        ("question", "send(self.turns)", "warning"),
        ("question", "send([{'role': 'user', 'content': question}, *self.turns])", "warning"),
        ("question", "send([{'role': 'user', 'content': 'These were: ' + ', '.join(self.turns)}])", "info"),
        ("question", "send([{'role': 'user', 'content': f'These were: {self.turns}'}])", "info"),
        (
            "{'role': 'user', 'content': question}",
            "send([{'role': 'user', 'content': '\\n'.join(t['content'] for t in self.turns)}])",
            "warning",
        ),
    ],
)
def test_a_text_that_is_written_with_a_list(tmp_path: Path, turn: str, sent: str, severity: str) -> None:
    program = f"""
    class Chat:
        def __init__(self):
            self.turns = []

        def answer(self, question):
            self.turns.append({turn})
            return {sent}  # LLM403
    """
    (found,) = assert_marked(tmp_path, program, "LLM403", prelude=PRELUDE)
    assert str(found.severity) == severity


def test_a_chat_that_an_sdk_keeps(tmp_path: Path) -> None:
    program = """
    from google import genai

    client = genai.Client()
    begun = client.chats.create(model="gemini-3-flash")

    def answer(question):
        return begun.send_message(question)  # LLM403

    def talk():
        chat = client.chats.create(model="gemini-3-flash")
        while True:
            print(chat.send_message(input()).text)  # LLM403
            print(chat.send_message("And in one word?").text)

    def talk_a_little():
        chat = client.chats.create(model="gemini-3-flash")
        chat.send_message(input())
        for _ in range(5):
            print(chat.send_message(input()).text)

    def answer_each(questions):
        for question in questions:
            chat = client.chats.create(model="gemini-3-flash")
            chat.send_message(question)
            chat.send_message("Be shorter.")

    class Desk:
        def __init__(self):
            self.chat = client.chats.create(model="gemini-3-flash")

        def ask(self, question):
            return self.chat.send_message(question)  # LLM403

    class Forgetful:
        def __init__(self):
            self.forget()

        def forget(self):
            self.chat = client.chats.create(model="gemini-3-flash")

        def ask(self, question):
            return self.chat.send_message(question)
    """
    assert_marked(tmp_path, program, "LLM403")
