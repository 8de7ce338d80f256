"""Sorts a user's feedback with a model, which is held to JSON and to 800 tokens."""

import json

from openai import OpenAI

PROMPT = """
You sort what users tell us about our product. Given the feedback below, answer with a JSON object that has
- category: bug, feature, question, complaint or praise
- severity: critical, high, medium or low
- summary: one or two sentences
- actionItems: a list of what the product team should do
- sentiment: a number from -1.0 to 1.0
- suggestedResponse: a friendly answer to the user, with what happens next, in at most 100 words

Feedback:
{feedback}
"""

client = OpenAI(timeout=30)


def analyse(feedback):
    response = client.chat.completions.create(
        model="gpt-4-turbo",
        messages=[{"role": "user", "content": PROMPT.format(feedback=feedback[:8000])}],
        max_completion_tokens=800,
        response_format={"type": "json_object"},
        temperature=0.2,
    )
    if response.choices[0].finish_reason == "length":
        raise ValueError("the answer was cut off")
    return json.loads(response.choices[0].message.content)
