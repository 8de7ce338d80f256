"""The desk's handbook as a tool, and the questions that each of its pages answers, up to a number of requests."""

import json
from itertools import islice
from pathlib import Path

from openai import OpenAI

HANDBOOK = Path("handbook")
LANGUAGES = ("English", "Spanish")
PAGES_A_RUN = 100
CHARACTERS = 4000
TOOLS = [
    {
        "name": "read_page",
        "description": "The beginning of a page of the handbook",
        "input_schema": {"type": "object", "properties": {"page": {"type": "string"}}, "required": ["page"]},
    }
]

client = OpenAI(timeout=30)


def run_tool(block):
    text = (HANDBOOK / f"{block.input['page']}.md").read_text()
    return {"type": "tool_result", "tool_use_id": block.id, "content": text[:CHARACTERS]}


def index_questions():
    """Write down the questions that the pages answer, in each language."""
    index = {}
    for page in islice(sorted(HANDBOOK.rglob("*.md")), PAGES_A_RUN):
        for language in LANGUAGES:
            text = page.read_text()[:CHARACTERS]
            response = client.responses.create(
                model="gpt-4o-mini",
                input=f"Which questions does this page answer? Write them in {language}.\n\n{text}",
                max_output_tokens=400,
            )
            index[f"{page.name}:{language}"] = response.output_text
    Path("questions.json").write_text(json.dumps(index))
