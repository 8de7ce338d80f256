/** Sorts a user's feedback with a model. */

import OpenAI from "openai";

export interface Analysis {
  category: "bug" | "feature" | "question" | "complaint" | "praise";
  severity: "critical" | "high" | "medium" | "low";
  summary: string;
  actionItems: string[];
  sentiment: number;
  suggestedResponse: string;
}

const openai = new OpenAI();

const promptFor = (feedback: string) => `
You sort what users tell us about our product. Given the feedback below, answer with a JSON object that has
- category: bug, feature, question, complaint or praise
- severity: critical, high, medium or low
- summary: one or two sentences
- actionItems: a list of what the product team should do
- sentiment: a number from -1.0 to 1.0
- suggestedResponse: a friendly answer to the user, with what happens next

Feedback:
${feedback}

Answer with the JSON object only, without Markdown.
`;

export async function analyse(feedback: string): Promise<Analysis> {
  const response = await openai.chat.completions.create({
    model: "gpt-4-turbo",
    messages: [{ role: "user", content: promptFor(feedback) }],
  });
  return parse(response.choices[0].message.content ?? "");
}

/** The first JSON object in a text, up to the first brace that closes. */
function parse(text: string): Analysis {
  const found = /\{[\s\S]*?\}/.exec(text);
  return JSON.parse(found ? found[0] : text);
}
