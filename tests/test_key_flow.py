"""LLM301 to LLM303 in Python: keys as literals, and keys that are put where others read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import assembled
from support import assert_marked

LITERALS = """
    import openai, cohere
    from anthropic import Anthropic
    from langchain_openai import ChatOpenAI
    KEY = "{key}"
    openai.OpenAI(api_key="{key}")  # LLM301
    openai.OpenAI(api_key=KEY)  # LLM301
    Anthropic(auth_token="{key}")  # LLM301
    ChatOpenAI(model="gpt-4o", max_tokens=10, api_key="{key}")  # LLM301
    openai.OpenAI(api_key="{key}", base_url="http://localhost:8000/v1")
    openai.OpenAI(api_key="not-needed-12345678901234")
    openai.OpenAI(api_key="sk-proj-1a2b3c4d5e6f7a8b9c0d1e2f")
    openai.OpenAI(api_key="dummy")
    openai.OpenAI(api_key="EMPTY")
    openai.OpenAI(api_key=None)
    other(api_key="{key}")
"""

SCRIPT = """
    // -- src/llm.ts
    import OpenAI from "openai";
    import Anthropic from "@anthropic-ai/sdk";
    const KEY = "{key}";
    new OpenAI({ apiKey: "{key}" });  // LLM301
    new OpenAI({ apiKey: KEY });  // LLM301
    new Anthropic({ apiKey: "{key}" });  // LLM301
    new OpenAI({ apiKey: "{key}", baseURL: "http://localhost:8000/v1" });
    new OpenAI({ apiKey: "not-needed-12345678901234" });
    new Other({ apiKey: "{key}" });
