"""Edits of what queues declare: in Terraform, in templates, and in programs that make queues."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from command import check, run, write
from fixing import SETTINGS, fixed

PARKED = '\nresource "aws_sqs_queue" "parked" {}\n'
READER = """
resource "aws_lambda_function" "analyst" {
  timeout = 60
}

resource "aws_lambda_event_source_mapping" "analyst" {
  event_source_arn = aws_sqs_queue.work.arn
  function_name    = aws_lambda_function.analyst.arn
}
"""


def mended(folder: Path, before: str, name: str, code: str = "LLM501") -> str:
    return fixed(folder, before, "--select", code, "--unsafe-fixes", name=name)


def queue(body: str) -> str:
    return f'resource "aws_sqs_queue" "work" {{\n{textwrap.indent(textwrap.dedent(body).strip(), "  ")}\n}}\n{PARKED}'


TERRAFORM = {
    "in lines": (
        """
        redrive_policy = jsonencode({
          deadLetterTargetArn = aws_sqs_queue.parked.arn # why
        })
        """,
        "arn # why\n",
        "arn # why\n    maxReceiveCount     = 5\n",
    ),
    "in lines with commas": (
        """
        redrive_policy = jsonencode({
          "deadLetterTargetArn" : aws_sqs_queue.parked.arn,
        })
        """,
        "arn,\n",
        'arn,\n    "maxReceiveCount" : 5,\n',
    ),
    "in one line": (
        "redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.parked.arn })",
        "arn }",
        "arn, maxReceiveCount = 5 }",
    ),
    "heredoc": (
        """
        redrive_policy = <<-EOT
          {
            "deadLetterTargetArn": "${aws_sqs_queue.parked.arn}"
          }
        EOT
        """,
        'arn}"\n',
        'arn}",\n      "maxReceiveCount": 5\n',
    ),
    "text": (
        r"""
        redrive_policy = "{\"deadLetterTargetArn\": \"${aws_sqs_queue.parked.arn}\", \"maxReceiveCount\": \"5000\"}"
        """,
        "5000",
        "5",
    ),
    "too high": (
        """
        redrive_policy = jsonencode({
          deadLetterTargetArn = aws_sqs_queue.parked.arn
          maxReceiveCount     = 5000 # größer
        })
        """,
        "5000",
        "5",
    ),
    "null": (
        """
        redrive_policy = jsonencode({
          deadLetterTargetArn = aws_sqs_queue.parked.arn
          maxReceiveCount     = null
        })
        """,
        "null",
        "5",
    ),
}


@pytest.mark.parametrize(("body", "old", "new"), TERRAFORM.values(), ids=TERRAFORM)
def test_terraform(body: str, old: str, new: str, tmp_path: Path) -> None:
    before = queue(body)
    assert before.count(old) == 1
    assert mended(tmp_path, before, "main.tf") == before.replace(old, new)


def test_bytes_of_terraform_stay(tmp_path: Path) -> None:
    before = queue(TERRAFORM["too high"][0]).replace("\n", "\r\n").encode("utf-8-sig")
    write(tmp_path, {"main.tf": before, "llmlint.toml": SETTINGS})
    run("check", "--fix", "--unsafe-fixes", "--select", "LLM501", cwd=tmp_path)
    assert (tmp_path / "main.tf").read_bytes() == before.replace(b"5000", b"5")


def test_a_policy_in_a_resource_of_its_own(tmp_path: Path) -> None:
    before = f"""\
resource "aws_sqs_queue" "work" {{
  name = "work"
}}
{PARKED}
resource "aws_sqs_queue_redrive_policy" "work" {{
  queue_url      = aws_sqs_queue.work.id
  redrive_policy = jsonencode({{ deadLetterTargetArn = aws_sqs_queue.parked.arn }})
}}
"""
    assert mended(tmp_path, before, "main.tf") == before.replace("parked.arn }", "parked.arn, maxReceiveCount = 5 }")


def test_a_mapping_of_a_stream(tmp_path: Path) -> None:
    before = """\
resource "aws_kinesis_stream" "work" { name = "work" }

resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn = aws_kinesis_stream.work.arn
  function_name    = "work"

  filter_criteria {
    filter { pattern = "x" }
  }
}
"""
    after = before.replace('= "work"\n\n  filter', '= "work"\n\n  maximum_retry_attempts = 5\n\n  filter')
    assert mended(tmp_path, before, "main.tf") == after


@pytest.mark.parametrize(
    ("body", "old", "new"),
    [
        ("visibility_timeout_seconds = 30 # short", " 30", " 360"),
        ('name                    = "work"', '"work"\n', '"work"\n\n  visibility_timeout_seconds = 360\n'),
        ("receive_wait_time_seconds_ = 1", " 1\n", " 1\n  visibility_timeout_seconds = 360\n"),
        ("receive_wait_time_seconds_of = 1", " 1\n", " 1\n  visibility_timeout_seconds   = 360\n"),
        ("tags = {\n  a = 1\n}", "  }\n}", "  }\n  visibility_timeout_seconds = 360\n}"),
    ],
)
def test_visibility_timeouts(body: str, old: str, new: str, tmp_path: Path) -> None:
    before = queue(body) + READER
    assert mended(tmp_path, before, "main.tf", "LLM504") == before.replace(old, new, 1)


@pytest.mark.parametrize(
    "body",
    [
        'name = "work"',
        "redrive_policy = jsonencode(local.policy)",
        "redrive_policy = jsonencode(merge({ deadLetterTargetArn = aws_sqs_queue.parked.arn }, {}))",
        'redrive_policy = "{\\"deadLetterTargetArn\\": \\"${aws_sqs_queue.parked.arn}\\", \\"x\\": {}}"',
    ],
)
def test_terraform_that_is_left_to_people(body: str, tmp_path: Path) -> None:
    locals_ = "\nlocals {\n  policy = { deadLetterTargetArn = aws_sqs_queue.parked.arn }\n}\n"
    write(tmp_path, {"main.tf": queue(body) + locals_, "llmlint.toml": SETTINGS})
    (found,) = check(tmp_path, "main.tf", "--select", "LLM501").json["findings"]
    assert found["fixes"] == []


def template(*lines: str) -> str:
    properties = textwrap.indent("\n".join(lines), "      ")
    return f"""\
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
{properties}
  Parked:
    Type: AWS::SQS::Queue
  Analyst:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 60
      Events:
        Work: {{Type: SQS, Properties: {{Queue: !GetAtt Work.Arn}}}}
