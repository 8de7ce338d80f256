"""An airline's assistant that chats, looks up fares, paints the destination and reads its answer aloud."""

import json
import time
from io import BytesIO
from pathlib import Path

import gradio as gr
from dotenv import load_dotenv
from openai import OpenAI, RateLimitError
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

openai = OpenAI()


def get_fare(city):
    return FARES.get(city.lower(), "unknown")


def artist(city):
    """A picture of the city, as text that a chat window shows."""
    response = openai.images.generate(
        model="dall-e-3",
        prompt=f"A holiday in {city}: its sights and everything that is special about it, as pop art",
        size="1024x1024",
        n=1,
        response_format="b64_json",
    )
    return f"![{city}](data:image/png;base64,{response.data[0].b64_json})"


def talker(message):
    response = openai.audio.speech.create(model="tts-1", voice="onyx", input=message)
    play(AudioSegment.from_file(BytesIO(response.content), format="mp3"))


def speak(text):
    """Read a text aloud; when the API is busy, wait and try again."""
    for attempt in range(5):
        try:
            talker(text)
            return
        except RateLimitError:
            time.sleep(2**attempt)


def answer_tools(message):
    """The answers to the tools that a reply asked for, and the pictures that go with them."""
    answers, pictures = [], []
    for call in message.tool_calls:
        city = json.loads(call.function.arguments).get("city", "")
        answers.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps({"fare": get_fare(city)})})
        pictures.append(artist(city))
    return answers, pictures


def chat(history, enable_tts):
    messages = [{"role": "system", "content": SYSTEM}, *history]
    pictures = []
    response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    while response.choices[0].finish_reason == "tool_calls":
        message = response.choices[0].message
        answers, painted = answer_tools(message)
        pictures += painted
        messages += [message, *answers]
        response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)

    reply = "\n\n".join([response.choices[0].message.content, *pictures])
    history.append({"role": "assistant", "content": reply})
    LOG.write_text("\n\n".join(f"**{turn['role']}**: {turn['content']}" for turn in history))
    if enable_tts:
        try:
            speak(LOG.read_text())
        except RateLimitError:
            history.append({"role": "assistant", "content": "The quota for speech is used up."})
    return history


def ask(question, history):
    return "", [*history, {"role": "user", "content": question}]


with gr.Blocks() as ui:
    chatbot = gr.Chatbot(height=500, type="messages")
    question = gr.Textbox(label="Ask about a flight")
    aloud = gr.Checkbox(label="Read the answer aloud", value=True)
    question.submit(ask, [question, chatbot], [question, chatbot]).then(chat, [chatbot, aloud], chatbot)

if __name__ == "__main__":
    ui.launch(inbrowser=True)