"""

SINKS = {
    "printed": """
        import os, sys, openai, rich
        key = os.environ["OPENAI_API_KEY"]
        print(key)  # LLM303
        print("key:", key, sep="")  # LLM303
        print("key: " + key)  # LLM303
        print("key: %s" % key)  # LLM303
        print("key: {}".format(key))  # LLM303
        print(os.getenv("ANTHROPIC_API_KEY"))  # LLM303
        print(key.strip())  # LLM303
        rich.print(f"[b]{key}")  # LLM303
        sys.stdout.write(key)  # LLM303
        print(key[:7])  # LLM303
        print(f"{key[0:4]}...")  # LLM303
    """,
    "not printed": """
        import os, openai, hashlib
        key = os.environ["OPENAI_API_KEY"]
        print(len(key), bool(key), key is not None, key == "x", key.startswith("sk-"))
        print("set" if key else "not set")
        print(f"ends with {key[-4:]}")
        print(hashlib.sha256(key.encode()).hexdigest())
        print(mask(key))
        print("OPENAI_API_KEY is missing", os.getenv("HOME"), os.environ["OPENAI_BASE_URL"])
        print(os.getenv("OPENAI_ORG_ID"), os.getenv("STRIPE_API_KEY"), os.getenv("DATABASE_URL"))
        keys = {"a": 1}
        for name in keys: print(name, keys[name], "token" * 2)
        token_count = 3
        print(f"{token_count} tokens")
    """,
    "logged": """
        import logging, os, openai
        from loguru import logger as loud
        logger = logging.getLogger(__name__)
        key = os.getenv("OPENAI_API_KEY")
        logger.info("key %s", key)  # LLM303
        logging.debug(f"{key}")  # LLM303
        loud.info("{}", key)  # LLM303
        logger.info("key %s", "set" if key else "unset")
    """,
    "raised": """
        import os, openai
        class KeyProblem(ValueError): ...
        class ConfigError(Exception): ...
        def check():
            key = os.getenv("OPENAI_API_KEY")
            if not key:
                raise ValueError("OPENAI_API_KEY is not set")
            raise ValueError(f"bad key {key}")  # LLM303
        def other(key=os.getenv("OPENAI_API_KEY")):
            raise ConfigError("bad key: " + os.environ["OPENAI_API_KEY"])  # LLM303
        def tell(errors, settings):
            if settings.has_openai_key:
                raise ConfigError("key", cause=errors.InvalidOpenAIApiKey, kind=errors.MISSING_OPENAI_API_KEY)
            print(errors.noOpenaiKey, errors.check_openai_token)
            raise ConfigError(settings.NOTION_OPENAI_API_KEY)  # LLM303
        def name(env):
            from .names import ENV_VAR_NAMES, EnvVars
            raise ConfigError(f"{ENV_VAR_NAMES.OPENAI_API_KEY} or {EnvVars.openai_key} is missing")
    """,
    "sent back": """
        import os, openai
        from fastapi import FastAPI
        from fastapi.responses import JSONResponse
        from flask import Flask, jsonify
        app, old = FastAPI(), Flask(__name__)
        KEY = os.environ["OPENAI_API_KEY"]
        @app.get("/a")
        def a():  # LLM303
            return {"key": KEY}
        @app.get("/b")
        def b():
            return JSONResponse({"key": KEY})  # LLM303
        @old.route("/c")
        def c():
            return jsonify(key=KEY)  # LLM303
        @app.get("/d")
        def d():
            return {"has_key": bool(KEY), "model": "gpt-4o"}
        @old.route("/f")
        def f():  # LLM303
            return f"<p>{KEY}</p>"
        @old.route("/g")
        def g():  # LLM303
            return KEY
        @app.get("/h")
        def h(openai_api_key):
            return openai_api_key
        def e():
            return {"key": KEY}
    """,
    "from elsewhere": """
        # -- config.py
        import os
        OPENAI_API_KEY = os.getenv("OPENAI_API_KEY", "")
        DEBUG = os.getenv("DEBUG", "")
        def load_key():
            return os.environ["ANTHROPIC_API_KEY"]
        # -- main.py
        import openai, config
        from pydantic import SecretStr
        from pydantic_settings import BaseSettings
        from config import DEBUG, OPENAI_API_KEY, load_key
        class Bot:
            def __init__(self):
                self.key = config.OPENAI_API_KEY
                self.debug = DEBUG
            def show(self):
                print(self.key, self.debug)  # LLM303
                print("key", self.debug)
        print(OPENAI_API_KEY)  # LLM303
        print(config.OPENAI_API_KEY)  # LLM303
        print(load_key())  # LLM303
        print(DEBUG, "key")
        class Settings(BaseSettings):
            openai_api_key: str
            anthropic_api_key: SecretStr
        settings = Settings()
        print(settings.openai_api_key)  # LLM303
        print(settings.anthropic_api_key)
        def run(openai_api_key, api_key, tokens):
            print(openai_api_key)  # LLM303
            print(api_key, tokens)
    """,
    "given back by a function": """
        import os, openai
        def load():
            return os.getenv("OPENAI_API_KEY")
        def checked():
            value = load()
            if not value:
                raise SystemExit(1)
            return value
        def mode():
            return os.getenv("MODE")
        class Settings:
            def read(self):
                return os.environ["OPENAI_API_KEY"]
            def show(self):
                print(self.read())  # LLM303
        found, again = load(), checked()
        print(found)  # LLM303
        print(f"with {again}")  # LLM303
        print(load()[:4])  # LLM303
        print(mode(), checked() is not None)
        def main():
            value = later()
            print(value)  # LLM303
        def later():
            return load()
    """,
    "of any provider": """
        import logging, openai
        class Tool:
            def __init__(self, api_key):
                self.api_key = api_key
            def run(self, name):
                logging.info("key %s of %s", self.api_key, name)  # LLM303
                print("your new key:", self.api_key)
        def connect(api_key, key, apikeys):
            if not api_key.startswith("x"):
                raise ValueError(f"invalid key: {api_key}")  # LLM303
            if not api_key:
                raise ValueError("api_key is missing")
            raise KeyError(key, apikeys)
    """,
    "found to be empty": """
        import os, openai
        key = os.getenv("OPENAI_API_KEY")
        def check(api_key, openai_api_key):
            if not isinstance(api_key, str) or len(api_key) == 0:
                raise ValueError(f"{api_key} is no key")
            if not openai_api_key:
                raise ValueError(f"no key: {openai_api_key}")
            if openai_api_key is None:
                print(openai_api_key)
            if openai_api_key is not None:
                print(openai_api_key)  # LLM303
            if openai_api_key:
                print(openai_api_key)  # LLM303
            else:
                print(openai_api_key)
            if not api_key:
                raise ValueError(openai_api_key)  # LLM303
        if not key:
            raise KeyError(f"no key {key}")
        if len(key) < 20:
            raise ValueError(f"short key {key}")  # LLM303
    """,
    "of a client": """
        import openai
        client = openai.OpenAI()
        print(client.api_key)  # LLM303
        print(openai.api_key)  # LLM303
        print(client.base_url)
    """,
    "without an SDK": """
        import os
        print(os.environ["OPENAI_API_KEY"])  # LLM303
        print(os.environ["STRIPE_API_KEY"])
    """,
}

PAGES = {
    "flask": """
        import os
        from flask import Flask, render_template, render_template_string
        app = Flask(__name__)
        KEY = os.environ["OPENAI_API_KEY"]
        def a(): return render_template("a.html", key=KEY)  # LLM302
        def b(): return render_template("a.html", **{"key": KEY})  # LLM302
        def c(): return render_template_string("<script>const key = '%s'</script>" % KEY)  # LLM302
        def d(): return render_template("a.html", has_key=bool(KEY))
        @app.context_processor
        def e(): return {"key": KEY}  # LLM302
        @app.context_processor
        def f(): return {"model": "gpt-4o"}
    """,
    "django": """
        import os
        from django.conf import settings
        from django.shortcuts import render
        from django.views.generic import TemplateView
        def a(request): return render(request, "a.html", {"key": settings.OPENAI_API_KEY})  # LLM302
        def b(request): return render(request, "a.html", {"key": os.getenv("OPENAI_API_KEY")})  # LLM302
        def c(request): return render(request, "a.html", {"debug": settings.DEBUG, "pk": settings.STRIPE_PUBLIC_KEY})
        class Page(TemplateView):
            def get_context_data(self, **kwargs):  # LLM302
                context = super().get_context_data(**kwargs)
                context["key"] = settings.OPENAI_API_KEY
                return context
        class Other(TemplateView):
            def get_context_data(self, **kwargs):
                return {**super().get_context_data(**kwargs), "has_key": bool(settings.OPENAI_API_KEY)}
    """,
    "fastapi": """
        import os
        from fastapi import FastAPI
        from fastapi.responses import HTMLResponse
        from fastapi.templating import Jinja2Templates
        templates = Jinja2Templates("templates")
        key = os.environ["ANTHROPIC_API_KEY"]
        def a(request): return templates.TemplateResponse("a.html", {"request": request, "key": key})  # LLM302
        def b(): return HTMLResponse(f"<script>let key = '{key}'</script>")  # LLM302
        def c(request): return templates.TemplateResponse("a.html", {"request": request})
    """,
    "streamlit": """
        import os
        import streamlit as st
        import streamlit.components.v1 as components
        st.write(st.secrets["OPENAI_API_KEY"])  # LLM302
        st.text_input("Key", os.getenv("OPENAI_API_KEY"))  # LLM302
        components.html(f"<script>start('{os.environ['OPENAI_API_KEY']}')</script>")  # LLM302
        key = st.text_input("Your key", type="password")
        st.write("ready" if key else "no key")
        st.markdown("Set OPENAI_API_KEY first")
    """,
    "reflex": """
        import os
        import reflex as rx
        class State(rx.State):  # LLM302
            openai_key: str = os.environ["OPENAI_API_KEY"]
        class Hidden(rx.State):
            _openai_key: str = os.environ["OPENAI_API_KEY"]
            model: str = "gpt-4o"
        class Own:
            openai_key: str = os.environ["OPENAI_API_KEY"]
        def index(): return rx.text(os.environ["OPENAI_API_KEY"])  # LLM302
    """,
    "gradio": """
        import os
        import gradio as gr
        gr.Blocks(head=f"<script>const KEY = '{os.environ['OPENAI_API_KEY']}'</script>")  # LLM302
        gr.HTML(f"<script>const KEY = '{os.environ['OPENAI_API_KEY']}'</script>")  # LLM302
        gr.Textbox(label="Key", value=os.getenv("OPENAI_API_KEY"))  # LLM302
        gr.Textbox(label="Key", type="password")
        gr.Markdown("Key: OPENAI_API_KEY")
    """,
}


def test_literals_of_any_form(tmp_path: Path) -> None:
    assert_marked(tmp_path, LITERALS.replace("{key}", assembled("{alnum:40}")), "LLM301")


def test_literals_in_a_script(tmp_path: Path) -> None:
    assert_marked(tmp_path, SCRIPT.replace("{key}", assembled("{alnum:40}")), "LLM301")


@pytest.mark.parametrize("program", SINKS.values(), ids=SINKS)
def test_exposed(program: str, tmp_path: Path) -> None:
    for finding in assert_marked(tmp_path, program, "LLM303"):
        assert str(finding.severity) == ("info" if "first characters" in finding.message else "error")


@pytest.mark.parametrize("program", PAGES.values(), ids=PAGES)
def test_in_a_page(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM302")


def test_functions_that_call_each_other(tmp_path: Path) -> None:
    """A key is found among what they give back, without a look at each order in which they may call each other."""
    calls = "".join(f"{{part{number}()}}" for number in range(12))
    parts = "".join(f'def part{number}():\n    return f"{calls}{{secret()}}"\n\n' for number in range(12))
    secret = 'def secret():\n    return os.environ["OPENAI_API_KEY"]\n\n'
    told = "logging.warning(part0())  # LLM303\n"
    assert_marked(tmp_path, f"import logging\nimport os\nimport openai\n\n{parts}{secret}{told}", "LLM303")