"""


ARN = "deadLetterTargetArn: !GetAtt Parked.Arn"
TEMPLATES = {
    "block": (("RedrivePolicy:", f"  {ARN} # why"), "# why\n", "# why\n        maxReceiveCount: 5\n"),
    "flow": ((f"RedrivePolicy: {{{ARN}}}",), "Arn}\n", "Arn, maxReceiveCount: 5}\n"),
    "quoted": (
        ("RedrivePolicy:", "    'maxReceiveCount': '5000'", f"    {ARN}"),
        "5000",
        "5",
    ),
    "over lines": (
        ("RedrivePolicy:", "  deadLetterTargetArn:", "    Fn::GetAtt: [Parked, Arn]", "QueueName: work"),
        "Arn]\n",
        "Arn]\n        maxReceiveCount: 5\n",
    ),
}


@pytest.mark.parametrize(("lines", "old", "new"), TEMPLATES.values(), ids=TEMPLATES)
def test_templates(lines: tuple[str, ...], old: str, new: str, tmp_path: Path) -> None:
    before = template(*lines)
    assert mended(tmp_path, before, "template.yaml") == before.replace(old, new, 1)


def test_visibility_timeouts_in_templates(tmp_path: Path) -> None:
    policy = f"RedrivePolicy: {{{ARN}, maxReceiveCount: 5}}"
    for old, new in ((["VisibilityTimeout: 30 # short"], ["VisibilityTimeout: 360 # short"]), ([], None)):
        after = template(policy, *(new or ["VisibilityTimeout: 360"]))
        assert mended(tmp_path, template(policy, *old), "template.yaml", "LLM504") == after


def test_comments_stay_with_what_they_speak_of(tmp_path: Path) -> None:
    lines = ["RedrivePolicy:", f"  {ARN}", "  maxReceiveCount: 5", "  # of the policy", "# of the queue"]
    after = template(*lines[:-1], "VisibilityTimeout: 360", lines[-1])
    assert mended(tmp_path, template(*lines), "template.yaml", "LLM504") == after


def test_templates_in_json(tmp_path: Path) -> None:
    before = """\
{"Resources": {
    "Work": {"Type": "AWS::SQS::Queue", "Properties": {
        "RedrivePolicy": {
            "deadLetterTargetArn": {"Fn::GetAtt": ["Parked", "Arn"]}
        }
    }},
    "Parked": {"Type": "AWS::SQS::Queue"}
}}
"""
    after = before.replace('"Arn"]}\n', '"Arn"]},\n            "maxReceiveCount": 5\n')
    assert mended(tmp_path, before, "template.json") == after


def test_a_queue_without_properties_is_left_to_people(tmp_path: Path) -> None:
    text = template("QueueName: work").replace("    Properties:\n      QueueName: work\n", "")
    write(tmp_path, {"template.yaml": text, "llmlint.toml": SETTINGS})
    found = check(tmp_path, "template.yaml", "--select", "LLM501,LLM504").json["findings"]
    assert [(finding["code"], finding["fixes"]) for finding in found] == [("LLM501", []), ("LLM504", [])]


def test_a_count_inside_what_is_passed(tmp_path: Path) -> None:
    before = """\
import json
import boto3

ARN = "arn:aws:sqs:us-east-1:123456789012:parked"
boto3.client("sqs").create_queue(
    QueueName="work",
    Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": ARN, "maxReceiveCount": "5000"})},
)
"""
    after = before.replace('"5000"', '"5"')
    assert fixed(tmp_path, before, "--select", "LLM501", "--unsafe-fixes") == after


def test_a_limit_that_an_argument_would_hold(tmp_path: Path) -> None:
    before = """\
import nats
from nats.js.api import ConsumerConfig


async def main():
    client = await nats.connect()
    stream = client.jetstream()
    await stream.subscribe("a", durable="a", config=ConsumerConfig(durable_name="a"))
"""
    after = before.replace('="a"))', '="a", max_deliver=5))')
    assert fixed(tmp_path, before, "--select", "LLM501", "--unsafe-fixes") == after


def test_the_source_of_a_stream(tmp_path: Path) -> None:
    before = """\
from aws_cdk.aws_lambda_event_sources import KinesisEventSource


def feed(function, stream):
    function.add_event_source(KinesisEventSource(stream, batch_size=10))
"""
    after = before.replace("=10)", "=10, retry_attempts=5)")
    assert fixed(tmp_path, before, "--select", "LLM501", "--unsafe-fixes") == after
