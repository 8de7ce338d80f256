"use client";

import { FormEvent, useState } from "react";

export default function Chat() {
  const [answer, setAnswer] = useState("");

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const question = String(new FormData(event.currentTarget).get("question"));
    const response = await fetch("/api/chat", { method: "POST", body: JSON.stringify({ question }) });
    setAnswer(await response.text());
  }

  return (
    <form onSubmit={ask}>
      <input name="question" maxLength={500} placeholder="Ask about a product" />
      <p>{answer}</p>
    </form>
  );
}
