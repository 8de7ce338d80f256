"""Jobs that are put into a queue by one call, and worked off by a function that another call names."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support import assert_marked, messages

SCRIPT = """
import OpenAI from "openai";
const client = new OpenAI();
const ask = (text: string) => client.responses.create({ input: text, max_output_tokens: 500 });
"""
PYTHON = """
from openai import OpenAI
client = OpenAI()
def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500)
"""
SCRIPTS = {
    "BullMQ, a batch that is tried again": """
        import { Queue, Worker } from "bullmq";
        const queue = new Queue("talks");
        const notes = new Queue("notes");
        new Worker("talks", async (job) => {
          for (const title of job.data.titles) { // LLM505
            await ask(title);
          }
        });
        export const later = (titles: string[]) => queue.add("tidy", { titles }, { attempts: 3 });
        export const often = (titles: string[]) => queue.add("tidy", { titles }, { attempts: 1e6 }); // LLM503
        export const note = (text: string) => notes.add("note", { text }, { attempts: 1e6 });
    """,
    "BullMQ, a batch that is tried once": """
        import { Queue, Worker } from "bullmq";
        const queue = new Queue("talks");
        new Worker("talks", async (job) => {
          for (const title of job.data.titles) {
            await ask(title);
          }
        });
        export const later = (titles: string[]) => queue.add("tidy", { titles });
    """,
    "BullMQ, attempts that the queue is given": """
        import { Queue, Worker } from "bullmq";
        const name = process.env.TALKS!;
        const queue = new Queue(name, { defaultJobOptions: { attempts: 1000 } });
        new Worker(name, async (job) => ask(job.data.title));
        export const later = (title: string) => queue.add("tidy", { title }); // LLM503
        export const soon = (title: string) => queue.add("tidy", { title }, { attempts: 3 });
    """,
    "Bull": """
        import Queue from "bull";
        const queue = new Queue("talks");
        queue.process(2, async (job) => ask(job.data.title));
        export const later = (title: string) => queue.add({ title }, { attempts: 500 }); // LLM503
    """,
    "Bee-Queue": """
        import Queue from "bee-queue";
        const queue = new Queue("talks");
        queue.process(async (job) => ask(job.data.title));
        export const later = (title: string) => queue.createJob({ title }).retries(1e6).save(); // LLM503
        export const soon = (title: string) => queue.createJob({ title }).retries(2).save();
    """,
    "pg-boss, whose default is two more": """
        import PgBoss from "pg-boss";
        const boss = new PgBoss("postgres://localhost/talks");
        boss.work("talks", { batchSize: 5 }, async (jobs) => {
          for (const job of jobs) { // LLM505
            await ask(job.data.title);
          }
        });
        export const later = (title: string) => boss.send("talks", { title });
    """,
    "Inngest, whose steps are kept": """
        import { Inngest } from "inngest";
        const inngest = new Inngest({ id: "talks" });
        const event = { event: "talks/made" };
        export const one = inngest.createFunction({ id: "one" }, event, async ({ event, step }) => {
          for (const title of event.data.titles) { // LLM505
            await ask(title);
          }
        });
        export const two = inngest.createFunction({ id: "two" }, event, async ({ event, step }) => {
          for (const title of event.data.titles) {
            await step.run(title, async () => ask(title));
          }
        });
        export const three = inngest.createFunction({ id: "three", retries: 0 }, event, async ({ event }) => {
          for (const title of event.data.titles) {
            await ask(title);
          }
        });
    """,
    "Agenda, pauses of one's own": """
        import { Agenda } from "agenda";
        const agenda = new Agenda();
        const title = async (job) => ask(job.attrs.data.title);
        agenda.define("one", title, { backoff: () => 1000 }); // LLM503
        agenda.define("two", title, { backoff: (job) => (job.attrs.failCount > 3 ? null : 1000) });
    """,
    "Graphile Worker, whose default is 25": """
        import { run } from "graphile-worker";
        async function tidy(payload: { titles: string[] }) {
          for (const title of payload.titles) { // LLM505
            await ask(title);
          }
        }
        export async function main(titles: string[]) {
          const runner = await run({ taskList: { tidy } });
          await runner.addJob("tidy", { titles });
        }
    """,
}
PROGRAMS = {
    "SAQ, a function that is queued by its name": """
        from saq import Queue
        queue = Queue.from_url("redis://localhost")
        async def tidy(ctx, *, titles):
            for title in titles:  # LLM505
                ask(title)
        async def later(titles):
            await queue.enqueue("tidy", titles=titles, retries=3)
            await queue.enqueue("tidy", titles=titles, retries=1000)  # LLM503
    """,
    "SAQ, whose default is one attempt": """
        from saq import Queue
        queue = Queue.from_url("redis://localhost")
        async def tidy(ctx, *, titles):
            for title in titles:
                ask(title)
        async def later(titles):
            await queue.enqueue("tidy", titles=titles)
    """,
    "arq, a class with the settings": """
        from arq import Retry
        async def tidy(ctx, title):
            try:
                ask(title)
            except OSError:
                raise Retry(defer=5)
        async def mail(ctx, title):
            ask(title)
        class WorkerSettings:  # LLM503
            functions = [tidy, mail]
            max_tries = 1000
    """,
    "arq, a function of its own": """
        from arq import Retry, func
        async def tidy(ctx, title):
            try:
                ask(title)
            except OSError:
                raise Retry(defer=5)
        class WorkerSettings:
            functions = [func(tidy, max_tries=1000)]  # LLM503
    """,
    "taskiq": """
        from taskiq import InMemoryBroker, SimpleRetryMiddleware
        broker = InMemoryBroker().with_middlewares(SimpleRetryMiddleware())
        @broker.task(retry_on_error=True, max_retries=1000)  # LLM503
        async def one(title):
            ask(title)
        @broker.task(max_retries=1000)
        async def two(title):
            ask(title)
        @broker.task(retry_on_error=True)
        async def three(titles):
            for title in titles:  # LLM505
                ask(title)
        @broker.task
        async def four(titles):
            for title in titles:
                ask(title)
    """,
    "Airflow": """
        from airflow.decorators import task
        from airflow.operators.python import PythonOperator
        @task(retries=10**6)  # LLM503
        def one(title):
            ask(title)
        @task
        def two(titles):
            for title in titles:
                ask(title)
        def three(title):
            ask(title)
        PythonOperator(task_id="three", python_callable=three, retries=500)  # LLM503
        PythonOperator(task_id="three", python_callable=three, retries=2)
    """,
    "Dagster": """
        from dagster import RetryPolicy, asset, op
        @op(retry_policy=RetryPolicy(max_retries=10**6))  # LLM503
        def one(title):
            ask(title)
        @asset(retry_policy=RetryPolicy())
        def two():
            ask("two")
        @op
        def three(titles):
            for title in titles:
                ask(title)
    """,
}
KAFKA = {
    "an offset that is gone back to": """
        from aiokafka import AIOKafkaConsumer
        async def main():
            consumer = AIOKafkaConsumer("talks", enable_auto_commit=False)
            async for message in consumer:  # LLM502
                try:
                    ask(message.value)
                except Exception:
                    consumer.seek(message.partition, message.offset)  # a message is read again at once
                    continue
                await consumer.commit()
    """,
    "an offset behind the message": """
        from aiokafka import AIOKafkaConsumer
        async def main():
            consumer = AIOKafkaConsumer("talks", enable_auto_commit=False)
            async for message in consumer:
                try:
                    ask(message.value)
                except Exception:
                    consumer.seek(message.partition, message.offset + 1)
                    continue
                await consumer.commit()
    """,
    "a program that ends before the offset is committed": """
        from confluent_kafka import Consumer
        consumer = Consumer({"group.id": "talks", "enable.auto.commit": False})
        consumer.subscribe(["talks"])
        while True:
            message = consumer.poll(1.0)  # LLM502
            ask(message.value())
            consumer.commit(message=message)
    """,
    "a failure after which the next message comes": """
        from confluent_kafka import Consumer
        consumer = Consumer({"group.id": "talks", "enable.auto.commit": False})
        consumer.subscribe(["talks"])
        while True:
            message = consumer.poll(1.0)
            try:
                ask(message.value())
                consumer.commit(message=message)
            except Exception as error:
                print(error)
    """,
    "offsets that are committed by themselves": """
        from kafka import KafkaConsumer
        for message in KafkaConsumer("talks"):
            ask(message.value)
    """,
}


@pytest.mark.parametrize("program", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, f"// -- main.ts\n{SCRIPT}{textwrap.dedent(program)}", "LLM503", "LLM505")


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_programs(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM503", "LLM505", prelude=PYTHON)


@pytest.mark.parametrize("program", KAFKA.values(), ids=KAFKA)
def test_kafka(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM502", prelude=PYTHON)


def test_a_job_and_its_worker_in_files_of_their_own(tmp_path: Path) -> None:
    program = """
    // -- ai.ts
    import OpenAI from "openai";
    const client = new OpenAI();
    export async function tidy(title: string) {
      return client.responses.create({ input: title, max_output_tokens: 500 });
    }
    // -- worker.ts
    import { Worker } from "bullmq";
    import { tidy } from "./ai";
    export const worker = new Worker("talks", async (job) => tidy(job.data.title));
    // -- routes.ts
    import { Queue } from "bullmq";
    const queue = new Queue("talks");
    export const later = (title: string) => queue.add("tidy", { title }, { attempts: 1000 }); // LLM503
    """
    (message,) = messages(tmp_path, program, "LLM503")
    assert message == "BullMQ runs the task up to 1,000 times when it fails, each time with its model calls"
