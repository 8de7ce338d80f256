"""An import is followed in whatever way a project lays out its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

LAYOUTS = {
    "src": """
        # -- pyproject.toml
        [project]
        name = "app"
        # -- src/app/__init__.py
        # -- src/app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- src/app/main.py
        from app.llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
        # -- tests/test_main.py
        from app.llm import client
        client.responses.create(input="hi")  # LLM101
    """,
    "namespace packages": """
        # -- company/app/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- company/app/main.py
        from company.app.llm import client
        from company.app import llm
        import company.app.llm as again
        client.responses.create(input="hi")  # LLM101
        llm.client.responses.create(input="hi")  # LLM101
        again.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "the same names in two packages": """
        # -- one/__init__.py
        # -- one/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- one/main.py
        from one.llm import client
        from .llm import client as same
        client.responses.create(input="hi")  # LLM101
        same.responses.create(input="hi")  # LLM101
        # -- two/__init__.py
        # -- two/llm.py
        import openai
        client = object()
        # -- two/main.py
        import openai
        from two.llm import client
        from .llm import client as same
        client.responses.create(input="hi")
        same.responses.create(input="hi")
    """,
    "two projects side by side": """
        # -- a/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- a/main.py
        from llm import client
        client.responses.create(input="hi")  # LLM101
        # -- b/llm.py
        import openai
        client = object()
        # -- b/main.py
        import openai
        from llm import client
        client.responses.create(input="hi")
    """,
    "packages of a repository": """
        # -- packages/core/src/core/__init__.py
        from core.llm import client
        # -- packages/core/src/core/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- packages/web/src/web/__init__.py
        # -- packages/web/src/web/main.py
        from core import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "an application in a folder": """
        # -- backend/app/__init__.py
        # -- backend/app/core/__init__.py
        # -- backend/app/core/llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- backend/app/api.py
        from app.core.llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a script that changes the path": """
        # -- llm.py
        from openai import OpenAI
        client = OpenAI()
        # -- scripts/run.py
        import sys
        sys.path.append("..")
        from llm import client
        client.responses.create(input="hi")  # LLM101
        client.responses.create(input="hi", max_output_tokens=500)
    """,
    "a cycle of imports": """
        # -- one.py
        import two
        from openai import OpenAI
        from two import ask
        client = OpenAI()
        # -- two.py
        import one
        from one import client
        def ask():
            client.responses.create(input="hi")  # LLM101
            one.client.responses.create(input="hi", max_output_tokens=500)
    """,
    "stars in a circle": """
        # -- one.py
        from two import *
        import openai
        # -- two.py
        from one import *
        from openai import OpenAI
        client = OpenAI()
        # -- main.py
        import openai
        from one import client, missing
        client.responses.create(input="hi")  # LLM101
        missing.responses.create(input="hi")
    """,
    "too many dots": """
        # -- app/__init__.py
        # -- app/main.py
        from ....nowhere import client
        from openai import OpenAI
        client.responses.create(input="hi")
        OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a module named like the SDK": """
        # -- providers/__init__.py
        # -- providers/openai.py
        from openai import OpenAI
        class Provider:
            def __init__(self):
                self.client = OpenAI()
        # -- providers/anthropic.py
        from openai import OpenAI
        from .openai import Provider
        OpenAI().responses.create(input="hi")  # LLM101
        Provider().client.responses.create(input="hi")  # LLM101
        Provider().client.responses.create(input="hi", max_output_tokens=500)
    """,
}


@pytest.mark.parametrize("program", LAYOUTS.values(), ids=LAYOUTS)
def test_layout(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
