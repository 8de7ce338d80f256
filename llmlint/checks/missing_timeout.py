"""LLM105: a request that nobody sets a time limit for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llmlint.findings import Note, Problem, Severity
from llmlint.linked import LinkedFile
from llmlint.model_calls import ModelCall
from llmlint.operations import Option
from llmlint.remedies import Remedy

_SHORT = 120
# What is suggested where the configuration names no time.
_USUAL = 60


def check(file: LinkedFile, options: Mapping[str, Any]) -> Iterator[Problem]:
    """A client that takes a timeout is judged once, where it is built, for all calls made with it."""
    seconds = options["request-timeout"]
    made = {call.site for call in file.model_calls if call.maker is not None and _parameter(call.maker, call)}
    for call in file.model_calls:
        yield from _judged(call, [user for user in call.users if _parameter(call, user)], seconds)
        if call.site not in made:
            yield from _judged(call, [call], seconds)


def _parameter(at: ModelCall, call: ModelCall) -> str:
    """The name by which ``at``, the call itself or what built its client, takes the timeout of a call."""
    own, option = at.operation.options.get("timeout"), call.operation.options.get("timeout")
    if own is not None and own.name:
        return own.name
    return next(iter(option.constructor), "") if option is not None and at is not call else ""


def _judged(at: ModelCall, calls: Iterable[ModelCall], seconds: int) -> Iterator[Problem]:
    """The problems of some calls whose timeout belongs to ``at``: a client, or the call itself."""
    waiting = [
        (call, option)
        for call in calls
        if call.operation.is_billed and (option := call.operation.options.get("timeout")) and _waits(call, option)
    ]
    unset = [call for call, option in waiting if not _is_off(call, option)]
    if unset:
        yield _unset(at, unset)._replace(remedy=_remedy(at, unset[0], seconds))
    for call, option in waiting:
        if _is_off(call, option):
            setting = call.setting("timeout")
            values = {"parameter": setting.name, "nothing": call.nothing, "waiting": _waiting([call])}
            place, remedy = setting.place or call.site.callee, _remedy(at, call, seconds)
            yield Problem(place, "switched-off", values, severity=_severity(at, [call]), remedy=remedy)


def _remedy(at: ModelCall, call: ModelCall, seconds: int) -> Remedy | None:
    """The timeout of a call, given where its client is built or in place of None. In a script, the options of a request
    are an object of their own, which is left to people."""
    option, setting = call.operation.options["timeout"], call.setting("timeout")
    own = at.operation.options.get("timeout", option)
    giver: ModelCall | None = at
    name = _parameter(at, call)
    if setting.place is not None:
        giver = next((one for one in (call, at) if one.site.has_argument(setting.place)), None)
        name = setting.name
    elif name not in own.call or (own.is_inherited and not at.operation.builds):
        return None
    if giver is None or (giver.is_in_script and option.constructor and not giver.operation.builds):
        return None
    time = (seconds or _USUAL) * (1000 if own.milliseconds else 1)
    return giver.given(name, time, is_safe=bool(seconds))


def _waits(call: ModelCall, option: Option) -> bool:
    """Whether a call may wait longer than is good for whoever waits for it."""
    if call.is_waited_for or call.setting("timeout").state not in ("absent", "none"):
        return False
    return _is_off(call, option) or (option.known and (option.default is None or option.default > _SHORT))


def _is_off(call: ModelCall, option: Option) -> bool:
    return call.setting("timeout").state == "none" and option.none != "default"


def _unset(at: ModelCall, calls: list[ModelCall]) -> Problem:
    option = calls[0].operation.options["timeout"]
    parameter = _parameter(at, calls[0])
    variant = "default" if option.default is not None else "unlimited"
    if not parameter:
        form = "-script" if at.is_in_script else "-async" if at.is_async else ""
        variant = f"{variant}-no-parameter{form}"
    values = {
        "call": at.label,
        "parameter": parameter,
        "seconds": option.default,
        "again": _again(calls[0]),
        "waiting": _waiting(calls),
    }
    places = {(call.site.facts.path, call.site.callee.span): call.site.callee for call in calls if call is not at}
    notes = tuple(Note(place, "call") for place in list(places.values())[:3])
    return Problem(at.site.callee, variant, values, notes, _severity(at, calls))


def _again(call: ModelCall) -> str:
    """What the client does with a request that timed out."""
    option, attempts = call.operation.options.get("retries"), call.attempts
    if option is None or not option.timeouts or attempts is None or attempts <= 1:
        return ""
    return " and sent again once" if attempts == 2 else f" and sent again, up to {attempts - 1:g} times"


def _waiting(calls: Iterable[ModelCall]) -> str:
    role = next((call.role for call in calls if call.role), "")
    return f", while a {'request handler' if role == 'handler' else role} waits" if role else ""


def _severity(at: ModelCall, calls: list[ModelCall]) -> Severity | None:
    is_local = at.is_local or calls[0].is_local
    return Severity.WARNING if any(call.role for call in calls) and not is_local else None
