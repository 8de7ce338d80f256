"""What looks like a model call and is none; each program holds a real one as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

LOOKALIKES = {
    "Twilio": """
        from openai import OpenAI
        from twilio.rest import Client
        client = Client("sid", "token")
        client.messages.create(to="+1", body="hi")
        OpenAI().responses.create(input="hi")  # LLM101
    """,
    "Assistants threads": """
        from openai import OpenAI
        client = OpenAI()
        thread = client.beta.threads.create()
        client.beta.threads.messages.create(thread_id=thread.id, role="user", content="hi")
        client.beta.threads.messages.list(thread_id=thread.id)
        client.beta.threads.runs.retrieve(thread_id=thread.id, run_id="r")
        client.responses.create(input="hi")  # LLM101
    """,
    "a function of the project": """
        from openai import OpenAI
        def generate(text):
            return text
        def completion(**options):
            return options
        class Image:
            def create(self):
                return self
        generate("hi")
        completion(messages=[])
        Image().create()
        OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a class of the same name": """
        import openai
        class OpenAI:
            class responses:
                @staticmethod
                def create(**options):
                    return options
        OpenAI().responses.create(input="hi")
        openai.OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a local that shadows the import": """
        from openai import OpenAI
        def ask(OpenAI):
            OpenAI().responses.create(input="hi")
        def plain():
            OpenAI().responses.create(input="hi")  # LLM101
        def loop(makers):
            for OpenAI in makers:
                OpenAI().responses.create(input="hi")
    """,
    "a name bound again": """
        from openai import OpenAI
        client = OpenAI()
        client.responses.create(input="hi")  # LLM101
        client = object()
        client.responses.create(input="hi")
    """,
    "a name deleted": """
        from openai import OpenAI
        client = OpenAI()
        client.responses.create(input="hi")  # LLM101
        del client
        client.responses.create(input="hi")
    """,
    "another object's attribute": """
        from openai import OpenAI
        class One:
            def __init__(self):
                self.client = OpenAI()
            def ask(self):
                self.client.responses.create(input="hi")  # LLM101
        class Two:
            def __init__(self, client):
                self.client = client
            def ask(self):
                self.client.responses.create(input="hi")
    """,
    "an unknown factory": """
        from openai import OpenAI
        from vendor import get_client
        def ask(anything):
            get_client().responses.create(input="hi")
            anything.responses.create(input="hi")
            anything.client.chat.completions.create(messages=[])
            OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a mock": """
        from unittest.mock import AsyncMock, MagicMock, Mock
        from openai import OpenAI
        def test_ask():
            client = MagicMock()
            client.responses.create(input="hi")
            typed = Mock(spec=OpenAI)
            typed.responses.create(input="hi")
            AsyncMock().responses.create(input="hi")
        OpenAI().responses.create(input="hi")  # LLM101
    """,
    "a method stubbed out": """
        from unittest.mock import MagicMock
        from openai import OpenAI
        def test_ask():
            client = OpenAI(api_key="none")
            client.responses.create = MagicMock(return_value="hi")
            client.responses.create(input="hi")
        def ask():
            OpenAI().responses.create(input="hi")  # LLM101
    """,
    "not called": """
        from openai import OpenAI
        client = OpenAI()
        create = client.responses.create
        help(client.responses.create)
        client.models.list()
        client.files.create(file=b"", purpose="batch")
        create(input="hi")  # LLM101
    """,
    "text and comments": '''
        """Call client.responses.create(input="hi") to ask."""
        from openai import OpenAI
        EXAMPLE = "OpenAI().responses.create(input='hi')"
        # OpenAI().responses.create(input="hi")
        OpenAI().responses.create(input="hi")  # LLM101
    ''',
    "after the end": """
        import sys
        from openai import OpenAI
        def other():
            return object()
        client = OpenAI()
        if len(sys.argv) > 1:
            client = other()
            client.responses.create(input="hi")
        else:
            client.responses.create(input="hi")  # LLM101
    """,
    "overridden in a subclass": """
        from openai import OpenAI
        class Bot:
            def client(self):
                return OpenAI()
            def ask(self):
                return self.client().responses.create(input="hi")  # LLM101
        class Offline(Bot):
            def client(self):
                return object()
            def ask_offline(self):
                return self.client().responses.create(input="hi")
    """,
    "a comprehension's own variable": """
        from openai import OpenAI
        client = OpenAI()
        def ask(clients):
            found = [client.responses.create(input="hi") for client in clients]
            client.responses.create(input="hi")  # LLM101
            return found
    """,
    "a model that is built to count tokens": """
        from langchain_openai import ChatOpenAI
        def length(text):
            return ChatOpenAI().get_num_tokens(text)
        def counted(text):
            llm = ChatOpenAI()  # LLM101
            return llm, llm.get_num_tokens(text)
        def asked(text, prompt):
            ChatOpenAI().invoke(text)  # LLM101
            return prompt | ChatOpenAI().with_structured_output(dict)  # LLM101
    """,
    "a lambda's own parameter": """
        from openai import OpenAI
        client = OpenAI()
        ask = lambda client: client.responses.create(input="hi")
        client.responses.create(input="hi")  # LLM101
    """,
    "a caught exception of the same name": """
        from openai import OpenAI
        client = OpenAI()
        def ask():
            try:
                pass
            except ValueError as client:
                client.responses.create(input="hi")
            with open("f") as client:
                client.responses.create(input="hi")
        client.responses.create(input="hi")  # LLM101
    """,
}


@pytest.mark.parametrize("program", LOOKALIKES.values(), ids=LOOKALIKES)
def test_lookalike(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM101")
