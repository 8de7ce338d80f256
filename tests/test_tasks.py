"""Tasks of Django-Q2, Celery, Temporal and others: which of them are run again for ever (LLM503)."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support import assert_marked, check, files_of, messages

PRELUDE = """
from openai import OpenAI

client = OpenAI()


def ask(text=""):
    return client.responses.create(input=text, max_output_tokens=500)
"""
CLUSTER = """
from django_q.tasks import async_task

Q_CLUSTER = {settings}  {mark}


def tidy(pk):
    return ask(pk)


def later(pk):
    async_task("main.tidy", pk)
"""
ENDLESS = [
    '{"orm": "default", "timeout": 90, "retry": 120}',
    '{"orm": "default", "max_attempts": 0}',
    '{"orm": "default", "max_attempts": -1}',
    '{"sqs": {"aws_region": "eu-west-1"}}',
    '{"broker_class": "site.Broker"}',
    '{"orm": "default", "max_attempts": 3, "cached": 60}',
    'dict(orm="default")',
]
ENDED = {
    "a maximum": '{"orm": "default", "max_attempts": 3}',
    "Redis, which hands a task out once": '{"redis": {"host": "localhost"}}',
    "no broker named, which is Redis": '{"name": "talks", "timeout": 90}',
    "a broker that is switched off": '{"orm": None}',
    "failures are acknowledged": '{"orm": "default", "ack_failures": True}',
    "a maximum from outside": '{"orm": "default", "max_attempts": int(os.environ["ATTEMPTS"])}',
    "settings from outside": "{**base, 'orm': 'default'}",
}


@pytest.mark.parametrize("settings", ENDLESS)
def test_settings_without_a_maximum(tmp_path: Path, settings: str) -> None:
    assert_marked(tmp_path, CLUSTER.format(settings=settings, mark="# LLM503"), "LLM503", prelude=PRELUDE)


@pytest.mark.parametrize("settings", ENDED.values(), ids=ENDED)
def test_settings_with_a_maximum(tmp_path: Path, settings: str) -> None:
    assert_marked(tmp_path, CLUSTER.format(settings=settings, mark=""), "LLM503", prelude=PRELUDE)


def test_the_value_is_pointed_at(tmp_path: Path) -> None:
    settings = '{"orm": "default", \n    "max_attempts": 0,  # LLM503\n}'
    assert messages(tmp_path, CLUSTER.format(settings=settings, mark=""), "LLM503", prelude=PRELUDE) == [
        "Django-Q2 runs a task again each time it fails, for ever: max_attempts is given a value that means no limit"
    ]


def test_settings_that_are_completed_later(tmp_path: Path) -> None:
    assert_marked(
        tmp_path,
        CLUSTER.format(settings='{"orm": "default"}', mark="") + 'Q_CLUSTER["max_attempts"] = 5\n',
        "LLM503",
        prelude=PRELUDE,
    )


TIMES = {
    "no longer than a task may take": ('"timeout": 90, "retry": 60', True),
    "just as long": ('"timeout": 90, "retry": 90', True),
    "the default, which is a minute": ('"timeout": 90', True),
    "no time limit": ('"retry": 300', True),
    "a time limit that is none": ('"timeout": -1, "retry": 300', True),
    "longer": ('"timeout": 90, "retry": 91', False),
    "the default, after a short task": ('"timeout": 50', False),
    "from outside": ('"timeout": int(os.environ["TIMEOUT"]), "retry": 60', False),
}


@pytest.mark.parametrize(("times", "is_found"), TIMES.values(), ids=TIMES)
def test_the_period_after_which_a_task_is_run_again(tmp_path: Path, times: str, is_found: bool) -> None:
    settings = f'{{"orm": "default", "max_attempts": 3, {times}}}'
    assert_marked(
        tmp_path, CLUSTER.format(settings=settings, mark="# LLM504" if is_found else ""), "LLM504", prelude=PRELUDE
    )
    assert_marked(
        tmp_path, CLUSTER.format(settings=settings.replace("orm", "redis"), mark=""), "LLM504", prelude=PRELUDE
    )


def test_a_task_with_a_longer_limit_of_its_own(tmp_path: Path) -> None:
    settings = '{"orm": "default", "max_attempts": 3, "timeout": 60, "retry": 120}'
    program = (
        CLUSTER.format(settings=settings, mark="")
        + """
    async_task("main.tidy", pk, timeout=600)  # LLM504
    async_task("main.tidy", pk, timeout=90)
