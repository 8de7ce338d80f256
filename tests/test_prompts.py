"""Whole files, pages, requests and tables in prompts (LLM402)."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
import json
import os
import re
import string
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import httpx
import pandas as pd
import requests
from bs4 import BeautifulSoup
from flask import request
from langchain_community.document_loaders import PyPDFLoader, WebBaseLoader
from llama_index.core import SimpleDirectoryReader
from markitdown import MarkItDown
from openai import OpenAI
from pypdf import PdfReader
from youtube_transcript_api import YouTubeTranscriptApi

client = OpenAI()
HERE = Path(__file__).parent
TEMPLATE = (HERE / "prompts" / "answer.md").read_text()


def ask(text):
    return client.responses.create(model="gpt-5.5", input=f"Answer this. {text}"){mark}


def pages(path):
    texts = []
    for page in PdfReader(path).pages:
        texts.append(page.extract_text())
    return texts


def marked(path, space):
    found = []
    for line in open(path):
        match = re.search("TODO(.*)", line)
        if match:
            found.append(space.join(match.group(1).split()))
    return found


def ask_each(texts):
    for text in texts:
        ask(text)


def texts_of(paths):
    for path in paths:
        yield open(path).read()


def pieces(path, most):
    found, piece = [], ""
    for line in open(path):
        if len(piece) + len(line) > most:
            found.append(piece)
            piece = ""
        piece += line
    found.append(piece)
    return found


def truncate_text(text, most):
    return text[:most] if most else text


def count_tokens(text):
    return len(text) // 4


def measured(text, most):
    size = count_tokens(text)
    return size <= most, size


def named(folder):
    found = {}
    for page in Path(folder).glob("*.md"):
        found[page.name] = page.read_text()
    return " ".join(f"{name}: {text}" for name, text in found.items())


def clipped(text):
    size = len(text)
    if size > 9000:
        return text[:9000]
    else:
        return text
    return text


def chunks_from(text, size):
    return Cutter(text, size).pieces


def run(path, url):
"""
WHOLE = [
    "ask(marked(path, ' '))",
    "ask(re.search('TODO(.*)', open(path).read()).group(1))",
    "ask('\\n'.join(page.extract_text() for page in PdfReader(path).pages))",
    "text = ''\n    for _, p in enumerate(PdfReader(path).pages):\n        text += p.extract_text()\n    ask(text)",
    "ask(' '.join(document.page_content for document in PyPDFLoader(path).load()))",
    "ask(MarkItDown().convert(path).text_content)",
    "ask(' '.join(each.text for each in YouTubeTranscriptApi().fetch(path)))",
    "ask(named(path))",
    "ask(f'{WebBaseLoader(url).load()}')",
    "texts = []\n    for d in SimpleDirectoryReader(path).load_data():\n        texts.append(d.text)\n    ask(texts)",
    "pages = PdfReader(path).pages\n    ask(' '.join(pages[n].extract_text() for n in range(len(pages))))",
    "ask(''.join(line for line in open(path)))",
    "ask(open(path).read())",
    "with open(path) as file:\n        ask(file.read())",
    "ask(Path(path).read_text())",
    "ask(Path(path).read_text().strip().replace('a', 'b'))",
    "ask(json.dumps({'text': Path(path).read_text()}))",
    "ask(requests.get(url).text)",
    "ask(httpx.get(url).text)",
    "ask(pd.read_csv(path).to_string())",
    "ask(request.get_data(as_text=True))",
    "text = open(path).read()\n    ask(text[text.find('---', 3) :])",
    "text = open(path).read()\n    ask(text[3:] if text.startswith('---') else text)",
    "prompt = 'Sum up <text>'\n    ask(prompt.replace('<text>', open(path).read()))",
    "ask('Sum up {text}'.format_map({'text': open(path).read()}))",
    "ask(string.Template('Sum up $text').substitute(text=open(path).read()))",
    "ask(json.dumps(json.load(open(path))))",
    "ask(pd.read_csv(path).dropna().reset_index().to_string())",
    "ask(BeautifulSoup(requests.get(url).content, 'html.parser').get_text())",
    "soup = BeautifulSoup(requests.get(url).text)\n    ask('\\n'.join([t for t in soup.get_text().splitlines() if t]))",
    "texts = {}\n    texts[path] = open(path).read()\n    ask('\\n'.join(texts.values()))",
    "texts = {p: open(p).read() for p in path}\n    ask(''.join(f'{p}: {text}' for p, text in texts.items()))",
    "first, *rest = open(path).read().split('\\n')\n    ask('\\n'.join(rest))",
    "for text in [open(p).read() for p in path]:\n        ask(text)",
    "for text in texts_of(path):\n        ask(text)",
    "with ThreadPoolExecutor() as pool:\n        list(pool.map(ask, [open(p).read() for p in path]))",
    "ask_each([open(p).read() for p in path])",
    "if os.path.getsize(path) > 9000:\n        print('long')\n    ask(open(path).read())",
    "if len(path) > 300:\n        raise ValueError(path)\n    ask(open(path).read())",
]
PARTS = [
    "for page in PdfReader(path).pages:\n        ask(' '.join(page.extract_text().split()))",
    "[ask(page.extract_text()) for page in PdfReader(path).pages]",
    "for text in [f'Page: {page.extract_text()}' for page in PdfReader(path).pages]:\n        ask(text)",
    "for text in pages(path):\n        ask(text)",
    "for text in marked(path, ' '):\n        ask(text)",
    "ask(' '.join(document.page_content for document in PyPDFLoader(path).load()[:3]))",
    "lines = open(path).readlines()\n    for n in range(0, len(lines), 50):\n        ask(' '.join(lines[n : n + 50]))",
    "text = open(path).read()\n    a, b = text.find('#'), text.find('--')\n    ask(text[a:b] if b > 0 else text[a:])",
    "pages = PdfReader(path).pages\n    ask(' '.join(pages[n].extract_text() for n in range(2, 4)))",
    "pages = Pages(open(path))\n    ask(' '.join([pages[n] for n in range(2, 4)]))",
    "ask(clipped(open(path).read()))",
    "ask(path)",
    "ask(open(path).read()[:9000])",
    "ask(open(path).read(9000))",
    "text = open(path).read()\n    if len(text) > 9000:\n        raise ValueError(path)\n    ask(text)",
    "text = open(path).read()\n    short, _ = measured(text, 9000)\n    if not short:\n        return\n    ask(text)",
    "for text in chunks_from(open(path).read(), 9000):\n        ask(text)",
    "ask(open(request.json['prompt_file']).read())",
    "ask((Path(path) / 'house-style.md').read_text())",
    "ask(open(os.path.join(HERE.prompt_dir, path)).read())",
    "ask(TEMPLATE)",
    "ask(Path('prompts/question.md').read_text())",
    "ask((HERE / 'question.md').read_text())",
    "ask((HERE / f'prompts/{path}.md').read_text())",
    "ask(' '.join(name for name, _ in {path: open(path).read()}.items()))",
    "ask(json.loads(Path(path).read_text())['title'])",
    "ask(requests.get(url).json()['title'])",
    "ask(pd.read_csv(path).head(20).to_string())",
    "ask(pd.read_csv(path)['title'][0])",
    "ask(request.json['question'])",
    "for line in open(path):\n        ask(line)",
    "ask(splitter.split_text(open(path).read())[0])",
    "ask(retriever.search(open(path).read(), k=4))",
    "ask_each(open(path).read().splitlines())",
    "with ThreadPoolExecutor() as pool:\n        list(pool.map(ask, open(path).read().splitlines()))",
    "for line in [line for line in open(path) if line]:\n        ask(line)",
    "for piece in pieces(path, 400):\n        ask(piece)",
    "ask(open(path).readline())",
    "ask(next(iter({path: open(path).read()}.items()))[0])",
    "if os.path.getsize(path) > 9000:\n        return\n    with open(path) as file:\n        ask(file.read())",
    "size = Path(path).stat().st_size\n    if size > 9000:\n        raise ValueError(path)\n    ask(open(path).read())",
    "if Path(path).stat().st_size > 9000:\n        return\n    ask(Path(path).read_text())",
    "file = Path(path)\n    if file.stat().st_size > 9000:\n        return\n    ask(file.read_text())",
    "ask(truncate_text(open(path).read(), path))",
]


