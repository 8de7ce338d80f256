"""Edits that let retries end and wait, with the imports that they take."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixing import fixed

CLIENT = "client = openai.OpenAI(timeout=30, max_retries=0)\n"
ASK = '\n\ndef ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=500, model="m")\n'


def decorated(folder: Path, imports: str, decorator: str, *codes: str) -> list[str]:
    """The imports and the decorator of a program after its retry is mended."""
    text = f"import openai\n{imports}\n{CLIENT}{ASK.replace('def', f'{decorator}{chr(10)}def')}"
    outcome = fixed(folder, text, "--select", ",".join(codes or ("LLM202",)))
    head, rest = outcome.split(f"\n{CLIENT}")
    return [head.removeprefix("import openai\n"), rest.split("\ndef")[0].strip()]


CASES = {
    "bare": (
        "from tenacity import retry",
        "@retry",
        "from tenacity import retry, stop_after_attempt",
        "@retry(stop=stop_after_attempt(5))",
    ),
    "called": (
        "from tenacity import (\n    retry,\n    wait_fixed,\n)",
        "@retry(wait=wait_fixed(2))",
        "from tenacity import (\n    retry,\n    stop_after_attempt,\n    wait_fixed,\n)",
        "@retry(wait=wait_fixed(2), stop=stop_after_attempt(5))",
    ),
    "module": ("import tenacity as t", "@t.retry()", "import tenacity as t", "@t.retry(stop=t.stop_after_attempt(5))"),
    "imported under another name": (
        "from tenacity import retry, stop_after_attempt as tries",
        "@retry",
        "from tenacity import retry, stop_after_attempt as tries",
        "@retry(stop=tries(5))",
    ),
    "no order to keep": (
        "from tenacity import wait_fixed, retry",
        "@retry(wait=wait_fixed(2))",
        "from tenacity import wait_fixed, retry, stop_after_attempt",
        "@retry(wait=wait_fixed(2), stop=stop_after_attempt(5))",
    ),
    "a condition that never holds": (
        "from tenacity import retry, stop_never",
        "@retry(stop=stop_never)",
        "from tenacity import retry, stop_after_attempt",
        "@retry(stop=stop_after_attempt(5))",
    ),
    "by position": (
        "from tenacity import retry, stop_after_attempt",
        "@retry(stop_after_attempt(3))",
        "from tenacity import retry, stop_after_attempt",
        "@retry(stop=stop_after_attempt(3))",
    ),
    "backoff": (
        "import backoff",
        "@backoff.on_exception(backoff.expo, openai.RateLimitError)",
        "import backoff",
        "@backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=5)",
    ),
    "backoff without a limit": (
        "import backoff",
        "@backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=None)",
        "import backoff",
        "@backoff.on_exception(backoff.expo, openai.RateLimitError, max_tries=5)",
    ),
    "stamina": (
        "import stamina",
        "@stamina.retry(on=openai.RateLimitError, attempts=None, timeout=None)",
        "import stamina",
        "@stamina.retry(on=openai.RateLimitError, attempts=5, timeout=None)",
    ),
    "retrying": (
        "from retrying import retry",
        "@retry(wait_fixed=2000)",
        "from retrying import retry",
        "@retry(wait_fixed=2000, stop_max_attempt_number=5)",
    ),
}


@pytest.mark.parametrize(("imports", "decorator", "new_imports", "new_decorator"), CASES.values(), ids=CASES)
def test_stop(imports: str, decorator: str, new_imports: str, new_decorator: str, tmp_path: Path) -> None:
    assert decorated(tmp_path, imports, decorator) == [new_imports, new_decorator]


WAITS = {
    "none": (
        "from tenacity import retry, stop_after_attempt",
        "@retry(stop=stop_after_attempt(3))",
        "from tenacity import retry, stop_after_attempt, wait_random_exponential",
        "@retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=60))",
    ),
    "the same each time": (
        "from tenacity import retry, stop_after_attempt, wait_fixed",
        "@retry(stop=stop_after_attempt(3), wait=wait_fixed(2))",
        "from tenacity import retry, stop_after_attempt, wait_random_exponential",
        "@retry(stop=stop_after_attempt(3), wait=wait_random_exponential(max=60))",
    ),
    "in milliseconds": (
        "from retrying import retry",
        "@retry(stop_max_attempt_number=3)",
        "from retrying import retry",
        "@retry(stop_max_attempt_number=3, wait_exponential_multiplier=1000, wait_exponential_max=60000)",
    ),
    "a first pause": (
        "from retry import retry",
        "@retry(openai.RateLimitError, tries=3, delay=2)",
        "from retry import retry",
        "@retry(openai.RateLimitError, tries=3, delay=2, backoff=2)",
    ),
}


@pytest.mark.parametrize(("imports", "decorator", "new_imports", "new_decorator"), WAITS.values(), ids=WAITS)
def test_wait(imports: str, decorator: str, new_imports: str, new_decorator: str, tmp_path: Path) -> None:
    assert decorated(tmp_path, imports, decorator, "LLM203") == [new_imports, new_decorator]


def test_stop_and_wait_together(tmp_path: Path) -> None:
    imports, decorator = decorated(tmp_path, "from tenacity import retry", "@retry", "LLM202", "LLM203")
    assert imports == "from tenacity import retry, stop_after_attempt, wait_random_exponential"
    assert decorator == "@retry(stop=stop_after_attempt(5), wait=wait_random_exponential(max=60))"


def test_what_a_repair_uncovers_is_no_reason_against_it(tmp_path: Path) -> None:
    """A retry that ends multiplies those of its client: a lesser finding in the place of a greater one."""
    text = (
        "import openai\nfrom tenacity import retry\n\nclient = openai.OpenAI(timeout=30)\n\n\n"
        "@retry\ndef ask(prompt):\n    return client.responses.create(input=prompt, max_output_tokens=500)\n"
    )
    assert "@retry(stop=stop_after_attempt(5))" in fixed(tmp_path, text, "--select", "LLM202")


# -- loops ----------------------------------------------------------------------------------------------------

LOOP = """\
import time

