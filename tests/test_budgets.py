"""Budgets and billing alarms (LLM605): what the message says of their thresholds, and what is more than an alert."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import messages

PROGRAM = """
# -- ask.py
from openai import OpenAI
OpenAI(timeout=9).responses.create(input="hi", max_output_tokens=90)
# -- main.tf
{resource}
"""
THRESHOLDS = {
    "an amount of an alarm": (
        """resource "aws_cloudwatch_metric_alarm" "bill" {
  namespace = "AWS/Billing"
  threshold = 500 # LLM605
}""",
        "at 500 and",
    ),
    "a share of a budget": (
        """resource "aws_budgets_budget" "month" {
  notification {
    threshold      = 100 # LLM605
    threshold_type = "PERCENTAGE"
  }
}""",
        "at 100 % and",
    ),
    "an amount of a budget": (
        """resource "aws_budgets_budget" "month" {
  notification {
    threshold      = 40 # LLM605
    threshold_type = "ABSOLUTE_VALUE"
  }
}""",
        "at 40 and",
    ),
    "a fraction": (
        """resource "google_billing_budget" "month" {
  threshold_rules {
    threshold_percent = 0.5 # LLM605
  }
}""",
        "at 50 % and",
    ),
}


@pytest.mark.parametrize(("resource", "said"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_thresholds(resource: str, said: str, tmp_path: Path) -> None:
    (message,) = messages(tmp_path, PROGRAM.format(resource=resource), "LLM605")
    assert said in message


def test_a_budget_that_acts(tmp_path: Path) -> None:
    resource = """resource "aws_budgets_budget" "month" {
  notification {
    threshold = 100
  }
}
resource "aws_budgets_budget_action" "stop" {
  budget_name    = aws_budgets_budget.month.name
  approval_model = "AUTOMATIC"
}"""
    assert messages(tmp_path, PROGRAM.format(resource=resource), "LLM605") == []
