/** Takes feedback from a queue, has it sorted, and sends it to the team that it concerns. */

import { setTimeout as sleep } from "node:timers/promises";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { analyse, type Analysis } from "./analyst.js";

const sqs = new SQSClient({});
const sns = new SNSClient({});
const QueueUrl = process.env.FEEDBACK_QUEUE;
const teams: Record<string, string> = JSON.parse(process.env.TEAM_TOPICS ?? "{}");

async function insist(feedback: string): Promise<Analysis> {
  for (;;) {
    try {
      return await analyse(feedback);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      console.info("no JSON in the reply, again in 30 seconds");
      await sleep(30_000);
    }
  }
}

async function handle(message: Message) {
  const result = await insist(JSON.parse(message.Body ?? "{}").text);
  await sns.send(new PublishCommand({ TopicArn: teams[result.category], Message: JSON.stringify(result) }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
}

/** What fails on the way to the team is begun anew a little later. */
async function keepAtIt(message: Message): Promise<void> {
  try {
    await handle(message);
  } catch (error) {
    console.error(error);
    setTimeout(() => keepAtIt(message), 60_000);
  }
}

while (true) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await Promise.all(Messages.map(keepAtIt));
}
