"""Which queue a consumer reads: by environment variables, names and mappings, and what that says of both."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from command import CALL, check, write
from support import assert_marked, files_of

WORKER = """
        # -- {folder}worker.py
        import os
        import boto3
        from openai import OpenAI

        client = OpenAI({client})
        sqs = boto3.client("sqs")

        while True:
            received = sqs.receive_message(QueueUrl=os.environ["WORK_QUEUE"]{receive}){mark}
            for message in received["Messages"]:
                client.responses.create(input=message["Body"], max_output_tokens=90)
                sqs.delete_message(QueueUrl=os.environ["WORK_QUEUE"], ReceiptHandle=message["ReceiptHandle"])
"""
QUEUE = """
        # -- {folder}infra/main.tf
        resource "aws_sqs_queue" "work" {{{unlimited}
          visibility_timeout_seconds = {seconds}{mark}
          {policy}
        }}
        resource "aws_sqs_queue" "parked" {{}}
        resource "aws_ecs_task_definition" "worker" {{
          container_definitions = jsonencode([{{
            environment = [{{ name = "{variable}", value = aws_sqs_queue.work.url }}]
          }}])
        }}
"""
POLICY = "redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.parked.arn, maxReceiveCount = 3 })"


def worker(mark: str = "", *, folder: str = "", client: str = "", receive: str = "") -> str:
    return WORKER.format(folder=folder, client=client, receive=receive, mark=mark)


def queue(seconds: int, mark: str = "", *, folder: str = "", policy: str = POLICY, variable: str = "WORK_QUEUE") -> str:
    unlimited = "" if policy else " # LLM501"
    return QUEUE.format(
        folder=folder, seconds=seconds, mark=mark, policy=policy, variable=variable, unlimited=unlimited
    )


LAMBDA = """
        # -- app.py
        from openai import OpenAI

        client = OpenAI(timeout=20)

        def handle(event, context):{mark}
            for record in event["Records"]:
                client.responses.create(input=record["body"], max_output_tokens=90)
        # -- template.yaml
        Resources:
          Work:{unlimited}
            Type: AWS::SQS::Queue
            Properties: {{VisibilityTimeout: 180{policy}}}
          Parked: {{Type: AWS::SQS::Queue, Properties: {{QueueName: parked}}}}
          Analyst:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handle
              Timeout: 30
              Events: {{Work: {{Type: SQS, Properties: {{Queue: !GetAtt Work.Arn}}}}}}
"""
REDRIVE = ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Parked.Arn, maxReceiveCount: 3}"

CASES = {
    "a queue that limits, and waits long enough": queue(900) + worker(),
    "one that comes back before the client gives up": queue(30, " # LLM504") + worker(),
    "one that comes back after it": queue(30) + worker(client="timeout=20"),
    "a consumer that asks for more time": queue(30) + worker(receive=", VisibilityTimeout=900"),
    "a queue that does not limit": queue(900, policy="") + worker("  # LLM502"),
    "a queue of another name, which limits": queue(30, variable="OTHER_QUEUE") + worker(),
    "no queue": worker("  # LLM502"),
    "the nearest of several of one name": queue(30, " # LLM504", folder="a/")
    + worker(folder="a/")
    + queue(900, folder="b/")
    + worker(folder="b/"),
    "a function that its queue limits": LAMBDA.format(mark="", unlimited="", policy=REDRIVE),
    "a function that its queue does not limit": LAMBDA.format(mark="  # LLM502", unlimited=" # LLM501", policy=""),
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_readers(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM501", "LLM502", "LLM504", "LLM506")


SERVICES = """
        # -- ai/app.py
        from openai import OpenAI

        client = OpenAI(timeout=20)

        def ask(event, context):
            for record in event["Records"]:
                client.responses.create(input=record["body"], max_output_tokens=90)
        # -- mail/app.py
        def send(event, context):
            for record in event["Records"]:
                print(record["body"])
"""
TEMPLATE = """
        # -- template.yaml
        Resources:
          Work:{mark}
            Type: AWS::SQS::Queue
          Sender:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: {folder}
              Handler: {handler}
              Timeout: 20
              Events: {{Work: {{Type: SQS, Properties: {{Queue: !GetAtt Work.Arn}}}}}}
