"""The vocabulary of keys in linked facts: where one is written, where others read it, and where tests spend it."""

from __future__ import annotations

from dataclasses import dataclass

from llmlint.findings import Place


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A client's key that is given as a literal. ``label``: how a message names the call; ``shown``: all of the key
    that is ever told; ``variable``: of the environment, that such a key is kept in."""

    place: Place
    label: str
    shown: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A key that is put where others read it. ``sink``: log, exception, response or page; browser or app, where a
    client or a request carries it, and consent, where a client is allowed to; ``name``: what holds the key;
    ``is_whole``: all of it is, and not only its first characters."""

    sink: str
    place: Place
    name: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class LiveTest:
    """A model call that ``test`` makes for real; ``label``: how a message names it."""

    place: Place
    test: str
    label: str


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A key that a job which tests is given, and a job which deploys too, at ``deployed``."""

    place: Place
    name: str
    job: str
    deployed: Place
