"""The same agent with a number on each round: of tools, of rewrites, of attempts."""

import anthropic

from handbook import TOOLS, run_tool

MODEL = "claude-haiku-4-5"
TOKENS = 1500
ROUNDS = 8
REWRITES = 2

client = anthropic.Anthropic(timeout=60, max_retries=2)


def send(messages):
    return client.messages.create(model=MODEL, max_tokens=TOKENS, messages=messages, tools=TOOLS)


def work_on(ticket):
    """Let the model use its tools for a few rounds; then a person takes over."""
    messages = [{"role": "user", "content": ticket[:8000]}]
    for _ in range(ROUNDS):
        reply = send(messages)
        messages.append({"role": "assistant", "content": reply.content})
        if reply.stop_reason != "tool_use":
            return text_of(reply)
        results = [run_tool(block) for block in reply.content if block.type == "tool_use"]
        messages.append({"role": "user", "content": results})
    raise RuntimeError(f"no answer after {ROUNDS} rounds: this ticket is for a person")


def polish(answer, rewrites=REWRITES):
    """Have an answer criticised and written again, a few times at most."""
    if rewrites <= 0:
        return answer
    verdict = text_of(
        send([{"role": "user", "content": f"Is this answer good? Say GOOD or write it anew.\n\n{answer}"}])
    )
    if verdict.startswith("GOOD"):
        return answer
    return polish(verdict, rewrites - 1)


def text_of(reply):
    return "".join(block.text for block in reply.content if block.type == "text")
