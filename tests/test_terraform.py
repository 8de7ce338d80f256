"""Queues in Terraform: what is read, what is followed, and what is said nothing of."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import check as run_check
from command import write
from support import assert_marked

QUEUES = ("LLM501", "LLM504", "LLM506")
CODE = 'import openai\n\nopenai.OpenAI(timeout=9).responses.create(input="hi", max_output_tokens=9)\n'

CASES = {
    "a queue without anything": """
        # -- main.tf
        resource "aws_sqs_queue" "work" {} # LLM501
    """,
    "a policy of its own, in another file": """
        # -- main.tf
        resource "aws_sqs_queue" "work" {}
        resource "aws_sqs_queue" "other" {} # LLM501
        # -- policy.tf
        resource "aws_sqs_queue_redrive_policy" "work" {
          queue_url      = aws_sqs_queue.work.id
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.gone.arn, maxReceiveCount = 3 }) # LLM506
        }
    """,
    "names that are keys": """
        # -- main.tf
        locals {
          talks = { one = 3, two = 5 }
        }
        resource "aws_sqs_queue" "work" {
          for_each       = local.talks
          name           = "work-${each.key}"
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.rest[each.key].arn
            maxReceiveCount     = each.value
          })
        }
        resource "aws_sqs_queue" "rest" {
          for_each = toset(["one", "two"])
          name     = each.key
        }
        resource "aws_sqs_queue" "moved" {
          name           = "moved"
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:1:old" # LLM506
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "kept" {
          name           = "kept"
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:1:two"
            maxReceiveCount     = 3
          })
        }
    """,
    "tests, and an environment of that name": """
        # -- tests/fixtures/main.tf
        resource "aws_sqs_queue" "work" {}
        # -- environments/test/main.tf
        resource "aws_sqs_queue" "work" {} # LLM501
    """,
    "what there is none of": """
        # -- main.tf
        variable "stages" {}
        resource "aws_sqs_queue" "none" {
          count = 0
        }
        resource "aws_sqs_queue" "some" { # LLM501
          count = var.stages ? 1 : 0
        }
        module "off" {
          source = "terraform-aws-modules/sqs/aws"
          create = false
        }
        module "on" { # LLM501
          source = "terraform-aws-modules/sqs/aws"
        }
        resource "aws_sqs_queue_redrive_policy" "some" {
          count          = 0
          queue_url      = aws_sqs_queue.some[0].id
          redrive_policy = jsonencode({ deadLetterTargetArn = "x", maxReceiveCount = 3 })
        }
    """,
    "a policy whose queue can't be known": """
        # -- main.tf
        variable "url" {}
        resource "aws_sqs_queue" "work" {}
        resource "aws_sqs_queue_redrive_policy" "any" {
          queue_url      = var.url
          redrive_policy = jsonencode({ deadLetterTargetArn = "x", maxReceiveCount = 3 })
        }
    """,
    "the target of another queue, one with a mark, and one by its name": """
        # -- main.tf
        resource "aws_sqs_queue" "work" {
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.rest[0].arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "rest" {
          count = 1
        }
        resource "aws_sqs_queue" "allowed" {
          redrive_allow_policy = jsonencode({ redrivePermission = "allowAll" })
        }
        resource aws_sqs_queue separate {}
        resource "aws_sqs_queue_redrive_allow_policy" "separate" {
          queue_url            = aws_sqs_queue.separate.id
          redrive_allow_policy = jsonencode({ redrivePermission = "byQueue" })
        }
        resource "aws_sqs_queue" "bin" {
          name = "work-dlq"
        }
        resource "aws_sqs_queue" "deadline" {} # LLM501
    """,
    "the dead letters of functions, topics and rules": """
        # -- main.tf
        resource "aws_sqs_queue" "asynchronous" {}
        resource "aws_sqs_queue" "topic" {}
        resource "aws_sqs_queue" "rule" {}
        resource "aws_lambda_function" "f" {
          dead_letter_config {
            target_arn = aws_sqs_queue.asynchronous.arn
          }
        }
        resource "aws_sns_topic_subscription" "s" {
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.topic.arn })
        }
        resource "aws_cloudwatch_event_target" "t" {
          dead_letter_config {
            arn = aws_sqs_queue.rule.arn
          }
        }
    """,
    "the number out of a variable, a local, arithmetic or a text": """
        # -- main.tf
        variable "most" {
          default = 500
        }
        locals {
          queues = { receives = var.most }
        }
        resource "aws_sqs_queue" "a" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.dlq.arn
            maxReceiveCount     = local.queues.receives # LLM501
          })
        }
        resource "aws_sqs_queue" "b" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.dlq.arn
            "maxReceiveCount" : 100 * 2 # LLM501
          })
        }
        resource "aws_sqs_queue" "c" {
          redrive_policy = <<-JSON
            {"deadLetterTargetArn": "${aws_sqs_queue.dlq.arn}", "maxReceiveCount": ${var.most + 1}}
          JSON
        }
        resource "aws_sqs_queue" "d" { # LLM501
          redrive_policy = "{\\"deadLetterTargetArn\\": \\"${aws_sqs_queue.gone.arn}\\"}" # LLM506
        }
        resource "aws_sqs_queue" "dlq" {}
    """,
    "what only a run knows": """
        # -- main.tf
        variable "policy" {}
        variable "other" {
          default = null
        }
        resource "aws_sqs_queue" "a" {
          redrive_policy = var.policy
        }
        resource "aws_sqs_queue" "b" {
          redrive_policy = var.other
        }
        resource "aws_sqs_queue" "c" {
          redrive_policy = var.policy ? null : "x"
        }
        resource "aws_sqs_queue" "d" {
          redrive_policy = templatefile("policy.json", {})
        }
        resource "aws_sqs_queue" "e" {
          redrive_policy = jsonencode(merge({ maxReceiveCount = 3 }, var.policy))
        }
        resource "aws_sqs_queue" "f" {
          redrive_policy = jsonencode({ deadLetterTargetArn = data.aws_sqs_queue.x.arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "g" {
          redrive_policy = jsonencode({ deadLetterTargetArn = module.x.dlq_arn, maxReceiveCount = 3 })
        }
        resource "google_pubsub_subscription" "h" {
          dynamic "dead_letter_policy" {
            for_each = var.policy
            content {
              dead_letter_topic = dead_letter_policy.value
            }
          }
        }
    """,
    "a policy that is null, or a block that is switched off": """
        # -- main.tf
        resource "aws_sqs_queue" "a" { # LLM501
          redrive_policy = null
        }
        resource "aws_sqs_queue" "b" { # LLM501
          redrive_policy = ""
        }
    """,
    "for each of a map": """
        # -- main.tf
        locals {
          queues = {
            work = { most = 3, seconds = 60 }
            mail = { most = 3000, seconds = 60 }
          }
        }
        resource "aws_sqs_queue" "each" {
          for_each                   = local.queues
          visibility_timeout_seconds = each.value.seconds
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.dlq[each.key].arn
            maxReceiveCount     = each.value.most # LLM501
          })
        }
        resource "aws_sqs_queue" "dlq" {
          for_each = local.queues
        }
    """,
    "a module of the same repository": """
        # -- infra/main.tf
        module "limited" {
          source = "../modules/queue"
          most   = 3
        }
        # -- modules/queue/main.tf
        variable "most" {
          default = 9000
        }
        resource "aws_sqs_queue" "this" {
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn, maxReceiveCount = var.most })
        }
        resource "aws_sqs_queue" "dlq" {}
        output "arn" {
          value = aws_sqs_queue.this.arn
        }
        # -- other/main.tf
        module "unlimited" {
          source = "./queue"
        }
        # -- other/queue/main.tf
        variable "policy" {
          default = null
        }
        resource "aws_sqs_queue" "this" { # LLM501
          redrive_policy = var.policy
        }
    """,
    "a module that is there for others, with its examples": """
        # -- main.tf
        resource "aws_sqs_queue" "this" {
          count          = var.create ? 1 : 0
          name           = var.name
          redrive_policy = var.redrive_policy
        }
        resource "aws_sqs_queue" "new" {
          count                      = var.create ? 1 : 0
          visibility_timeout_seconds = var.visibility_timeout_seconds
        }
        resource "aws_sqs_queue_redrive_policy" "new" {
          count          = var.create && !var.create_dlq && length(var.redrive) > 0 ? 1 : 0
          queue_url      = aws_sqs_queue.new[0].url
          redrive_policy = jsonencode(var.redrive)
        }
        resource "aws_sqs_queue_redrive_policy" "both" {
          count          = var.create && var.create_dlq ? 1 : 0
          queue_url      = aws_sqs_queue.new[0].url
          redrive_policy = jsonencode(merge(
            { deadLetterTargetArn = aws_sqs_queue.dlq[0].arn, maxReceiveCount = 5 },
            var.redrive,
          ))
        }
        resource "aws_sqs_queue" "dlq" {
          count = var.create && var.create_dlq ? 1 : 0
        }
        # -- variables.tf
        variable "redrive_policy" {
          default = ""
        }
        variable "redrive" {
          default = {}
        }
        variable "create" {
          default = true
        }
        # -- examples/complete/main.tf
        module "bare" {
          source = "../../"
          name   = "bare"
        }
        # -- wrappers/main.tf
        module "wrapper" {
          source         = "../"
          for_each       = var.items
          redrive_policy = try(each.value.redrive_policy, var.defaults.redrive_policy, "")
        }
    """,
    "the module of the registry": """
        # -- main.tf
        module "bare" { # LLM501
          source = "terraform-aws-modules/sqs/aws"
          name   = "work"
        }
        module "dlq" {
          source     = "registry.terraform.io/terraform-aws-modules/sqs/aws"
          create_dlq = true
        }
        module "several" {
          source = "terraform-aws-modules/sqs/aws//wrappers"
          items  = var.queues
        }
        module "own" {
          source         = "terraform-aws-modules/sqs/aws"
          redrive_policy = { deadLetterTargetArn = module.dlq.queue_arn, maxReceiveCount = 10 }
        }
    """,
    "an address that is written out": """
        # -- main.tf
        resource "aws_sqs_queue" "a" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:elsewhere" # LLM506
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "b" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:${var.region}:${var.account}:elsewhere" # LLM506
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "c" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:${var.region}:${var.account}:c-parked"
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "d" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:${var.env}-x"
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "parked" {
          name = "c-parked"
        }
    """,
    "a name that is put together": """
        # -- main.tf
        resource "aws_sqs_queue" "a" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:prod-parked"
            maxReceiveCount     = 3
          })
        }
        resource "aws_sqs_queue" "parked" {
          name = "${var.env}-parked"
        }
    """,
    "a function that takes longer than its queue waits": """
        # -- main.tf
        resource "aws_sqs_queue" "a" { # LLM504
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "b" {
          visibility_timeout_seconds = var.seconds
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "dlq" {}
        resource "aws_lambda_function" "slow" {
          timeout = 30
        }
        resource "aws_lambda_event_source_mapping" "a" {
          event_source_arn = aws_sqs_queue.a.arn
          function_name    = aws_lambda_function.slow.function_name
        }
        resource "aws_lambda_event_source_mapping" "b" {
          event_source_arn = aws_sqs_queue.b.arn
          function_name    = aws_lambda_function.slow.arn
        }
    """,
    "the mapping of a stream": """
        # -- main.tf
        resource "aws_lambda_event_source_mapping" "a" { # LLM501
          event_source_arn = aws_dynamodb_table.t.stream_arn
          function_name    = aws_lambda_function.f.arn
        }
        resource "aws_lambda_event_source_mapping" "b" {
          event_source_arn       = aws_kinesis_stream.s.arn
          function_name          = aws_lambda_function.f.arn
          maximum_retry_attempts = 3
        }
        resource "aws_lambda_event_source_mapping" "c" {
          event_source_arn       = aws_kinesis_stream.s.arn
          function_name          = aws_lambda_function.f.arn
          maximum_retry_attempts = -1 # LLM501
        }
        resource "aws_lambda_event_source_mapping" "d" {
          event_source_arn              = aws_kinesis_stream.s.arn
          function_name                 = aws_lambda_function.f.arn
          maximum_record_age_in_seconds = 3600
        }
    """,
    "Google": """
        # -- main.tf
        resource "google_pubsub_subscription" "a" { # LLM501
          topic = google_pubsub_topic.t.id
        }
        resource "google_pubsub_subscription" "b" {
          topic = google_pubsub_topic.t.id
          dead_letter_policy {
            dead_letter_topic = google_pubsub_topic.rest.id
          }
        }
        resource "google_pubsub_subscription" "c" {
          topic = google_pubsub_topic.rest.id
        }
        resource "google_pubsub_subscription" "d" {
          topic = google_pubsub_topic.t.id
          bigquery_config {
            table = "t"
          }
        }
        resource "google_pubsub_subscription" "e" {
          topic = google_pubsub_topic.t.id
          dead_letter_policy {
            dead_letter_topic = google_pubsub_topic.gone.id # LLM506
          }
        }
        resource "google_pubsub_topic" "t" {}
        resource "google_pubsub_topic" "rest" {}
        resource "google_cloud_tasks_queue" "f" {
          name = "f"
        }
        resource "google_cloud_tasks_queue" "g" {
          retry_config {
            max_attempts = -1 # LLM501
          }
        }
        resource "google_cloud_tasks_queue" "h" {
          retry_config {
            max_attempts       = -1
            max_retry_duration = "600s"
          }
        }
    """,
    "Azure": """
        # -- main.tf
        resource "azurerm_servicebus_queue" "a" {}
        resource "azurerm_servicebus_queue" "b" {
          max_delivery_count = 2000 # LLM501
        }
    """,
    "JSON": """
        # -- main.tf.json
        {"resource": {"aws_sqs_queue": {
            "work": {"redrive_policy": "{\\"maxReceiveCount\\":3,\\"deadLetterTargetArn\\":\\"${var.dlq}\\"}"},
            "own": {"redrive_policy": "${jsonencode({deadLetterTargetArn = local.dlq, maxReceiveCount = 3})}"},
            "dlq": {}
        }}}
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_queues(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, *QUEUES, queues_everywhere=True)


def test_json_is_judged_where_it_is_bare(tmp_path: Path) -> None:
    bare = '{\n  "resource": {\n    "aws_sqs_queue": {\n      "work": {"name": "work"}\n    }\n  }\n}'
    write(tmp_path, {"main.tf.json": bare, "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM501").findings == [("main.tf.json", 4, "LLM501")]


def test_a_queue_is_only_judged_beside_a_model_call(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'resource "aws_sqs_queue" "work" {}\n', "app.py": "print(1)\n"})
    assert run_check(tmp_path).codes == []
    write(tmp_path, {"app.py": CODE})
    assert run_check(tmp_path).findings == [("main.tf", 1, "LLM501")]
    write(tmp_path, {"app.py": "print(1)\n", "llmlint.toml": "queues-everywhere = true\n"})
    assert run_check(tmp_path).findings == [("main.tf", 1, "LLM501")]


def test_a_file_asked_for_alone_is_judged_with_its_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": "",
            "app.py": CODE,
            "settings.py": 'Q_CLUSTER = {"orm": "default", "max_attempts": 3, "retry": 99, "timeout": 9}\n',
            "infra/main.tf": 'resource "aws_sqs_queue" "a" {}\nresource "aws_sqs_queue" "b" {}\n',
            "infra/policy.tf": 'resource "aws_sqs_queue_redrive_policy" "a" {\n  queue_url = aws_sqs_queue.a.id\n'
            "  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.b.arn, maxReceiveCount = 3 })\n}\n",
        },
    )
    assert run_check(tmp_path, "infra/main.tf").codes == []
    (tmp_path / "infra" / "policy.tf").unlink()
    assert run_check(tmp_path, "infra/main.tf").codes == ["LLM501", "LLM501"]


