"""What the site asks a model about a video."""

from openai import OpenAI
from pydantic import BaseModel
from pydantic_ai import Agent
from tenacity import retry, wait_random_exponential

client = OpenAI()


class Presenters(BaseModel):
    names: list[str]


presenters_agent = Agent(
    "openai:gpt-4o-mini",
    output_type=Presenters,
    system_prompt="You are given the page of a conference talk. List the people who present it.",
)


def parse_presenters_with_ai(title: str, description: str) -> list[str]:
    result = presenters_agent.run_sync(f"{title}\n\n{description}")
    return result.output.names


@retry(wait=wait_random_exponential(min=1, max=20))
def parse_titles_with_ai(title: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "Remove the event's name and the presenters from the title of a talk."},
            {"role": "user", "content": title},
        ],
    )
    return completion.choices[0].message.content.strip()
