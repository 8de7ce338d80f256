"""Functions that call themselves, and loops in loops. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

PRELUDE = """
from openai import OpenAI

client = OpenAI(max_retries=0)


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500)
"""

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
}

NESTINGS = {
    "two loops": """
        def run(authors):
            for author in authors:
                for book in author.books:
                    ask(book)  # LLM208
    """,
    "two loops, one of them a comprehension": """
        def run(authors):
            for author in authors:
                replies = [ask(book) for book in author.books]  # LLM208
            return replies
    """,
    "two clauses": """
        def run(authors):
            return [ask(book) for author in authors for book in author.books]  # LLM208
    """,
    "one loop in a function that another calls": """
        def summarise(author):
            for book in author.books:
                ask(book)  # LLM209
        def run(authors):
            for author in authors:
                summarise(author)  # LLM208
    """,
    "one loop": """
        def run(books):
            for book in books:
                ask(book)  # LLM209
    """,
    "bounded loops": """
        KINDS = ("short", "long")
        def run(books):
            for kind in KINDS:
                for book in books[:5]:
                    ask(book + kind)
            for number in range(3):
                ask(str(number))
            for book in sorted(["a", "b"]):
                ask(book)
    """,
    "a bounded loop in an open one": """
        def run(books):
            for book in books:
                for kind in ("short", "long"):
                    ask(book + kind)  # LLM209
    """,
    "a retry in a loop": """
        def run(books):
            for book in books:
                for attempt in range(3):
                    try:
                        ask(book)  # LLM209
                        break
                    except Exception:
                        pass
    """,
    "a function defined in a loop": """
        def run(books):
            found = []
            for book in books:
                def later():
                    return ask("hi")
                found.append(later)
            return found
    """,
    "else": """
        def run(books):
            for book in books:
                print(book)
            else:
                ask("all of them")
    """,
    "the iterable": """
        def run(text):
            for line in ask(text).output_text.splitlines():
                print(line)
    """,
}


@pytest.mark.parametrize("program", RECURSIONS.values(), ids=RECURSIONS)
def test_recursion(program: str, tmp_path: Path) -> None:
    prelude = "" if "# --" in program else PRELUDE
    assert_marked(tmp_path, program, "LLM207", prelude=prelude)


@pytest.mark.parametrize("program", NESTINGS.values(), ids=NESTINGS)
def test_nested_loops(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM208", "LLM209", prelude=PRELUDE)
