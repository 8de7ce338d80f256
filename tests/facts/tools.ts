import { OpenAI } from "openai";

const client = new OpenAI();

async function run(messages, call) {
  let done = false;
  while (!done) {
    const message = (await client.chat.completions.create({ messages })).choices[0].message;
    messages.push(message);
    if (!message.tool_calls) {
      done = true;
      break;
    }
    for (const each of message.tool_calls) {
      messages.push(await call(each));
    }
  }
  while (messages.length > 10) {
    messages.pop(0);
  }
  return messages;
}

function search(reply, seen) {
  if (reply.includes("DONE") || seen.includes(reply)) {
    return reply;
  } else if (reply === "NEXT") {
    return search(reply, seen);
  }
  return null;
}
