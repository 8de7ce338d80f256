"""The vocabulary of an SDK: its operations, and where each takes its settings."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from llmlint.frozen import frozen


@frozen()
class Option:
    """Where an operation takes one setting.

    A place is an argument's name, followed by the keys inside it: ``config.max_output_tokens``. ``call`` lists
    places of the call itself, ``constructor`` of the calls that built its object, ``bind`` of calls made on the
    object, ``module`` settings such as ``litellm.num_retries``.

    ``default``: what holds when nobody sets it; None stands for no limit. ``none``: what an explicit None means
    (``default`` or ``unlimited``). ``known``: whether the default is known at all. ``only_with``: arguments without
    which the option does not matter; ``or_else``: arguments that bound the same thing. ``counts``: retries, attempts,
    or varies where the number alone does not say how often a request is sent; ``timeouts``: whether one that timed out
    is among those. ``label``: what a message calls the setting, if not by its first place; ``elsewhere``: its name at a
    provider whose address is none of ``hosts``. ``milliseconds``: what it counts, if not seconds; ``json``: the place
    and the value that ask for JSON. ``is_inherited``: taken over from what built the object, which alone is known to
    take it.
    """

    call: tuple[str, ...] = ()
    constructor: tuple[str, ...] = ()
    bind: tuple[str, ...] = ()
    module: tuple[str, ...] = ()
    default: float | None = None
    known: bool = True
    required: bool = False
    none: str = "unlimited"
    zero: str = ""
    counts: str = "retries"
    only_with: tuple[str, ...] = ()
    or_else: tuple[str, ...] = ()
    timeouts: bool = False
    label: str = ""
    elsewhere: str = ""
    hosts: tuple[str, ...] = ()
    milliseconds: bool = False
    json: tuple[str, Any] | None = None
    is_inherited: bool = False

    @property
    def name(self) -> str:
        """The setting as a message names it."""
        return self.label or next(iter((*self.call, *self.constructor, *self.bind)), "")


@frozen()
class Operation:
    """One operation of an SDK, or a constructor whose settings hold for the operations of its object.

    ``kind``: chat, completion, responses, tts, image, video, embedding, transcription or agent for what is billed;
    client, model or agent-setup for constructors. ``options`` by role: cap, stop, structured, timeout, retries,
    steps, endpoint, model, modalities, thinking, compaction, cache, images. ``is_envelope``: what comes back is the
    response as it was sent, which has to be parsed before the model's text is in sight. ``limit``: the characters that
    the provider takes in one request, if it says. ``objects``: the arguments that take an object of some class, which
    no number and no mapping stands for. ``keeps``: its object keeps all that is said, and sends it again.
    """

    name: str
    sdk: str
    kind: str
    options: dict[str, Option] = field(default_factory=dict)
    input: str = ""
    positional: tuple[str, ...] = ()
    is_local: bool = False
    is_free: bool = False
    quota_error: bool = False
    is_envelope: bool = False
    limit: int = 0
    objects: frozenset[str] = frozenset()
    keeps: bool = False

    @property
    def builds(self) -> bool:
        return self.kind in ("client", "model", "agent-setup")

    @property
    def is_billed(self) -> bool:
        return not self.builds and self.kind != "count" and not self.is_free
