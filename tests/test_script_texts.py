"""Texts followed through TypeScript to where they are spoken (LLM401): what bounds them, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import check

PROGRAM = """\
import OpenAI from "openai";
import {{ decode, encode }} from "gpt-tokenizer";
import {{ RecursiveCharacterTextSplitter }} from "@langchain/textsplitters";
import {{ z }} from "zod";
import {{ countTokens }} from "./tokens";

const client = new OpenAI();
const LIMIT = 600;
const Line = z.object({{ text: z.string().min(1).max(LIMIT), mood: z.string() }});

async function ask(question: string) {{
  return (await client.responses.create({{ model: "gpt-5.5", input: question }})).output_text;
}}

async function talk(text: string) {{
  await client.audio.speech.create({{ model: "tts-1", voice: "onyx", input: text }});
}}

export async function chat(question: string, url: string) {{
  let reply = await ask(question);
  {code}
}}
"""
BOUNDS = [
    "await talk(reply.slice(0, 600));",
    "await talk(reply.slice(-600));",
    "await talk(reply.substring(0, LIMIT));",
    "await talk(reply.substr(0, 600));",
    "await talk(reply.slice(0, Math.min(reply.length, 600)));",
    "await talk(`You asked. ${reply.slice(0, LIMIT)}`);",
    "await talk(reply.split(' ').slice(0, 100).join(' '));",
    "await talk([...reply].slice(0, 600).join(''));",
    "await talk(decode(encode(reply).slice(0, 600)));",
    "if (reply.length > 600) return;\n  await talk(reply);",
    "if (reply.length > 600) throw new Error(reply);\n  await talk(reply);",
    "if (reply.length > 600) { reply = `${reply.slice(0, 597)}...`; }\n  await talk(reply);",
    "if (reply && reply.length < LIMIT) await talk(reply);",
    "if (!reply || reply.length > LIMIT) return;\n  await talk(reply);",
    "const size = reply.length;\n  if (size > 600) return;\n  await talk(reply);",
    "const isLong = reply.length > 600;\n  if (isLong) return;\n  await talk(reply);",
    "await talk(reply.length > 600 ? 'A long story.' : reply);",
    "for (const part of [reply, await ask(url)]) { if (part.length > 600) continue; await talk(part); }",
    "while (reply.length > 600) { reply = reply.slice(0, -10); }\n  await talk(reply);",
    "if (encode(reply).length > 600) return;\n  await talk(reply);",
    "const tokens = encode(reply);\n  if (tokens.length > 600) return;\n  await talk(reply);",
    "if (countTokens(reply) > 600) return;\n  await talk(reply);",
    "await talk(z.string().max(600).parse(reply));",
    "const { text } = Line.parse(JSON.parse(reply));\n  await talk(text);",
    "const line = Line.safeParse(JSON.parse(reply));\n  if (line.success) await talk(line.data.text);",
    "await talk(z.enum(['yes', 'no']).parse(reply));",
    "await talk(String(reply.length));",
]
NO_BOUNDS = [
    "await talk(reply);",
    "await talk(reply.trim().replaceAll('*', ''));",
    "await talk(reply.slice(1));",
    "await talk(reply.slice(0, -1));",
    "await talk(reply.substring(3));",
    "await talk('The answer: ' + reply);",
    "await talk(`The answer: ${reply}`);",
    "await talk(['The answer:', reply].join(' '));",
    "await talk(reply.split('\\n').filter(Boolean).join(' '));",
    "await talk(reply.split('\\n').map((line) => line.trim()).join(' '));",
    "const lines: string[] = [];\n  lines.push(reply);\n  await talk(lines.join(' '));",
    "let text = 'The answer: ';\n  text += reply;\n  await talk(text);",
    "if (reply.length > 600) console.warn('long');\n  await talk(reply);",
    "const isLong = reply.length > 600;\n  if (isLong) console.warn('long');\n  await talk(reply);",
    "if (reply.length < 2) return;\n  await talk(reply);",
    "if (question.length > 600) return;\n  await talk(reply);",
    "await talk(JSON.parse(reply).summary);",
    "await talk(z.string().min(1).parse(reply));",
    "const { mood } = Line.parse(JSON.parse(reply));\n  await talk(mood);",
    "await talk(await (await fetch(url)).text());",
    "for (const line of reply.split('\\n')) await talk(line);",
    "await Promise.all(reply.split('\\n').map((line) => talk(line)));",
    "for (const piece of await new RecursiveCharacterTextSplitter().splitText(reply)) await talk(piece);",
]


@pytest.mark.parametrize("code", BOUNDS)
def test_a_bound_silences(tmp_path: Path, code: str) -> None:
    assert check(tmp_path, {"main.ts": PROGRAM.format(code=code)}, "LLM401") == []


@pytest.mark.parametrize("code", NO_BOUNDS)
def test_what_keeps_the_length_is_looked_through(tmp_path: Path, code: str) -> None:
    (found,) = check(tmp_path, {"main.ts": PROGRAM.format(code=code)}, "LLM401")
    assert not found.message.startswith("the parameter")
