"""What the exceptions that a retry catches say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmlint.facts import FileFacts
from llmlint.link.handlers import OWN
from llmlint.linked import Reach, Retry

Words = Mapping[str, frozenset[str]]

_RAISES_FOR_STATUS = "raise_for_status"
_HTTP_LIBRARIES = frozenset({"requests", "urllib3", "aiohttp", "urllib", "http"})


def judged(retry: Retry, words: Words, *, asks_for_quota: bool) -> Retry:
    """Add what the names of the caught exceptions say."""
    names = [(name, name.rpartition(".")[2]) for name in retry.catches or ()]
    retry.permanent = tuple(name for name, last in names if _is_permanent(name, last, retry.reaches, words))
    failed = [last for name, last in names if _is_failed_request(name, last, retry.reaches, words)]
    retry.is_for_requests = bool(failed)
    retry.is_for_passing = any(last not in words["never-retried-errors"] for last in failed)
    retry.misses_quota = (
        bool(names)
        and any(last in words["rate-limit-errors"] for _, last in names)
        and any(reach.target.operation.quota_error and reach.target.is_at_home for reach in retry.reaches)
        and not asks_for_quota
    )
    return retry


def covers_permanent(name: str, words: Words) -> bool:
    """Whether some of what an exception of a library stands for can't be helped."""
    is_passing = name.startswith(OWN) or name in words["passing-errors"]
    return not is_passing and name.rpartition(".")[2] in words["permanent-errors"]


def _is_permanent(name: str, last: str, reaches: Sequence[Reach], words: Words) -> bool:
    """The same for a request; one that the code makes itself may raise for a status that can't be helped, too."""
    if name.startswith(OWN):
        return False
    if covers_permanent(name, words):
        return True
    return last in words["permanent-request-errors"] and any(
        reach.target.operation.sdk == "http"
        and any(_raises(site.facts, last) for site in (reach.site, reach.target.site))
        for reach in reaches
    )


def _raises(facts: FileFacts, error: str) -> bool:
    """Whether code raises an error for the status of an answer; without that an HTTP library tells of it, and raises
    only where there was no answer."""
    return any(
        getattr(call.callee, "name", "") in (_RAISES_FOR_STATUS, error)
        or any(argument.name == _RAISES_FOR_STATUS for argument in call.arguments)
        for call in facts.calls
    )


def _is_failed_request(name: str, last: str, reaches: Sequence[Reach], words: Words) -> bool:
    """Whether an exception may say that a request failed: no parse error, nothing of the project's own making,
    and not another HTTP library's than the one that is used."""
    if name.startswith(OWN) or last in words["parse-errors"]:
        return False
    foreign = name.split(".")[0] in _HTTP_LIBRARIES
    return not foreign or any(reach.target.operation.sdk == "http" for reach in reaches)
