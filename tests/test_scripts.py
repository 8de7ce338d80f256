"""JavaScript and TypeScript: what the front end reads of names, modules, options and objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked, check, messages

OPENAI = 'import OpenAI from "openai";\n'


@pytest.mark.parametrize(
    "build",
    [
        'import OpenAI from "openai"; const client = new OpenAI();',
        'import { OpenAI } from "openai"; const client = new OpenAI();',
        'import { OpenAI as Client } from "openai"; const client = new Client();',
        'import { default as Client } from "openai"; const client = new Client();',
        'import * as openai from "openai"; const client = new openai.OpenAI();',
        'import openai = require("openai"); const client = new openai.OpenAI();',
        'const OpenAI = require("openai"); const client = new OpenAI();',
        'const OpenAI = require("openai").default; const client = new OpenAI();',
        'const { OpenAI } = require("openai"); const client = new OpenAI();',
        'const { OpenAI: Client } = await import("openai"); const client = new Client();',
        'const client = new (await import("openai")).default();',
        'import OpenAI from "openai"; const make = () => new OpenAI(); const client = make();',
        'import OpenAI from "openai"; function make() { return new OpenAI(); } const client = make();',
        'import OpenAI from "openai"; let client: OpenAI; client = new OpenAI();',
        'import OpenAI from "openai"; let c: OpenAI | null = null; const client = (c ??= new OpenAI());',
        'import OpenAI from "openai"; const api = { client: new OpenAI() }; const { client } = api;',
        'import OpenAI from "openai"; const client = new OpenAI().withOptions({ maxRetries: 1 });',
        'import OpenAI from "openai"; const client = process.env.X ? new OpenAI() : new OpenAI({ apiKey: "x" });',
        'import OpenAI from "openai"; const client = new OpenAI() as unknown as OpenAI;',
        'import OpenAI from "openai"; const client = globalThis.openai ?? new OpenAI();',
    ],
)
def test_clients(build: str, tmp_path: Path) -> None:
    call = 'await client.responses.create({ model: "gpt-5.5", input: "hi" });'
    (finding,) = check(tmp_path, {"main.ts": f"{build}\n{call}\n"}, "LLM101")
    assert finding.location.line == 2


@pytest.mark.parametrize(
    "holder",
    [
        "class W { client = new OpenAI(); async go(p) { return this.client.responses.create({ input: p }); } }",
        "class W { #client = new OpenAI(); async go(p) { return this.#client.responses.create({ input: p }); } }",
        "class W { constructor() { this.ai = new OpenAI(); } go = async (p) => this.ai.responses.create({}); }",
        "class W { constructor(private ai: OpenAI) {} go(p) { return this.ai.responses.create({ input: p }); } }",
        "class W { get ai() { return new OpenAI(); } go(p) { return this.ai.responses.create({ input: p }); } }",
        "class Base { ai = new OpenAI(); } class W extends Base { go(p) { return this.ai.responses.create({}); } }",
        "const ask = (client: OpenAI, p: string) => client.responses.create({ input: p });",
        "const ask = (client: import('openai').OpenAI) => client.responses.create({ input: 'hi' });",
        "type Client = import('openai').default; const ask = (c: Client) => c.responses.create({ input: 'hi' });",
        "const ask = (c: InstanceType<typeof import('openai').OpenAI>) => c.responses.create({ input: 'hi' });",
        "const ask = ({ client }: { client: OpenAI }) => client.responses.create({ input: 'hi' });",
        "const api = { client: new OpenAI(), ask(p) { return api.client.responses.create({ input: p }); } };",
        "const ask = () => { const ai = new OpenAI(); return [1].map((n) => ai.responses.create({ input: n })); };",
        "export default async function () { const ai = new OpenAI(); ai.responses['create']({ input: 'hi' }); }",
        "new OpenAI().responses.create({ input: 'hi' }).then((reply) => console.log(reply));",
        "namespace Llm { export const reply = new OpenAI().responses.create({ input: 'hi' }); }",
        "label: for (;;) { new OpenAI().responses.create({ input: 'hi' }); break label; }",
        "switch (kind) { case 'a': new OpenAI().responses.create({ input: 'hi' }); break; default: }",
    ],
)
def test_where_a_client_lives(holder: str, tmp_path: Path) -> None:
    assert len(check(tmp_path, {"main.ts": OPENAI + holder}, "LLM101")) == 1


@pytest.mark.parametrize(
    "look_alike",
    [
        'import type OpenAI from "openai";\nimport { client } from "./fake";\nclient.responses.create({});',
        'import twilio from "twilio";\nimport "openai";\ntwilio().messages.create({ body: "hi" });',
        'import OpenAI from "openai";\nclass Own { responses = { create(o) {} }; }\nnew Own().responses.create({});',
    ],
)
def test_look_alikes(look_alike: str, tmp_path: Path) -> None:
    files = {"main.ts": look_alike, "fake.ts": "export const client = { responses: { create(options) {} } };"}
    assert check(tmp_path, files, "LLM101", "LLM105") == []


def test_options(tmp_path: Path) -> None:
    program = """
    // -- main.ts
    import OpenAI from "openai";
    const client = new OpenAI();
    const CAP = 800;
    const defaults = { model: "gpt-5.5", max_output_tokens: CAP };
    const bare = { model: "gpt-5.5" };
    export async function ask(input: string, options, limit?: number) {
      await client.responses.create({ ...defaults, input });
      await client.responses.create(defaults);
      await client.responses.create({ ...bare, input });  // LLM101
      await client.responses.create(bare);  // LLM101
      await client.responses.create(options);
      await client.responses.create({ input, ...options });
      await client.responses.create({ input, [limit ? "a" : "b"]: 1 });
      await client.responses.create({ input, max_output_tokens: limit });
      await client.responses.create({ input, max_output_tokens: limit ? 500 : undefined });  // LLM101
      await client.responses.create({ input, max_output_tokens: undefined });  // LLM101
      await client.responses.create(Object.assign({}, defaults, { input }));
      await client.responses.create(Object.assign({}, bare, { input }));  // LLM101
      const built: Record<string, unknown> = { input };
      if (limit) built.max_output_tokens = limit;
      await client.responses.create(built);
      const { model, ...rest } = defaults;
      await client.responses.create({ model, ...rest });
    }
    """
    assert_marked(tmp_path, program, "LLM101")


def test_a_cap_is_pointed_at_where_it_stands(tmp_path: Path) -> None:
    program = """
    // -- main.ts
    import Anthropic from "@anthropic-ai/sdk";
    const client = new Anthropic();
    client.messages.create({
      model: "claude-sonnet-5",
      messages: [],
      max_tokens: 64_000,  // LLM104
    });
    """
    (message,) = messages(tmp_path, program, "LLM104")
    assert message.startswith("max_tokens=64000")


def test_timeouts(tmp_path: Path) -> None:
    program = """
    // -- main.ts
    import OpenAI from "openai";
    const client = new OpenAI();  // LLM105
    const patient = new OpenAI({ timeout: 30_000 });
    const config = { timeout: 30_000 };
    const configured = new OpenAI(config);
    await client.responses.create({ input: "hi" });
    await patient.responses.create({ input: "hi" });
    await configured.responses.create({ input: "hi" });
    await new OpenAI().responses.create({ input: "hi" }, { timeout: 5_000 });
    await new OpenAI().responses.create({ input: "hi" }, { signal: AbortSignal.timeout(5_000) });
    """
    assert_marked(tmp_path, program, "LLM105")


# -- modules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "path"),
    [
        ("./llm", "src/llm.ts"),
        ("./llm.js", "src/llm.ts"),
        ("./llm", "src/llm/index.ts"),
        ("../lib/llm.mjs", "lib/llm.mts"),
        ("@/llm", "src/llm.tsx"),
        ("~lib/llm", "lib/llm.ts"),
        ("@acme/llm", "packages/llm/src/index.ts"),
        ("@acme/llm/client", "packages/llm/client.ts"),
        ("lib/llm", "lib/llm.js"),
    ],
)
def test_modules_are_found(specifier: str, path: str, tmp_path: Path) -> None:
    config = """{
      // aliases
      "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"], "~lib/*": ["lib/*"], } },
    }"""
    files = {
        "tsconfig.base.json": config,
        "tsconfig.json": '{ "extends": "./tsconfig.base" }',
        "packages/llm/package.json": '{ "name": "@acme/llm" }',
        "packages/llm/package.ts": "",
        path: OPENAI + "export const client = new OpenAI();\n",
        "src/main.ts": f'import {{ client }} from "{specifier}";\nclient.responses.create({{ input: "hi" }});\n',
    }
    (finding,) = check(tmp_path, files, "LLM101")
    assert finding.location.path == "src/main.ts"


@pytest.mark.parametrize(
    ("exported", "imported"),
    [
        ("export const client = new OpenAI();", 'import { client } from "./llm";'),
        ("const client = new OpenAI(); export { client as ai };", 'import { ai as client } from "./llm";'),
        ("export default new OpenAI();", 'import client from "./llm";'),
        ("const ai = new OpenAI(); export default ai;", 'import client from "./llm";'),
        ("export const client = new OpenAI();", 'import * as llm from "./llm"; const { client } = llm;'),
        ("export function make() { return new OpenAI(); }", 'import { make } from "./llm"; const client = make();'),
        ("module.exports = { client: new OpenAI() };", 'const { client } = require("./llm");'),
        ("module.exports = new OpenAI();", 'const client = require("./llm");'),
        ("exports.client = new OpenAI();", 'const { client } = require("./llm");'),
        ("export const client = new OpenAI();", 'const { client } = await import("./llm");'),
        ("export * from './inner';", 'import { client } from "./llm";'),
        ("export { client } from './inner';", 'import { client } from "./llm";'),
        ("export * as inner from './inner';", 'import { inner } from "./llm"; const client = inner.client;'),
    ],
)
def test_what_modules_export(exported: str, imported: str, tmp_path: Path) -> None:
    files = {
        "llm.ts": OPENAI + exported,
        "inner.ts": OPENAI + "export const client = new OpenAI();",
        "main.ts": f'{imported}\nclient.responses.create({{ input: "hi" }});\n',
    }
    assert [finding.location.path for finding in check(tmp_path, files, "LLM101")] == ["main.ts"]


# -- suppression ----------------------------------------------------------------------------------------------


def test_suppression(tmp_path: Path) -> None:
    program = """
    // -- main.ts
    import OpenAI from "openai";
    const client = new OpenAI({ timeout: 5 });
    client.responses.create({ input: "a" }); // llmlint: ignore[LLM101]
    client.responses.create({ input: "b" }); /* llmlint: ignore[missing-output-cap] */
    // llmlint: ignore[LLM101]
    client.responses.create({
      input: "c",
    });
    client.responses.create({
      input: "d", // llmlint: ignore[LLM101]
    });
    const ask = async () => { // llmlint: ignore[LLM102]
      return client.responses.create({ input: "e" }); // LLM101
    };
    """
    findings = check(
        tmp_path, {"main.ts": "\n".join(line[4:] for line in program.splitlines()[2:])}, "LLM101", "LLM001"
    )
    assert [(finding.code, finding.location.line) for finding in findings] == [("LLM101", 13)]


def test_a_whole_page_is_suppressed(tmp_path: Path) -> None:
    page = f"<script>\n// llmlint: ignore-file[LLM101]\n{OPENAI}new OpenAI().responses.create({{}});\n</script>\n"
    assert check(tmp_path, {"index.html": page}, "LLM101", "LLM001") == []


# -- files ----------------------------------------------------------------------------------------------------

CALL = 'new OpenAI().responses.create({ input: "hi" });\n'


@pytest.mark.parametrize("suffix", ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"])
def test_suffixes(suffix: str, tmp_path: Path) -> None:
    (finding,) = check(tmp_path, {f"main.{suffix}": OPENAI + CALL}, "LLM101")
    assert (finding.location.line, finding.location.column) == (2, 1)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        (
            "index.html",
            f"<p>é</p>\n<script type=\"module\">\n{OPENAI}{CALL}</script>\n<script type='text/x'>(((</script>",
        ),
        ("App.vue", f'<template>{{{{ x }}}}</template>\n<script setup lang="ts">\n{OPENAI}{CALL}</script>'),
        ("App.svelte", f"\n<script>\n{OPENAI}{CALL}</script>\n<p>{{#if x}}y{{/if}}</p>"),
        ("page.astro", f"\n---\n{OPENAI}{CALL}---\n<p>{{x}}</p>"),
    ],
)
def test_scripts_in_pages(name: str, page: str, tmp_path: Path) -> None:
    (finding,) = check(tmp_path, {name: page}, "LLM101")
    assert (finding.location.line, finding.location.column) == (4, 1)


@pytest.mark.parametrize("name", ["types.d.ts", "types.d.mts"])
def test_declarations_are_no_code(name: str, tmp_path: Path) -> None:
    assert check(tmp_path, {name: OPENAI + CALL}, "LLM101") == []


def test_a_bundle_is_left_out(tmp_path: Path) -> None:
    bundle = OPENAI.strip() + CALL.strip() + "var a=1;" * 2000
    assert check(tmp_path, {"bundle.js": bundle}, "LLM101") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_positions_beside_what_is_no_ascii(newline: str, tmp_path: Path) -> None:
    lines = ["// é漢😀", OPENAI.strip(), 'const s = "é漢😀"; ' + CALL.strip(), ""]
    (tmp_path / "main.ts").write_bytes(b"\xef\xbb\xbf" + newline.join(lines).encode())
    (finding,) = check(tmp_path, {}, "LLM101")
    assert (finding.location.line, finding.location.column) == (3, 18)
