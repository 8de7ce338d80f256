"""Functions that call themselves. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK as PRELUDE
from support import assert_marked

RECURSIONS = {
    "on failure": """
        def run(text):
            try:
                return ask(text)
            except Exception:
                return run(text)  # LLM207
    """,
    "on failure, with a depth": """
        def run(text, depth=0):
            if depth > 3:
                raise RuntimeError("no answer")
            try:
                return ask(text)
            except Exception:
                return run(text, depth + 1)
    """,
    "on failure, counting down": """
        def run(text, left=3):
            try:
                return ask(text)
            except Exception:
                if not left:
                    raise
                return run(text, left=left - 1)
    """,
    "on failure, with what a call makes of the text": """
        from somewhere import halves

        def run(text):
            try:
                return [ask(text)]
            except Exception:
                first, second = halves(text)
                return run(first) + run(second)
    """,
    "as long as there is something left of what an object holds": """
        class Chain:
            def __init__(self, steps):
                self.steps = steps
            def following(self, text):
                return self.steps.pop(0).replace("{text}", text) if self.steps else None
        class Workers:
            def __init__(self):
                self.chains = {}
            def run(self, text):
                reply = ask(text)
                chain = self.chains.pop(text, None)
                if chain:
                    step = chain.following(reply.output_text)
                    if step:
                        self.run(step)
    """,
    "a depth that is handed on and never asked": """
        def run(text, depth=0):
            try:
                return ask(text)
            except Exception:
                return run(text, depth + 1)  # LLM207
    """,
    "a depth that is asked and never raised": """
        def run(text, depth=0):
            if depth > 3:
                raise RuntimeError("no answer")
            try:
                return ask(text)
            except Exception:
                return run(text, depth)  # LLM207
    """,
    "on a reply": """
        def run(messages):
            reply = ask(messages)
            if reply.output:
                messages.append(reply)
                return run(messages)  # LLM207
            return reply
    """,
    "on a reply without a sentinel": """
        def run(text):
            reply = ask(text).output_text
            if "DONE" not in reply:
                return run(reply)  # LLM207
            return reply
    """,
    "on a reply, with a depth": """
        def run(messages, depth=0):
            reply = ask(messages)
            if reply.output and depth < 5:
                messages.append(reply)
                return run(messages, depth=depth + 1)
            return reply
    """,
    "a method": """
        class Bot:
            def run(self, text):
                try:
                    return ask(text)
                except Exception:
                    return self.run(text)  # LLM207
    """,
    "a method with a counter on self": """
        class Bot:
            def __init__(self):
                self.failures = 0
            def run(self, text):
                try:
                    return ask(text)
                except Exception:
                    self.failures += 1
                    if self.failures > 3:
                        raise
                    return self.run(text)
    """,
    "a reason to give up that another class knows": """
        class Bot:
            def run(self, text):
                try:
                    return ask(text)
                except Exception:
                    if isinstance(self, Spare) or self.stopped:
                        raise
                    return Spare().run(text)
        class Spare(Bot):
            pass
    """,
    "a reason to give up that the error knows": """
        def run(text):
            try:
                return ask(text)
            except Exception as error:
                if "invalid" in str(error):
                    raise
                return run(text)  # LLM207
    """,
    "async": """
        async def run(text):
            try:
                return ask(text)
            except Exception:
                return await run(text)  # LLM207
    """,
    "a visited set": """
        def run(page, seen):
            if page in seen:
                return
            seen.add(page)
            reply = ask(page)
            if reply.output:
                run(reply.output, seen)
    """,
    "a tree": """
        def run(node):
            ask(node.text)
            for child in node.children:
                run(child)
    """,
    "a shorter list": """
        def run(texts):
            if not texts:
                return []
            reply = ask(texts[0])
            if reply.output:
                return [reply, *run(texts[1:])]
            return []
    """,
    "a conversation": """
        def run(text):
            print(ask(text))
            answer = input("again? ")
            if answer == "yes":
                run(input("> "))
    """,
    "mutual": """
        def first(text):
            reply = ask(text)
            if reply.output:
                return second(reply.output)  # LLM207
            return reply
        def second(text):
            return first(text)
    """,
    "mutual, over files": """
        # -- one.py
        import two
        from openai import OpenAI
        def plan(text):
            reply = OpenAI().responses.create(input=text, max_output_tokens=500)
            if reply.output:
                return two.act(reply.output)  # LLM207
            return reply
        # -- two.py
        import one
        def act(text):
            return one.plan(text)
    """,
    "mutual, with a depth": """
        def first(text, depth):
            reply = ask(text)
            if reply.output and depth < 3:
                return second(reply.output, depth + 1)
            return reply
        def second(text, depth):
            return first(text, depth)
    """,
    "no recursion": """
        class Other:
            def run(self, text):
                return text
        class Bot:
            def __init__(self):
                self.other = Other()
            def run(self, text):
                try:
                    return ask(text)
                except Exception:
                    return self.other.run(text)
    """,
    "super": """
        class Base:
            def run(self, text):
                return ask(text)
        class Bot(Base):
            def run(self, text):
                try:
                    return ask(text)
                except Exception:
                    return super().run(text)
    """,
    "after a reply that was not good enough": """
        def run(text):
            verdict = ask(text).output_text
            if verdict.startswith("GOOD"):
                return text
            return run(verdict)  # LLM207
    """,
    "on a word that the reply has not seen": """
        def run(text):
            verdict = ask(text).output_text
            if text not in verdict:
                return run(verdict)  # LLM207
            return verdict
    """,
    "on a reply that does not parse": """
        import json
        def run(text):
            reply = ask(text).output_text
            try:
                return json.loads(reply)
            except ValueError:
                return run(text)  # LLM207
    """,
    "on a part of the reply that is compared": """
        def run(messages):
            reply = ask(messages)
            if reply.status == "incomplete":
                return run(messages + [reply.output_text])  # LLM207
            return reply
    """,
    "with all that came before, and the reply": """
        def run(messages):
            reply = ask(messages)
            if reply.output:
                return run([*messages, reply])  # LLM207
            return reply
    """,
    "with a copy": """
        def run(request):
            reply = ask(**request)
            if reply.output:
                return run({**request, "previous": reply})  # LLM207
            return reply
        def again(request):
            reply = ask(**request)
            if reply.output:
                return again(dict(request))  # LLM207
            return reply
    """,
    "with a parameter that has another value on one path": """
        def run(messages, tools, plain=False):
            if plain:
                tools = None
            reply = ask(messages, tools)
            if reply.output:
                return run(messages, tools)  # LLM207
            return reply
    """,
    "a setting that is compared": """
        class Bot:
            verbose = 0
            def run(self, text):
                if self.verbose > 1:
                    print(text)
                try:
                    return ask(text)
                except Exception:
                    return self.run(text)  # LLM207
    """,
    "a count that another method keeps": """
        class Bot:
            def __init__(self, limit):
                self.failures = 0
                self.limit = limit
            def check(self, error):
                self.failures += 1
                if self.failures > self.limit:
                    raise error
            def handle(self, error, text):
                self.check(error)
                return self.run(text)
            def run(self, text):
                try:
                    return ask(text)
                except Exception as error:
                    return self.handle(error, text)
    """,
    "once more without what was refused": """
        class Bot:
            def __init__(self):
                self.dropped = []
                self.errors = []
            def run(self, text):
                try:
                    return ask(text, without=self.dropped)
                except Exception as error:
                    if "stop" in str(error):
                        self.dropped.append("stop")
                        return self.run(text)
                    raise
            def again(self, text):
                try:
                    return ask(text)
                except Exception as error:
                    self.errors.append(error)
                    return self.again(text)  # LLM207
    """,
    "once more, and never again": """
        def run(parts, retry=True):
            reply = ask(parts).output_text
            if reply.startswith("ERROR") and retry and len(parts) > 1:
                for part in parts:
                    run([part, reply], retry=False)
                return run([reply, reply], False)
            return reply
        def again(text, is_retry=False):
            try:
                return ask(text)
            except Exception:
                if is_retry:
                    raise
                return again(text, is_retry=True)
        def mutual(text, first=True):
            reply = ask(text)
            if reply.output and first:
                return other(reply.output)
            return reply
        def other(text):
            return mutual(text, first=False)
    """,
    "once more, with a switch that does not turn it off": """
        def run(text, retry=True):
            reply = ask(text).output_text
            if reply.startswith("ERROR") and retry:
                return run(text, retry=True)  # LLM207
            return reply
        def again(text, quiet=False):
            try:
                return ask(text)
            except Exception:
                if not quiet:
                    print("again")
                return again(text, quiet=True)  # LLM207
    """,
    "parts of what there is, one by one": """
        def run(lines):
            middle = len(lines) // 2
            left, right = lines[:middle], lines[middle:]
            found = []
            for half in (left, right):
                reply = ask(half).output_text
                found += [reply] if "OK" in reply else run(half)
            return found
        def embedded(texts):
            try:
                return ask(texts)
            except Exception:
                third = len(texts[0]) // 3
                return embedded([texts[0][: third * 2]])
        def whole(lines):
            for each in (lines, lines):
                reply = ask(each).output_text
                if "OK" not in reply:
                    whole(each)  # LLM207
    """,
    "a count among other settings": """
        def run(text, **settings):
            try:
                return ask(text)
            except Exception:
                attempt = settings.get("attempt", 1)
                if attempt > 5:
                    raise
                return run(text, attempt=attempt + 1)
        def again(text, **settings):
            try:
                return ask(text)
            except Exception:
                attempt = settings.get("attempt", 1)
                return again(text, attempt=attempt + 1)  # LLM207
    """,
    "half of what there is": """
        def run(chunks):
            summaries = [ask(chunk).output_text for chunk in chunks]
            if len(summaries) > 1:
                return run(summaries[: len(summaries) // 2])
            return summaries[0]
    """,
}


@pytest.mark.parametrize("program", RECURSIONS.values(), ids=RECURSIONS)
def test_recursion(program: str, tmp_path: Path) -> None:
    prelude = "" if "# --" in program else PRELUDE
    assert_marked(tmp_path, program, "LLM207", prelude=prelude)
