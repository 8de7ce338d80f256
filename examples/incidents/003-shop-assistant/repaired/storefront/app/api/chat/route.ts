import OpenAI from "openai";

import { mayAsk } from "../../limits";

const client = new OpenAI({ apiKey: process.env.SHOP_OPENAI_KEY, timeout: 30_000 });

export async function POST(request: Request) {
  if (!mayAsk(request.headers.get("x-forwarded-for") ?? "")) {
    return new Response("Please come back tomorrow.", { status: 429 });
  }
  const { question } = await request.json();
  const response = await client.responses.create({
    model: "gpt-4o",
    input: String(question).slice(0, 500),
    max_output_tokens: 400,
  });
  return new Response(response.output_text);
}
