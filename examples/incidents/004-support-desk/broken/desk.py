"""A support desk's agent: it searches, asks back, and writes answers to tickets about bills."""

import anthropic

from handbook import TOOLS, run_tool

MODEL = "claude-opus-4-1"
client = anthropic.Anthropic()


def send(messages):
    """One request, five times if it must be."""
    for _ in range(5):
        try:
            return client.messages.create(model=MODEL, max_tokens=16000, messages=messages, tools=TOOLS)
        except anthropic.APIError:
            continue
    raise RuntimeError("the model does not answer")


def work_on(ticket):
    """Let the model use its tools until it says that it is done."""
    messages = [{"role": "user", "content": ticket}]
    while True:
        reply = send(messages)
        messages.append({"role": "assistant", "content": reply.content})
        if reply.stop_reason != "tool_use":
            return text_of(reply)
        results = [run_tool(block) for block in reply.content if block.type == "tool_use"]
        messages.append({"role": "user", "content": results})


def polish(answer):
    """Have an answer criticised and written again until nothing is left to criticise."""
    verdict = text_of(
        send([{"role": "user", "content": f"Is this answer good? Say GOOD or write it anew.\n\n{answer}"}])
    )
    if not verdict.startswith("GOOD"):
        return polish(verdict)
    return answer


def text_of(reply):
    return "".join(block.text for block in reply.content if block.type == "text")
