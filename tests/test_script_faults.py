"""JavaScript and TypeScript that can't be read, or only in part: a warning with the place, and all the rest judged."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support import assert_marked, check

OPENAI = 'import OpenAI from "openai";\nconst client = new OpenAI({ timeout: 5 });\n'


def test_what_stands_beside_an_error_is_judged(tmp_path: Path) -> None:
    program = """
    // -- main.ts
    import OpenAI from "openai";
    const client = new OpenAI({ timeout: 5 });
    client.responses.create({ input: "a" }); // LLM101
    function first() {
      const x = ; // LLM000
    }
    function second() {
      return client.responses.create({ input: "b" }); // LLM101
    }
    """
    assert_marked(tmp_path, program, "LLM101")


@pytest.mark.parametrize(
    "call",
    [
        'client.responses.create({ input: "a", max_output_tokens: });',
        'client.responses.create({ input: "a", ... });',
        'client.responses.create({ input: "a" max_output_tokens: 5 });',
        'client.responses.create({ input: "a" }, @@);',
    ],
)
def test_nothing_is_said_to_be_absent_in_what_is_broken(call: str, tmp_path: Path) -> None:
    findings = check(tmp_path, {"main.ts": f"{OPENAI}{call}\n"}, "LLM101")
    assert [(finding.code, finding.location.line) for finding in findings] == [("LLM000", 3)]


@pytest.mark.parametrize(
    "line",
    [
        "const actual = await load<typeof import('./model')>();",
        "let model: import('./model').Model<string>;",
        "const kept = new Map<string, import('./model').Model>();",
        "load<Record<string, typeof import('./a') | import('./b').B>>();",
    ],
)
def test_types_of_modules_are_understood(line: str, tmp_path: Path) -> None:
    program = f"{OPENAI}{line}\nclient.responses.create({{ input: line }});\n"
    assert [finding.location.line for finding in check(tmp_path, {"main.ts": program}, "LLM101")] == [4]


def test_a_page_that_a_template_engine_fills_in_is_understood(tmp_path: Path) -> None:
    page = """
    // -- page.html
    <script type="module">
    import OpenAI from "openai";
    {% if user %}
    const user = {{ user|tojson }}, model = "{{ model }}", limit = <%= limit %>;
    {% endif %}
    const client = new OpenAI({ timeout: 5 });
    client.responses.create({ input: user, max_output_tokens: {{ cap }} });
    client.responses.create({ input: user, max_output_tokens: limit });
    client.responses.create({ input: user }); // LLM101
    </script>
    // -- main.ts
    {% if user %} // LLM000
    import OpenAI from "openai";
    """
    assert_marked(tmp_path, page, "LLM101")


NESTED = {
    "parentheses": "x = " + "(" * 2000 + "1" + ")" * 2000,
    "lists": "x = " + "[" * 2000 + "]" * 2000,
    "objects": "x = " + "{a:" * 2000 + "1" + "}" * 2000,
    "calls": "x = " + "f(" * 2000 + ")" * 2000,
    "sums": "x = " + "+".join(["a"] * 20_000),
    "blocks": "{" * 2000 + "}" * 2000,
    "members": "x = a" + ".b" * 10_000,
    "promises": "x = a" + ".then(b => b).catch(c => c)" * 1000,
    "branches": "if (a) {}" + " else if (a) {}" * 3000,
    "conditions": "x = " + "a ? b : " * 3000 + "c",
    "functions": "x = " + "() => " * 1000 + "1",
    "templates": "x = " + "`${" * 500 + "1" + "}`" * 500,
    "elements": "x = " + "<a>" * 1000 + "</a>" * 1000,
    "open": "(" * 20_000,
    "arrays of patterns": "const " + "[" * 1000 + "a" + "]" * 1000 + " = x",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_deep_nesting(text: str, tmp_path: Path) -> None:
    """Either it is read, or it is said that it is not; the file beside it is judged in any case."""
    files = {"deep.jsx": f"{OPENAI}{text};\n", "beside.ts": f"{OPENAI}client.responses.create({{}});\n"}
    findings = check(tmp_path, files, "LLM101")
    assert [f.code for f in findings if f.location.path == "beside.ts"] == ["LLM101"]
    assert {f.code for f in findings if f.location.path == "deep.jsx"} <= {"LLM000"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OPENAI.encode() + b"\0", "NUL"),
        (OPENAI.encode() + b"\xff\xfe", "UTF-8"),
        (("\ufeff" + OPENAI).encode("utf-16-le"), ""),
        (b'import "openai"\n' + b"// generated\n" * 400_000, "larger than 1,000,000 bytes"),
    ],
)
def test_bytes_that_are_no_script(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "main.ts").write_bytes(data)
    findings = check(tmp_path, {}, "LLM101")
    assert [finding.code for finding in findings] == (["LLM000"] if reason else [])
    assert all(reason in finding.message for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "// llmlint: ignore[LLM101]",
        "import",
        "import {",
        'import x from "openai',
        'import { a as } from "openai"',
        "export default",
        "class { constructor(",
        "for (",
        "for (;;",
        "switch (x) { case",
        "try {",
        "const { a: { b",
        "x.then(",
        "`${",
        "new",
        "a?.",
        "/(/",
        "<script>",
        'require("openai").',
        "label:",
        "async () =>",
        "@decorated",
        "enum A {",
        "function* g() { yield* }",
    ],
)
@pytest.mark.parametrize("suffix", ["ts", "jsx", "vue"])
def test_fragments_never_fail(text: str, suffix: str, tmp_path: Path) -> None:
    text = f"<script>{text}</script>" if suffix == "vue" else text
    codes = {
        finding.code for finding in check(tmp_path, {f"main.{suffix}": f'// "openai"\n{text}'}, "LLM101", "LLM001")
    }
    assert codes <= {"LLM000", "LLM001"}


HOSTILE = {
    "exports": "export ",
    "imports": "import ",
    "braces": "const {",
    "from": ' from "x"',
    "quotes": "'",
    "blanks": "const a =" + " " * 50,
    "scripts": "<script>",
}


@pytest.mark.parametrize("suffix", ["ts", "html"])
@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(part: str, suffix: str, tmp_path: Path) -> None:
    """Whatever is in it: the time grows with the size, and no faster."""
    line = part * (100 // len(part)) + "\n"
    text = line * (150_000 // len(line))
    started = time.process_time()
    check(tmp_path, {f"main.{suffix}": f'{text}\n<script>import "openai"</script>\n'}, "LLM101")
    assert time.process_time() - started < 20
