"""A setting that a wrapper leaves to its callers is judged for each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, messages

PRELUDE = """
from openai import OpenAI
client = OpenAI()
"""
WRAPPERS = {
    "keywords that are passed on": """
        def ask(prompt, **kwargs):
            return client.responses.create(input=prompt, **kwargs)
        def short(prompt):
            return ask(prompt, max_output_tokens=500)
        def long(prompt):
            return ask(prompt)  # LLM101
    """,
    "keywords that are passed on with a default": """
        def ask(prompt, **kwargs):
            kwargs.setdefault("max_output_tokens", 500)
            kwargs.setdefault("temperature", 0)
            return client.responses.create(input=prompt, **kwargs)
        def plain(prompt, **kwargs):
            kwargs.setdefault("temperature", 0)
            return client.responses.create(input=prompt, **kwargs)
        def run(prompt):
            ask(prompt)
            ask(prompt, max_output_tokens=50)
            plain(prompt)  # LLM101
            plain(prompt, max_output_tokens=50)
    """,
    "keywords that are passed on twice": """
        def ask(prompt, **kwargs):
            return client.responses.create(input=prompt, **kwargs)
        def repeat(prompt, **options):
            return ask(prompt, **options)
        def run(prompt, settings):
            repeat(prompt)  # LLM101
            repeat(prompt, max_output_tokens=500)
            repeat(prompt, **settings)
    """,
    "a parameter that nobody gives": """
        def ask(prompt, limit=None):
            return client.responses.create(input=prompt, max_output_tokens=limit)  # LLM101
        def run(prompt):
            return ask(prompt)
    """,
    "a parameter that is only used where it is given": """
        def ask(prompt, limit=None):
            settings = {"model": "gpt-5.5"}
            if limit is not None:
                settings["max_output_tokens"] = limit
            return client.responses.create(input=prompt, **settings)
        def run(prompt):
            ask(prompt)  # LLM101
            ask(prompt, limit=500)
            ask(prompt, 500)
    """,
    "a dict of options": """
        class Bot:
            def ask(self, prompt, options):
                return client.responses.create(input=prompt, **options)
            def run(self, prompt):
                self.ask(prompt, {"temperature": 0})  # LLM101
                self.ask(prompt, {"max_output_tokens": 500})
    """,
    "a function that is handed over": """
        def again(function, *args, **kwargs):
            return function(*args, **kwargs)
        def repeat(make, **settings):
            return make(**settings)
        def run(prompt, search):
            repeat(client.responses.create, input=prompt)  # LLM101
            repeat(client.responses.create, input=prompt, max_output_tokens=500)
            repeat(search, input=prompt)
            repeat(client.embeddings.create, input=prompt)
    """,
    "callers that nobody sees": """
        def ask(prompt, **kwargs):
            return client.responses.create(input=prompt, **kwargs)
        def run(prompt, **kwargs):
            return ask(prompt, **kwargs)
        def call(options, prompt):
            return run(prompt, **options)
    """,
}
HELPERS = {
    "a dict that a helper adds to": """
        def with_model(settings):
            settings["model"] = "gpt-5.5"
            return settings
        def with_cap(settings):
            settings["max_output_tokens"] = 500
            return settings
        def run(prompt):
            client.responses.create(**with_model({"input": prompt}))  # LLM101
            client.responses.create(**with_cap({"input": prompt}))
            client.responses.create(**with_model({"input": prompt, "max_output_tokens": 500}))
    """,
    "a dict that a helper leaves the empty values out of": """
        def given(settings):
            return {name: value for name, value in settings.items() if value is not None}
        def run(prompt):
            client.responses.create(**given({"input": prompt, "user": None}))  # LLM101
            client.responses.create(**given({"input": prompt, "max_output_tokens": 500}))
    """,
    "a dict that is filtered": """
        def run(prompt, user, **others):
            settings = {"input": prompt, "user": user}
            settings = {k: v for k, v in settings.items() if v is not None}
            client.responses.create(**settings)  # LLM101
            settings = {k: v for k, v in {**settings, **others}.items() if v}
            client.responses.create(**settings)
        def limited(prompt, limit):
            settings = {"input": prompt, "max_output_tokens": limit}
            settings = {k: v for k, v in settings.items() if v is not None}
            client.responses.create(**settings)
    """,
    "a dict that is shown": """
        import logging
        logger = logging.getLogger(__name__)
        def run(prompt, prepare):
            settings = {"input": prompt}
            print(settings)
            logger.info("settings: %s", settings)
            client.responses.create(**settings)  # LLM101
            prepare(settings)
            client.responses.create(**settings)
    """,
}
DECORATED = """
    # -- tracing.py
    import functools
    class Tracer:
        def track(self, name=None):
            if callable(name):
                return self.decorated(function=name)
            def decorator(function):
                return self.decorated(function=function)
            return decorator
        def decorated(self, function):
            if hasattr(function, "is_tracked"):
                return function
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return function(*args, **kwargs)
            return wrapper
    # -- main.py
    from openai import OpenAI
    from tracing import Tracer
    client = OpenAI()
    def patch(other):
        client.responses.create = Tracer().track(name="create")(client.responses.create)
        other.search = Tracer().track(name="search")(other.search)
        Tracer().track(client.responses.create)
"""
MADE_BY_A_HELPER = """
    # -- defaults.py
    import openai
    def get_or_make(settings, key, make):
        value = settings.get(key)
        return value if value is not None else make()
    # -- main.py
    from langchain_openai import ChatOpenAI
    from defaults import get_or_make
    def run(settings, prompt):
        llm = get_or_make(settings, "llm", ChatOpenAI)  # LLM101
        return llm.invoke(prompt)
"""


@pytest.mark.parametrize("program", WRAPPERS.values(), ids=WRAPPERS.keys())
def test_each_caller_is_judged(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101", prelude=PRELUDE)


@pytest.mark.parametrize("program", HELPERS.values(), ids=HELPERS.keys())
def test_what_a_helper_makes_of_a_dict_is_known(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101", prelude=PRELUDE)


def test_it_is_said_who_leaves_the_cap_out(tmp_path: Path) -> None:
    (at_call,) = messages(tmp_path / "all", WRAPPERS["a parameter that nobody gives"], "LLM101", prelude=PRELUDE)
    (at_caller,) = messages(tmp_path / "one", WRAPPERS["keywords that are passed on"], "LLM101", prelude=PRELUDE)
    assert at_call.startswith("responses.create gets no max_output_tokens from those who call it")
    assert at_caller.startswith("responses.create gets no max_output_tokens from this call")


def test_a_decorator_does_not_call_what_it_once_was_put_on(tmp_path: Path) -> None:
    assert_marked(tmp_path, DECORATED, "LLM101")


def test_what_a_helper_makes_is_judged_where_it_is_handed_over(tmp_path: Path) -> None:
    assert_marked(tmp_path, MADE_BY_A_HELPER, "LLM101")
