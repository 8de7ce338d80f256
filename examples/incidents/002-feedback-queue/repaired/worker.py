"""Takes feedback from a queue, has it sorted, and sends it to the team that it concerns; gives up on the third try."""

import json
import logging
import os

import boto3

from analyst import analyse

log = logging.getLogger(__name__)
sqs = boto3.client("sqs")
sns = boto3.client("sns")
TEAMS = json.loads(os.environ["TEAM_TOPICS"])
RECEIVES = 3


def create_queue():
    dead = sqs.create_queue(QueueName="feedback-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES}
    attributes = {"VisibilityTimeout": "180", "RedrivePolicy": json.dumps(redrive)}
    return sqs.create_queue(QueueName="feedback", Attributes=attributes)["QueueUrl"], dead


def handle(url, dead, message):
    if int(message["Attributes"]["ApproximateReceiveCount"]) > RECEIVES:
        sqs.send_message(QueueUrl=dead, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return
    result = analyse(json.loads(message["Body"])["text"])
    sns.publish(TopicArn=TEAMS[result["category"]], Message=json.dumps(result))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def main():
    url, dead = create_queue()
    while True:
        received = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=20, AttributeNames=["ApproximateReceiveCount"]
        )
        for message in received.get("Messages", []):
            try:
                handle(url, dead, message)
            except Exception:
                log.exception("feedback %s failed", message["MessageId"])


if __name__ == "__main__":
    main()
