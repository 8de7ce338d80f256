"""Consumers of queues: which messages come back for ever when their model call fails (LLM502, LLM507)."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from support import assert_marked, messages

PRELUDE = """
import json
import logging
import boto3
from openai import OpenAI

log = logging.getLogger(__name__)
client = OpenAI()
sqs = boto3.client("sqs")


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500).output_text


def delete(message):
    sqs.delete_message(QueueUrl="work", ReceiptHandle=message["ReceiptHandle"])

"""
LOOP = """
def main():
    while True:
        for message in sqs.receive_message(QueueUrl="work")["Messages"]:  {mark}
            {body}
"""
BODIES = {
    "nobody catches the failure": ("# LLM502", "ask(message['Body']); delete(message)"),
    "deleted before the call": ("", "delete(message); ask(message['Body'])"),
    "deleted whatever happens": (
        "",
        """
            try:
                ask(message["Body"])
            finally:
                delete(message)
        """,
    ),
    "deleted after the failure": (
        "",
        """
            try:
                ask(message["Body"])
            except Exception:
                log.exception("failed")
            delete(message)
        """,
    ),
    "deleted in the handler": (
        "",
        """
            try:
                ask(message["Body"])
                delete(message)
            except Exception:
                delete(message)
        """,
    ),
    "only some errors are deleted": (
        "# LLM502",
        """
            try:
                ask(message["Body"])
                delete(message)
            except json.JSONDecodeError:
                delete(message)
        """,
    ),
    "left in the queue": (
        "# LLM502",
        """
            try:
                ask(message["Body"])
                delete(message)
            except Exception:  # LLM507
                log.exception("failed")
        """,
    ),
    "left in the queue by the next round": (
        "# LLM502",
        """
            try:
                ask(message["Body"])
            except Exception:  # LLM507
                continue
            delete(message)
        """,
    ),
    "put back at once": (
        "# LLM502",
        """
            try:
                ask(message["Body"])
                delete(message)
            except Exception:  # LLM507
                sqs.change_message_visibility(QueueUrl="work", ReceiptHandle=message["ReceiptHandle"])
        """,
    ),
    "raised again": (
        "# LLM502",
        """
            try:
                ask(message["Body"])
                delete(message)
            except Exception:
                log.exception("failed")
                raise
        """,
    ),
    "failures are counted": (
        "",
        """
            failed = {}
            try:
                ask(message["Body"])
                delete(message)
            except Exception:
                failed[message["MessageId"]] += 1
        """,
    ),
    "something that can't be known is done with the message": (
        "",
        """
            try:
                ask(message["Body"])
                delete(message)
            except Exception:
                parking.put(message)
        """,
    ),
    "the deliveries are asked for": (
        "",
        """
            if int(message["Attributes"]["ApproximateReceiveCount"]) > 3:
                delete(message)
                continue
            ask(message["Body"])
            delete(message)
        """,
    ),
}


@pytest.mark.parametrize(("mark", "body"), BODIES.values(), ids=BODIES)
def test_bodies(tmp_path: Path, mark: str, body: str) -> None:
    program = LOOP.format(mark=mark, body=body.strip())
    if "ApproximateReceiveCount" in body:
        program = program.replace('QueueUrl="work")', 'QueueUrl="work", AttributeNames=["ApproximateReceiveCount"])')
    assert_marked(tmp_path, program, "LLM502", "LLM507", prelude=PRELUDE)


def test_a_count_that_nobody_asks_for(tmp_path: Path) -> None:
    body = """
            if int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1)) <= 3:
                ask(message["Body"])
            delete(message)
    """
    (message,) = messages(tmp_path, LOOP.format(mark="# LLM502", body=body.strip()), "LLM502", prelude=PRELUDE)
    assert message.startswith("the count of deliveries is read, but never asked for here")


FUNCTIONS = {
    "Powertools, over a queue and over a stream": """
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
        def handle(record):
            ask(record.body)
        def of_queue(event, context):
            return process_partial_response(  # LLM502
                event=event, record_handler=handle, processor=BatchProcessor(event_type=EventType.SQS)
            )
        def of_stream(event, context):
            processor = BatchProcessor(event_type=EventType.KinesisDataStreams)
            return process_partial_response(event=event, record_handler=handle, processor=processor)
    """,
    "kombu, a class that is given its consumers": """
        from kombu import Queue
        from kombu.mixins import ConsumerMixin
        class Worker(ConsumerMixin):
            def get_consumers(self, Consumer, channel):
                return [Consumer(queues=[Queue("work")], callbacks=[self.handle])]  # LLM502
            def handle(self, body, message):
                try:
                    ask(body)
                    message.ack()
                except OSError:  # LLM507
                    message.requeue()
    """,
    "RabbitMQ, queues whose names are in a list": """
        import pika
        def handle(channel, method, properties, body):
            try:
                ask(body)
                channel.basic_ack(method.delivery_tag)
            except Exception:  # LLM507
                channel.basic_nack(method.delivery_tag, requeue=True)
        channel = pika.BlockingConnection().channel()
        for name in ["one", "two"]:
            channel.queue_declare(queue=name, durable=True)
            channel.basic_consume(queue=name, on_message_callback=handle)  # LLM502
    """,
    "a function that says whether all went well": """
        def handle(message):
            try:
                print(ask(message["Body"]))
                return True
            except Exception as error:  # LLM507
                log.error("failed: %s", error)
                return False
        def main():
            while True:
                for message in sqs.receive_message(QueueUrl="work")["Messages"]:  # LLM502
                    if handle(message):
                        delete(message)
    """,
    "a function that swallows what went wrong": """
        def handle(message):
            try:
                print(ask(message["Body"]))
            except Exception as error:
                log.error("failed: %s", error)
        def main():
            while True:
                for message in sqs.receive_message(QueueUrl="work")["Messages"]:
                    handle(message)
                    delete(message)
    """,
    "a function that makes several attempts": """
        def insist(text):
            for attempt in range(3):
                try:
                    return ask(text)
                except OSError:
                    log.info("again")
            raise RuntimeError("no reply")
        def main():
            while True:
                for message in sqs.receive_message(QueueUrl="work")["Messages"]:  # LLM502
                    insist(message["Body"])
                    delete(message)
    """,
    "a consumer that calls no model": """
        def main():
            ask("good morning")
            while True:
                for message in sqs.receive_message(QueueUrl="work")["Messages"]:
                    print(message["Body"])
                    delete(message)
    """,
    "a class with its own queue": """
        class Worker:
            def __init__(self):
                self.sqs = boto3.client("sqs")
            def settle(self, message):
                self.sqs.delete_message(QueueUrl="work", ReceiptHandle=message["ReceiptHandle"])
            def handle(self, message):
                try:
                    ask(message["Body"])
                    self.settle(message)
                except Exception:  # LLM507
                    log.exception("failed")
            def run(self):
                while True:
                    found = self.sqs.receive_message(QueueUrl="work")  # LLM502
                    for message in found.get("Messages", []):
                        self.handle(message)
    """,
    "Lambda": """
        def handler(event, context):  # LLM502
            for record in event["Records"]:
                ask(json.loads(record["body"])["text"])
    """,
    "Lambda, with the record handed on": """
        def handle(record):
            ask(json.loads(record["body"])["text"])
        def handler(event, context):  # LLM502
            for record in event.get("Records", []):
                handle(record)
    """,
    "Lambda, with some of the batch given back": """
        def handler(event, context):  # LLM502
            failed = []
            for record in event["Records"]:
                try:
                    ask(record["body"])
                except Exception:
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}
    """,
    "Lambda deletes what its function returns from": """
        def handler(event, context):
            for record in event["Records"]:
                try:
                    ask(record["body"])
                except Exception:
                    log.exception("failed")
    """,
    "Lambda, with a look at the count": """
        def handler(event, context):
            for record in event["Records"]:
                if int(record["attributes"]["ApproximateReceiveCount"]) < 4:
                    ask(record["body"])
    """,
    "Lambda, for the events of S3": """
        def handler(event, context):
            for record in event["Records"]:
                ask(record["s3"]["object"]["key"])
    """,
    "RabbitMQ": """
        import pika
        def raises(channel, method, properties, body):
            ask(body)
            channel.basic_ack(method.delivery_tag)
        def requeues(channel, method, properties, body):
            try:
                ask(body)
                channel.basic_ack(method.delivery_tag)
            except Exception:  # LLM507
                channel.basic_nack(method.delivery_tag)
        def drops(channel, method, properties, body):
            try:
                ask(body)
                channel.basic_ack(method.delivery_tag)
            except Exception:
                channel.basic_reject(method.delivery_tag, requeue=False)
        def looks(channel, method, properties, body):
            if method.redelivered:
                return channel.basic_reject(method.delivery_tag, requeue=False)
            ask(body)
            channel.basic_ack(method.delivery_tag)
        def decides(channel, method, properties, body):
            try:
                ask(body)
                channel.basic_ack(method.delivery_tag)
            except Exception:
                channel.basic_nack(method.delivery_tag, requeue=not method.old)
        channel = pika.BlockingConnection(pika.ConnectionParameters("localhost")).channel()
        channel.basic_consume(queue="one", on_message_callback=raises)  # LLM502
        channel.basic_consume("two", requeues)  # LLM502
        channel.basic_consume(queue="three", on_message_callback=drops)
        channel.basic_consume(queue="four", on_message_callback=looks)
        channel.basic_consume(queue="five", on_message_callback=raises, auto_ack=True)
        channel.basic_consume(queue="six", on_message_callback=decides)
    """,
    "RabbitMQ, with queues that limit the deliveries and such that don't": """
        import pika
        def requeues(channel, method, properties, body):
            try:
                ask(body)
                channel.basic_ack(method.delivery_tag)
            except Exception:  # LLM507
                channel.basic_reject(method.delivery_tag)
        channel = pika.BlockingConnection(pika.ConnectionParameters("localhost")).channel()
        channel.queue_declare("classic", durable=True)
        channel.queue_declare("quorum", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_declare("endless", arguments={"x-queue-type": "quorum", "x-delivery-limit": -1})
        channel.basic_consume(queue="classic", on_message_callback=requeues)  # LLM502
        channel.basic_consume(queue="quorum", on_message_callback=requeues)
        channel.basic_consume(queue="endless", on_message_callback=requeues)  # LLM502
    """,
    "RabbitMQ, by aio-pika": """
        import aio_pika
        async def drops(message):
            async with message.process():
                ask(message.body)
        async def requeues(message):
            async with message.process(requeue=True):
                ask(message.body)
        async def requeues_once(message):
            async with message.process(requeue=True, reject_on_redelivered=True):
                ask(message.body)
        async def gives_back(message):
            try:
                ask(message.body)
                await message.ack()
            except Exception:  # LLM507
                await message.nack()
        async def main():
            connection = await aio_pika.connect_robust("amqp://localhost")
            channel = await connection.channel()
            queue = await channel.declare_queue("work")
            await queue.consume(drops)
            await queue.consume(requeues)  # LLM502
            await queue.consume(requeues_once)
            await queue.consume(gives_back)  # LLM502
    """,
    "RabbitMQ, by kombu": """
        from kombu import Connection, Consumer, Queue
        def requeues(body, message):
            try:
                ask(body)
                message.ack()
            except Exception:  # LLM507
                message.requeue()
        def rejects(body, message):
            try:
                ask(body)
                message.ack()
            except Exception:
                message.reject()
        with Connection("amqp://localhost") as connection:
            one = Consumer(connection.channel(), [Queue("one")], callbacks=[requeues])  # LLM502
            two = Consumer(connection.channel(), [Queue("two")], callbacks=[rejects])
            three = Consumer(connection.channel(), [Queue("three")], callbacks=[requeues], no_ack=True)
    """,
    "Pub/Sub": """
        from google.cloud import pubsub_v1
        subscriber = pubsub_v1.SubscriberClient()
        def gives_back(message):
            try:
                ask(message.data)
                message.ack()
            except Exception:  # LLM507
                message.nack()
        def drops(message):
            message.ack()
            ask(message.data)
        def main(path):
            subscriber.subscribe(path, callback=gives_back)  # LLM502
            subscriber.subscribe(path, callback=drops)
    """,
    "NATS": """
        import nats
        from nats.js.api import ConsumerConfig
        async def handle(message):
            ask(message.data)
            await message.ack()
        async def main():
            connection = await nats.connect("localhost")
            js = connection.jetstream()
            await js.subscribe("one", cb=handle)  # LLM502
            await js.subscribe("two", cb=handle, config=ConsumerConfig(max_deliver=0))  # LLM502
            await js.subscribe("three", cb=handle, config=ConsumerConfig(max_deliver=3))
            await js.subscribe("four", cb=handle, ordered_consumer=True)
            await connection.subscribe("five", cb=handle)
            work = await js.pull_subscribe("six", durable="six", config=ConsumerConfig(max_deliver=3))
            for message in await work.fetch(1):
                await handle(message)
    """,
}


@pytest.mark.parametrize("program", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, PRELUDE + "\n" + textwrap.dedent(program), "LLM502", "LLM507")


def test_functions_that_call_each_other_in_every_way(tmp_path: Path) -> None:
    names = [f"step_{number}" for number in range(30)]
    steps = "".join(f"def {name}(text):\n" + "".join(f"    {other}(text)\n" for other in names) for name in names)
    loop = LOOP.format(mark="", body="step_0(message['Body']); delete(message)")
    last = "def step_29(text):\n    ask(text)\n"
    assert_marked(tmp_path, PRELUDE + steps + last + loop.replace("]:  ", "]:  # LLM502"), "LLM502")


def test_a_consumer_that_names_no_sdk(tmp_path: Path) -> None:
    program = """
    # -- app/llm.py
    from openai import OpenAI
    client = OpenAI()
    def ask(text):
        return client.responses.create(input=text, max_output_tokens=500).output_text
    # -- app/service.py
    from app.llm import ask
    def summarise(text):
        return ask(text)
    # -- app/worker.py
    import pika
    from app.service import summarise
    def handle(channel, method, properties, body):
        summarise(body)
        channel.basic_ack(method.delivery_tag)
    def main():
        channel = pika.BlockingConnection().channel()
        channel.basic_consume(queue="work", on_message_callback=handle)  # LLM502
    """
    assert_marked(tmp_path, program, "LLM502", "LLM507")


WRAPPED = """
    # -- inbox.py
    import boto3
    class Inbox:
        def __init__(self, url):
            self.url = url
            self.sqs = boto3.client("sqs")
        def receive(self):
            return self.sqs.receive_message(QueueUrl=self.url).get("Messages", [])  # LLM502
        def delete(self, handle):
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=handle)
    # -- worker.py
    from openai import OpenAI
    from inbox import Inbox
    client = OpenAI()
    class Worker:
        def __init__(self, url):
            self.inbox = Inbox(url)
        def run(self):
            while True:
                for message in self.inbox.receive():
                    try:
                        self.answer(message["Body"])
                        self.inbox.delete(message["ReceiptHandle"])
                    except OSError:  # LLM507
                        print("failed")
        def answer(self, text):
            client.responses.create(input=text, max_output_tokens=500)