"""
    )
    (message,) = messages(tmp_path, program, "LLM504", prelude=PRELUDE)
    assert message.startswith("Django-Q2 runs a task again after 120 s (retry) while it may take 600 s (timeout)")


CLUSTERS = """
from django_q.tasks import async_task

Q_CLUSTER = {
    "orm": "default",
    "timeout": 60,
    "retry": 120,
    "max_attempts": 3,
    "ALT_CLUSTERS": {
        "short": {"timeout": 30},
        "long": {"timeout": 600, "retry": 700, "max_attempts": 5},
        "slow": {
            "timeout": 600,  # LLM504
        },
        "stubborn": {
            "max_attempts": 0,  # LLM503
        },
        "kept": {"cached": True},  # LLM503
    },
}


def tidy(pk):
    return WORK(pk)


def later(pk):
    async_task("main.tidy", pk)
"""


def test_settings_of_single_clusters(tmp_path: Path) -> None:
    program = CLUSTERS.replace("WORK", "ask")
    assert_marked(tmp_path, program, "LLM503", "LLM504", prelude=PRELUDE)


def test_single_clusters_whose_tasks_call_no_model(tmp_path: Path) -> None:
    program = CLUSTERS.replace("WORK", "print").replace("# LLM", "# not LLM ")
    assert_marked(tmp_path, program, "LLM503", "LLM504", prelude=PRELUDE)


SITE = """
# -- site/settings.py
Q_CLUSTER = {"name": "talks", "orm": "default", "timeout": 90}  # LLM503
# -- talks/ai.py
from openai import OpenAI

client = OpenAI()


def parse(text):
    return client.responses.create(input=text, max_output_tokens=500)
# -- talks/tasks.py
from talks.ai import parse


def tidy(pk):
    return parse(str(pk))
# -- talks/mail.py
def send(address):
    print(address)
# -- talks/admin.py
from django_q.tasks import async_task


def later(pk):
    async_task("talks.TASK", pk)
