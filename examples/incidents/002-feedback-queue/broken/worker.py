"""Takes feedback from a queue, has it sorted, and sends it to the team that it concerns."""

import json
import logging
import os

import boto3

from analyst import analyse

log = logging.getLogger(__name__)
sqs = boto3.client("sqs")
sns = boto3.client("sns")
TEAMS = json.loads(os.environ["TEAM_TOPICS"])


def create_queue():
    queue = sqs.create_queue(QueueName="feedback", Attributes={"VisibilityTimeout": "30"})
    return queue["QueueUrl"]


def handle(url, message):
    try:
        result = analyse(json.loads(message["Body"])["text"])
    except json.JSONDecodeError:
        log.info("no JSON in the reply for %s, back to the queue", message["MessageId"])
        return
    sns.publish(TopicArn=TEAMS[result["category"]], Message=json.dumps(result))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def main():
    url = create_queue()
    while True:
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
        for message in received.get("Messages", []):
            handle(url, message)


if __name__ == "__main__":
    main()
