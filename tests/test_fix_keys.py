"""Edits that read a key from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed
from samples import key_of

KEY = key_of("OpenAI")


def read(folder: Path, text: str, name: str = "main.py") -> str:
    return fixed(folder, text.replace("<key>", KEY), "--select", "LLM301", "--unsafe-fixes", name=name)


CASES = {
    "import": (
        'import openai\n\nopenai.OpenAI(api_key="<key>")\n',
        'import os\n\nimport openai\n\nopenai.OpenAI(api_key=os.environ["OPENAI_API_KEY"])\n',
    ),
    "among others": (
        '"""D."""\nfrom __future__ import annotations\nimport sys\n\nk = "<key>"\n',
        '"""D."""\nfrom __future__ import annotations\nimport os\nimport sys\n\nk = os.environ["OPENAI_API_KEY"]\n',
    ),
    "imported already": ("import os as o\nkey = '<key>'\n", "import os as o\nkey = o.environ['OPENAI_API_KEY']\n"),
    "default": (
        'import os\nkey = os.getenv("OPENAI_API_KEY", "<key>")\n',
        'import os\nkey = os.environ["OPENAI_API_KEY"]\n',
    ),
    "before every import": (
        'KEY = "<key>"\nimport openai\n\n\ndef later():\n    import os\n',
        'import os\n\nKEY = os.environ["OPENAI_API_KEY"]\nimport openai\n\n\ndef later():\n    import os\n',
    ),
    "imported too late": (
        'KEY = "<key>"\nimport os\n',
        'import os\n\nKEY = os.environ["OPENAI_API_KEY"]\nimport os\n',
    ),
    "no import at all": ('key = "<key>"\n', 'import os\n\nkey = os.environ["OPENAI_API_KEY"]\n'),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_python(before: str, after: str, tmp_path: Path) -> None:
    assert read(tmp_path, before) == after


@pytest.mark.parametrize(
    "text",
    [
        'def ask(key="<key>"):\n    pass\n',
        'import os\nos.environ["OPENAI_API_KEY"] = "<key>"\n',
        'header = "Bearer <key>"\n',
        'header = f"Bearer {1} <key>"\n',
        "key = 1  # <key>\n",
        'import os\nos.environ.setdefault("OPENAI_API_KEY", "<key>")\n',
        'def test(monkeypatch):\n    monkeypatch.setenv("OPENAI_API_KEY", "<key>")\n',
    ],
)
def test_what_is_left_to_people(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == text.replace("<key>", KEY)


def test_two_keys_are_not_made_one(tmp_path: Path) -> None:
    text = f'one = "{KEY}"\ntwo = "{key_of("OpenAI", 1)}"\n'
    assert fixed(tmp_path, text, "--select", "LLM301", "--unsafe-fixes") == text


def test_scripts(tmp_path: Path) -> None:
    text = 'import OpenAI from "openai";\nconst client = new OpenAI({ apiKey: "<key>", timeout: 9000 });\n'
    assert read(tmp_path, text, "main.ts") == text.replace('"<key>"', "process.env.OPENAI_API_KEY")


def test_what_is_said_to_be_a_text(tmp_path: Path) -> None:
    text = "const key: string = '<key>'\nconst other = '<key>'\nenum Keys { One = '<key>' }\n"
    assert read(tmp_path, text, "main.ts") == (
        "const key: string = process.env.OPENAI_API_KEY!\n"
        f"const other = process.env.OPENAI_API_KEY\nenum Keys {{ One = '{KEY}' }}\n"
    )
