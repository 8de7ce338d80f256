"""Queues that code declares: by SDKs, and with CDK and Pulumi."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import assert_marked

CASES = {
    "boto3": """
        # -- queues.py
        import boto3

        sqs = boto3.client("sqs")
        sqs.create_queue(QueueName="a")  # LLM501
        sqs.create_queue(QueueName="b", Attributes={"VisibilityTimeout": "30"})  # LLM501
        sqs.create_queue(QueueName="c", Attributes={"RedrivePolicy": ""})  # LLM501
        boto3.resource("sqs").create_queue(QueueName="d")  # LLM501
        sqs.create_queue(QueueName="a-dlq")
        sqs.create_queue(QueueName=f"{__name__}-dead-letters")

        def make(name, attributes):
            sqs.create_queue(QueueName=name)
            sqs.create_queue(QueueName=f"{name}-{attributes}-queue")
            sqs.create_queue(QueueName="e", Attributes=attributes)
            sqs.create_queue(QueueName="f", **attributes)
    """,
    "boto3, with a policy": """
        # -- queues.py
        import json
        import boto3

        sqs = boto3.client("sqs")
        left = sqs.create_queue(QueueName="left-over")
        arn = sqs.get_queue_attributes(QueueUrl=left["QueueUrl"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"deadLetterTargetArn": arn, "maxReceiveCount": 3}
        sqs.create_queue(QueueName="a", Attributes={"RedrivePolicy": json.dumps(policy)})
    """,
    "boto3, with too many": """
        # -- queues.py
        import json
        import boto3

        sqs = boto3.client("sqs")
        policy = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:elsewhere", "maxReceiveCount": "900"}
        sqs.create_queue(QueueName="a", Attributes={"RedrivePolicy": json.dumps(policy)})  # LLM501 LLM506
    """,
    "boto3, with a policy later": """
        # -- queues.py
        import boto3

        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="a")["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": "{}"})
    """,
    "CDK in Python": """
        # -- stack.py
        from aws_cdk import Duration, Stack, aws_lambda, aws_sqs as sqs
        from aws_cdk.aws_lambda_event_sources import KinesisEventSource, SqsEventSource

        class Work(Stack):
            def __init__(self, scope, name, props):
                super().__init__(scope, name)
                sqs.Queue(self, "Bare")  # LLM501
                self.rest = sqs.Queue(self, "Rest")
                dead = sqs.DeadLetterQueue(max_receive_count=3, queue=self.rest)
                work = sqs.Queue(
                    self, "Work", visibility_timeout=Duration.seconds(60), dead_letter_queue=dead  # LLM504
                )
                slow = aws_lambda.Function(self, "Slow", timeout=Duration.minutes(5))
                slow.add_event_source(SqsEventSource(work))
                slow.add_event_source(KinesisEventSource(props.stream))  # LLM501
                slow.add_event_source(KinesisEventSource(props.stream, retry_attempts=3))
                sqs.Queue(self, "Many", dead_letter_queue={"queue": self.rest, "max_receive_count": 900})  # LLM501
                old = sqs.Queue.from_queue_arn(self, "Old", "arn:aws:sqs:eu-west-1:111122223333:old")
                sqs.Queue(self, "Lost", dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=old))  # LLM506
                sqs.Queue(self, "Open", **props)
                sqs.Queue(self, "Given", dead_letter_queue=props.dead)
    """,
    "CDK in TypeScript": """
        // -- stack.ts
        import * as cdk from "aws-cdk-lib";
        import * as lambda from "aws-cdk-lib/aws-lambda";
        import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
        import * as sqs from "aws-cdk-lib/aws-sqs";
        import { aws_sqs, Duration } from "aws-cdk-lib";

        export class Work extends cdk.Stack {
          constructor(scope: cdk.App, id: string, props: any) {
            super(scope, id);
            new sqs.Queue(this, "Bare"); // LLM501
            new aws_sqs.Queue(this, "Other", { encryption: sqs.QueueEncryption.KMS }); // LLM501
            const rest = new sqs.Queue(this, "Rest");
            const work = new sqs.Queue(this, "Work", {
              visibilityTimeout: Duration.seconds(300), // LLM504
              deadLetterQueue: { queue: rest, maxReceiveCount: 3 },
            });
            const slow = new lambda.Function(this, "Slow", { timeout: cdk.Duration.minutes(15), handler: "a.b" });
            slow.addEventSource(new SqsEventSource(work, { batchSize: 1 }));
            new sqs.Queue(this, "Open", { ...props });
            new sqs.Queue(this, "Named", props.queue);
            new sqs.Queue(this, "WorkDLQ", { retentionPeriod: Duration.days(14) });
          }
        }
    """,
    "the dead letters of functions and rules": """
        // -- stack.ts
        import { Stack } from "aws-cdk-lib";
        import * as lambda from "aws-cdk-lib/aws-lambda";
        import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
        import * as targets from "aws-cdk-lib/aws-events-targets";
        import * as sqs from "aws-cdk-lib/aws-sqs";

        export class Work extends Stack {
          constructor(scope: any, id: string) {
            super(scope, id);
            const a = new sqs.Queue(this, "A");
            const b = new sqs.Queue(this, "B");
            const c = new sqs.Queue(this, "C");
            const f = new lambda.Function(this, "F", { deadLetterQueue: a, onFailure: new SqsDestination(b) });
            new targets.LambdaFunction(f, { deadLetterQueue: c, retryAttempts: 2 });
          }
        }
    """,
    "CDK by its modules alone": """
        // -- stack.ts
        import { Queue } from "aws-cdk-lib/aws-sqs";
        import { Construct } from "constructs";

        export const build = (stack: Construct) => new Queue(stack, "work"); // LLM501
    """,
    "CDK for Terraform": """
        // -- stack.ts
        import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
        import { Construct } from "constructs";

        export function build(stack: Construct) {
          const rest = new SqsQueue(stack, "rest", { name: "rest" });
          const policy = { deadLetterTargetArn: rest.arn, maxReceiveCount: 3 };
          new SqsQueue(stack, "done", { name: "done", redrivePolicy: JSON.stringify(policy) });
          new SqsQueue(stack, "work", { name: "work" }); // LLM501
        }
        # -- stack.py
        from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

        def build(stack):
            SqsQueue(stack, "work", name="work")  # LLM501
    """,
    "Pulumi": """
        # -- infra.py
        import pulumi_aws as aws
        import pulumi_gcp as gcp

        aws.sqs.Queue("work")  # LLM501
        gcp.pubsub.Subscription("s", topic="t")  # LLM501
        gcp.pubsub.Subscription("r", topic="t", dead_letter_policy={"dead_letter_topic": "d"})
        gcp.pubsub.Subscription("d", topic="d")
        # -- more.py
        import json
        import pulumi_aws as aws

        parked = aws.sqs.Queue("rest")
        aws.sqs.Queue("work", redrive_policy=parked.arn.apply(lambda a: describe(a)))
        # -- applied.py
        import json
        import pulumi
        import pulumi_aws as aws

        def policy(most):
            return lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})

        rest = aws.sqs.Queue("rest")
        aws.sqs.Queue(
            "a",
            redrive_policy=rest.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
        )
        aws.sqs.Queue("b", redrive_policy=rest.arn.apply(policy(3)))
        aws.sqs.Queue("c")  # LLM501
        # -- together.py
        import json
        import pulumi
        import pulumi_aws as aws

        rest = aws.sqs.Queue("rest")
        limit = lambda a: json.dumps({"deadLetterTargetArn": a[0], "maxReceiveCount": 3})
        aws.sqs.Queue("a", redrive_policy=pulumi.Output.all(rest.arn).apply(limit))
    """,
    "Pulumi in TypeScript": """
        // -- infra.ts
        import * as aws from "@pulumi/aws";

        const work = new aws.sqs.Queue("work", { visibilityTimeoutSeconds: 60 }); // LLM501
        // -- more.ts
        import * as aws from "@pulumi/aws";

        const work = new aws.sqs.Queue("work");
        new aws.sqs.RedrivePolicy("work", { queueUrl: work.id, redrivePolicy: "{}" });
    """,
    "Pub/Sub": """
        # -- subscriptions.py
        from google.cloud import pubsub_v1

        subscriber = pubsub_v1.SubscriberClient()
        subscriber.create_subscription(request={"name": "a", "topic": "t"})  # LLM501
        subscriber.create_subscription(
            request={"name": "c", "topic": "t", "dead_letter_policy": {"dead_letter_topic": "d"}}
        )
        subscriber.create_subscription(request={"name": "d", "topic": "d"})

        def make(request):
            subscriber.create_subscription(request=request)
    """,
    "Service Bus": """
        # -- bus.py
        from azure.servicebus.management import ServiceBusAdministrationClient

        admin = ServiceBusAdministrationClient("n", None)
        admin.create_queue("a")
        admin.create_queue("b", max_delivery_count=3)
        admin.create_queue("c", max_delivery_count=2000)  # LLM501
    """,
    "Cloud Tasks": """
        # -- queues.py
        from google.cloud import tasks_v2
        from pulumi_gcp import cloudtasks

        client = tasks_v2.CloudTasksClient()
        client.create_queue(parent="p", queue={"name": "a", "retry_config": {"max_attempts": -1}})  # LLM501
        client.create_queue(parent="p", queue={"name": "b", "retry_config": {"max_attempts": 5}})
        client.create_queue(parent="p", queue={"name": "c", "rate_limits": {}})
        client.create_queue(
            request={"queue": tasks_v2.Queue(retry_config=tasks_v2.RetryConfig(max_attempts=-1))}  # LLM501
        )
        cloudtasks.Queue("d", retry_config={"max_attempts": -1, "max_retry_duration": "600s"})
        cloudtasks.Queue("e", retry_config={"max_attempts": -1})  # LLM501
    """,
    "NATS": """
        # -- consume.py
        import nats
        from nats.js.api import ConsumerConfig

        async def main(config):
            connection = await nats.connect()
            js = connection.jetstream()
            await js.pull_subscribe("a", durable="w")  # LLM501
            await js.pull_subscribe("b", durable="w", config=ConsumerConfig(max_deliver=5, ack_wait=120))
            await js.pull_subscribe("c", durable="w", config=ConsumerConfig(ack_wait=120))  # LLM501
            await js.pull_subscribe("d", durable="w", config=ConsumerConfig(max_deliver=-1))  # LLM501
            await js.pull_subscribe("e", durable="w", config=config)
            await js.subscribe("f", ordered_consumer=True)
            await js.add_consumer("s", ConsumerConfig(max_deliver=5))
    """,
    "RabbitMQ": """
        # -- consume.py
        import pika

        channel = pika.BlockingConnection().channel()
        channel.queue_declare("a", durable=True)  # LLM501
        channel.queue_declare("b", arguments={"x-queue-type": "quorum"})
        channel.queue_declare("c", arguments={"x-queue-type": "quorum", "x-delivery-limit": -1})  # LLM501
        channel.queue_declare("d", arguments={"x-delivery-limit": 3})  # LLM501
        channel.queue_declare("", exclusive=True)
        channel.queue_declare("e", passive=True)
        channel.queue_declare("f", arguments={"x-message-ttl": 60000})
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_queues(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM501", "LLM504", "LLM506", queues_everywhere=True)


def test_a_classic_queue_may_be_limited_by_its_server(tmp_path: Path) -> None:
    program = """
        import pika

        pika.BlockingConnection().channel().queue_declare("a")  # LLM501
    """
    [finding] = assert_marked(tmp_path, program, "LLM501", queues_everywhere=True)
    assert str(finding.severity) == "info"


def test_a_queue_of_code_may_be_the_target_of_a_template(tmp_path: Path) -> None:
    program = """
        # -- queues.py
        import boto3

        boto3.client("sqs").create_queue(QueueName="left-over")
        # -- main.tf
        resource "aws_sqs_queue" "work" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:left-over"
            maxReceiveCount     = 3
          })
        }
    """
    assert_marked(tmp_path, program, "LLM501", "LLM506", queues_everywhere=True)


@pytest.mark.parametrize("path", ["tests/test_work.py", "tests/fakes.py", "conftest.py", "work_test.py"])
def test_a_queue_of_a_test(path: str, tmp_path: Path) -> None:
    program = """
    # -- ai.py
    from openai import OpenAI
    OpenAI(timeout=9).responses.create(input="hi", max_output_tokens=90)
    # -- PATH
    import boto3
    def test_work():
        boto3.client("sqs").create_queue(QueueName="work")
    # -- work.py
    import boto3
    boto3.client("sqs").create_queue(QueueName="work")  # LLM501
    """
    assert_marked(tmp_path, program.replace("PATH", path), "LLM501")
