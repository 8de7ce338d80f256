"""The shapes of messages: which of their parts are text, and which are media beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmlint.values import Literal, Value

# The keys and parameters that hold text, or messages and parts with text in them.
TEXT_KEYS = frozenset(
    """
    content contents context input inputs instructions message messages page_content parts prompt query question ssml
    system system_prompt text texts transcript user_prompt
    """.split()
)
_MEDIA_KEY = re.compile(
    r"(?:^|_)(?:audio|b64(?:_json)?|base64|bytes|data|files?|images?|mask|media(?:_type)?|mime_type|source|thumbnail|url"
    r"|video)$|(?:Audio|Base64|Bytes|Data|File|Image|Mask|Url|Video)s?$"
)
# What the text is called that says what the model is for, and the roles of messages that do.
_INSTRUCTION = re.compile(r"^(?:system|developer|instructions?$)")
_TEXT_TYPES = frozenset({"text", "input_text", "output_text", "message", "human", "ai", "system"})

Items = Sequence[tuple[str, Value]]


def written_items(items: Items) -> Items:
    """The entries of a dict that are read as text, where it is a message or a part of one."""
    keys = {key for key, _ in items}
    kind = next((value.value for key, value in items if key == "type" and isinstance(value, Literal)), "text")
    if kind not in _TEXT_TYPES:
        return []
    if keys & {"role", "type"}:
        return [item for item in items if item[0] in TEXT_KEYS]
    return [item for item in items if not _MEDIA_KEY.search(item[0])]


def tells_first(name: str) -> bool:
    """Whether a parameter or a role of this name is for what a model is told before anything is asked."""
    return _INSTRUCTION.match(name) is not None
