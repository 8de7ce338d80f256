"""What the shop asks a model: each request has a cap and a timeout, and the client alone repeats it, twice."""

from openai import OpenAI

client = OpenAI(timeout=20, max_retries=2)


def answer(question):
    response = client.responses.create(
        model="gpt-4o-mini",
        instructions="Answer questions about the products of this shop in two sentences.",
        input=question,
        max_output_tokens=150,
    )
    return response.output_text


def product_text(notes):
    response = client.responses.create(
        model="gpt-4o",
        instructions="Write the text of a product page from these notes.",
        input=notes,
        max_output_tokens=600,
    )
    return response.output_text