"""
MODULE = """
        # -- main.tf
        resource "aws_sqs_queue" "work" {{}}{mark}
        resource "aws_lambda_function" "sender" {{
          handler = "{handler}"
        }}
        resource "aws_lambda_event_source_mapping" "work" {{
          event_source_arn = aws_sqs_queue.work.arn
          function_name    = aws_lambda_function.sender.arn
        }}
"""
LOOP = """
        # -- mail/loop.py
        import os
        import boto3

        sqs = boto3.client("sqs")

        def main():
            while True:
                for message in sqs.receive_message(QueueUrl=os.environ["WORK_QUEUE"])["Messages"]:
                    print(message["Body"])
"""
STACK = """
        # -- stack.py
        from aws_cdk import aws_lambda, aws_lambda_event_sources, aws_sqs

        def build(stack):
            queue = aws_sqs.Queue(stack, "work"){mark}
            function = aws_lambda.Function(stack, "sender", handler="app.{handler}")
            function.add_event_source(aws_lambda_event_sources.SqsEventSource(queue))
"""
FOUND = " # LLM501"
READ = {
    "a function that calls no model": TEMPLATE.format(mark="", folder="mail/", handler="app.send"),
    "one that does": TEMPLATE.format(mark=FOUND, folder="ai/", handler="app.ask"),
    "functions of one name, in folders": SERVICES.replace("def send", "def ask")
    + TEMPLATE.format(mark="", folder="mail", handler="app.ask"),
    "functions of one name, who knows which": SERVICES.replace("def send", "def ask")
    + MODULE.format(mark=FOUND, handler="app.ask"),
    "code in a folder that is built": TEMPLATE.format(mark=FOUND, folder="dist/", handler="app.send"),
    "a function that is only spoken of": MODULE.format(mark=FOUND, handler="app.deliver")
    + "        # -- web/app.py\n        send = deliver = None\n",
    "a function of Terraform": MODULE.format(mark="", handler="app.send"),
    "one of Terraform that calls a model": MODULE.format(mark=FOUND, handler="app.ask"),
    "a function whose code is elsewhere": MODULE.format(mark=FOUND, handler="other.send"),
    "code that has no such function": MODULE.format(mark=FOUND, handler="app.deliver"),
    "a function of CDK": STACK.format(mark="", handler="send"),
    "one of CDK that calls a model": STACK.format(mark=FOUND, handler="ask"),
    "a loop that calls no model": queue(30, policy="").replace(FOUND, "") + LOOP,
    "a loop that hands on what it takes": queue(30, policy="")
    + LOOP.replace("main()", "main(work)").replace("print", "work"),
    "a function that gives back what it takes": queue(30, policy="")
    + LOOP.replace('print(message["Body"])', "return message"),
    "two loops, one of which does": queue(30, policy="") + LOOP + worker("  # LLM502"),
    "a loop over another queue": queue(30, policy="", variable="OTHER_QUEUE") + LOOP,
}


@pytest.mark.parametrize("program", READ.values(), ids=READ)
def test_queues_that_feed_no_model(program: str, tmp_path: Path) -> None:
    services = "" if "mail/app.py" in program else SERVICES
    assert_marked(tmp_path, services + program.replace("# LLM502", ""), "LLM501")


def test_a_queue_that_feeds_no_model_is_judged_where_that_is_asked_for(tmp_path: Path) -> None:
    program = SERVICES + TEMPLATE.format(mark=FOUND, folder="mail/", handler="app.send")
    assert_marked(tmp_path, program, "LLM501", queues_everywhere=True)


@pytest.mark.parametrize(("policy", "codes"), [(POLICY, []), ("", ["LLM502"])], ids=["limited", "unlimited"])
def test_a_file_is_judged_by_the_queues_around_it(policy: str, codes: list[str], tmp_path: Path) -> None:
    program = worker(folder="app/", client="timeout=10") + queue(300, policy=policy)
    write(tmp_path, {"pyproject.toml": "", **files_of(textwrap.dedent(program))})
    assert check(tmp_path, "app/worker.py", "--select", "LLM502").codes == codes


def test_infrastructure_around_a_file_is_read_only_where_a_queue_matters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(textwrap.dedent(worker(folder="app/") + queue(30)))
    write(tmp_path, {"pyproject.toml": "", **files, "data/a.json": "{}", "call/call.py": CALL})
    read: set[str] = set()
    real = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.add(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", noted)
    check(tmp_path, "call")
    assert read.isdisjoint({"a.json", "main.tf"})
    check(tmp_path, "app")
    assert read >= {"a.json", "main.tf"}