@pytest.mark.parametrize("code", WHOLE)
def test_whole(tmp_path: Path, code: str) -> None:
    program = PRELUDE.replace("{mark}", "  # LLM402") + f"    {code}\n"
    (found,) = assert_marked(tmp_path, program, "LLM402")
    assert found.related[0].message == "the text comes through this call"


@pytest.mark.parametrize("code", PARTS)
def test_parts(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, PRELUDE.replace("{mark}", "") + f"    {code}\n", "LLM402")


def test_a_file_that_is_added_to_messages(tmp_path: Path) -> None:
    program = """
    from openai import OpenAI

    client = OpenAI()
    NOTES = []

    def note(path):
        NOTES.append(open(path).read())

    def sum_up():
        return client.responses.create(model="gpt-5.5", input="\\n".join(NOTES))  # LLM402

    class Chat:
        def __init__(self):
            self.messages = []

        def read(self, path):
            self.messages.append({"role": "user", "content": open(path).read()})

        def answer(self):
            return client.chat.completions.create(model="gpt-5.5", messages=self.messages)  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


@pytest.mark.parametrize(
    "messages",
    [
        "[]",
        "list(history)",
        "history.copy()",
        "copy.deepcopy(history)",
        "[{'role': 'system', 'content': 'Be short.'}] if question else []",
    ],
)
def test_all_that_is_added_to_a_list(tmp_path: Path, messages: str) -> None:
    program = f"""
    import copy
    from openai import OpenAI

    client = OpenAI()

    def ask(history, question, path):
        messages = {messages}
        messages.append({{"role": "user", "content": question}})
        messages.append({{"role": "user", "content": open(path).read()}})
        return client.chat.completions.create(model="gpt-5.5", messages=messages)  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


