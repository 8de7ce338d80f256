"""Encoded data in texts (LLM407): where it joins one, and where it goes beside one as it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
import base64
import json
from openai import OpenAI

client = OpenAI()
uri = "data:image/png;base64,"
URI = "data:image/png;base64,{}"
PROMPT = "What is this? {picture}"


def talk(text):
    client.audio.speech.create(model="tts-1", voice="onyx", input=text)


def ask(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content


def encoded(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode("utf-8")


"""
CHAT = """\
def chat(path, reply, history):
    data = base64.b64encode(open(path, "rb").read()).decode()
    {}
"""

IN_TEXT = [
    "ask(json.dumps({'imagery': reply + data}))  # LLM407",
    'talk(f"{reply} {data}")  # LLM407',
    "talk(reply + data)  # LLM407",
    "ask('What is this? %s' % data)  # LLM407",
    "ask('\\n'.join(['What is this?', data]))  # LLM407",
    "ask(PROMPT.format(picture=data))  # LLM407",
    "ask(PROMPT.replace('picture', data))  # LLM407",
    "ask(json.dumps({'chart': data}))  # LLM407",
    'talk("{} {}".format(reply, data))  # LLM407',
    "reply += f\"<img src='data:image/png;base64,{data}'>\"  # LLM407\n    talk(reply)",
    "uri = f'data:image/png;base64,{data}'\n    talk(f'{reply} {uri}')  # LLM407",
    "ask([{'role': 'user', 'content': f'What is this? {data}'}])  # LLM407",
    "ask([{'role': 'user', 'content': [{'type': 'text', 'text': 'See ' + data}]}])  # LLM407",
    "message = {'role': 'user', 'content': reply}\n    message['content'] += data  # LLM407\n    ask([message])",
    "history.append({'role': 'user', 'content': reply + data})  # LLM407",
    "history.append({'role': 'tool', 'content': json.dumps({'chart': data})})  # LLM407",
    "history.append({'role': 'user', 'content': reply + encoded(path)})  # LLM407",
    "history.extend([{'role': 'user', 'content': encoded(path)}])  # LLM407",
]
BESIDE_TEXT = [
    "ask([{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': URI.format(data)}}]}])",
    "ask([{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': '%s%s' % (uri, data)}}]}])",
    "ask(json.dumps({'inputImage': data, 'text': 'What is this?'}))",
    "ask(json.dumps({'mask_image': data, 'prompt': 'What is this?'}))",
    "ask([{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': uri + data}}]}])",
    "ask([{'role': 'user', 'content': [{'type': 'image', 'source': {'type': 'base64', 'data': data}}]}])",
    "history.append({'role': 'user', 'content': [{'type': 'input_audio', 'input_audio': {'data': encoded(path)}}]})",
    "history.append({'role': 'user', 'content': 'See the picture.', 'images': [data]})",
    "print(f'{reply} {data}')",
    "talk(f'{reply} {base64.b64encode(reply.encode()).decode()}')",
    "talk(f'{reply} {data[:8]}')",
    "history.append({'role': 'user', 'content': f'{reply}: {len(data)} characters'})",
    "if len(data) > 40:\n        return\n    talk(reply + data)",
    "return f'<img src=\"data:image/png;base64,{data}\">'",
]


@pytest.mark.parametrize("code", IN_TEXT)
def test_in_a_text(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, CHAT.format(code), "LLM407", prelude=PRELUDE)


@pytest.mark.parametrize("code", BESIDE_TEXT)
def test_beside_a_text(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, CHAT.format(code), "LLM407", prelude=PRELUDE)


def test_a_picture_from_another_file_is_found_where_it_joins(tmp_path: Path) -> None:
    program = """
    # -- painter.py
    from openai import OpenAI
    client = OpenAI()
    def paint(city):
        image = client.images.generate(model="dall-e-3", prompt=city, response_format="b64_json").data[0]
        return f"![{city}](data:image/png;base64,{image.b64_json})"  # LLM407
    # -- chat.py
    from painter import paint
    def answer(history, reply, cities):
        pictures = []
        for city in cities:
            pictures.append(paint(city))
        reply = "\\n".join([reply, *pictures])
        history.append({"role": "assistant", "content": reply})
    """
    (found,) = assert_marked(tmp_path, program, "LLM407")
    assert [note.location.path for note in found.related] == ["chat.py", "painter.py"]


def test_a_picture_beside_the_texts_that_are_picked_out_of_a_message(tmp_path: Path) -> None:
    program = """
    def parts_of(path):
        return [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded(path)}"}}]
    def text_of(content):
        if isinstance(content, str):
            return content
        found = []
        for part in content:
            if isinstance(part, str):
                found.append(part)
            elif part.get("type") == "text":
                found.append(part.get("text", ""))
        return "".join(found)
    def chat(paths):
        for path in paths:
            ask([{"role": "user", "content": text_of(parts_of(path))}])
    """
    assert_marked(tmp_path, program, "LLM407", prelude=PRELUDE)


def test_a_picture_in_messages_that_are_handed_on_one_by_one(tmp_path: Path) -> None:
    program = """
    def checked(message):
        return message

    def all_checked(messages):
        found = []
        for message in messages:
            found.append(checked(message))
        return found

    def send(task):
        messages, sent, number = all_checked(task["messages"]), [], 0
        while number < len(messages):
            sent.append({"role": "user", "content": messages[number]["content"]})
            number += 1
        return ask(sent)

    def chat(path):
        part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded(path)}"}}
        return send({"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"}, part]}]})
    """
    assert_marked(tmp_path, program, "LLM407", prelude=PRELUDE)


def test_a_picture_beside_the_texts_of_a_list_that_a_function_adds_to(tmp_path: Path) -> None:
    program = """
    def picture(path):
        return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded(path)}"}}

    def words(text):
        return {"type": "text", "text": text}

    def explained(parts, schema):
        return [*parts, words(schema)]

    def chat(path, question, schema):
        ask([{"role": "user", "content": explained([words(question), picture(path)], schema)}])
        data = base64.b64encode(path).decode()
        ask([{"role": "user", "content": explained([words(question + data)], schema)}])  # LLM407
    """
    assert_marked(tmp_path, program, "LLM407", prelude=PRELUDE)


def test_a_picture_in_messages_that_are_made_anew(tmp_path: Path) -> None:
    program = """
    def converted(messages):
        found = []
        for message in messages:
            content = message.get("content")
            if message["role"] == "user":
                found.append({"role": "user", "content": content})
        return ask(found)

    def look(path):
        parts = [{"type": "image", "source": {"type": "base64", "data": encoded(path)}}]
        return converted([{"role": "user", "content": parts}])
    """
    assert_marked(tmp_path, program, "LLM407", prelude=PRELUDE)
