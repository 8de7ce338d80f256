"""LLM302 and LLM303 in JavaScript and TypeScript: what runs in a browser, and whose key it is."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent

import pytest
from command import check, run, write
from support import assert_marked

CLIENT = 'import OpenAI from "openai";\n'
FROM_REACT = """\
import { useState } from "react";
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` };
"""
FLAG = "new OpenAI({ apiKey: %s, dangerouslyAllowBrowser: true });"
RISKY = {
    "consent, key from the environment": ("src/llm.ts", CLIENT + FLAG % "process.env.OPENAI_KEY"),
    "consent, key from a configuration": ("src/llm.ts", CLIENT + FLAG % "config.openaiApiKey"),
    "another SDK": (
        "src/a.js",
        'import Anthropic from "@anthropic-ai/sdk";\n' + FLAG.replace("OpenAI", "Anthropic") % "env.ANTHROPIC_API_KEY",
    ),
    "an SDK that asks for no consent": (
        "src/chat.tsx",
        '"use client";\nimport { GoogleGenAI } from "@google/genai";\nnew GoogleGenAI({ apiKey: env.GEMINI_API_KEY });',
    ),
    "a request of a component": (
        "src/chat.jsx",
        FROM_REACT + 'fetch("https://api.openai.com/v1/responses", { method: "POST", headers });',
    ),
    "an app": (
        "app/chat.tsx",
        'import { View } from "react-native";\nimport { OPENAI_API_KEY } from "@env";\n'
        + CLIENT
        + "new OpenAI({ apiKey: OPENAI_API_KEY });",
    ),
    "a plugin for browsers alone": (
        "plugins/llm.client.ts",
        CLIENT + "export default () => new OpenAI({ apiKey: config.openaiApiKey });",
    ),
    "a component of Vue": (
        "src/Chat.vue",
        "<script setup>\n" + CLIENT + (FLAG % "process.env.OPENAI_API_KEY") + "\n</script>",
    ),
}
SAFE = {
    "a key that the user typed": ("src/llm.ts", CLIENT + "export const f = (apiKey) => " + FLAG % "apiKey"),
    "a key that the browser keeps": ("src/llm.ts", CLIENT + FLAG % 'localStorage.getItem("openai_api_key")'),
    "a token from the server": ("src/llm.ts", CLIENT + FLAG % '(await (await fetch("/token")).json()).value'),
    "a route handler": ("app/api/chat/route.ts", CLIENT + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY });"),
    "a page of the server": ("pages/api/chat.ts", CLIENT + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY });"),
    "a route of SvelteKit": ("src/routes/chat/+server.ts", CLIENT + "new OpenAI({ apiKey: env.OPENAI_API_KEY });"),
    "a plugin for servers alone": (
        "plugins/llm.server.ts",
        CLIENT + "export default () => new OpenAI({ apiKey: config.openaiApiKey });",
    ),
    "a server action": (
        "app/ask.ts",
        '"use server";\n' + CLIENT + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY });",
    ),
    "a script for Node": ("run.mjs", 'import fs from "node:fs";\n' + CLIENT + FLAG % "process.env.OPENAI_API_KEY"),
    "it can't be known": ("src/llm.ts", CLIENT + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY });"),
    "no consent": (
        "src/llm.ts",
        CLIENT + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY, dangerouslyAllowBrowser: false });",
    ),
    "a page whose server part asks": (
        "pages/index.tsx",
        'import { useState } from "react";\n'
        + CLIENT
        + "export async function getServerSideProps() { new OpenAI({ apiKey: process.env.OPENAI_API_KEY }); }",
    ),
    "a program for a terminal": (
        "src/app.tsx",
        'import { useState } from "react";\nimport { render } from "ink";\n'
        + CLIENT
        + "new OpenAI({ apiKey: process.env.OPENAI_API_KEY });",
    ),
    "a test": ("src/llm.test.ts", CLIENT + FLAG % "process.env.OPENAI_API_KEY"),
    "a model on this machine": (
        "src/llm.ts",
        CLIENT
        + 'new OpenAI({ apiKey: config.openaiApiKey, baseURL: "http://localhost:1", dangerouslyAllowBrowser: true });',
    ),
}


@pytest.mark.parametrize("case", RISKY)
def test_risky(tmp_path: Path, case: str) -> None:
    path, text = RISKY[case]
    write(tmp_path, {path: text + "\n"})
    assert check(tmp_path, "--select", "LLM302").codes == ["LLM302"]


@pytest.mark.parametrize("case", SAFE)
def test_safe(tmp_path: Path, case: str) -> None:
    path, text = SAFE[case]
    write(tmp_path, {path: text + "\n"})
    assert check(tmp_path, "--select", "LLM302").codes == []


def test_what_a_component_imports_is_shipped_with_it(tmp_path: Path) -> None:
    helper = CLIENT + "export const client = new OpenAI({ apiKey: config.openaiApiKey });\n"
    write(tmp_path, {"src/llm.ts": helper, "src/server.ts": 'import { client } from "./llm";\n'})
    assert check(tmp_path, "--select", "LLM302").findings == []
    write(tmp_path, {"src/chat.tsx": '"use client";\nimport { client } from "./llm";\nclient.models.list();\n'})
    assert check(tmp_path, "--select", "LLM302").findings == [("src/llm.ts", 2, "LLM302")]


PACKAGES = {
    "Create React App": ('{"dependencies": {"react-dom": "19", "react-scripts": "5"}}', "src/llm.ts", True),
    "Vite": ('{"dependencies": {"vue": "3"}, "devDependencies": {"vite": "7"}}', "src/lib/llm.ts", True),
    "an app": ('{"main": "index.js", "dependencies": {"react-native": "0.80"}}', "lib/llm.js", True),
    "a route of an app": ('{"dependencies": {"expo": "54"}}', "app/chat+api.ts", False),
    "outside of the sources": ('{"dependencies": {"vue": "3", "vite": "7"}}', "tools/llm.ts", False),
    "a server beside it": ('{"dependencies": {"vue": "3", "vite": "7", "express": "5"}}', "src/llm.ts", False),
    "a library": ('{"exports": "./a.js", "devDependencies": {"vue": "3", "vite": "7"}}', "src/llm.ts", False),
    "a library for apps": ('{"main": "a.js", "devDependencies": {"react-native": "1"}}', "src/llm.ts", False),
    "no bundler": ('{"dependencies": {"react-dom": "19"}}', "src/llm.ts", False),
    "something else": ('{"dependencies": ["vite"], "devDependencies": null}', "src/llm.ts", False),
    "no package": ("", "src/llm.ts", False),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_what_a_package_is_bundled_for(tmp_path: Path, case: str) -> None:
    manifest, path, is_shipped = PACKAGES[case]
    helper = CLIENT + "export const client = new OpenAI({ apiKey: config.openaiApiKey });\n"
    write(tmp_path, {"web/package.json": manifest, f"web/{path}": helper})
    assert check(tmp_path, "--select", "LLM302").codes == ["LLM302"] * is_shipped


def test_a_directive_below_a_comment(tmp_path: Path) -> None:
    program = (
        '/**\n * (c) us ** all\n */\n// more\n"use client";\n'
        + CLIENT
        + "new OpenAI({ apiKey: env.OPENAI_API_KEY });\n"
    )
    write(tmp_path, {"src/chat.ts": program})
    assert check(tmp_path, "--select", "LLM302").codes == ["LLM302"]


@pytest.mark.parametrize(
    "name",
    [
        "a.ts",
        "a.html",
        "a.swift",
        "a.dart",
        ".env",
        "a.gradle",
        "nuxt.config.ts",
        "astro.config.ts",
        ".github/workflows/a.yml",
    ],
)
@pytest.mark.parametrize(
    "piece",
    [
        "/*",
        "// use client ",
        "OpenAI(",
        "env.VITE_OPENAI_API_",
        "api.openai.com",
        "<script>",
        "\n ",
        "runtimeConfig: {",
        "public:{",
        "A:envField.a({",
    ],
)
def test_a_hostile_megabyte(tmp_path: Path, name: str, piece: str) -> None:
    head = 'import SwiftUI\nimport OpenAI from "openai"; <script> Authorization\njobs:\n  a:\n secrets.OPENAI_API_KEY '
    write(tmp_path, {name: head + piece * (1_000_000 // len(piece))})
    start = time.process_time()
    run("check", "--isolated", "--select", "LLM3", cwd=tmp_path)
    assert time.process_time() - start < 8


ANSWERS = """\
    import express, { Router, type Response as Answer } from "express";
    import OpenAI from "openai";
    import { Hono } from "hono";
    import { NextResponse } from "next/server";
    import { load } from "./load";
    const key = process.env.OPENAI_API_KEY;
    const app = express();
    const hono = new Hono();
    app.get("/a", (req, res) => res.json({ key }));  // LLM303
    app.get("/b", (req, res) => { res.status(200).send(process.env.OPENAI_API_KEY); });  // LLM303
    app.get("/c", (req, res) => { res.json({ model: "m", isSet: !!key }); });
    app.get("/d", (req, res) => res.render("page", { key }));  // LLM302
    app.get("/e", (req, res) => { load().then(() => res.json({ apiKey: load() })); });  // LLM303
    hono.get("/f", (c) => c.json({ key }));  // LLM303
    Router().get("/g", answer);
    function answer(req: unknown, res: Answer) {
      res.json({ key });  // LLM303
    }
    export const PUT = () => NextResponse.json({ key });  // LLM303
    export const send = (client: any) => client.send({ key });
    app.post("/h", (req, res) => res.json({ apiKey: req.user.apiKey }));
    new OpenAI({ apiKey: key, timeout: 3000 });
    // -- src/load.ts
    import OpenAI from "openai";
    export const load = () => process.env.OPENAI_API_KEY;
    export const client = new OpenAI({ apiKey: load() });
"""


def test_answers_to_requests(tmp_path: Path) -> None:
    assert_marked(tmp_path, "// -- src/app.ts\n" + dedent(ANSWERS), "LLM302", "LLM303")


def test_a_script_that_imports_no_sdk(tmp_path: Path) -> None:
    program = """
        // -- pages/api/settings.ts
        export default function handler(request, response) {
          response.status(200).json({ key: process.env["OPENAI_API_KEY"] });  // LLM303
        }
        // -- start.js
        console.log(process.env.GROQ_API_KEY ? "ready" : "set GROQ_API_KEY");
        console.log(process.env.GROQ_API_KEY);  // LLM303
    """
    assert_marked(tmp_path, program, "LLM303")


def test_logs_and_errors(tmp_path: Path) -> None:
    program = """\
import OpenAI from "openai";
const key = process.env.OPENAI_API_KEY;
console.log(key);
console.log(`key ${key}`, key.slice(0, 8));
console.error("begins with " + key.slice(0, 4));
throw new Error(`bad key ${process.env.OPENAI_API_KEY}`);
console.log("OPENAI_API_KEY is missing", key.length, !!key, process.env.NODE_ENV);
new OpenAI({ apiKey: key });
"""
    write(tmp_path, {"a.ts": program})
    found = check(tmp_path, "--select", "LLM303").json["findings"]
    assert [(f["line"], f["severity"]) for f in found] == [
        (3, "error"),
        (4, "error"),
        (4, "info"),
        (5, "info"),
        (6, "error"),
    ]


LOGGERS = """
    // -- src/app.ts
    import { Logger } from "@nestjs/common";
    import consola from "consola";
    import OpenAI from "openai";
    import pino from "pino";
    import winston from "winston";
    const key = process.env.OPENAI_API_KEY;
    const logger = pino();
    const log = winston.createLogger({ level: "info" });
    logger.info({ key }, "started");  // LLM303
    logger.info({ isSet: !!key }, "started");
    log.warn(`key ${key}`);  // LLM303
    consola.info(key);  // LLM303
    class Service {
      private readonly logger = new Logger(Service.name);
      start() {
        this.logger.log(`with ${process.env.OPENAI_API_KEY}`);  // LLM303
        this.logger.log("OPENAI_API_KEY is missing");
      }
    }
    export const client = new OpenAI({ apiKey: key });
"""


def test_loggers(tmp_path: Path) -> None:
    assert_marked(tmp_path, LOGGERS, "LLM303")