@pytest.mark.parametrize(
    "add",
    ["messages.append({})", "messages.insert(0, {})", "messages.extend([{}])", "messages += [{}]"],
)
def test_all_that_is_added_to_a_given_list(tmp_path: Path, add: str) -> None:
    program = f"""
    from openai import OpenAI

    client = OpenAI()

    def ask(messages, question, path):
        messages.append({{"role": "user", "content": question}})
        {add.format('{"role": "user", "content": open(path).read()}')}
        return client.chat.completions.create(model="gpt-5.5", messages=messages)  # LLM402

    def asked(path):
        body = {{"model": "gpt-5.5", "messages": []}}
        body["messages"].append({{"role": "system", "content": "Be short."}})
        body["messages"].append({{"role": "user", "content": open(path).read()}})
        return client.chat.completions.create(**body)  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


@pytest.mark.parametrize(
    "pattern",
    [
        "{'text': text}",
        "{'name': str(), **text}",
        "{'parts': [_, text]}",
        "{'parts': [_, *text]}",
        "{'parts': [*_, text]}",
        "{'note': Note(text=text)}",
        "{'text': str(text)}",
        "{'text': (str() | None) as text}",
    ],
)
def test_what_a_pattern_takes(tmp_path: Path, pattern: str) -> None:
    program = f"""
    from dataclasses import dataclass
    from openai import OpenAI

    client = OpenAI()

    @dataclass
    class Note:
        name: str
        text: str

    def run(path):
        text = open(path).read()
        match {{"name": path, "text": text, "parts": ["", text], "note": Note(path, text)}}:
            case {{"name": text}} if not path:
                client.responses.create(model="gpt-5.5", input=text)
            case {pattern}:
                client.responses.create(model="gpt-5.5", input=f"Sum up {{text}}")  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


def test_a_file_that_another_module_reads(tmp_path: Path) -> None:
    program = """
    # -- asking.py
    from openai import OpenAI
    client = OpenAI()
    def ask(text):
        return client.responses.create(model="gpt-5.5", input=text)  # LLM402
    # -- loading.py
    def load(path):
        with open(path) as file:
            return file.read()
    # -- main.py
    from asking import ask
    from loading import load
    def run(path):
        return ask(f"Sum this up. {load(path)}")
    """
    # Longer than what is read for its imports alone.
    assert_marked(tmp_path, program.replace("def load", f"# {'x' * 2500}\n    def load"), "LLM402")


