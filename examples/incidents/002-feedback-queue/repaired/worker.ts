/** Takes feedback from a queue, has it sorted, and sends it to the team that it concerns; gives up after three times. */

import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { analyse } from "./analyst.js";

const MAX_RECEIVES = 3;
const sqs = new SQSClient({});
const sns = new SNSClient({});
const QueueUrl = process.env.FEEDBACK_QUEUE;
const teams: Record<string, string> = JSON.parse(process.env.TEAM_TOPICS ?? "{}");

async function settle(message: Message) {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
}

/** A message that has come too often is put aside; one that fails comes back by itself, with its count. */
async function handle(message: Message) {
  if (Number(message.Attributes?.ApproximateReceiveCount ?? 1) > MAX_RECEIVES) {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.DEAD_LETTERS, MessageBody: message.Body }));
    return settle(message);
  }
  const result = await analyse(JSON.parse(message.Body ?? "{}").text);
  await sns.send(new PublishCommand({ TopicArn: teams[result.category], Message: JSON.stringify(result) }));
  await settle(message);
}

while (true) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
  );
  await Promise.allSettled(Messages.map(handle));
}
