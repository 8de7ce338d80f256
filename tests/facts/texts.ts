import { OpenAI } from "openai";

const client = new OpenAI();

function shorten(text, name) {
  if (text.length > 400) {
    return client.audio.speech.create({ input: text.slice(null, 400) });
  }
  let prompt = `Dear ${name}, ${text}`;
  prompt += "\n" + text;
  const url = `https://example.com/${name}`;
  return client.audio.speech.create({ input: prompt.trim(), instructions: url });
}

function each(names) {
  const replies = names.map((name) => client.responses.create({ input: name }));
  return replies.join("\n");
}
