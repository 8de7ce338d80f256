"""A request sent by hand to a provider's endpoint is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

SENT = {
    "requests": """
        import requests
        URL = "https://api.openai.com/v1/chat/completions"
        requests.post(URL, json={"messages": []})  # LLM101
        requests.post(URL, json={"messages": [], "max_tokens": 500})
        requests.post(url=URL, json=dict(messages=[]))  # LLM101
    """,
    "requests under another name": """
        from requests import post, Session as Http
        URL = "https://api.openai.com/v1/chat/completions"
        post(URL, json={"messages": []})  # LLM101
        with Http() as session:
            session.post(URL, json={"messages": []})  # LLM101
            session.post(URL, json={"messages": [], "max_tokens": 500})
    """,
    "requests.request": """
        import requests
        URL = "https://api.openai.com/v1/chat/completions"
        requests.request("POST", URL, json={"messages": []})  # LLM101
        requests.request("POST", URL, json={"messages": [], "max_tokens": 500})
        requests.request(method="POST", url=URL, json={"messages": []})  # LLM101
    """,
    "a session on self": """
        import requests
        class Bot:
            URL = "https://api.openai.com/v1/chat/completions"
            def __init__(self):
                self.session = requests.Session()
            def ask(self, text):
                self.session.post(self.URL, json={"messages": [text]})  # LLM101
                self.session.post(self.URL, json={"messages": [text], "max_tokens": 500})
    """,
    "httpx": """
        import httpx
        URL = "https://api.groq.com/openai/v1/chat/completions"
        async def ask():
            async with httpx.AsyncClient(timeout=30) as client:
                await client.post(URL, json={"messages": []})  # LLM101
                await client.post(URL, json={"messages": [], "max_tokens": 500})
                async with client.stream("POST", URL, json={"messages": []}) as reply:  # LLM101
                    await reply.aread()
    """,
    "aiohttp": """
        import aiohttp
        URL = "https://api.deepseek.com/chat/completions"
        async def ask():
            async with aiohttp.ClientSession() as session:
                async with session.post(URL, json={"messages": []}) as reply:  # LLM101
                    await reply.json()
                async with session.post(URL, json={"messages": [], "max_tokens": 500}) as reply:
                    await reply.json()
        async def ask_with(session: aiohttp.ClientSession):
            await session.post(URL, json={"messages": []})  # LLM101
    """,
    "a body built key by key": """
        import requests
        def ask(text, short):
            payload = {"model": "gpt-5.5"}
            payload["messages"] = [{"role": "user", "content": text}]
            requests.post("https://api.openai.com/v1/chat/completions", json=payload)  # LLM101
            payload["max_tokens"] = 500
            requests.post("https://api.openai.com/v1/chat/completions", json=payload)
    """,
    "a body dumped by hand": """
        import json
        import requests
        def ask(text):
            url = "https://api.openai.com/v1/chat/completions"
            requests.post(url, data=json.dumps({"messages": [text]}))  # LLM101
            requests.post(url, data=json.dumps({"messages": [text], "max_tokens": 500}))
    """,
    "a body that a method returns": """
        import requests
        class Bot:
            def _payload(self, text):
                return {"messages": [text]}
            def _short(self, text):
                return {**self._payload(text), "max_tokens": 500}
            def ask(self, text):
                url = "https://api.openai.com/v1/chat/completions"
                requests.post(url, json=self._payload(text))  # LLM101
                requests.post(url, json=self._short(text))
    """,
    "an address in an f-string": """
        import requests
        BASE = "https://api.openai.com/v1"
        def ask(text):
            requests.post(f"{BASE}/chat/completions", json={"messages": [text]})  # LLM101
            requests.post(BASE + "/chat/completions", json={"messages": [text]})  # LLM101
            requests.post("%s/chat/completions" % BASE, json={"messages": [text]})  # LLM101
            requests.post("{}/chat/completions".format(BASE), json={"messages": [text]})  # LLM101
            requests.post(f"{BASE}/chat/completions", json={"messages": [text], "max_tokens": 500})
    """,
    "an address on a base class": """
        import requests
        class Provider:
            base_url = "https://api.mistral.ai/v1"
            def url(self):
                return f"{self.base_url}/chat/completions"
        class Bot(Provider):
            def ask(self, text):
                requests.post(f"{self.base_url}/chat/completions", json={"messages": [text]})  # LLM101
                requests.post(self.url(), json={"messages": [text]})  # LLM101
                requests.post(self.url(), json={"messages": [text], "max_tokens": 500})
    """,
    "an address with a default": """
        import os
        import requests
        BASE = os.environ.get("BASE_URL", "https://api.openai.com/v1")
        def ask(text, base="https://api.openai.com/v1"):
            requests.post(f"{BASE}/chat/completions", json={"messages": [text]})  # LLM101
            requests.post(f"{base}/chat/completions", json={"messages": [text]})  # LLM101
            requests.post(f"{BASE}/chat/completions", json={"messages": [text], "max_tokens": 500})
    """,
    "an address with a part from outside": """
        import requests
        def ask(resource, deployment, model, key, text):
            azure = f"https://{resource}.openai.azure.com/openai/deployments/{deployment}/chat/completions"
            requests.post(azure + "?api-version=2024-06-01", json={"messages": [text]})  # LLM101
            requests.post(azure, params={"api-version": "2024-06-01"}, json={"messages": [text]})  # LLM101
            gemini = f"https://generativelanguage.googleapis.com/v1beta/models/{model}:generateContent?key={key}"
            requests.post(gemini, json={"contents": [text]})  # LLM101
            requests.post(gemini, json={"contents": [text], "generationConfig": {"maxOutputTokens": 500}})
    """,
    "an address that is joined": """
        import requests
        from urllib.parse import urljoin
        BASE = "https://api.openai.com/v1/"
        def ask(text):
            requests.post(urljoin(BASE, "chat/completions"), json={"messages": [text]})  # LLM101
            requests.post(urljoin(BASE, "chat/completions"), json={"messages": [text], "max_tokens": 500})
            requests.post(urljoin(BASE, "files"), json={})
    """,
    "an address on one of several branches": """
        import os
        import requests
        def ask(text, kind):
            if kind == "azure":
                url = os.getenv("AZURE") + "/openai/deployments/chat/completions"
            elif kind == "files":
                url = "https://api.openai.com/v1/files"
            else:
                url = "https://api.openai.com/v1/chat/completions"
            requests.post(url, json={"messages": [text]})  # LLM101
    """,
    "a base address on one of several branches": """
        import requests
        def ask(text, base, ours):
            base = "https://api.openai.com/v1" if ours else base
            requests.post(f"{base}/chat/completions", json={"messages": [text]})  # LLM101
    """,
    "addresses of several providers": """
        import requests
        ALIKE = [
            {"name": "a", "url": "https://openrouter.ai/api/v1/chat/completions"},
            {"name": "b", "url": "https://api.groq.com/openai/v1/chat/completions"},
        ]
        OTHERS = [*ALIKE, {"name": "c", "url": "https://api.anthropic.com/v1/messages"}]
        def ask(text, number):
            requests.post(ALIKE[number]["url"], json={"messages": [text]})  # LLM101
            requests.post(OTHERS[number]["url"], json={"messages": [text]})
            if OTHERS[number]["name"] == "c":
                requests.post(OTHERS[number]["url"], json={"messages": [text], "max_tokens": 500})
    """,
    "a client with a base address": """
        import httpx
        client = httpx.Client(base_url="https://api.openai.com/v1")
        client.post("/chat/completions", json={"messages": []})  # LLM101
        client.post("/chat/completions", json={"messages": [], "max_tokens": 500})
        client.post("/files", json={})
        elsewhere = httpx.Client(base_url="https://example.org/v1")
        elsewhere.post("/chat/completions", json={"messages": []})
    """,
}

SILENT = """
    import requests
    requests.post("https://api.openai.com/v1/chat/completions", json={"messages": []})  # LLM101
    requests.get("https://api.openai.com/v1/models")
    requests.post("https://api.openai.com/v1/files", json={})
    requests.post("https://example.org/v1/chat/completions", json={"messages": []})
    requests.post("https://api.anthropic.com/v1/messages", json={"messages": []})
    requests.post("https://api.openai.com/v1/completions", json={"prompt": "hi"})
    requests.request("GET", "https://api.openai.com/v1/chat/completions", params={"limit": 3})
    requests.request(method="delete", url="https://api.openai.com/v1/chat/completions")
    def ask(payload, url):
        requests.post("https://api.openai.com/v1/chat/completions", json=payload)
        requests.post("https://api.openai.com/v1/chat/completions", data=payload)
        requests.post(url, json={"messages": []})