"""


def test_settings_in_a_file_that_imports_nothing(tmp_path: Path) -> None:
    assert_marked(tmp_path, SITE.replace("TASK", "tasks.tidy"), "LLM503")


def test_a_project_whose_tasks_call_no_model(tmp_path: Path) -> None:
    assert_marked(tmp_path, SITE.replace("TASK", "mail.send").replace("  # LLM503", ""), "LLM503")


def test_a_project_without_a_model(tmp_path: Path) -> None:
    program = files_of(
        '# -- settings.py\nQ_CLUSTER = {"orm": "default"}\n# -- tasks.py\nfrom django_q.tasks import async_task\n'
    )
    assert check(tmp_path, program, "LLM503") == []


def test_settings_of_a_library_that_nothing_imports(tmp_path: Path) -> None:
    assert_marked(tmp_path, SITE.partition("# -- talks/admin.py")[0], "LLM503")


def test_every_task_where_that_is_asked_for(tmp_path: Path) -> None:
    program = """
    # -- settings.py
    Q_CLUSTER = {"orm": "default", "timeout": 90, "retry": 60}  # LLM503, LLM504
    # -- tasks.py
    from celery import shared_task
    from django_q.tasks import async_task
    @shared_task(autoretry_for=(OSError,), max_retries=None)  # LLM503
    def mail(address):
        print(address)
    def later(address):
        async_task("tasks.mail", address)
    """
    assert_marked(tmp_path, program, "LLM503", "LLM504", queues_everywhere=True)
    assert check(tmp_path, {}, "LLM503", "LLM504") == []


TASKS = {
    "Celery, no limit on the task": """
        from celery import Celery, shared_task
        app = Celery("talks")
        @app.task(autoretry_for=(Exception,), max_retries=None)  # LLM503
        def one(pk):
            ask(pk)
        @shared_task(bind=True, max_retries=None)  # LLM503
        def two(self, pk):
            try:
                ask(pk)
            except OSError as error:
                raise self.retry(exc=error)
    """,
    "Celery's default of three": """
        from celery import shared_task
        @shared_task(autoretry_for=(Exception,))
        def one(pk):
            ask(pk)
        @shared_task
        def two(pk):
            ask(pk)
        @shared_task(bind=True)
        def three(self, pk):
            try:
                ask(pk)
            except OSError as error:
                raise self.retry(exc=error, max_retries=None)
    """,
    "None in Celery's retry_kwargs is the default of three": """
        from celery import shared_task
        @shared_task(autoretry_for=(Exception,), retry_kwargs={"max_retries": None})
        def one(pk):
            ask(pk)
        @shared_task(autoretry_for=(Exception,), max_retries=None, retry_kwargs={"max_retries": 5})
        def two(pk):
            ask(pk)
        @shared_task(autoretry_for=(Exception,), max_retries=None, retry_kwargs={"max_retries": None})  # LLM503
        def three(pk):
            ask(pk)
    """,
    "Celery, a task that nothing repeats": """
        from celery import shared_task
        @shared_task(max_retries=None)
        def one(pk):
            ask(pk)
        @shared_task(bind=True, max_retries=None)
        def two(self, pk):
            try:
                ask(pk)
            except OSError as error:
                raise self.retry(exc=error, max_retries=2)
    """,
    "Celery, a class with the settings": """
        from celery import Celery, Task
        from talks import Elsewhere
        app = Celery("talks")
        class Stubborn(Task):
            autoretry_for = (Exception,)
            max_retries = None
        class Patient(Stubborn):
            retry_kwargs = {"max_retries": 3}
        @app.task(base=Stubborn)  # LLM503
        def one(pk):
            ask(pk)
        @app.task(base=Stubborn, max_retries=3)
        def two(pk):
            ask(pk)
        @app.task(base=Patient)
        def three(pk):
            ask(pk)
        @app.task(base=Elsewhere, max_retries=None)
        def four(pk):
            ask(pk)
    """,
    "Celery, a worker that dies": """
        from celery import shared_task
        @shared_task(acks_late=True, reject_on_worker_lost=True)  # LLM503
        def one(pk):
            ask(pk)
        @shared_task(acks_late=True)
        def two(pk):
            ask(pk)
    """,
    "Celery, a task without a model": """
        from celery import shared_task
        @shared_task(autoretry_for=(Exception,), max_retries=None)
        def one(pk):
            print(pk)
    """,
    "Celery, arguments from outside": """
        from celery import shared_task
        from talks import options, retries
        @shared_task(autoretry_for=(Exception,), max_retries=retries)
        def one(pk):
            ask(pk)
        @shared_task(**options)
        def two(pk):
            ask(pk)
    """,
    "Celery, more attempts than anybody waits for": """
        from celery import shared_task
        @shared_task(autoretry_for=(Exception,), max_retries=10_000)  # LLM503
        def one(pk):
            ask(pk)
        @shared_task(autoretry_for=(Exception,), max_retries=99)
        def two(pk):
            ask(pk)
    """,
    "Temporal": """
        from datetime import timedelta
        from temporalio import activity, workflow
        from temporalio.common import RetryPolicy
        @activity.defn
        async def tidy(pk):
            return ask(pk)
        @activity.defn
        async def store(pk):
            return print(pk)
        def run(pk):
            return ask(pk)
        MINUTE = timedelta(minutes=1)
        THRICE = RetryPolicy(maximum_attempts=3)
        @workflow.defn
        class Talks:
            @workflow.run
            async def run(self, pk):
                await workflow.execute_activity(tidy, pk, start_to_close_timeout=MINUTE)  # LLM503
                await workflow.execute_activity("tidy", pk, start_to_close_timeout=MINUTE)  # LLM503
                await workflow.execute_activity("run", pk, start_to_close_timeout=MINUTE)
                await workflow.execute_activity(
                    tidy, pk, start_to_close_timeout=MINUTE,
                    retry_policy=RetryPolicy(initial_interval=MINUTE),  # LLM503
                )
                await workflow.execute_activity(
                    tidy, pk, start_to_close_timeout=MINUTE,
                    retry_policy=RetryPolicy(maximum_attempts=0),  # LLM503
                )
                await workflow.execute_activity(tidy, pk, start_to_close_timeout=MINUTE, retry_policy=THRICE)
                await workflow.execute_activity(tidy, pk, schedule_to_close_timeout=MINUTE)
                await workflow.execute_activity(store, pk, start_to_close_timeout=MINUTE)
            async def again(self, pk, policy: RetryPolicy):
                await workflow.start_activity(tidy, pk, start_to_close_timeout=MINUTE, retry_policy=policy)
    """,
    "dramatiq": """
        import dramatiq
        @dramatiq.actor
        def one(pk):
            ask(pk)
        @dramatiq.actor(max_retries=None)  # LLM503
        def two(pk):
            ask(pk)
        @dramatiq.actor(max_retries=None, retry_when=lambda retries, error: retries < 3)
        def three(pk):
            ask(pk)
        @dramatiq.actor(max_retries=3, retry_when=lambda retries, error: True)  # LLM503
        def four(pk):
            ask(pk)
    """,
    "huey": """
        from huey import RedisHuey, RetryTask
        huey = RedisHuey("talks")
        @huey.task(retries=3)
        def one(pk):
            ask(pk)
        @huey.task(retries=-1)  # LLM503
        def two(pk):
            ask(pk)
        @huey.task()  # LLM503
        def three(pk):
            try:
                ask(pk)
            except OSError:
                raise RetryTask()
        @huey.task(context=True)
        def four(pk, task=None):
            try:
                ask(pk)
            except OSError:
                if task.retries < 3:
                    raise RetryTask()
    """,
    "procrastinate": """
        import procrastinate
        app = procrastinate.App(connector=procrastinate.PsycopgConnector())
        @app.task(retry=True)  # LLM503
        def one(pk):
            ask(pk)
        @app.task(retry=procrastinate.RetryStrategy(wait=5))  # LLM503
        def two(pk):
            ask(pk)
        @app.task(retry=procrastinate.RetryStrategy(max_attempts=0))  # LLM503
        def three(pk):
            ask(pk)
        @app.task(retry=5)
        def four(pk):
            ask(pk)
        @app.task
        def five(pk):
            ask(pk)
    """,
}


@pytest.mark.parametrize("program", TASKS.values(), ids=TASKS)
def test_tasks(tmp_path: Path, program: str) -> None:
    assert_marked(tmp_path, program, "LLM503", prelude=PRELUDE)


def test_activities_that_are_read_from_a_proxy_by_name(tmp_path: Path) -> None:
    program = """
    // -- activities.ts
    import OpenAI from "openai";
    const client = new OpenAI();
    export async function tidy(title: string) {
      return client.responses.create({ input: title, max_output_tokens: 500 });
    }
    export async function store(title: string) {
      console.log(title);
    }
    // -- workflows.ts
    import { proxyActivities } from "@temporalio/workflow";
    import type * as activities from "./activities";
    const { tidy } = proxyActivities<typeof activities>({ startToCloseTimeout: "1 minute" }); // LLM503
    const { store } = proxyActivities<typeof activities>({ startToCloseTimeout: "1 minute" });
    export async function talk(title: string) {
      const tidied = await tidy(title);
      await store(tidied);
    }
    """
    (message,) = messages(tmp_path, program, "LLM503")
    assert message.endswith(
        "tidy again each time it fails, for ever: retry.maximumAttempts is not set, and its default is no limit"
    )


APP = """
from celery import Celery
app = Celery("talks")
{settings}
{decorator}
def tidy(pk):
    ask(pk)
