"""Whole files, pages, requests and tables in prompts (LLM402)."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """\
import json
from pathlib import Path
import httpx
import pandas as pd
import requests
from flask import request
from openai import OpenAI

client = OpenAI()
HERE = Path(__file__).parent
TEMPLATE = (HERE / "prompts" / "answer.md").read_text()


def ask(text):
    return client.responses.create(model="gpt-5.5", input=f"Answer this. {text}"){mark}


def run(path, url):
"""
WHOLE = [
    "ask(open(path).read())",
    "with open(path) as file:\n        ask(file.read())",
    "ask(Path(path).read_text())",
    "ask(Path(path).read_text().strip().replace('a', 'b'))",
    "ask(json.dumps({'text': Path(path).read_text()}))",
    "ask(requests.get(url).text)",
    "ask(httpx.get(url).text)",
    "ask(pd.read_csv(path).to_string())",
    "ask(request.get_data(as_text=True))",
]
PARTS = [
    "ask(path)",
    "ask(open(path).read()[:9000])",
    "ask(open(path).read(9000))",
    "text = open(path).read()\n    if len(text) > 9000:\n        raise ValueError(path)\n    ask(text)",
    "ask(TEMPLATE)",
    "ask(Path('prompts/question.md').read_text())",
    "ask((HERE / 'question.md').read_text())",
    "ask((HERE / f'prompts/{path}.md').read_text())",
    "ask(json.loads(Path(path).read_text())['title'])",
    "ask(requests.get(url).json()['title'])",
    "ask(pd.read_csv(path).head(20).to_string())",
    "ask(pd.read_csv(path)['title'][0])",
    "ask(request.json['question'])",
    "for line in open(path):\n        ask(line)",
    "ask(splitter.split_text(open(path).read())[0])",
    "ask(retriever.search(open(path).read(), k=4))",
]


@pytest.mark.parametrize("code", WHOLE)
def test_whole(tmp_path: Path, code: str) -> None:
    program = PRELUDE.replace("{mark}", "  # LLM402") + f"    {code}\n"
    (found,) = assert_marked(tmp_path, program, "LLM402")
    assert found.related[0].message == "the text comes through this call"


@pytest.mark.parametrize("code", PARTS)
def test_parts(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, PRELUDE.replace("{mark}", "") + f"    {code}\n", "LLM402")


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