# -- bad input ------------------------------------------------------------------------------------------------

GOOD = 'resource "aws_sqs_queue" "good" {} # LLM501\n'
BROKEN = {
    "a brace is missing": ('resource "aws_sqs_queue" "a" {\n  name = "a"\n', []),
    "a value is missing": ('resource "aws_sqs_queue" "a" {\n  redrive_policy =\n}\n' + GOOD, [4]),
    "a placeholder": ('resource "aws_sqs_queue" "a" {\n  redrive_policy = {{ policy }}\n}\n' + GOOD, [4]),
    "a string without an end": ('resource "aws_sqs_queue" "a" {\n  name = "a\n}\n', []),
    "merge conflict": ('<<<<<<< a\nresource "aws_sqs_queue" "a" {}\n=======\n>>>>>>> b\n', []),
    "NUL": ('resource "aws_sqs_queue" "a" {\n  name = "\0"\n}\n', []),
    "not UTF-8": (b'resource "aws_sqs_queue" "a" {\n  name = "\xff"\n}\n', []),
    "nested lists": ('resource "aws_sqs_queue" "a" {\n  x = ' + "[" * 40_000 + "]" * 40_000 + "\n}\n", None),
    "JSON": ('{"resource": {"aws_sqs_queue": }', []),
}


@pytest.mark.parametrize(("text", "lines"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_lacks_nothing(text: str | bytes, lines: list[int] | None, tmp_path: Path) -> None:
    name = "main.tf.json" if text[:1] == "{" else "main.tf"
    write(tmp_path, {name: text, "app.py": CODE})
    found = run_check(tmp_path, "--select", "LLM000,LLM501,LLM506").findings
    if lines is not None:
        assert [line for _, line, code in found if code == "LLM501"] == lines
        assert "LLM000" in [code for _, _, code in found]


def test_what_stands_in_a_broken_part_is_still_declared(tmp_path: Path) -> None:
    program = """
        resource "aws_sqs_queue" "work" {
          redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.parked.arn, maxReceiveCount = 3 })
        }
        resource "aws_sqs_queue" "other" {}
        <<<<<<< ours
        resource "aws_sqs_queue" "parked" {
        resource "aws_sqs_queue_redrive_policy" "other" {
    """
    write(tmp_path, {"main.tf": program, "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM000,LLM501,LLM506").codes == ["LLM000"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_columns_count_characters(newline: str, tmp_path: Path) -> None:
    lines = [
        "\ufeff# \u00e9\U0001f600",
        'resource "aws_sqs_queue" "a" {',
        '  tags = { a = "\u00e9" } # \U0001f600',
        '  redrive_policy = jsonencode({ x = "\u00e9\U0001f600", deadLetterTargetArn = aws_sqs_queue.gone.arn })',
        "}",
    ]
    write(tmp_path, {"main.tf": newline.join(lines), "app.py": CODE})
    [found] = run_check(tmp_path, "--select", "LLM506").json["findings"]
    assert (found["line"], found["column"], found["end_column"]) == (4, 65, 87)
    assert lines[3][64:86] == "aws_sqs_queue.gone.arn"


def test_references_that_lead_in_a_circle(tmp_path: Path) -> None:
    steps = "".join(f"  v{n} = var.x ? local.v{n + 1} : local.v{n + 1}.y\n" for n in range(60))
    program = f"locals {{\n{steps}  v60 = local.v0\n  a = local.a.b\n}}\n" + "".join(
        f'resource "aws_sqs_queue" "{name}" {{\n  redrive_policy = local.{name}\n}}\n' for name in ("a", "v0")
    )
    write(tmp_path, {"main.tf": program, "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM000,LLM501").codes == []


# -- suppression ----------------------------------------------------------------------------------------------

SUPPRESSED = {
    "the end of the heading": 'resource "aws_sqs_queue" "a" { # llmlint: ignore[LLM501]\n}\n',
    "two slashes": 'resource "aws_sqs_queue" "a" {} // llmlint: ignore[LLM501]\n',
    "a block comment above": '/* llmlint: ignore[LLM501] */\nresource "aws_sqs_queue" "a" {\n}\n',
    "above another comment": '# llmlint: ignore[LLM501]\n# why\nresource "aws_sqs_queue" "a" {\n}\n',
    "the file": '# llmlint: ignore-file[LLM501]\n\nresource "aws_sqs_queue" "a" {\n}\n',
    "the end of an attribute": """
        resource "aws_sqs_queue" "a" {
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.gone.arn
            maxReceiveCount     = 3
          }) # llmlint: ignore[LLM506]
        }
    """,
}


@pytest.mark.parametrize("program", SUPPRESSED.values(), ids=SUPPRESSED)
def test_suppression(program: str, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": program, "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM001,LLM501,LLM506").codes == []


def test_a_comment_that_suppresses_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": '# llmlint: ignore[LLM501]\n\nresource "aws_sqs_queue" "dlq" {}\n', "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM001,LLM501").codes == ["LLM001"]
    (tmp_path / "app.py").unlink()
    assert run_check(tmp_path, "--select", "LLM001,LLM501").codes == []