"""
LOST = {
    "settings alone": (
        """
        app.conf.task_acks_late = True
        app.conf.task_reject_on_worker_lost = True  # LLM503
        """,
        "@app.task",
    ),
    "in capitals, for a site": (
        """
        CELERY_ACKS_LATE = True
        CELERY_TASK_REJECT_ON_WORKER_LOST = True  # LLM503
        """,
        "@app.task",
    ),
    "a setting and the task": (
        """
        app.conf.update(task_acks_late=True)
        """,
        "@app.task(reject_on_worker_lost=True)  # LLM503",
    ),
    "what the task says is stronger": (
        """
        app.conf.task_acks_late = True
        app.conf.task_reject_on_worker_lost = True
        """,
        "@app.task(acks_late=False)",
    ),
    "retries, which are counted": (
        """
        app.conf.task_acks_late = True
        app.conf.task_reject_on_worker_lost = True
        """,
        "@app.task(retry_on_worker_lost=True)",
    ),
    "one of two": (
        """
        app.conf.task_reject_on_worker_lost = True
        """,
        "@app.task",
    ),
}


@pytest.mark.parametrize(("settings", "decorator"), LOST.values(), ids=LOST)
def test_a_worker_of_celery_that_dies(tmp_path: Path, settings: str, decorator: str) -> None:
    program = APP.format(settings=textwrap.dedent(settings), decorator=decorator)
    assert_marked(tmp_path, program, "LLM503", prelude=PRELUDE)


CELERY = {
    "a period shorter than the time limit": (
        """
        app.conf.task_acks_late = True
        app.conf.task_time_limit = 600
        app.conf.broker_transport_options = {"visibility_timeout": 300}  # LLM504
        """,
        "@app.task",
    ),
    "just as long, set at once": (
        """
        app.conf.update(
            task_acks_late=True,
            task_time_limit=300,
            broker_transport_options={"visibility_timeout": 300},  # LLM504
        )
        """,
        "@app.task",
    ),
    "in capitals, for a site": (
        """
        CELERY_TASK_ACKS_LATE = True
        CELERYD_TASK_TIME_LIMIT = 60 * 30
        CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}  # LLM504
        """,
        "@app.task",
    ),
    "a task's own limit": (
        """
        app.conf.broker_transport_options = {"visibility_timeout": 300}  # LLM504
        """,
        "@app.task(acks_late=True, time_limit=600)",
    ),
    "nothing ends the task": (
        """
        app.conf.broker_transport_options = {"visibility_timeout": 60}  # LLM504
        """,
        "@app.task(acks_late=True)",
    ),
    "nothing ends the task, but there is time for a request": (
        """
        app.conf.broker_transport_options = {"visibility_timeout": 3600}
        """,
        "@app.task(acks_late=True)",
    ),
    "a longer period": (
        """
        app.conf.task_acks_late = True
        app.conf.task_time_limit = 600
        app.conf.broker_transport_options = {"visibility_timeout": 1200}
        """,
        "@app.task",
    ),
    "acknowledged when it begins": (
        """
        app.conf.task_time_limit = 600
        app.conf.broker_transport_options = {"visibility_timeout": 300}
        """,
        "@app.task",
    ),
    "the default period": (
        """
        app.conf.task_acks_late = True
        """,
        "@app.task",
    ),
}


@pytest.mark.parametrize(("settings", "decorator"), CELERY.values(), ids=CELERY)
def test_the_visibility_timeout_of_celery(tmp_path: Path, settings: str, decorator: str) -> None:
    program = APP.format(settings=textwrap.dedent(settings), decorator=decorator)
    assert_marked(tmp_path, program, "LLM504", prelude=PRELUDE)
