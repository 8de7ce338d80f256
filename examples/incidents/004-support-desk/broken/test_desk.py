"""Runs with each push, on the key that production uses."""

from desk import work_on


def test_refunds_are_not_promised():
    assert "refund" not in work_on("My bill was $40 last month and is $800 now. Nothing changed.").lower()