import openai

client = openai.OpenAI(timeout=30, max_retries=0)


def ask(prompt):
    while True:  # until it works
        try:
            return client.responses.create(input=prompt, max_output_tokens=500)
        except openai.APIError as error:
            # try again
            time.sleep(2)
"""


_COUNTED = "for (let attempt = 1; attempt <= 5; attempt++)"


def mended(folder: Path, text: str, name: str = "main.py") -> str:
    return fixed(folder, text, "--select", "LLM201", "--unsafe-fixes", name=name)


def test_loop(tmp_path: Path) -> None:
    assert fixed(tmp_path, LOOP, "--select", "LLM201") == LOOP
    assert mended(tmp_path, LOOP) == LOOP.replace("while True", "for attempt in range(5)").replace(
        "            time.sleep(2)",
        "            if attempt == 4:\n                raise\n            time.sleep(2)",
    )


def test_each_handler_that_goes_on_gives_up(tmp_path: Path) -> None:
    text = LOOP.replace(
        "except openai.APIError as error", "except openai.RateLimitError:\n            pass\n        except Exception"
    )
    outcome = mended(tmp_path, text)
    assert outcome.count("            if attempt == 4:\n                raise\n") == 2
    assert "pass" not in outcome


def test_the_counter_has_a_name_of_its_own(tmp_path: Path) -> None:
    text = LOOP.replace("time.sleep(2)", "print(attempt)").replace("(prompt)", "(prompt, attempt=1)")
    assert "for retry_number in range(5):" in mended(tmp_path, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return client", "reply = client"),
        (
            "            # try again\n            time.sleep(2)\n",
            "            time.sleep(2)\n    else:\n        return 1\n",
        ),
        ("as error:\n            # try again\n            time.sleep(2)", "as error: time.sleep(2)"),
    ],
    ids=["goes on after success", "else", "handler on one line"],
)
def test_loops_that_are_left_to_people(before: str, after: str, tmp_path: Path) -> None:
    text = LOOP.replace(before, after)
    assert text != LOOP
    assert mended(tmp_path, text) == text


def test_what_a_function_promises_is_kept(tmp_path: Path) -> None:
    text = LOOP.replace("(prompt):", "(prompt: str) -> openai.types.Response:")
    assert mended(tmp_path, text).endswith('            time.sleep(2)\n    raise AssertionError("unreachable")\n')
    assert "unreachable" not in mended(tmp_path, LOOP.replace("(prompt):", "(prompt) -> None:"))
    assert "unreachable" not in mended(tmp_path, text + "    print(prompt)\n")


def test_a_comment_on_what_does_nothing_stays_with_it(tmp_path: Path) -> None:
    text = LOOP.replace("            # try again\n            time.sleep(2)", "            pass  # try again")
    assert "                raise\n            pass  # try again\n" in mended(tmp_path, text)


@pytest.mark.parametrize("name", ["main.ts", "main.js"])
@pytest.mark.parametrize("end", [";", ""])
def test_loop_of_a_script(name: str, end: str, tmp_path: Path) -> None:
    text = """\
import OpenAI from "openai";
const client = new OpenAI({ timeout: 9000, maxRetries: 0 });
export async function ask(input: string) {
  while (true) {
    try {
      return await client.responses.create({ input, max_output_tokens: 500 });
    } catch (error) {
      console.log("größer", error);
    }
  }
}
""".replace(";\n", f"{end}\n")
    # To TypeScript, a condition is a way out of the loop, and out of the function without a reply.
    head = "for (let attempt = 1; ; attempt++)" if name == "main.ts" else _COUNTED
    assert mended(tmp_path, text, name) == text.replace("while (true)", head).replace(
        "      console", f"      if (attempt === 5) throw error{end}\n      console"
    )


def test_loop_of_a_script_that_goes_on_behind_it(tmp_path: Path) -> None:
    text = """\
import OpenAI from "openai";
const client = new OpenAI({ timeout: 9000, maxRetries: 0 });
while (true) {
  try {
    await client.responses.create({ input: "hi", max_output_tokens: 500 });
    break;
  } catch (error) {
    console.log(error);
  }
}
"""
    assert mended(tmp_path, text, "main.ts") == text.replace("while (true)", _COUNTED).replace(
        "    console", "    if (attempt === 5) throw error;\n    console"
    )
