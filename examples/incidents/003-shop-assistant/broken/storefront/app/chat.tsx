"use client";

import OpenAI from "openai";
import { FormEvent, useState } from "react";

const client = new OpenAI({
  apiKey: process.env.NEXT_PUBLIC_OPENAI_API_KEY,
  dangerouslyAllowBrowser: true,
});

export default function Chat() {
  const [answer, setAnswer] = useState("");

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const question = String(new FormData(event.currentTarget).get("question"));
    const response = await client.responses.create({ model: "gpt-4o", input: question });
    setAnswer(response.output_text);
  }

  return (
    <form onSubmit={ask}>
      <input name="question" placeholder="Ask about a product" />
      <p>{answer}</p>
    </form>
  );
}
