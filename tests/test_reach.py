"""A model call is reached through whatever calls, wraps or schedules the function that makes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_IN_LOOPS as PRELUDE
from support import assert_marked

WAYS = {
    "asyncio.run": """
        def run():
            while True:  # LLM201
                try:
                    return asyncio.run(ask_later())
                except Exception:
                    pass
    """,
    "wait_for": """
        async def run():
            while True:  # LLM201
                try:
                    return await asyncio.wait_for(ask_later(), 5)
                except Exception:
                    pass
    """,
    "an event loop": """
        def run():
            loop = asyncio.new_event_loop()
            while True:  # LLM201
                try:
                    return loop.run_until_complete(ask_later())
                except Exception:
                    pass
    """,
    "to_thread": """
        async def run():
            while True:  # LLM201
                try:
                    return await asyncio.to_thread(ask, "x")
                except Exception:
                    pass
    """,
    "partial": """
        def run():
            call = functools.partial(ask, "x")
            while True:  # LLM201
                try:
                    return call()
                except Exception:
                    pass
    """,
    "a lambda": """
        def run():
            call = lambda: ask("x")
            while True:  # LLM201
                try:
                    return call()
                except Exception:
                    pass
    """,
    "gather": """
        async def run(texts):
            while True:  # LLM201
                try:
                    return await asyncio.gather(*[ask_later(t) for t in texts])
                except Exception:
                    pass
    """,
    "a comprehension": """
        def run(texts):
            while True:  # LLM201
                try:
                    return [ask(t) for t in texts]
                except Exception:
                    pass
    """,
    "map": """
        def run(texts):
            while True:  # LLM201
                try:
                    return list(map(ask, texts))
                except Exception:
                    pass
    """,
    "a table of functions": """
        HANDLERS = {"ask": ask, "other": print}
        def run(name):
            while True:  # LLM201
                try:
                    return HANDLERS[name]("x")
                except Exception:
                    pass
    """,
    "a table of methods": """
        class Bot:
            def __init__(self):
                self.handlers = {"ask": self.ask}
            def ask(self):
                return ask()
            def run(self):
                while True:  # LLM201
                    try:
                        return self.handlers["ask"]()
                    except Exception:
                        pass
    """,
    "getattr": """
        class Bot:
            def ask(self):
                return ask()
            def run(self):
                while True:  # LLM201
                    try:
                        return getattr(self, "ask")()
                    except Exception:
                        pass
    """,
    "an object that is called": """
        class Bot:
            def __call__(self, text):
                return ask(text)
        def run():
            bot = Bot()
            while True:  # LLM201
                try:
                    return bot("x")
                except Exception:
                    pass
    """,
    "a generator": """
        def stream():
            yield ask()
        def run():
            while True:  # LLM201
                try:
                    return next(stream())
                except Exception:
                    pass
    """,
    "a generator that streams": """
        def stream():
            for event in client.responses.create(input="x", stream=True, max_output_tokens=5):
                yield event
        def run():
            while True:  # LLM201
                try:
                    for event in stream():
                        print(event)
                    break
                except Exception:
                    pass
    """,
    "a context manager": """
        from contextlib import contextmanager
        @contextmanager
        def session():
            yield ask()
        def run():
            while True:  # LLM201
                try:
                    with session() as reply:
                        return reply
                except Exception:
                    pass
    """,
    "a constructor": """
        class Answer:
            def __init__(self, text):
                self.reply = ask(text)
        def run():
            while True:  # LLM201
                try:
                    return Answer("x")
                except Exception:
                    pass
    """,
    "a class method": """
        class Bot:
            @classmethod
            def ask(cls):
                return ask()
        def run():
            while True:  # LLM201
                try:
                    return Bot.ask()
                except Exception:
                    pass
    """,
    "an inner coroutine": """
        async def run():
            async def attempt():
                return await ask_later()
            while True:  # LLM201
                try:
                    return await attempt()
                except Exception:
                    await asyncio.sleep(1)
    """,
    "a decorator of the project": """
        def logged(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                print("call")
                return f(*args, **kwargs)
            return inner
        @logged
        def ask_logged(text):
            return ask(text)
        def run():
            while True:  # LLM201
                try:
                    return ask_logged("x")
                except Exception:
                    pass
    """,
    "a function passed on": """
        def until(f):
            while True:  # LLM201
                try:
                    return f()
                except Exception:
                    pass
        def run():
            until(ask)
            until(lambda: ask("x"))
    """,
    "a method passed on": """
        def until(f):
            while True:  # LLM201
                try:
                    return f()
                except Exception:
                    pass
        class Bot:
            def ask(self):
                return ask()
            def run(self):
                return until(self.ask)
    """,
    "the client's method passed on": """
        def until(f, **kwargs):
            while True:  # LLM201
                try:
                    return f(**kwargs)
                except Exception:
                    pass
        until(client.responses.create, input="x")
    """,
    "a thread, whose failure shows elsewhere": """
        import threading
        def run():
            while True:
                try:
                    threading.Thread(target=ask).start()
                    return
                except Exception:
                    pass
    """,
}


@pytest.mark.parametrize("program", WAYS.values(), ids=WAYS)
def test_way(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201", prelude=PRELUDE)
