"""Needs no key: the model is played by a function."""

from types import SimpleNamespace

import desk


def test_an_answer_ends_the_work(monkeypatch):
    answer = SimpleNamespace(stop_reason="end_turn", content=[SimpleNamespace(type="text", text="Look at your usage.")])
    monkeypatch.setattr(desk, "send", lambda messages: answer)
    assert desk.work_on("My bill was $40 last month and is $800 now.") == "Look at your usage."
