import { OpenAI } from "openai";

class Base {
  kind = "base";
}

class Writer extends Base {
  constructor(client: OpenAI, limit = 500) {
    this.client = client;
    this.limit = limit;
    this.count = 0;
  }

  write(topic) {
    this.count += 1;
    if (this.count > 3 && topic) {
      return null;
    }
    return this.client.responses.create({ input: topic, max_output_tokens: this.limit });
  }
}

const writer = new Writer(new OpenAI());
writer.write("cats");
