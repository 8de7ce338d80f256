"""LLM302 in texts: variables that a build writes out, and requests that a page or an app makes by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import check, write

RISKY = {
    ".env.local": "VITE_OPENAI_API_KEY=",
    "Dockerfile": "ARG REACT_APP_OPENAI_KEY",
    "deploy.yml": "env:\n  EXPO_PUBLIC_ANTHROPIC_API_KEY: ${{ secrets.KEY }}",
    "src/app.ts": "const key = process.env.NEXT_PUBLIC_OPENAI_API_KEY;",
    "src/llm.js": "const key = import.meta.env.VITE_GEMINI_API_KEY",
    "src/a.svelte": 'import { PUBLIC_GROQ_API_KEY } from "$env/static/public";',
    "src/b.vue": 'x = process.env["VUE_APP_MISTRAL_TOKEN"]',
    ".env": "VITE_GOOGLE_API_KEY=\nVITE_MODEL=gemini-2.0-flash",
    "app/build.gradle": 'buildConfigField("String", "OPENAI_API_KEY", key)',
    "ios/Info.plist": "<dict><key>OPENAI_API_KEY</key><string>$(KEY)</string></dict>",
    "vite.config.ts": "define: { 'process.env.GEMINI_API_KEY': JSON.stringify(env.GEMINI_API_KEY) }",
    "astro.config.mjs": 's = { X: 1, GROQ_API_KEY: envField.string({ context: "client", access: "public" }) }',
    "nuxt.config.ts": "runtimeConfig: { openaiApiKey: '', public: { openaiApiKey: process.env.OPENAI_API_KEY } }",
    "web/nuxt.config.js": "runtimeConfig: {\n public: {\n  x: { y: 1 },\n  apiKey: process.env.ANTHROPIC_API_KEY } }",
    "next.config.js": "module.exports = { publicRuntimeConfig: { openaiKey: process.env.OPENAI_KEY } }",
    "app.config.ts": "export default { extra: { geminiApiKey: process.env.GEMINI_API_KEY } }",
    "app.json": '{ "expo": { "extra": { "openaiApiKey": "" } } }',
    "studio/vite.config.ts": "define: { 'process.env.API_KEY': JSON.stringify(env.GEMINI_API_KEY) }",
    "webpack.config.js": "new DefinePlugin({ 'process.env.OPENAI_KEY': quoted(key), MODE: JSON.stringify(env.MODE) })",
    "index.html": "<script>fetch('https://api.openai.com/v1/x', {headers: {Authorization: 'Bearer ' + KEY}})</script>",
    "src/a.astro": "---\n---\n<script>ask('https://api.openai.com/v1', { Authorization: `Bearer ${KEY}` })</script>",
    "templates/a.j2": "<script>\nask('https://api.anthropic.com/v1', {headers: {'x-api-key': '{{ key }}'}})</script>",
    "Chat.swift": 'import SwiftUI\nlet u = URL(string: "https://api.openai.com/v1")\nr.setValue(k, "Authorization")',
    "Bot.swift": "import UIKit\nlet client = OpenAI(apiToken: key)",
    "Chat.kt": 'import androidx.compose\nval m = GenerativeModel(modelName = "a", apiKey = BuildConfig.apiKey)',
    "lib/chat.dart": "import 'package:flutter/material.dart';\nOpenAI.apiKey = dotenv.env['K'];",
}
SAFE = {
    ".env.example": "OPENAI_API_KEY=\nNEXT_PUBLIC_SUPABASE_ANON_KEY=\nNEXT_PUBLIC_FIREBASE_API_KEY=\nVITE_API_URL=",
    "maps.env": "NEXT_PUBLIC_GOOGLE_MAPS_API_KEY=\nVITE_GOOGLE_API_KEY=\nVITE_STRIPE_PUBLISHABLE_KEY=",
    "names.env": "VITE_OPENAI_MODEL=gpt\nNEXT_PUBLIC_OPENAI_ENABLED=1\n# VITE_OPENAI_API_KEY=\nPUBLIC_GROQ_PUBLIC_KEY=",
    "README.md": "Never set NEXT_PUBLIC_OPENAI_API_KEY=sk",
    "src/server.ts": "const key = process.env.OPENAI_API_KEY // not NEXT_PUBLIC_OPENAI_API_KEY",
    "src/lint.ts": 'const bad = ["NEXT_PUBLIC_OPENAI_API_KEY"];',
    "a.py": 'NAMES = ["VITE_OPENAI_API_KEY"]',
    "vite.config.ts": "if (!process.env.OPENAI_API_KEY) throw new Error('no key'); proxy(env.OPENAI_API_KEY)",
    "build.gradle": 'buildConfigField("String", "API_URL", url)',
    "vite.config.js": "define: { 'process.env.NODE_ENV': JSON.stringify('production') }",
    "astro.config.mjs": 's = { GROQ_API_KEY: envField.string({ context: "server" }), x: { context: "client" } }',
    "nuxt.config.ts": "runtimeConfig: { openaiApiKey: '', public: { hasOpenaiKey: !!process.env.OPENAI_API_KEY } }",
    "web/nuxt.config.js": "runtimeConfig: { public: { base: '/api' }, claudeKey: process.env.ANTHROPIC_API_KEY }",
    "next.config.js": "module.exports = { serverRuntimeConfig: { openaiKey: process.env.OPENAI_KEY } }",
    "app.json": '{ "expo": { "extra": { "mapsApiKey": "" } } }',
    "own.html": "<input type=password><script>fetch('https://api.openai.com/v1', {headers: {Authorization: key()}})",
    "src/a.astro": "---\nfetch('https://api.openai.com/v1', { Authorization: KEY })\n---\n<script>menu()</script>",
    "docs.html": "<p>Ask https://api.openai.com/v1/responses with an Authorization header.</p>",
    "manual.html": "<script>menu()</script><pre>fetch('https://api.openai.com/v1', {Authorization: KEY})</pre>",
    "proxy.html": "<script>fetch('/api/chat', {headers: {Authorization: 'Bearer ' + session}})</script>",
    "Server.swift": 'import Vapor\nlet u = "https://api.openai.com/v1/chat"\nh.add("Authorization", key)',
    "Own.swift": 'import SwiftUI\n@AppStorage("k") var k\nlet c = OpenAI(apiToken: k)',
    "Server.kt": 'import io.ktor.server\nval u = "https://api.openai.com/v1"; header("Authorization", k)',
    "lib/server.dart": "import 'package:shelf/shelf.dart';\nfinal u = 'https://api.openai.com'; 'Authorization';",
}


@pytest.mark.parametrize("name", RISKY)
def test_risky(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: RISKY[name] + "\n"})
    assert check(tmp_path, "--select", "LLM302").codes == ["LLM302"]


@pytest.mark.parametrize("name", SAFE)
def test_safe(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: SAFE[name] + "\n"})
    assert check(tmp_path, "--select", "LLM302").codes == []
