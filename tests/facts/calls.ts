import { OpenAI } from "openai";

const client = new OpenAI({ timeout: 30 });
const defaults = { model: "gpt-5.5", max_output_tokens: 500 };

function ask(prompt, limit = 100, ...rest) {
  const options = { ...defaults, input: prompt };
  if (limit) {
    options["max_output_tokens"] = limit;
  }
  const reply = client.responses.create({ ...options });
  console.log(reply.output[0].text);
  return client.responses.create({ model: "gpt-5.5", input: prompt, max_output_tokens: prompt ? limit : null });
}
