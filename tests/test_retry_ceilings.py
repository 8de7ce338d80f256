"""What ends a retry loop, and what only looks as if it did. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK_IN_LOOPS as PRELUDE
from support import assert_marked

CEILINGS = {
    "itertools.count": """
        def run():
            for attempt in itertools.count():  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "itertools.count that ends": """
        def run():
            for attempt in itertools.count(1):
                try:
                    return ask()
                except Exception:
                    if attempt >= 5:
                        raise
                    time.sleep(2 ** attempt)
    """,
    "a finite range": """
        def run(attempts):
            for attempt in range(attempts):
                try:
                    return ask()
                except Exception:
                    time.sleep(2 ** attempt)
    """,
    "a function that is given the error and a limit": """
        class Runner:
            def __init__(self, budget):
                self.budget = budget
            def _pause(self, error, attempt):
                if not error.transient:
                    raise error
                seconds = min(60.0, 2.0 ** attempt)
                if self.budget.remaining() <= seconds:
                    raise TimeoutError from error
                return seconds
            def _give_up(self, error, attempt):
                if attempt >= 5:
                    raise error
            def _check(self, error):
                if error.status_code == 401:
                    raise error
            def waited(self):
                attempt = 0
                while True:
                    try:
                        return ask()
                    except Exception as error:
                        seconds = self._pause(error, attempt)
                    time.sleep(seconds)
                    attempt += 1
            def counted(self):
                attempt = 0
                while True:
                    try:
                        return ask()
                    except Exception as error:
                        self._give_up(error, attempt)
                        time.sleep(2 ** attempt)
                    attempt += 1
            def checked(self):
                while True:  # LLM201
                    try:
                        return ask()
                    except Exception as error:
                        self._check(error)
                        time.sleep(5)
    """,
    "a counter that is never raised": """
        def run():
            retries = 0
            while retries < 3:  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a counter that only success raises": """
        def run():
            answers = []
            count = 0
            while count < 3:  # LLM201
                try:
                    answers.append(ask())
                    count += 1
                except Exception:
                    time.sleep(1)
            return answers
    """,
    "a counter raised on failure": """
        def run():
            retries = 0
            while retries < 3:
                try:
                    return ask()
                except Exception:
                    retries += 1
    """,
    "a counter raised in each round": """
        def run():
            retries = 0
            while retries < 3:
                retries = retries + 1
                try:
                    return ask()
                except Exception:
                    continue
    """,
    "a counter raised in finally": """
        def run():
            retries = 0
            while retries < 3:
                try:
                    return ask()
                except Exception:
                    print("again")
                finally:
                    retries += 1
    """,
    "a counter counted down": """
        def run(retries=3):
            while retries > 0:
                try:
                    return ask()
                except Exception:
                    retries -= 1
    """,
    "a counter whose truth is asked": """
        def run():
            retries = 3
            while retries:
                try:
                    return ask()
                except Exception:
                    retries -= 1
    """,
    "a counter in the test": """
        def run():
            n = 0
            while (n := n + 1) < 5:
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a counter set back on failure": """
        def run():
            retries = 0
            while retries < 3:  # LLM201
                try:
                    return ask()
                except Exception:
                    retries = 0
    """,
    "a counter that leads out by raise": """
        def run():
            n = 0
            while True:
                try:
                    return ask()
                except Exception:
                    n += 1
                    if n >= 5:
                        raise
    """,
    "a counter that is counted and never asked": """
        def run():
            n = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    n += 1
                    print(n, error)
    """,
    "a counter that is asked and does not lead out": """
        def run():
            n = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    n += 1
                    if n > 3:
                        print("still failing")
                    time.sleep(1)
    """,
    "a counter that lets the loop go on": """
        def run():
            attempts = 0
            while True:
                attempts += 1
                try:
                    return ask()
                except Exception:
                    if attempts < 5:
                        continue
                    raise
    """,
    "a sum of waits": """
        def run():
            waited = 0
            while True:
                try:
                    return ask()
                except Exception:
                    time.sleep(5)
                    waited += 5
                    if waited > 60:
                        raise
    """,
    "a global counter": """
        failures = 0
        def run():
            global failures
            while True:
                try:
                    return ask()
                except Exception:
                    failures += 1
                    if failures > 3:
                        raise
    """,
    "a list of delays": """
        def run():
            for delay in (1, 2, 4):
                try:
                    return ask()
                except Exception:
                    time.sleep(delay)
    """,
    "a counter on self": """
        class Bot:
            def __init__(self):
                self.failures = 0
            def run(self):
                while self.failures < 3:
                    try:
                        return ask()
                    except Exception:
                        self.failures += 1
    """,
    "a counter in a dict": """
        def run():
            state = {"failures": 0}
            while state["failures"] < 3:
                try:
                    return ask()
                except Exception:
                    state["failures"] += 1
    """,
    "a deadline": """
        def run():
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    return ask()
                except Exception:
                    time.sleep(1)
    """,
    "a deadline that raises": """
        def run():
            start = time.time()
            while True:
                try:
                    return ask()
                except Exception:
                    if time.time() - start > 60:
                        raise
                    time.sleep(1)
    """,
    "a delay that doubles to an end": """
        def run():
            delay = 1
            while delay < 64:
                try:
                    return ask()
                except Exception:
                    time.sleep(delay)
                    delay *= 2
    """,
    "a delay that doubles for ever": """
        def run():
            delay = 1
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    time.sleep(delay)
                    delay = min(delay * 2, 60)
    """,
    "a list that is used up": """
        def run(keys):
            while keys:
                key = keys.pop()
                try:
                    return ask(key)
                except Exception:
                    continue
    """,
    "a text that gets shorter": """
        def run(text):
            parts = []
            while text:
                try:
                    size = int(ask(text[:100]).output_text)
                except Exception:
                    size = 100
                parts.append(text[:size])
                text = text[size:].strip()
            return parts
    """,
    "a list that failures fill again": """
        def run(texts):
            while texts:  # LLM201
                text = texts.pop()
                try:
                    ask(text)
                except Exception:
                    texts.append(text)
    """,
    "a list that some failures fill again": """
        def run(jobs):
            while jobs:
                job = jobs.pop()
                try:
                    ask(job.text)
                except Exception:
                    job.failures += 1
                    if job.failures < 3:
                        jobs.append(job)
    """,
    "failures counted in an outer loop": """
        def run(texts):
            for text in texts:
                while True:  # LLM201
                    try:
                        ask(text)
                        break
                    except Exception:
                        time.sleep(1)
    """,
    "an attempt object": """
        class Budget:
            def __init__(self):
                self.left = 3
            def spend(self):
                self.left -= 1
                return self.left > 0
        def run():
            budget = Budget()
            while budget.spend():
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "a limit from outside": """
        def run(should_stop):
            while not should_stop():
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "an event that somebody sets": """
        import threading
        stop = threading.Event()
        def run():
            while not stop.is_set():
                try:
                    return ask()
                except Exception:
                    stop.wait(1)
    """,
    "a count that each round takes": """
        class Bot:
            def __init__(self):
                self.rounds = 0
            def run(self, text):
                while True:
                    try:
                        if self.rounds > 5:
                            break
                        return ask(text)
                    except Exception as error:
                        if "context" in str(error):
                            text = text[10:]
                            continue
                        raise
                    finally:
                        self.rounds += 1
    """,
    "a last word when the count is used up": """
        class Bot:
            def __init__(self, limit):
                self.rounds = 0
                self.limit = limit
            def run(self, text):
                while True:
                    try:
                        if self.rounds >= self.limit:
                            ask("sum it up")
                            break
                        return ask(text)
                    except ValueError:
                        continue
                    finally:
                        self.rounds += 1
    """,
    "a list that each failure takes something from": """
        def run(messages):
            while True:
                try:
                    return ask(messages)
                except RuntimeError:
                    messages.pop(1)
    """,
    "a list that failures take something from as long as there is something": """
        def run(messages):
            while True:  # LLM201
                try:
                    return ask(messages)
                except RuntimeError:
                    if messages:
                        messages.pop(1)
    """,
    "a mapping that need not hold what is taken": """
        def run(settings):
            while True:  # LLM201
                try:
                    return ask(settings)
                except RuntimeError:
                    settings.pop("error", None)
    """,
    "a queue that is emptied on failure": """
        def run(queue, interactive):
            while True:
                try:
                    if queue:
                        reply = ask(queue.pop())
                    else:
                        if not interactive:
                            break
                        reply = ask(input())
                    for message in reply.output:
                        queue.append(message)
                except Exception:
                    queue.clear()
                    continue
    """,
}


@pytest.mark.parametrize("program", CEILINGS.values(), ids=CEILINGS)
def test_ceiling(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM201", "LLM206", prelude=PRELUDE)
