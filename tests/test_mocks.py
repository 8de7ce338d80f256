"""Test files that mock or record the model make no model calls; the same files without a mock do."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

_CALL = """
from openai import OpenAI

client = OpenAI()
"""
_BODY = 'client.chat.completions.create(model="gpt-4o", messages=[])'


@pytest.mark.parametrize(
    ("before", "test"),
    [
        ("from unittest.mock import patch", f'@patch("app.client")\ndef test_ask(fake):\n    {_BODY}'),
        ("from unittest import mock", f'def test_ask():\n    with mock.patch("app.client"):\n        {_BODY}'),
        ("import respx", f"def test_ask():\n    {_BODY}"),
        ("import os", f"def test_ask(mocker):\n    {_BODY}"),
        ("import pytest", f"@pytest.mark.vcr\ndef test_ask():\n    {_BODY}"),
        ("import pytest", f"@pytest.mark.vcr()\ndef test_ask():\n    {_BODY}"),
    ],
)
@pytest.mark.parametrize("path", ["tests/ask.py", "test_ask.py", "app/ask_test.py", "conftest.py"])
def test_mocked_tests_are_silent(tmp_path: Path, path: str, before: str, test: str) -> None:
    assert_marked(tmp_path, f"# -- {path}\n{before}\n{_CALL}\n{test}\n", "LLM101")


@pytest.mark.parametrize("path", ["tests/ask.py", "test_ask.py"])
def test_a_test_that_calls_the_model_is_judged(tmp_path: Path, path: str) -> None:
    assert_marked(tmp_path, f"# -- {path}\nimport pytest\n{_CALL}\ndef test_ask():\n    {_BODY}  # LLM101\n", "LLM101")


def test_a_mock_outside_the_tests_changes_nothing(tmp_path: Path) -> None:
    program = f"# -- app/demo.py\nfrom unittest.mock import patch\n{_CALL}\n{_BODY}  # LLM101\n"
    assert_marked(tmp_path, program, "LLM101")
