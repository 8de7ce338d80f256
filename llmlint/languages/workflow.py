"""Workflows of GitHub Actions: which of their jobs test, which deploy, and which keys each is given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmlint.facts import Job, Span
from llmlint.keys import Keys

_PATH = re.compile(r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$")
_JOBS = re.compile(r"^jobs:[ \t]*(?:#.*)?$", re.M)
_JOB = re.compile(r"^([ \t]+)([\w-]+):[ \t]*(?:#.*)?$", re.M)
_SECRET = re.compile(r"\bsecrets\.(\w+)")
_TESTS = re.compile(
    r"\b(?:pytest|tox|nox|unittest|jest|vitest|rspec|phpunit|playwright test)\b"
    r"|\b(?:npm|pnpm|yarn|bun)(?: run)? test|\b(?:go|cargo|mvn|gradle|make|hatch|dotnet) test"
)
_DEPLOYS = re.compile(
    r"^[ \t]+environment:[ \t]*(?:\n[ \t]+name:[ \t]*)?[\"']?(?:prod|live)"
    r"|\b(?:vercel|wrangler|railway|heroku|netlify|fly|flyctl|serverless|cdk|gcloud) [\w -]{0,40}\b(?:deploy|up|prod)\b"
    r"|\b(?:kubectl apply|helm upgrade|terraform apply|docker push)\b",
    re.M,
)
_DEPLOY_NAME = re.compile(r"deploy|release|publish|prod", re.I)
_EVERY_PUSH = re.compile(r"\b(?:push|pull_request)\b")


def is_workflow(path: str) -> bool:
    return _PATH.search(path) is not None


def jobs(text: str, keys: Keys) -> Iterator[Job]:
    """The jobs of a workflow; what all of them are given counts for each."""
    begin = _JOBS.search(text)
    if begin is None:
        return
    shared = _secrets(text, 0, begin.start(), keys)
    every_push = _EVERY_PUSH.search(text, 0, begin.start()) is not None
    heads = list(_JOB.finditer(text, begin.end()))
    heads = [head for head in heads if head[1] == heads[0][1]]
    for head, end in zip(heads, [*(head.start() for head in heads[1:]), len(text)], strict=False):
        body = text[head.end() : end]
        deploys = bool(_DEPLOY_NAME.search(head[2]) or _DEPLOYS.search(body))
        given = shared + _secrets(text, head.end(), end, keys)
        calls = _calls(text, head.end(), end, keys) if every_push else ()
        yield Job(head[2], _TESTS.search(body) is not None, deploys, given, calls)


def _secrets(text: str, start: int, end: int, keys: Keys) -> tuple[tuple[str, Span], ...]:
    found = _SECRET.finditer(text, start, end)
    return tuple((match[1], Span(*match.span(1))) for match in found if keys.holds_key(match[1]))


def _calls(text: str, start: int, end: int, keys: Keys) -> tuple[tuple[str, Span], ...]:
    """The addresses that a job asks; lists of models cost nothing."""
    data = text[start:end].encode("ascii", "replace")
    found = (match for match in keys.hosts.finditer(data) if not data[match.end() :].startswith((b"/v1/models", b"\n")))
    return tuple((match[0].decode(), Span(start + match.start(), start + match.end())) for match in found)