"""


def test_a_queue_behind_a_class_of_the_project(tmp_path: Path) -> None:
    assert_marked(tmp_path, WRAPPED, "LLM502", "LLM507")


def test_a_function_that_keeps_the_messages_it_takes(tmp_path: Path) -> None:
    program = """
    import boto3
    sqs = boto3.client("sqs")
    def drain(url):
        messages = sqs.receive_message(QueueUrl=url).get("Messages", [])
        for message in messages:
            print(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True
    def main(url):
        while drain(url):
            ask("a word of the hour")
    """
    assert_marked(tmp_path, program, "LLM502", "LLM507", prelude=PRELUDE)


def test_a_queue_behind_a_class_that_counts(tmp_path: Path) -> None:
    program = WRAPPED.replace("for message in self.inbox.receive():", "for message in self.few(self.inbox.receive()):")
    program = program.replace("QueueUrl=self.url).get", "QueueUrl=self.url, AttributeNames=['All']).get")
    program += """
        def few(self, messages):
            return [m for m in messages if int(m["Attributes"]["ApproximateReceiveCount"]) < 4]
    """
    assert_marked(tmp_path, re.sub("# LLM50.", "", program), "LLM502", "LLM507")


SCRIPTS = {
    "a handler of Lambda that gives some of a batch back": """
        import type { SQSEvent, SQSBatchResponse } from "aws-lambda";
        export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => { // LLM502
          const batchItemFailures: { itemIdentifier: string }[] = [];
          await Promise.all(event.Records.map(async (record) => {
            try {
              await ask(record.body);
            } catch (error) {
              batchItemFailures.push({ itemIdentifier: record.messageId });
            }
          }));
          return { batchItemFailures };
        };
    """,
    "a handler of Lambda": """
        import type { SQSEvent } from "aws-lambda";
        export const handler = async (event: SQSEvent) => { // LLM502
          for (const record of event.Records) {
            await ask(record.body);
          }
        };
    """,
    "sqs-consumer": """
        import { Consumer } from "sqs-consumer";
        const app = Consumer.create({ // LLM502
          queueUrl: "work",
          handleMessage: async (message) => {
            await ask(message.Body);
            return message;
          },
        });
    """,
    "RabbitMQ": """
        import amqp from "amqplib";
        async function main() {
          const channel = await (await amqp.connect("localhost")).createChannel();
          await channel.consume("one", async (message) => { // LLM502
            try {
              await ask(message.content.toString());
              channel.ack(message);
            } catch (error) { // LLM507
              channel.nack(message, false, true);
            }
          });
          await channel.consume("two", async (message) => { await ask("two"); }, { noAck: true });
        }
    """,
}
SCRIPT_PRELUDE = """
import OpenAI from "openai";
const client = new OpenAI();
const ask = async (text: string) => client.responses.create({ input: text, max_output_tokens: 500 });
"""


@pytest.mark.parametrize("program", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, f"// -- worker.ts\n{SCRIPT_PRELUDE}{textwrap.dedent(program)}", "LLM502", "LLM507")
