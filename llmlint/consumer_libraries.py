"""How libraries take messages from a queue, out of ``rules/libraries/``: who handles them, what acknowledges one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmlint.limits import LIMIT, Limit, limit_of
from llmlint.schema import Named, OneOf

SERVICES = ("sqs", "pubsub", "jetstream", "rabbitmq", "stream", "kafka")
CONSUMER = {
    "paths": [str],
    "form": OneOf("receive", "iterate", "callback", "records"),
    "service": OneOf(*SERVICES),
    "callback?": str,
    "position?": int,
    "queue?": str,
    "queue-position?": int,
    "automatic?": [str],
    "implicit?": bool,
    "goes-on?": bool,
    "settles?": [str],
    "rejects?": Named({"parameter": str, "position": int, "default": bool, "unless?": str, "seeks?": bool}),
    "requests?": [str],
    "limits?": [LIMIT],
    "when?": Named(str),
    "risky": str,
    "safe": str,
}


@dataclass(frozen=True, slots=True)
class Reject:
    """A method that gives a message back: to the queue, if ``parameter`` is true or left out with that default, and
    ``unless`` another parameter is on. ``seeks``: it is given where to read on, which is at the message itself unless
    something is added to that."""

    parameter: str
    position: int
    default: bool
    unless: str = ""
    seeks: bool = False


@dataclass(frozen=True, slots=True)
class ConsumerKind:
    """A way to take messages from a queue. ``form``: receive (a call that gives some), iterate (an object that a loop
    goes through), callback (a call that is told, by ``callback`` or at ``position``, which function gets them) or
    records (a platform gives a function a batch of them).

    ``queue`` is the parameter that names the queue. ``automatic``: parameters that acknowledge each message before it
    is handled; ``is_implicit``: it is acknowledged when its function returns, ``goes_on``: the next one comes even
    where it is not. ``settles``: the names of the methods and calls that acknowledge one; ``rejects``: those that may
    put it back. ``requests``: the parameters that ask for the count of deliveries, where it does not come by itself;
    ``limits``: those that limit the deliveries. ``when``: what parameters are given where there is such a queue.
    """

    path: str
    library: str
    form: str
    service: str
    callback: str
    position: int
    queue: str
    queue_position: int
    automatic: tuple[str, ...]
    is_implicit: bool
    goes_on: bool
    settles: frozenset[str]
    rejects: Mapping[str, Reject]
    requests: tuple[str, ...]
    limits: tuple[Limit, ...]
    when: Mapping[str, str]


def consumer_kind(entry: dict[str, Any], library: str) -> ConsumerKind:
    rejects = entry.get("rejects", {})
    return ConsumerKind(
        entry["paths"][0],
        library,
        entry["form"],
        entry["service"],
        entry.get("callback", ""),
        entry.get("position", -1),
        entry.get("queue", ""),
        entry.get("queue-position", -1),
        tuple(entry.get("automatic", ())),
        entry.get("implicit", False),
        entry.get("goes-on", False),
        frozenset(entry.get("settles", ())),
        {name: Reject(**reject) for name, reject in rejects.items()},
        tuple(entry.get("requests", ())),
        tuple(map(limit_of, entry.get("limits", ()))),
        entry.get("when", {}),
    )
