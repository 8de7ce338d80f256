/** Sorts a user's feedback with a model, which is held to JSON and to 800 tokens. */

import OpenAI from "openai";

export interface Analysis {
  category: "bug" | "feature" | "question" | "complaint" | "praise";
  severity: "critical" | "high" | "medium" | "low";
  summary: string;
  actionItems: string[];
  sentiment: number;
  suggestedResponse: string;
}

const openai = new OpenAI({ timeout: 30_000 });

const promptFor = (feedback: string) => `
You sort what users tell us about our product. Given the feedback below, answer with a JSON object that has
- category: bug, feature, question, complaint or praise
- severity: critical, high, medium or low
- summary: one or two sentences
- actionItems: a list of what the product team should do
- sentiment: a number from -1.0 to 1.0
- suggestedResponse: a friendly answer to the user, with what happens next, in at most 100 words

Feedback:
${feedback.slice(0, 8000)}
`;

export async function analyse(feedback: string): Promise<Analysis> {
  const response = await openai.chat.completions.create({
    model: "gpt-4-turbo",
    messages: [{ role: "user", content: promptFor(feedback) }],
    max_completion_tokens: 800,
    response_format: { type: "json_object" },
    temperature: 0.2,
  });
  const [choice] = response.choices;
  if (choice.finish_reason === "length") throw new Error("the answer was cut off");
  return JSON.parse(choice.message.content ?? "");
}
