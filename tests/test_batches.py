"""Tasks and handlers that loop over a batch, and are repeated as a whole (LLM505)."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support import assert_marked, messages

PRELUDE = """
from celery import shared_task
from django_q.tasks import async_task
from openai import OpenAI
from talks.models import Video

client = OpenAI()


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500).output_text

"""
TASKS = {
    "a list that the task is given": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(titles):
            for number, title in enumerate(titles):  # LLM505
                ask(title)
    """,
    "a part of what it is given": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(payload):
            for title in payload["titles"]:  # LLM505
                ask(title)
    """,
    "rows that it is given": """
        @shared_task(bind=True)
        def tidy(self, ids):
            try:
                for video in Video.objects.filter(pk__in=ids).order_by("pk"):  # LLM505
                    ask(video.title)
            except OSError as error:
                self.retry(exc=error)
    """,
    "all rows": """
        @shared_task(autoretry_for=(OSError,))
        def tidy():
            for video in Video.objects.all():  # LLM505
                ask(video.title)
    """,
    "rows that are not done yet": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(ids):
            for video in Video.objects.filter(pk__in=ids, is_tidy=False):
                ask(video.title)
            for video in Video.objects.exclude(is_tidy=True):
                ask(video.title)
    """,
    "items that are done are passed by": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(videos):
            for video in videos:
                if video.is_tidy:
                    continue
                ask(video.title)
            for video in videos:
                if not video.is_tidy:
                    ask(video.title)
    """,
    "a failure is that of one item": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(titles):
            for title in titles:
                try:
                    ask(title)
                except Exception:
                    print("failed")
    """,
    "a task that nothing repeats": """
        @shared_task
        def tidy(titles):
            for title in titles:
                ask(title)
    """,
    "one task for each item": """
        @shared_task(autoretry_for=(OSError,))
        def tidy(title):
            ask(title)
        @shared_task(autoretry_for=(OSError,))
        def tidy_all(titles):
            for title in titles:
                tidy.delay(title)
    """,
    "the rounds of one conversation": """
        @shared_task(autoretry_for=(OSError,))
        def talk(text):
            for attempt in range(3):
                text = ask(text)
    """,
    "the pieces of one text": """
        @shared_task(autoretry_for=(OSError,))
        def summarise(text: str):
            for piece in text.split("\\n\\n"):
                ask(piece)
    """,
    "a function that is no task": """
        def tidy(titles):
            for title in titles:
                ask(title)
    """,
    "Lambda": """
        def handler(event, context):
            for record in event["Records"]:  # LLM505
                ask(record["body"])
    """,
    "Lambda, with some of the batch given back": """
        def handler(event, context):
            failed = []
            for record in event["Records"]:
                try:
                    ask(record["body"])
                except Exception:
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}
    """,
}


@pytest.mark.parametrize("program", TASKS.values(), ids=TASKS)
def test_tasks(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, PRELUDE + textwrap.dedent(program), "LLM505")


SITE = """
# -- settings.py
Q_CLUSTER = {"orm": "default", SETTINGS}
# -- talks/ai.py
from openai import OpenAI
client = OpenAI()
def parse(text):
    return client.responses.create(input=text, max_output_tokens=500).output_text
# -- talks/tasks.py
from talks.ai import parse
from talks.models import Video
def tidy(ids):
    for video in Video.objects.filter(pk__in=ids):  MARK
        try:
            video.title = parse(video.title)
        except Exception:
            continue
        video.save()
# -- talks/admin.py
from django_q.tasks import async_task
def later(request, queryset):
    async_task("talks.tasks.tidy", list(queryset.values_list("pk", flat=True)))
"""


def test_a_task_that_is_named_by_a_text(tmp_path: Path) -> None:
    program = SITE.replace("SETTINGS", '"max_attempts": 3, "timeout": 90, "retry": 300')
    (message,) = messages(tmp_path, program.replace("MARK", "# LLM505"), "LLM505")
    assert message.startswith("tidy calls responses.create for each of the rows of Video: when one fails or the time")


def test_a_task_that_is_handed_out_once(tmp_path: Path) -> None:
    program = SITE.replace('"orm": "default", SETTINGS', '"redis": {"host": "localhost"}').replace("MARK", "")
    assert_marked(tmp_path, program, "LLM505")


def test_a_batch_in_typescript(tmp_path: Path) -> None:
    program = """
    // -- activities.ts
    import OpenAI from "openai";
    const client = new OpenAI();
    export async function tidy(titles: string[]) {
      for (const title of titles) { // LLM505
        await client.responses.create({ input: title, max_output_tokens: 500 });
      }
    }
    // -- workflows.ts
    import { proxyActivities } from "@temporalio/workflow";
    const { tidy } = proxyActivities({ startToCloseTimeout: "1 minute", retry: { maximumAttempts: 3 } });
    export const talks = async (titles: string[]) => tidy(titles);
    """
    assert_marked(tmp_path, program, "LLM505")


def test_where_a_batch_is_queued(tmp_path: Path) -> None:
    program = PRELUDE + textwrap.dedent(TASKS["a list that the task is given"]) + "tidy.delay(['one', 'two'])\n"
    (finding,) = assert_marked(tmp_path, program, "LLM505")
    places = [(related.message, related.location.line) for related in finding.related]
    assert places[0] == ("all of it is queued as one", len(program.strip().splitlines()))
