"""Texts about products, asked of a model until there is one."""

import logging

from openai import OpenAI

log = logging.getLogger(__name__)
client = OpenAI()


def write(notes):
    response = client.responses.create(
        model="gpt-4o",
        instructions="Write the text of a product page from these notes.",
        input=notes,
    )
    return response.output_text


def careful_write(notes):
    """Three tries, for the days on which the API is slow."""
    for attempt in range(3):
        try:
            return write(notes)
        except Exception:
            log.warning("attempt %s failed", attempt)
    raise RuntimeError("no text")


def product_text(notes):
    while True:
        try:
            return careful_write(notes)
        except Exception:
            log.warning("no text yet")