def test_models_whose_methods_take_the_text(tmp_path: Path) -> None:
    program = """
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_openai import ChatOpenAI
    from llama_index.llms.openai import OpenAI

    def ask(path):
        return ChatOpenAI(model="gpt-5.5").invoke(open(path).read())  # LLM402

    def fill(path):
        chain = ChatPromptTemplate.from_template("Sum it up. {text}") | ChatOpenAI(model="gpt-5.5")
        return chain.invoke({"text": open(path).read()})  # LLM402

    def fill_in_part(path):
        chain = ChatPromptTemplate.from_template("Sum it up. {text}") | ChatOpenAI(model="gpt-5.5")
        return chain.invoke({"text": open(path).read()[:4000]})

    def complete(path):
        return OpenAI(model="gpt-5.5").complete(open(path).read())  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


def test_one_text_that_several_calls_may_send(tmp_path: Path) -> None:
    program = """
    import httpx
    import ollama
    from openai import OpenAI

    client = OpenAI()

    class Local:
        def ask(self, text):
            return ollama.chat(model="llama", messages=[{"role": "user", "content": text}])

    class Remote:
        def ask(self, text):
            return client.responses.create(model="gpt-5.5", input=text)  # LLM402

        def ask_again(self, text):
            return client.responses.create(model="gpt-5.5", input=text)  # LLM402

    def run(is_local, url):
        model = Local() if is_local else Remote()
        model.ask(httpx.get(url).text)
        Remote().ask_again(httpx.get(url).text)
    """
    assert_marked(tmp_path, program, "LLM402")


BODIES = """
    // -- src/app.ts
    import express from "express";
    import OpenAI from "openai";
    const app = express();
    const client = new OpenAI({ timeout: 3000 });
    const ask = (input: string) => client.responses.create({ model: "m", max_output_tokens: 9, input }); // LLM402
    const cut = (input: string) => client.responses.create({ model: "m", max_output_tokens: 9, input });
    app.post("/a", async (req, res) => res.send(await ask(JSON.stringify(req.body))));
    app.post("/b", async (req, res) => res.send(await cut(JSON.stringify(req.body).slice(0, 4000))));
    app.post("/c", async (req, res) => res.send(await cut(req.body.question)));
    app.use(async (message) => cut(message.text));
    // -- app/chat/route.ts
    import OpenAI from "openai";
    const client = new OpenAI({ timeout: 3000 });
    export async function POST(request: Request) {
      const input = await request.text();
      return Response.json(await client.responses.create({ model: "m", max_output_tokens: 9, input })); // LLM402
    }
    export const PUT = async (request: Request) => {
      const { question } = await request.json();
      return Response.json(await client.responses.create({ model: "m", max_output_tokens: 9, input: question }));
    };
    // -- src/lambda.ts
    import OpenAI from "openai";
    const client = new OpenAI({ timeout: 3000 });
    export const handler = async (event) =>
      client.responses.create({ model: "m", max_output_tokens: 9, input: event.body }); // LLM402
    class Menu {
      handler(event) {
        return client.responses.create({ model: "m", max_output_tokens: 9, input: event.body });
      }
    }
    // -- app.py
    from fastapi import FastAPI, Request
    from openai import OpenAI
    app, client = FastAPI(), OpenAI()
    @app.post("/a")
    async def a(request: Request):
        text = (await request.body()).decode()
        client.responses.create(model="m", input=text)  # LLM402
    @app.post("/b")
    async def b(question: str, request: Request):
        client.responses.create(model="m", input=question + request.headers["x"])
"""


def test_the_whole_body_of_a_request(tmp_path: Path) -> None:
    assert_marked(tmp_path, BODIES, "LLM402")


def test_a_file_that_every_call_names(tmp_path: Path) -> None:
    program = """
    import argparse
    import sys
    from pathlib import Path
    from openai import OpenAI

    client = OpenAI()
    HERE = Path(__file__).parent

    class Desk:
        def __init__(self, tone):
            self.tone = HERE / "tone.md"
            self.draft = Path(tone)

        def ask(self, text):
            return client.responses.create(model="gpt-5.5", input=self.tone.read_text() + text)

        def go_on(self):
            return client.responses.create(model="gpt-5.5", input=self.draft.read_text())  # LLM402

    def load(name):
        return (HERE / name).read_text()

    def read(path):
        return Path(path).read_text()

    def run():
        desk = Desk(sys.argv[1])
        desk.ask(load("tone.md") + load("terms.md"))

    def main():
        options = argparse.ArgumentParser().parse_args()
        client.responses.create(model="gpt-5.5", input=read(options.draft))  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


