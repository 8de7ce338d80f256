"""LLM105: a request that nobody sets a time limit for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile, ModelCall, Option

_SHORT = 120


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    for call in file.model_calls:
        if call.users:
            yield from _client(call)
        elif call.operation.is_billed and call.maker is None:
            option = call.operation.options.get("timeout")
            if option is not None and _waits(call, option):
                yield _problem(call, option, [call])


def _client(client: ModelCall) -> Iterator[Problem]:
    """A client is judged once, where it is built, for all calls made with it."""
    waiting = [
        (user, option)
        for user in client.users
        if user.operation.is_billed and (option := user.operation.options.get("timeout")) and _waits(user, option)
    ]
    if waiting:
        yield _problem(client, waiting[0][1], [user for user, _ in waiting])


def _waits(call: ModelCall, option: Option) -> bool:
    """Whether a call may wait longer than is good for whoever waits for it."""
    setting = call.setting("timeout")
    if call.is_waited_for or setting.state not in ("absent", "none"):
        return False
    if setting.state == "none" and option.none != "default":
        return True
    return option.known and (option.default is None or option.default > _SHORT)


def _problem(at: ModelCall, option: Option, calls: list[ModelCall]) -> Problem:
    setting = calls[0].setting("timeout")
    by_hand = setting.state == "none" and option.none != "default"
    unlimited = by_hand or option.default is None
    role = next((call.role for call in calls if call.role), "")
    retries = at.attempts or calls[0].attempts
    values = {
        "call": at.label,
        "parameter": option.name,
        "seconds": option.default,
        "retries": f", and the client sends it {retries:g} times" if retries and retries > 1 else "",
        "role": f" in a request {role}" if role == "handler" else f" in a {role}" if role else "",
    }
    notes = tuple(Note(call.site.callee, "call") for call in calls[:3] if call is not at)
    severity = Severity.WARNING if role and not at.is_local and not calls[0].is_local else None
    place = setting.place if by_hand and setting.place is not None else at.site.callee
    variant = "unlimited" if unlimited else "default"
    return Problem(place, variant if option.name else f"{variant}-no-parameter", values, notes, severity)
