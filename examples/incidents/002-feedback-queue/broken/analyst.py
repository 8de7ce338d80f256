"""Sorts a user's feedback with a model."""

import json
import re

from openai import OpenAI

PROMPT = """
You sort what users tell us about our product. Given the feedback below, answer with a JSON object that has
- category: bug, feature, question, complaint or praise
- severity: critical, high, medium or low
- summary: one or two sentences
- actionItems: a list of what the product team should do
- sentiment: a number from -1.0 to 1.0
- suggestedResponse: a friendly answer to the user, with what happens next

Feedback:
{feedback}

Answer with the JSON object only, without Markdown.
"""

client = OpenAI()


def analyse(feedback):
    response = client.chat.completions.create(
        model="gpt-4-turbo",
        messages=[{"role": "user", "content": PROMPT.format(feedback=feedback)}],
    )
    return parse(response.choices[0].message.content)


def parse(text):
    """The first JSON object in a text, up to the first brace that closes."""
    found = re.search(r"\{.*?\}", text, re.DOTALL)
    return json.loads(found.group() if found else text)
