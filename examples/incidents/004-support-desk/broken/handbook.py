"""The desk's handbook as a tool, and the questions that each of its pages answers."""

import json
from pathlib import Path

from openai import OpenAI

HANDBOOK = Path("handbook")
TOOLS = [
    {
        "name": "read_page",
        "description": "A page of the handbook",
        "input_schema": {"type": "object", "properties": {"page": {"type": "string"}}, "required": ["page"]},
    }
]

client = OpenAI()


def run_tool(block):
    text = (HANDBOOK / f"{block.input['page']}.md").read_text()
    return {"type": "tool_result", "tool_use_id": block.id, "content": text}


def index_questions(languages):
    """Write down, for each chapter and language, the questions that its pages answer."""
    index = {}
    for chapter in HANDBOOK.iterdir():
        for page in chapter.glob("*.md"):
            for language in languages:
                response = client.responses.create(
                    model="gpt-4o",
                    input=f"Which questions does this page answer? Write them in {language}.\n\n{page.read_text()}",
                    max_output_tokens=400,
                )
                index[f"{page.name}:{language}"] = response.output_text
    Path("questions.json").write_text(json.dumps(index))
