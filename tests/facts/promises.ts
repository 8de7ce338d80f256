import { OpenAI } from "openai";

const client = new OpenAI();

function ask(prompt) {
  client.responses
    .create({ input: prompt })
    .then((reply) => {
      console.log(reply.output_text);
    })
    .catch(() => {
      console.log("again");
      ask(prompt);
    });
}
