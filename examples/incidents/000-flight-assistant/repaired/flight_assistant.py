"""The same assistant: each thing that is billed has a bound, and a used-up quota ends the attempt."""

import base64
import json
from io import BytesIO
from pathlib import Path

import gradio as gr
from dotenv import load_dotenv
from openai import OpenAI, RateLimitError
from PIL import Image
from pydub import AudioSegment
from pydub.playback import play

load_dotenv(override=True)

MODEL = "gpt-4o-mini"
LOG = Path("chatlog.md")
FARES = {"london": "$799", "paris": "$899", "tokyo": "$1,400", "berlin": "$499"}
SYSTEM = "You are the assistant of an airline called FlightAI. Answer in one courteous sentence. Never guess a fare."
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_fare",
            "description": "The price of a return ticket. Call it whenever a traveller asks what a flight costs.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "description": "Where the traveller wants to go"}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
]
TURNS_KEPT = 20
ROUNDS = 4
TOKENS = 300
SPOKEN_CHARACTERS = 600
PICTURES_A_SESSION = 3

# The client sends a failed request again twice, with growing pauses; nothing here repeats it on top.
openai = OpenAI(timeout=30)


def get_fare(city):
    return FARES.get(city.lower(), "unknown")


def artist(city):
    response = openai.images.generate(
        model="dall-e-3",
        prompt=f"A holiday in {city[:40]}: its sights and everything that is special about it, as pop art",
        size="1024x1024",
        n=1,
        response_format="b64_json",
    )
    return Image.open(BytesIO(base64.b64decode(response.data[0].b64_json)))


def talker(message):
    response = openai.audio.speech.create(model="tts-1", voice="onyx", input=message[:SPOKEN_CHARACTERS])
    play(AudioSegment.from_file(BytesIO(response.content), format="mp3"))


def answer_tools(message):
    """The answers to the tools that a reply asked for, and the cities that they were about."""
    answers, cities = [], []
    for call in message.tool_calls:
        city = json.loads(call.function.arguments).get("city", "")
        answers.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps({"fare": get_fare(city)})})
        cities.append(city)
    return answers, cities


def converse(history):
    """The reply to a conversation, and the first city that it is about."""
    messages = [{"role": "system", "content": SYSTEM}, *history[-TURNS_KEPT:]]
    seen = []
    for _ in range(ROUNDS):
        response = openai.chat.completions.create(
            model=MODEL, messages=messages, tools=TOOLS, max_completion_tokens=TOKENS
        )
        message = response.choices[0].message
        if not message.tool_calls:
            return message.content, seen[:1]
        answers, cities = answer_tools(message)
        seen += cities
        messages += [message, *answers]
    return "I could not find that out. Please ask at the desk.", seen[:1]


def chat(history, enable_tts, pictures):
    reply, cities = converse(history)
    history.append({"role": "assistant", "content": reply})
    LOG.write_text("\n\n".join(f"**{turn['role']}**: {turn['content']}" for turn in history))
    picture = None
    try:
        if cities and pictures < PICTURES_A_SESSION:
            pictures += 1
            picture = artist(cities[0])
        if enable_tts:
            talker(reply)
    except RateLimitError:
        gr.Warning("The quota is used up: no picture and no speech for now.")
    return history, picture, pictures


def ask(question, history):
    return "", [*history, {"role": "user", "content": question[:500]}]


with gr.Blocks() as ui:
    painted = gr.State(0)
    chatbot = gr.Chatbot(height=500, type="messages")
    picture = gr.Image(height=500)
    question = gr.Textbox(label="Ask about a flight")
    aloud = gr.Checkbox(label="Read the answer aloud", value=False)
    question.submit(ask, [question, chatbot], [question, chatbot]).then(
        chat, [chatbot, aloud, painted], [chatbot, picture, painted]
    )

if __name__ == "__main__":
    ui.launch(inbrowser=True)
