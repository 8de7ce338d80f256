"""LLM304: which tests and jobs ask a model for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import check, write
from support import assert_marked

ASK = 'responses.create(input="hi", max_output_tokens=5)'
TESTS = {
    "a test": f"""
        # -- tests/test_a.py
        from openai import OpenAI
        def test_a():
            assert OpenAI().{ASK}  # LLM304
    """,
    "a client of the module, a class, a helper": f"""
        # -- tests/test_a.py
        import unittest
        import litellm
        from openai import AsyncOpenAI, OpenAI
        client = OpenAI()
        def ask():
            return client.{ASK}  # LLM304
        class TestA(unittest.TestCase):
            def test_a(self):
                client.{ASK}  # LLM304
        def test_b():
            ask()
        async def test_c():
            await AsyncOpenAI().{ASK}  # LLM304
        def test_d():
            litellm.completion(model="gpt-4o", messages=[], max_tokens=5)  # LLM304
    """,
    "marks that keep nothing out": f"""
        # -- a_test.py
        import pytest
        from openai import OpenAI
        @pytest.mark.parametrize("x", [1, 2])
        @pytest.mark.asyncio
        async def test_a(x):
            OpenAI().{ASK}  # LLM304
    """,
    "marks and skips": f"""
        # -- tests/test_a.py
        import os
        import unittest
        import pytest
        from openai import OpenAI
        @pytest.mark.skipif(not os.getenv("OPENAI_API_KEY"), reason="no key")
        def test_a():
            OpenAI().{ASK}
        @pytest.mark.integration
        def test_b():
            OpenAI().{ASK}
        def test_c():
            if not os.getenv("OPENAI_API_KEY"):
                pytest.skip("no key")
            OpenAI().{ASK}
        @unittest.skip("costs")
        class TestD:
            def test_d(self):
                OpenAI().{ASK}
        @needs_key
        def test_e():
            OpenAI().{ASK}
    """,
    "a mark for the module": f"""
        # -- tests/test_a.py
        import pytest
        from openai import OpenAI
        pytestmark = pytest.mark.live
        def test_a():
            OpenAI().{ASK}
    """,
    "a recorder in the fixtures": f"""
        # -- tests/conftest.py
        import pytest
        import vcr
        # -- tests/unit/test_a.py
        from openai import OpenAI
        def test_a():
            OpenAI().{ASK}
    """,
    "a client that reaches nobody": f"""
        # -- tests/test_a.py
        import httpx
        from openai import OpenAI
        def test_a():
            OpenAI(api_key="x").{ASK}
            OpenAI(base_url="http://localhost:8000").{ASK}
            OpenAI(http_client=httpx.Client(transport=fake)).{ASK}
        def test_b(client):
            client.{ASK}
    """,
    "a script": """
        // -- src/a.test.ts
        import OpenAI from "openai";
        const client = new OpenAI();
        it("answers", async () => {
          await client.responses.create({ input: "hi", max_output_tokens: 5 });  // LLM304
        });
        // -- src/b.test.ts
        import OpenAI from "openai";
        import { vi } from "vitest";
        vi.mock("openai");
        it("answers", async () => {
          await new OpenAI().responses.create({ input: "hi", max_output_tokens: 5 });
        });
        // -- src/spied.test.ts
        import OpenAI from "openai";
        import { vi } from "vitest";
        const client = new OpenAI();
        vi.spyOn(client.responses, "create").mockResolvedValue({ output_text: "Hello" });
        it("answers", async () => {
          await client.responses.create({ input: "hi", max_output_tokens: 5 });
        });
        // -- src/c.spec.js
        import OpenAI from "openai";
        describe.skipIf(!process.env.OPENAI_API_KEY)("live", () => {
          it("answers", async () => {
            await new OpenAI().responses.create({ input: "hi", max_output_tokens: 5 });
          });
        });
        // -- src/d.spec.ts
        import OpenAI from "openai";
        it("answers", async () => {
          await new OpenAI({ apiKey: "x" }).responses.create({ input: "hi", max_output_tokens: 5 });
          await new OpenAI({ baseURL: url }).responses.create({ input: "hi", max_output_tokens: 5 });
        });
    """,
    "no test": f"""
        # -- tests/integration_tests/test_a.py
        from openai import OpenAI
        def test_a():
            OpenAI().{ASK}
        # -- tests/test_live.py
        from openai import OpenAI
        def test_a():
            OpenAI().{ASK}
        # -- tests/run.py
        from openai import OpenAI
        def test_a():
            OpenAI().{ASK}
        # -- tests/test_a.py
        from openai import OpenAI
        def main():
            OpenAI().{ASK}
    """,
}
TEST_JOB = """\
  unit:
    steps:
      - run: uv run pytest -q
        env:
          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}
"""
DEPLOY_JOB = """\
  release:
    steps:
      - run: ./ship
        env: {OPENAI_API_KEY: "${{ secrets.OPENAI_API_KEY }}"}
"""
CURL_JOB = """\
  ask:
    steps:
      - run: |
          curl https://api.openai.com/v1/responses -H "Authorization: Bearer ${{ secrets.OPENAI_API_KEY }}"
"""
ON_PUSH = "on:\n  push:\njobs:\n"


@pytest.mark.parametrize("program", TESTS.values(), ids=TESTS)
def test_tests(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM304")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yml": ON_PUSH + TEST_JOB + DEPLOY_JOB}, [("a.yml", 8)]),
        ({"a.yml": ON_PUSH + TEST_JOB, "b.yaml": ON_PUSH + DEPLOY_JOB}, [("a.yml", 8)]),
        ({"a.yml": ON_PUSH + TEST_JOB}, []),
        ({"a.yml": ON_PUSH + TEST_JOB + DEPLOY_JOB.replace(".OPENAI", ".PROD_OPENAI")}, []),
        ({"a.yml": ON_PUSH + TEST_JOB.replace("OPENAI_API_KEY", "CODECOV_TOKEN") + DEPLOY_JOB}, []),
        ({"a.yml": ON_PUSH + DEPLOY_JOB.replace("./ship", "pytest && ./ship")}, []),
        ({"a.yml": ON_PUSH + CURL_JOB}, [("a.yml", 7)]),
        ({"a.yml": ON_PUSH.replace("push", "workflow_dispatch") + CURL_JOB}, []),
        ({"a.yml": ON_PUSH + CURL_JOB.replace("/responses", "/models")}, []),
        ({"a.yml": "on: push\nname: no jobs secrets.OPENAI_API_KEY\n"}, []),
        ({"a.yml": "jobs:\n\tx: y\nsecrets.OPENAI_API_KEY"}, []),
    ],
)
def test_workflows(tmp_path: Path, files: dict[str, str], expected: list[tuple[str, int]]) -> None:
    write(tmp_path, {f".github/workflows/{name}": text for name, text in files.items()})
    found = check(tmp_path, "--select", "LLM304").findings
    assert [(path.rpartition("/")[2], line) for path, line, _ in found] == expected