def test_a_client_for_pages_that_another_module_makes(tmp_path: Path) -> None:
    program = """
    # -- asking.py
    import getting
    from getting import client_for, opened
    from openai import OpenAI
    client = OpenAI()
    pages = client_for("a")
    def run(url):
        return client.responses.create(model="gpt-5.5", input=pages.get(url).text)  # LLM402
    def run_once(url):
        with getting.opened() as session:
            page = session.get(url).text
        return client.responses.create(model="gpt-5.5", input=page)  # LLM402
    # -- getting.py
    import httpx
    import requests
    def client_for(name):
        return httpx.Client(headers={"user-agent": name})
    def opened():
        session = requests.Session()
        session.headers.update({"accept": "text/html"})
        return session
    """
    # Longer than what is read for its imports alone.
    assert_marked(tmp_path, program.replace("import httpx", f"# {'x' * 2500}\n    import httpx"), "LLM402")


def test_files_that_somebody_sends(tmp_path: Path) -> None:
    program = """
    import streamlit as st
    from fastapi import FastAPI, UploadFile
    from flask import request
    from openai import OpenAI
    from pypdf import PdfReader

    app = FastAPI()
    client = OpenAI()

    def ask(text):
        return client.responses.create(model="gpt-5.5", input=text)  # LLM402

    @app.post("/whole")
    async def whole(file: UploadFile):
        text = (await file.read()).decode()
        return client.responses.create(model="gpt-5.5", input=text)  # LLM402

    @app.post("/small")
    async def small(file: UploadFile):
        if file.size > 9000:
            return {"error": "too large"}
        text = (await file.read()).decode()
        return client.responses.create(model="gpt-5.5", input=text)

    def posted():
        text = request.files["notes"].read().decode()
        return client.responses.create(model="gpt-5.5", input=text)  # LLM402

    def shown():
        file = st.file_uploader("Notes")
        client.responses.create(model="gpt-5.5", input=file.getvalue().decode())  # LLM402
        ask("".join(page.extract_text() for page in PdfReader(file).pages))
    """
    assert_marked(tmp_path, program, "LLM402")


def test_settings_that_are_handed_on(tmp_path: Path) -> None:
    program = """
    from openai import OpenAI

    client = OpenAI()

    def ask(**settings):
        return client.responses.create(model="gpt-5.5", **settings)  # LLM402

    def send(body):
        return client.responses.create(**body)  # LLM402

    def send_all(body):
        return client.responses.create(**body)

    def run(path):
        ask(input=open(path).read())
        send({"model": "gpt-5.5", "input": open(path).read()})
        send_all({"model": "gpt-5.5", "input": "Begin.", "metadata": {"notes": open(path).read()}})
    """
    assert_marked(tmp_path, program, "LLM402")


def test_a_property_of_what_a_function_is_given(tmp_path: Path) -> None:
    program = """
    from dataclasses import dataclass
    from openai import OpenAI

    client = OpenAI()

    @dataclass
    class Note:
        path: str

        @property
        def text(self):
            return open(self.path).read()

    def sum_up(note: Note):
        return client.responses.create(model="gpt-5.5", input=note.text)  # LLM402

    def name(note: Note):
        return client.responses.create(model="gpt-5.5", input=note.path)
    """
    assert_marked(tmp_path, program, "LLM402")


