"""Images that nothing counts (LLM406): loops, chats and tools, and what counts there."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PAINT = """\
from concurrent.futures import ThreadPoolExecutor
import discord
import gradio as gr
import streamlit as st
from agents import Agent, function_tool
from discord.ext import commands
from langchain_core.tools import BaseTool, StructuredTool, Tool
from openai import OpenAI

client = OpenAI()
bot = commands.Bot(command_prefix="!")


def paint(city):
    return client.images.generate(model="dall-e-3", prompt=city, n=1).data[0].url{mark}


"""
MARKED = PAINT.format(mark="  # LLM406")
UNMARKED = PAINT.format(mark="")

OPEN = [
    "def run(cities):\n    for city in cities:\n        paint(city)",
    "def run(cities):\n    return [paint(city) for city in cities]",
    "def one(city):\n    return paint(city.title())\n\ndef run(cities):\n    for city in cities:\n        one(city)",
    "def chat(message, history):\n    return paint(message)\n\ngr.ChatInterface(fn=chat).launch()",
    "with gr.Blocks() as ui:\n    box = gr.Textbox()\n    box.submit(lambda text: paint(text), box, None)",
    "@function_tool\ndef picture(city: str):\n    return paint(city)",
    "def picture(city):\n    return paint(city)\n\nAgent(name='painter', tools=[picture])",
    "@bot.command()\nasync def picture(ctx, *, city):\n    await ctx.send(paint(city))",
    "class Bot(discord.Client):\n    async def on_message(self, message):\n        paint(message.content)",
    "def run(cities):\n    return list(map(paint, cities))",
    "def run(cities):\n    with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(paint, cities))",
    "StructuredTool.from_function(paint)",
    "Tool(name='paint', func=paint, description='Paints a city.')",
    "class Painter(BaseTool):\n    def _run(self, city):\n        return paint(city)",
    "if city := st.chat_input('Where to?'):\n    paint(city)",
    "city = st.chat_input('Where to?')\nif city and city != 'none':\n    paint(city)",
]
LIMITED = [
    "def run(city):\n    return paint(city)",
    "def run(cities):\n    for city in cities[:4]:\n        paint(city)",
    "def run(cities):\n    with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(paint, cities[:4]))",
    "if (city := st.chat_input('Where to?')) and st.session_state.left > 0:\n    paint(city)",
    "city = st.text_input('Where to?')\nif city:\n    paint(city)",
    "class Painter(Page):\n    def _run(self, city):\n        return paint(city)",
    "def run():\n    for city in ('Paris', 'Rome'):\n        paint(city)",
    """
def run(cities):
    done = 0
    for city in cities:
        if done >= 4:
            break
        done += 1
        paint(city)
""",
    """
def run(cities, budget):
    for city in cities:
        if budget <= 0:
            return
        budget -= 1
        paint(city)
""",
    """
MOST = 4
painted = []

def chat(message, history):
    if len(painted) < MOST:
        painted.append(message)
        return paint(message)

gr.ChatInterface(fn=chat).launch()
""",
    "@rate_limit(4)\ndef chat(message, history):\n    return paint(message)\n\ngr.ChatInterface(fn=chat).launch()",
    "@bot.command()\n@commands.cooldown(1, 600)\nasync def picture(ctx, *, city):\n    await ctx.send(paint(city))",
    "@bot.command()\nasync def picture(ctx, city):\n    if ctx.author in ADMINS:\n        await ctx.send(paint(city))",
    "class Painter(Base):\n    async def on_message(self, message):\n        paint(message.content)",
    "def chat(message, history):\n    return message\n\ngr.ChatInterface(fn=chat).launch()\npaint('Paris')",
]


@pytest.mark.parametrize("code", OPEN)
def test_nothing_counts(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, code, "LLM406", prelude=MARKED)


@pytest.mark.parametrize("code", LIMITED)
def test_something_counts(tmp_path: Path, code: str) -> None:
    assert_marked(tmp_path, code, "LLM406", prelude=UNMARKED)


@pytest.mark.parametrize(("number", "found"), [("4", False), ("10", True), ("count", False)])
def test_many_at_once(tmp_path: Path, number: str, found: bool) -> None:
    program = f"""
    from openai import OpenAI

    def paint(city, count):
        OpenAI().images.generate(prompt=city, n={number}){"  # LLM406" if found else ""}
    """
    assert_marked(tmp_path, program, "LLM406")


def test_many_at_once_wherever_the_number_is_given(tmp_path: Path) -> None:
    program = """
    from google import genai
    from google.genai import types
    from openai import OpenAI

    COUNT = 10
    client = genai.Client()

    def paint(city):
        body = {"model": "dall-e-2", "prompt": city, "n": 10}
        OpenAI().images.generate(**body)  # LLM406
        OpenAI().images.generate(prompt=city, n=COUNT)  # LLM406
        config = types.GenerateImagesConfig(number_of_images=8)
        client.models.generate_images(model="imagen-4", prompt=city, config=config)  # LLM406
        client.models.generate_images(model="imagen-4", prompt=city, config={"number_of_images": 4})
    """
    assert_marked(tmp_path, program, "LLM406")


def test_a_tool_by_which_a_model_paints(tmp_path: Path) -> None:
    program = """
    from openai import OpenAI

    client = OpenAI()

    def run(cities):
        for city in cities:
            client.responses.create(model="gpt-5.5", input=city, tools=[{"type": "image_generation"}])  # LLM406
            client.responses.create(model="gpt-5.5", input=city, tools=[{"type": "web_search"}])
    """
    assert_marked(tmp_path, program, "LLM406")


def test_a_service_for_models_of_every_kind(tmp_path: Path) -> None:
    program = """
    import replicate

    def run(pictures, model):
        for picture in pictures:
            replicate.run("black-forest-labs/flux-schnell", input={"prompt": picture})  # LLM406
            replicate.run("yorickvp/llava-13b:e272", input={"image": picture, "prompt": "What is this?"})
            replicate.run(model, input={"image": picture})
    """
    assert_marked(tmp_path, program, "LLM406")


def test_a_model_that_answers_with_pictures(tmp_path: Path) -> None:
    program = """
    from google import genai

    client = genai.Client()

    def paint(city):
        return client.models.generate_content(model="gemini-2.5-flash-image", contents=city)  # LLM406

    def tell(city):
        return client.models.generate_content(model="gemini-2.5-flash", contents=city)

    def run(cities):
        for city in cities:
            paint(city)
            tell(city)
    """
    assert_marked(tmp_path, program, "LLM406")
