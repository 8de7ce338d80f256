"""What the site asks a model about a video: a short answer, within the task's time, without retries of its own."""

from openai import OpenAI
from pydantic import BaseModel
from pydantic_ai import Agent

# A task may take 90 seconds: two requests of at most 20, each sent at most twice, leave room.
client = OpenAI(timeout=20, max_retries=1)


class Presenters(BaseModel):
    names: list[str]


presenters_agent = Agent(
    "openai:gpt-4o-mini",
    output_type=Presenters,
    system_prompt="You are given the page of a conference talk. List the people who present it.",
    model_settings={"max_tokens": 200, "timeout": 20},
)


def parse_presenters_with_ai(title: str, description: str) -> list[str]:
    result = presenters_agent.run_sync(f"{title}\n\n{description[:4000]}")
    return result.output.names


def parse_titles_with_ai(title: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "Remove the event's name and the presenters from the title of a talk."},
            {"role": "user", "content": title},
        ],
        max_completion_tokens=100,
        stop=["\n"],
    )
    return completion.choices[0].message.content.strip()