"""


@pytest.mark.parametrize("program", SENT.values(), ids=SENT)
def test_request(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")


def test_other_requests(tmp_path: Path) -> None:
    assert_marked(tmp_path, SILENT, "LLM101")


OBJECTS = """
    // -- main.ts
    import axios from "axios";
    const ADDRESS = "https://api.openai.com/v1/chat/completions";
    const capped = { method: "POST", body: JSON.stringify({ max_tokens: 9, messages: [] }) };
    const open = { method: "POST", body: JSON.stringify({ messages: [] }) };
    export const a = () => fetch(ADDRESS, capped);
    export const b = () => fetch(ADDRESS, open);  // LLM101
    export const c = (given: RequestInit) => fetch(ADDRESS, given);
    const whole = { url: ADDRESS, method: "POST", data: { max_tokens: 9, messages: [] } };
    export const d = () => axios(whole);
    class Bot {
      constructor({ base = "https://api.openai.com/v1" }) {
        this.base = base;
      }
      ask(messages) {
        return send(`${this.base}/chat/completions`, { body: JSON.stringify({ max_tokens: 9, messages }), onDone: 1 });
      }
      tell(messages) {
        return pass(`${this.base}/chat/completions`, { body: JSON.stringify({ messages }) });
      }
    }
    async function send(url, options) {
      const { onDone, ...settings } = options;
      return fetch(url, settings);
    }
    const pass = (url, options) => fetch(url, options);  // LLM101
    export class Other {
      ask(messages) {
        return send(`${this.base}/conversation`, { body: JSON.stringify({ messages }), onDone: 1 });
      }
      tell(messages, address) {
        return send(address, { body: JSON.stringify({ messages }), onDone: 1 });
      }
    }
"""


def test_settings_that_are_given_by_name(tmp_path: Path) -> None:
    """An object of settings is looked into, whoever gives it; one that is not known says nothing."""
    assert_marked(tmp_path, OBJECTS, "LLM101")
