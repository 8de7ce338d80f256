import { setTimeout } from "node:timers/promises";
import { OpenAI, RateLimitError } from "openai";

const client = new OpenAI({ timeout: 30 });

async function insist(prompt) {
  let attempts = 0;
  while (true) {
    attempts += 1;
    try {
      const reply = await client.responses.create({ model: "gpt-5.5", input: prompt });
      return JSON.parse(reply.output_text);
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      if (attempts >= 3) {
        throw error;
      }
      await setTimeout(attempts * 2);
    } finally {
      console.log(attempts);
    }
  }
}

async function count(prompt) {
  for (let attempt = 1; attempt < 4; attempt++) {
    try {
      return await client.responses.create({ model: "gpt-5.5", input: prompt });
    } catch {
      console.log(attempt);
      continue;
    }
  }
  throw ValueError("no answer");
}
