"""The shapes of loops that send a failing request again. ``ask`` is a model call."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from command import check, write
from preludes import ASK_IN_LOOPS as PRELUDE
from support import assert_marked

LOOPS = {
    "a count that ends it for every error, whatever else does": """
        def run():
            attempts = 0
            while True:
                attempts += 1
                try:
                    return ask()
                except Exception as error:
                    if attempts >= 3 or not isinstance(error, TimeoutError):
                        raise
    """,
    "a count that ends it for some errors only": """
        def run():
            attempts = 0
            while True:  # LLM201
                attempts += 1
                try:
                    return ask()
                except Exception as error:
                    if attempts >= 3 and isinstance(error, TimeoutError):
                        raise
    """,
    "a count that only some errors come to, where all others leave": """
        def run(limit):
            attempts = 0
            while True:
                try:
                    return ask()
                except Exception as error:
                    if "429" in str(error) and attempts < limit:
                        time.sleep(2 ** attempts)
                        attempts += 1
                        continue
                    raise
        def otherwise(limit):
            attempts = 0
            while True:
                try:
                    return ask()
                except Exception as error:
                    if "429" in str(error) and attempts < limit:
                        attempts += 1
                    else:
                        raise
        def past_it(limit):
            attempts = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    if "429" in str(error) and attempts < limit:
                        attempts += 1
                        continue
                    if "500" in str(error):
                        continue
                    raise
        def for_some(limit):
            attempts = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    if "429" in str(error):
                        attempts += 1
                        if attempts < limit:
                            continue
                    print(error)
    """,
    "an object that says what is tried next": """
        class Regions:
            def __init__(self):
                self.denied = []
            @property
            def region(self):
                return next((name for name in ("here", "there") if name not in self.denied), None)
            def run(self):
                reply, region = None, self.region
                while region and not reply:
                    try:
                        reply = ask(region)
                    except PermissionError:
                        self.denied.append(region)
                        region = self.region
            def vain(self):
                reply, region = None, self.region
                while region and not reply:  # LLM201
                    try:
                        reply = ask(region)
                    except Exception:
                        print("denied")
    """,
    "a handler for tools that take too long": """
        from concurrent.futures import ThreadPoolExecutor, as_completed
        from concurrent.futures import TimeoutError as ToolsTimeout

        def run(pool, tool, limit):
            rounds = 0
            while True:
                try:
                    reply = ask()
                    rounds += 1
                    if rounds > limit or not reply.output:
                        return reply
                    for future in as_completed([pool.submit(tool, call) for call in reply.output], timeout=9):
                        print(future.result())
                except ToolsTimeout:
                    print("a tool took too long")
        def asked(limit):
            with ThreadPoolExecutor() as pool:
                while True:  # LLM201
                    try:
                        return pool.submit(ask).result(timeout=9)
                    except ToolsTimeout:
                        print("no reply")
    """,
    "for ever": """
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    pass
    """,
    "no way out, and nothing to wait for": """
        def run():
            while True:  # LLM201
                try:
                    print(client.responses.create(model="gpt-5.5", input="hi", max_output_tokens=9).output_text)
                except Exception:
                    print("failed")
    """,
    "a server that waits for its work": """
        def run(work):
            while True:
                try:
                    client.responses.create(model="gpt-5.5", input=work.get(), max_output_tokens=9)
                except Exception:
                    print("failed")
    """,
    "a server whose function waits for its work": """
        def serve():
            question = waiting.get()
            client.responses.create(model="gpt-5.5", input=question, max_output_tokens=9)

        def run():
            while True:
                try:
                    serve()
                except Exception:
                    print("failed")
    """,
    "a scheduler": """
        def run():
            while True:
                try:
                    client.responses.create(model="gpt-5.5", input="hi", max_output_tokens=9)
                except Exception:
                    print("failed")
                time.sleep(60)
    """,
    "while 1, with continue": """
        def run():
            while 1:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(2)
                    continue
                break
            return reply
    """,
    "a flag that success clears": """
        def run():
            done = False
            while not done:  # LLM201
                try:
                    ask()
                    done = True
                except Exception:
                    print("again")
    """,
    "a reply that is None until success": """
        def run():
            reply = None
            while reply is None:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(1)
            return reply
    """,
    "iter with a sentinel": """
        def run():
            for _ in iter(int, 1):  # LLM201
                try:
                    return ask()
                except Exception:
                    continue
    """,
    "a fallback list": """
        def run(models):
            for model in models:
                try:
                    return ask(model)
                except Exception:
                    continue
    """,
    "failures that are all raised": """
        def run():
            while True:
                try:
                    return ask()
                except Exception:
                    raise
    """,
    "one failure that goes on": """
        import openai
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except openai.BadRequestError:
                    raise
                except openai.RateLimitError:
                    time.sleep(60)
    """,
    "a break of an inner loop": """
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except Exception:
                    for _ in range(3):
                        if random.random() > 0.5:
                            break
    """,
    "else after try": """
        def run():
            while True:  # LLM201
                try:
                    reply = ask()
                except Exception:
                    time.sleep(1)
                else:
                    return reply
    """,
    "a return in finally": """
        def run():
            while True:
                try:
                    ask()
                except Exception:
                    pass
                finally:
                    return
    """,
    "a break below the try": """
        def run():
            while True:
                try:
                    reply = ask()
                except Exception:
                    reply = None
                break
            return reply
    """,
    "an error raised from inside": """
        def run():
            while True:  # LLM201
                try:
                    try:
                        return ask()
                    except ValueError as error:
                        raise RuntimeError("no answer") from error
                except Exception as error:
                    print(error)
    """,
    "a stream that is opened again": """
        def run():
            while True:  # LLM201
                try:
                    for event in client.responses.create(input="hi", stream=True, max_output_tokens=500):
                        yield event
                    return
                except Exception:
                    continue
    """,
    "except with a star": """
        def run():
            while True:  # LLM201
                try:
                    return ask()
                except* ValueError:
                    pass
    """,
    "for and else": """
        def run():
            for attempt in range(3):
                try:
                    reply = ask()
                    break
                except Exception:
                    time.sleep(1)
            else:
                raise RuntimeError("no answer")
            return reply
    """,
    "async": """
        async def run():
            while True:  # LLM201
                try:
                    return await ask_later()
                except Exception:
                    await asyncio.sleep(1)
    """,
    "async with a bound": """
        async def run():
            for attempt in range(3):
                try:
                    async with asyncio.timeout(10):
                        return await ask_later()
                except (asyncio.TimeoutError, OSError):
                    await asyncio.sleep(2 ** attempt)
    """,
    "a nested function's own loop": """
        def run():
            while True:
                def attempt():
                    try:
                        return ask()
                    except Exception:
                        return None
                return attempt
    """,
    "a nested function that is called": """
        def run():
            def attempt():
                return ask()
            while True:  # LLM201
                try:
                    return attempt()
                except Exception:
                    pass
    """,
    "a method": """
        class Bot:
            def one(self):
                return ask()
            def run(self):
                while True:  # LLM201
                    try:
                        return self.one()
                    except Exception:
                        pass
    """,
    "match": """
        def run(kind):
            n = 0
            while True:
                match kind:
                    case "a":
                        try:
                            return ask()
                        except Exception:
                            n += 1
                            if n == 3:
                                return None
                    case _:
                        return None
    """,
    "suppress": """
        import contextlib
        def run():
            while True:  # LLM201
                with contextlib.suppress(Exception):
                    return ask()
    """,
    "one call and no retry": """
        def run():
            while True:
                ask()
                break
    """,
    "a failure that ends the process": """
        import sys
        def run():
            while True:
                try:
                    return ask()
                except Exception as error:
                    print(error)
                    sys.exit(1)
    """,
    "a handler that gives up by a function of the project": """
        def give_up(error):
            raise RuntimeError("no answer") from error
        def run():
            while True:
                try:
                    return ask()
                except Exception as error:
                    give_up(error)
    """,
    "a call outside the try": """
        def run():
            while True:
                text = ask()
                try:
                    return json.loads("{}")
                except ValueError:
                    return text
    """,
    "a count that some errors pass by": """
        def run():
            tries = 0
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    if "429" in str(error):
                        time.sleep(5)
                    else:
                        tries += 1
                        if tries > 5:
                            raise
        def asked():
            while True:  # LLM201
                try:
                    return ask()
                except Exception as error:
                    if "rate_limit" in str(error):
                        time.sleep(1)
                        continue
                    if input("again?") != "y":
                        return None
        def by_another_handler():
            tries = 0
            while True:  # LLM201
                try:
                    return ask()
                except TimeoutError:
                    time.sleep(1)
                except Exception:
                    tries += 1
                    if tries > 5:
                        raise
    """,
    "an error of a file that is not read": """
        # -- errors.py
        class ConversationComplete(Exception):
            pass
        # -- main.py
        from errors import ConversationComplete
        from openai import OpenAI
        client = OpenAI()
        def run(queue):
            while True:
                try:
                    return client.responses.create(input="hi")
                except ConversationComplete:
                    continue
    """,
    "a person who is asked each time": """
        def run():
            while True:
                try:
                    return ask()
                except Exception:
                    if input("again?") != "y":
                        return None
    """,
    "another request for each one that is refused": """
        from openai import BadRequestError, UnprocessableEntityError
        REFUSALS = (BadRequestError, UnprocessableEntityError)
        def named_in(error, options):
            return next((name for name in options if name in str(error)), None)
        def run(options):
            while True:
                try:
                    return client.responses.create(input="hi", max_output_tokens=500, **options)
                except REFUSALS as error:
                    refused = named_in(error, options)
                    if refused is not None:
                        options.pop(refused)
                        continue
                    raise
        def vain():
            while True:  # LLM201
                try:
                    return ask()
                except REFUSALS as error:
                    print(error)
    """,
    "a failure that the function keeps to itself": """
        def safe():
            try:
                return ask()
            except Exception:
                return None
        def loud():
            try:
                return ask()
            except Exception:
                print("failed")
            raise RuntimeError("no reply")
        def run():
            while True:
                try:
                    return safe()
                except Exception:
                    print("never")
        def again():
            while True:  # LLM201
                try:
                    return loud()
                except Exception:
                    print("again")
    """,
}


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS)
def test_retry_loop(program: str, tmp_path: Path) -> None:
    prelude = "" if "# --" in program else PRELUDE
    assert_marked(tmp_path, program, "LLM201", "LLM206", prelude=prelude)


def test_a_function_of_a_thousand_loops(tmp_path: Path) -> None:
    """Each costs as much as one alone: the time grows with their number, and no faster."""
    loop = """
    while True:
        try:
            ask()
            break
        except ValueError as error:
            print(error)
"""
    write(tmp_path, {"main.py": f"{PRELUDE}\ndef run():\n{loop * 1000}"})
    started = time.process_time()
    assert len(check(tmp_path, "--select", "LLM201").json["findings"]) == 1000
    assert time.process_time() - started < 8
