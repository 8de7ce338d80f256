"""What a model call is sent to: the model that it names, and the address of its provider."""

from __future__ import annotations

import re

from llmlint.catalog import Models
from llmlint.link.meanings import Constant, External, Located, Meaning, top_of
from llmlint.link.resolver import Resolver
from llmlint.link.settings import Settings
from llmlint.model_calls import ModelCall, SettingValue
from llmlint.values import Attribute, Mapping, Sequence, Value

_HOST = re.compile(r"^(?:\w+://)?([^/:?#]+)")
_MEDIA = ("IMAGE", "AUDIO", "VIDEO")


class TargetNoter:
    """Notes on model calls what their arguments and their clients say about whom they ask."""

    def __init__(self, resolver: Resolver, settings: Settings, models: Models) -> None:
        self.resolver = resolver
        self.settings = settings
        self.models = models

    def note(self, call: ModelCall) -> None:
        self._note_address(call)
        self._note_model(call)
        call.through = self._through(call)

    def _note_address(self, call: ModelCall) -> None:
        option, setting = call.operation.options.get("endpoint"), call.setting("endpoint")
        call.is_local = call.operation.is_local or (option is not None and self.settings.is_local(setting))
        host = _HOST.match(setting.value) if isinstance(setting.value, str) else None
        if option is not None and option.hosts and host is not None:
            call.is_elsewhere = not any(f".{host[1]}".endswith(f".{own}") for own in option.hosts)

    def _note_model(self, call: ModelCall) -> None:
        setting = call.setting("model")
        name = setting.value
        if isinstance(name, str):
            call.model = name
            accepts_stop, call.reasons = self.models.known(name, call.path)
            call.accepts_stop = accepts_stop and setting.state == "known"
            call.writes_text = self.models.writes_text(name)
        call.writes_text = call.writes_text and not self.asks_for_media(call.setting("modalities"))

    def asks_for_media(self, setting: SettingValue) -> bool:
        """Whether the reply is asked for as pictures or sound: ``response_modalities=["IMAGE"]``, by how it asks
        for pictures (``image_config=...``), or as one thing or another."""
        asked = setting.value
        if setting.state == "known" and (asked is None or isinstance(asked, External)):
            return True
        if isinstance(asked, str):
            return asked.upper() in _MEDIA
        if isinstance(asked, Located) and isinstance(asked.value, Mapping):
            return True
        if not isinstance(asked, Located) or not isinstance(asked.value, Sequence):
            return False
        return any(
            _name(meaning).upper().endswith(_MEDIA)
            for item in asked.value.items
            for meaning in self.resolver.meanings(asked.facts, item)
        )

    def _through(self, call: ModelCall) -> str:
        """The attributes before an operation that only lead to it: ``chat.completions.`` before ``create``."""
        operation = call.path.rpartition(").")[2].split(".")
        written = _attributes(call.site.call.callee)
        between = written[: -len(operation)]
        if written[-len(operation) :] != operation:
            return ""
        package, transparent = top_of(call.path), self.resolver.apis.transparent
        first = len(between)
        while first and (package, between[first - 1]) in transparent:
            first -= 1
        return "".join(f"{name}." for name in between[first:])


def _name(meaning: Meaning) -> str:
    """The last word of a constant or of something outside the project: IMAGE of Modality.IMAGE."""
    if isinstance(meaning, External):
        return meaning.path
    return str(meaning.value) if isinstance(meaning, Constant) else ""


def _attributes(value: Value) -> list[str]:
    """The attributes that end an expression, in the order in which they are written."""
    names: list[str] = []
    while isinstance(value, Attribute):
        names.insert(0, value.name)
        value = value.base
    return names
