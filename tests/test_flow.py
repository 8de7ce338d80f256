"""What a name is bound to at each point: branches, loops and what leads out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

CAPS = {
    "set before a loop is left": """
        while True:
            settings = {"max_output_tokens": 500}
            break
        client.responses.create(input="hi", **settings)
    """,
    "set before every break": """
        def run(items):
            settings = {}
            for item in items:
                if item:
                    settings = {"max_output_tokens": 500}
                    break
            else:
                settings = {"max_output_tokens": 900}
            client.responses.create(input="hi", **settings)
    """,
    "set before one break of two": """
        def run(items):
            limit = None
            while True:
                if items:
                    limit = 500
                    break
                if not items:
                    break
            client.responses.create(input="hi", max_output_tokens=limit)  # LLM101
    """,
    "set before continue": """
        def run(items):
            limit = None
            for item in items:
                if item:
                    limit = 500
                    continue
                limit = 900
            client.responses.create(input="hi", max_output_tokens=limit)  # LLM101
    """,
    "set in try and in except": """
        def run():
            try:
                limit = int(input())
            except ValueError:
                limit = 500
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "None where the other branch leaves": """
        def run(limit_given):
            if not limit_given:
                limit = None
                return None
            else:
                limit = 500
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "None where the other branch raises": """
        def run(short):
            limit = None
            if short:
                limit = 500
            else:
                raise ValueError("long")
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "None where the handler raises": """
        def run():
            limit = None
            try:
                limit = 500
            except ValueError:
                raise
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "changed after the call": """
        def run():
            settings = {}
            client.responses.create(input="hi", **settings)  # LLM101
            settings["max_output_tokens"] = 500
    """,
    "changed in finally": """
        def run():
            settings = {}
            try:
                print("hi")
            finally:
                settings["max_output_tokens"] = 500
            client.responses.create(input="hi", **settings)
    """,
    "a parameter that is filled in": """
        def run(limit=None):
            if limit is None:
                limit = 500
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "a parameter that is not filled in": """
        def run(limit=None):
            settings = {"input": "hi"}
            if limit is not None:
                settings["max_output_tokens"] = limit
            client.responses.create(**settings)
    """,
    "in a nested function": """
        def run():
            limit = 500
            def inner():
                client.responses.create(input="hi", max_output_tokens=limit)
                client.responses.create(input="hi")  # LLM101
            inner()
    """,
    "in a with statement": """
        def run(lock):
            with lock:
                settings = {"max_output_tokens": 500}
            client.responses.create(input="hi", **settings)
    """,
    "in a match": """
        def run(kind):
            match kind:
                case "short":
                    limit = 500
                case "long":
                    limit = 900
                case _:
                    raise ValueError(kind)
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "in a match that takes all": """
        def run(kind):
            limit = None
            match kind:
                case "short":
                    limit = 500
                case _:
                    limit = 900
            client.responses.create(input="hi", max_output_tokens=limit)
    """,
    "on one case of a match": """
        def run(kind):
            limit = None
            match kind:
                case "short":
                    limit = 500
            client.responses.create(input="hi", max_output_tokens=limit)  # LLM101
    """,
    "item by item of a part": """
        def run():
            request = {"input": "hi", "extra_body": {}}
            request["extra_body"]["max_output_tokens"] = 500
            client.responses.create(**request)
            other = {"input": "hi", "extra_body": {}}
            other["extra_body"]["top_k"] = 5
            client.responses.create(**other)  # LLM101
    """,
    "a default of get": """
        def run(options):
            settings = {"temperature": 0}
            client.responses.create(input="hi", max_output_tokens=settings.get("limit"))  # LLM101
            client.responses.create(input="hi", max_output_tokens=settings.get("limit", 500))
            client.responses.create(input="hi", max_output_tokens=options.get("limit"))
            client.responses.create(input="hi", max_output_tokens=options.get("limit") or 500)
    """,
}

PRELUDE = """
from openai import OpenAI

client = OpenAI()
"""

PARSED = {
    "after a retry loop": """
        import json
        def run():
            for attempt in range(3):
                try:
                    reply = client.responses.create(input="hi")  # LLM103
                    break
                except OSError:
                    continue
            else:
                raise RuntimeError("no reply")
            return json.loads(reply.output_text)
    """,
    "after while True": """
        import json
        def run():
            while True:
                reply = client.responses.create(input="hi")  # LLM103
                if reply.output_text:
                    break
            return json.loads(reply.output_text)
    """,
    "in an accumulator": """
        import json
        def run():
            text = ""
            for _ in range(3):
                text += client.responses.create(input="hi").output_text  # LLM103
            return json.loads(text)
    """,
    "by a nested function": """
        import json
        def run():
            def parse(text):
                return json.loads(text)
            return parse(client.responses.create(input="hi").output_text)  # LLM103
    """,
    "something else": """
        import json
        def run(text):
            reply = client.responses.create(input="hi")
            print(reply)
            reply = text
            return json.loads(reply)
    """,
}


@pytest.mark.parametrize("program", CAPS.values(), ids=CAPS)
def test_cap(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101", prelude=PRELUDE)


@pytest.mark.parametrize("program", PARSED.values(), ids=PARSED)
def test_parsed_reply(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM103", prelude=PRELUDE)
