"""The rules on JavaScript and TypeScript as people write them: promises, callbacks, hooks, classes, work lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

CODES = """
LLM101 LLM103 LLM105 LLM106 LLM201 LLM203 LLM204 LLM205 LLM206 LLM207 LLM401 LLM402 LLM403 LLM406 LLM407
""".split()

PRELUDE = """\
// -- main.tsx
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import { setTimeout as sleep } from "node:timers/promises";
const client = new OpenAI({ timeout: 5000, maxRetries: 0 });
const anthropic = new Anthropic({ timeout: 5000 });
const ask = (input: string) => client.responses.create({ model: "gpt-5.5", input, max_output_tokens: 5 });
"""

LOOPS = {
    "a few at a time": """
        import pLimit from "p-limit";
        export async function all(items: string[]) {
          const limit = pLimit(5);
          return Promise.all(items.map((item) => limit(() => ask(item))));
        }
    """,
    "a list of work": """
        export async function drain(queue: string[]) {
          while (queue.length) {
            const job = queue.shift()!;
            try { await ask(job); } catch (error) { console.error(error); }
          }
        }
    """,
    "a list of work to which failures come back": """
        export async function drain(queue: string[]) {
          while (queue.length) { // LLM201
            const job = queue.shift()!;
            try {
              await ask(job);
            } catch (error) { // LLM203, LLM204
              queue.push(job);
            }
          }
        }
    """,
    "steps that are counted": """
        export async function run(messages: any[], most: number) {
          let steps = 0;
          while (steps < most) {
            steps++;
            const reply = await anthropic.messages.create({ model: "m", max_tokens: 5, messages });
            if (reply.stop_reason !== "tool_use") return reply;
            messages.push({ role: "assistant", content: reply.content });
          }
        }
    """,
    "do, while tools are asked for": """
        export async function run(prompt: string) {
          let reply;
          do { // LLM206
            reply = await anthropic.messages.create({ model: "m", max_tokens: 5, messages: [] });
          } while (reply.stop_reason === "tool_use");
          return reply;
        }
    """,
    "while tools are asked for": """
        export async function run(prompt: string) {
          let reply = await anthropic.messages.create({ model: "m", max_tokens: 5, messages: [] });
          while (reply.stop_reason === "tool_use") { // LLM206
            reply = await anthropic.messages.create({ model: "m", max_tokens: 5, messages: [] });
          }
          return reply;
        }
    """,
    "a helper of the project's own": """
        async function retried<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
          for (let i = 0; i < attempts; i++) {
            try {
              return await work();
            } catch (error) { // LLM204
              if (i === attempts - 1) throw error;
              await sleep(2 ** i * 100);
            }
          }
          throw new Error("unreachable");
        }
        export const safe = (question: string) => retried(() => ask(question));
    """,
    "a count in the test of the loop": """
        export async function insist(question: string) {
          let tries = 0;
          while (tries++ < 3) {
            try {
              return await ask(question);
            } catch (error) {
              if (!(error instanceof OpenAI.APIConnectionError)) throw error;
              await sleep(1000 * 2 ** tries);
            }
          }
        }
    """,
    "a reply that is undefined until it succeeds": """
        export async function insist(question: string) {
          let reply;
          while (!reply) { // LLM201
            try {
              reply = await ask(question);
            } catch (error) { // LLM203, LLM204
              console.log(error);
            }
          }
        }
    """,
    "a deadline": """
        export async function insist(question: string) {
          const end = Date.now() + 60_000;
          while (Date.now() < end) {
            try {
              return await ask(question);
            } catch (error) {
              if (!(error instanceof OpenAI.APIConnectionError)) throw error;
              await sleep(500 + Math.random() * 500);
            }
          }
        }
    """,
    "a switch inside a loop": """
        export async function run(kinds: string[]) {
          while (true) { // LLM201
            try {
              return await ask("hi");
            } catch (error) { // LLM203, LLM204
              switch (kinds[0]) { case "a": break; default: console.log("b"); }
            }
          }
        }
    """,
    "a stream that is read to its end": """
        export async function* read() {
          const stream = await client.responses.create({ input: "hi", max_output_tokens: 5, stream: true });
          for await (const event of stream) yield event;
          const reader = (await fetch("/other")).body!.getReader();
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            yield value;
          }
        }
    """,
    "a schedule": "setInterval(async () => { await ask('tick'); }, 60_000);",
    "a count that goes down": """
        export async function insist(question: string, left = 3): Promise<unknown> {
          try {
            return await ask(question);
          } catch (error) {
            if (left === 0) throw error;
            return insist(question, left - 1);
          }
        }
    """,
    "a count among the options": """
        export async function insist({ question, left = 3 }: { question: string; left?: number }): Promise<unknown> {
          try {
            return await ask(question);
          } catch (error) {
            if (left <= 0) throw error;
            return insist({ question, left: left - 1 });
          }
        }
    """,
    "a promise that begins anew": """
        export function insist(question: string): Promise<unknown> {
          return ask(question).catch((error) => { console.log(error); return insist(question); }); // LLM207
        }
    """,
    "a promise that gives up": """
        export const asked = (question: string) => ask(question).then((reply) => reply.output_text).catch(() => null);
    """,
}

SDKS = {
    "Gemini by its older package": """
        import { GoogleGenerativeAI } from "@google/generative-ai";
        const google = new GoogleGenerativeAI(process.env.GEMINI_API_KEY!);
        const model = google.getGenerativeModel({ model: "gemini-2.5-flash" }, { timeout: 5000 });
        const generationConfig = { maxOutputTokens: 9 };
        const short = google.getGenerativeModel({ model: "m", generationConfig }, { timeout: 5000 });
        export const a = (prompt: string) => model.generateContent(prompt); // LLM101
        export const b = (prompt: string | undefined, part: object) => model.generateContent([prompt, part]); // LLM101
        export async function c(topic: string) {
          const prompt = `Write JSON about ${topic}`;
          const result = await model.generateContent(prompt); // LLM101, LLM103
          return JSON.parse((await result.response).text());
        }
        export const d = (request: object) => model.generateContent(request);
        export const e = () => model.generateContent({ contents: [], generationConfig: { maxOutputTokens: 9 } });
        export const f = (prompt: string) => short.generateContent(prompt);
        export const g = (prompt: string) => model.startChat({ history: [] }).sendMessage(prompt); // LLM101
        export const h = (prompt: string) => short.startChat({ history: [] }).sendMessage(prompt);
        export const i = () => model.startChat({ generationConfig: { maxOutputTokens: 9 } }).sendMessage("hi");
    """,
    "an object of options by its name": """
        import { readFileSync } from "node:fs";
        const send = (messages: object[]) => {
          const options = { model: "m", messages, max_completion_tokens: 9 };
          if (messages.length) {
            options.model = "n";
          }
          return client.chat.completions.create(options);
        };
        export class Agent {
          private turns: object[] = [];
          ask(question: string) {
            this.turns.push({ role: "user", content: question });
            return send(this.turns); // LLM403
          }
        }
        export function read(path: string) {
          const spoken = { model: "tts-1", voice: "onyx" as const, input: readFileSync(path, "utf8") };
          return client.audio.speech.create(spoken); // LLM401
        }
    """,
    "commands that a client sends": """
        import { readFileSync } from "node:fs";
        import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
        import { PollyClient, SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
        const runtime = new BedrockRuntimeClient({}), polly = new PollyClient({});
        export async function ask(text: string) {
          const messages = [{ role: "user", content: [{ text }] }];
          const command = new ConverseCommand({ modelId: "m", messages }); // LLM101
          await runtime.send(new ConverseCommand({ modelId: "m", messages: [], inferenceConfig: { maxTokens: 9 } }));
          await runtime.send(new InvokeModelCommand({ modelId: "m", body: JSON.stringify({ messages: [] }) }));
          return runtime.send(command);
        }
        export const speak = (path: string) =>
          polly.send(new SynthesizeSpeechCommand({ Text: readFileSync(path, "utf8"), VoiceId: "Joanna" })); // LLM401
    """,
    "ai": """
        import { generateText, streamText } from "ai";
        export const one = (prompt: string) =>
          generateText({ model: "m", prompt, maxOutputTokens: 400, abortSignal: AbortSignal.timeout(9) });
        export const other = (prompt: string) => streamText({ model: "m", prompt }); // LLM101, LLM105
    """,
    "a client that a function makes once": """
        let made: OpenAI | undefined;
        function get() {
          if (!made) {
            made = new OpenAI(); // LLM105
          }
          return made;
        }
        export const one = (input: string) => get().responses.create({ model: "m", input }); // LLM101
    """,
    "a request handler": """
        import express from "express";
        const app = express();
        app.post("/ask", async (request, response) => {
          const own = new OpenAI({ maxRetries: 0 }); // LLM105
          response.json(await own.responses.create({ model: "m", input: request.body.question, max_output_tokens: 5 }));
        });
    """,
    "hooks of React": """
        import { useCallback, useState } from "react";
        export default function Chat() {
          const [messages, setMessages] = useState<any[]>([]);
          const send = useCallback(async (text: string) => {
            const next = [...messages, { role: "user", content: text }];
            const reply = await client.chat.completions.create({ model: "m", messages: next }); // LLM101
            setMessages([...next, reply.choices[0].message]);
          }, [messages]);
          const draw = () => client.images.generate({ prompt: "x", n: 10 }); // LLM406
          return <button onClick={() => draw()}>{messages.length}</button>;
        }
    """,
    "ElevenLabs": """
        import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";
        const voice = new ElevenLabsClient({ timeoutInSeconds: 20 });
        export const long = (text: string) => voice.textToSpeech.convert("id", { text }); // LLM401
        export const short = (text: string) => voice.textToSpeech.convert("id", { text: text.slice(0, 500) });
        export const checked = (text: string) => {
          if (text.length > 500) throw new Error("too long");
          return voice.textToSpeech.convert("id", { text });
        };
    """,
    "Gemini": """
        import { GoogleGenAI } from "@google/genai";
        const ai = new GoogleGenAI({ httpOptions: { timeout: 3000 } });
        const config = { responseMimeType: "application/json", maxOutputTokens: 100 };
        export const json = async (contents: string) => {
          const reply = await ai.models.generateContent({ model: "m", contents, config });
          if (reply.candidates![0].finishReason !== "STOP") throw new Error("cut off");
          return JSON.parse(reply.text ?? "{}");
        };
        export const text = async (contents: string) => {
          const reply = await ai.models.generateContent({ model: "m", contents }); // LLM101, LLM103
          return JSON.parse(reply.text!.replace(/```json|```/g, "").trim());
        };
    """,
    "Gemini, for pictures and sound": """
        import { GoogleGenAI } from "@google/genai";
        const ai = new GoogleGenAI({ httpOptions: { timeout: 3000 } });
        const generate = (contents: string, config: any) => ai.models.generateContent({ model: "m", contents, config });
        export const draw = (contents: string, old: boolean) => {
          const config: any = { responseModalities: old ? ["TEXT", "IMAGE"] : ["IMAGE"] };
          if (old) config.imageConfig = { aspectRatio: "1:1" };
          return generate(contents, config);
        };
        export const speak = (contents: string) => generate(contents, { responseModalities: ["AUDIO"] });
        export const capped = (contents: string) => generate(contents, { maxOutputTokens: 100 });
        export const write = (contents: string) => generate(contents, { temperature: 0 }); // LLM101
        export const byHand = (text: string) =>
          fetch("https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", {
            method: "POST",
            body: JSON.stringify({ contents: [text], generationConfig: { responseModalities: ["IMAGE"] } }),
            signal: AbortSignal.timeout(5000),
          });
    """,
    "LangChain": """
        import { ChatOpenAI } from "@langchain/openai";
        const open = new ChatOpenAI({ model: "m", timeout: 1000 }); // LLM101
        const capped = new ChatOpenAI({ model: "m", timeout: 1000, maxTokens: 100 }).bindTools([]);
        export const one = async (question: string) => (await open.invoke(question)).content;
        export const other = async (question: string) => (await capped.invoke(question)).content;
    """,
    "fetch": """
        export async function request(prompt: string) {
          for (let i = 0; i < 3; i++) {
            const answer = await fetch("https://api.openai.com/v1/chat/completions", {
              method: "POST",
              body: JSON.stringify({ model: "m", messages: [{ role: "user", content: prompt }], max_tokens: 100 }),
              signal: AbortSignal.timeout(5000),
            });
            if (answer.status === 429) {
              await sleep(1000 * 2 ** i);
              continue;
            }
            return answer.json();
          }
        }
        export const bare = (prompt: string) =>
          fetch("https://api.openai.com/v1/chat/completions", { // LLM101, LLM105
            method: "POST", body: JSON.stringify({ messages: [{ role: "user", content: prompt }] }),
          });
        export const another = () => fetch("https://example.com/v1/chat/completions", { method: "POST" });
    """,
    "axios": """
        import axios from "axios";
        export async function request(prompt: string) {
          const body = { model: "m", messages: [{ role: "user", content: prompt }] };
          const url = "https://api.openai.com/v1/chat/completions";
          const { data } = await axios.post(url, body, { timeout: 5 }); // LLM101, LLM103
          return JSON.parse(data.choices[0].message.content);
        }
        export async function* stream(body: object) {
          const url = "https://api.openai.com/v1/chat/completions";
          const options = { timeout: 5, responseType: "stream" };
          const response = await axios.post(url, { ...body, max_tokens: 9, stream: true }, options);
          for await (const line of response.data) yield JSON.parse(line.substring(6)).choices[0].delta.content;
        }
    """,
    "a history that is cut": """
        export class Agent {
          private history: { role: string; content: string }[] = [];
          async chat(question: string) {
            this.history.push({ role: "user", content: question });
            const messages = this.history.slice(-20);
            return client.chat.completions.create({ model: "m", messages, max_completion_tokens: 10 });
          }
        }
    """,
}


@pytest.mark.parametrize("program", LOOPS.values(), ids=LOOPS)
def test_loops(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, *CODES, prelude=PRELUDE)


@pytest.mark.parametrize("program", SDKS.values(), ids=SDKS)
def test_sdks(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, *CODES, prelude=PRELUDE)