def test_messages_that_were_kept_in_a_file_are_no_document(tmp_path: Path) -> None:
    program = """
    import json
    from openai import OpenAI

    client = OpenAI()

    def go_on(path, question):
        with open(path) as file:
            messages = json.load(file)
        messages.append({"role": "user", "content": question})
        return client.chat.completions.create(model="gpt-5.5", messages=messages)

    def sum_up(path):
        with open(path) as file:
            messages = json.load(file)
        return client.responses.create(model="gpt-5.5", input=json.dumps(messages))  # LLM402
    """
    assert_marked(tmp_path, program, "LLM402")


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ("[{'role': 'system', 'content': open(path).read()}, {'role': 'user', 'content': 'Begin.'}]", "info"),
        ("told('Begin.', open(path).read())", "info"),
        ("json.loads(open(path).read())['text']", "info"),
        ("f'{json.loads(open(path).read())}'", "warning"),
        ("told(open(path).read(), open(path).read())", "warning"),
        ("[{'role': 'system', 'content': 'Sum it up.'}, {'role': 'user', 'content': open(path).read()}]", "warning"),
    ],
)
def test_a_file_that_is_most_often_short(tmp_path: Path, given: str, severity: str) -> None:
    program = f"""
    import json
    from openai import OpenAI

    client = OpenAI()

    def told(text, system_prompt):
        return [{{"role": "assistant", "content": system_prompt}}, {{"role": "user", "content": text}}]

    def run(path):
        client.chat.completions.create(model="gpt-5.5", messages={given})  # LLM402
    """
    (found,) = assert_marked(tmp_path, program, "LLM402")
    assert str(found.severity) == severity


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ("Path(path).read_text()", "warning"),
        ("(folder / sys.argv[1]).read_text()", "warning"),
        ("open(os.path.join(folder, path)).read()", "warning"),
        ("open(f'{folder}/{path}').read()", "warning"),
        ("''.join(each.read_text() for each in folder.glob('*.md'))", "warning"),
        (
            "''.join(open(os.path.join(at, each)).read() for at, _, files in os.walk(folder) for each in files)",
            "warning",
        ),
        ("''.join((folder / each).read_text() for each in listed(folder))", "warning"),
        ("(folder / 'notes.md').read_text()", "info"),
        ("open(os.path.join(folder, 'notes.md')).read()", "info"),
        ("open(f'{folder}/{path}.md').read()", "warning"),
        ("open(folder + '/' + path + '.md').read()", "warning"),
        ("open(f'{folder}/{path}.notes.md').read()", "info"),
        ("Path(path).with_suffix('.json').read_text()", "info"),
        ("''.join((folder / each).read_text() for each in NOTES)", "info"),
        ("open(Settings().notes).read()", "info"),
        ("(KEPT / f'{path}.txt').read_text()", "info"),
        ("(KEPT / f'{path}.md').read_text()", "warning"),
        ("open(f'{KEPT}/{path}.txt').read()", "info"),
        ("open(load()['prompt_file'] or path).read()", "warning"),
    ],
)
def test_a_file_that_somebody_outside_chooses(tmp_path: Path, given: str, severity: str) -> None:
    program = f"""
    import os
    import sys
    from pathlib import Path
    from openai import OpenAI
    from pydantic_settings import BaseSettings

    client = OpenAI()
    NOTES = ["notes.md", "terms.md"]

    KEPT = Path("kept")

    class Settings(BaseSettings):
        notes: str

    def keep(key, text):
        (KEPT / f"{{key}}.txt").write_text(text)
        with open(f"{{KEPT}}/{{key}}.txt", "w") as file:
            file.write(text)

    def listed(folder):
        found = []
        for name in os.listdir(folder):
            found.append(name)
        return found

    def run(folder: Path, path):
        client.responses.create(model="gpt-5.5", input={given})  # LLM402
    """
    (found,) = assert_marked(tmp_path, program, "LLM402")
    assert str(found.severity) == severity


@pytest.mark.parametrize(
    "code",
    [
        "return re.search(r'^# (.+)$', text, re.M).group(1)",
        "return ' '.join(match.group(1) for match in re.finditer('TODO(.*)', text))",
        """
        for line in text.splitlines():
            if line.startswith("# "):
                return line
        """,
        """
        lines, found = text.splitlines(), []
        for n in range(1, len(lines)):
            if re.match("^##", lines[n]):
                break
            found.append(lines[n].strip())
        return " ".join(found)
        """,
    ],
)
def test_a_part_that_is_picked_by_what_it_says(tmp_path: Path, code: str) -> None:
    program = f"""
import re
import requests
from openai import OpenAI

client = OpenAI()

def part(text):
{textwrap.indent(textwrap.dedent(code), "    ")}

def run(url):
    client.responses.create(model="gpt-5.5", input=part(requests.get(url).text))  # LLM402
"""
    (found,) = assert_marked(tmp_path, program, "LLM402")
    assert str(found.severity) == "info"
