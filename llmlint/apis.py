"""The operations of SDKs, out of ``rules/apis/``: which paths are model calls, and where each takes its settings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from llmlint import schema
from llmlint.errors import CatalogError
from llmlint.frozen import frozen
from llmlint.operations import Operation, Option
from llmlint.schema import Named, OneOf, Route
from llmlint.scripts import LANGUAGE

_STRINGS = [str]
_NUMBER = (int, float, type(None))

ROLES = (
    "cap", "stop", "structured", "timeout", "retries", "steps", "endpoint", "model", "modalities", "thinking",
    "compaction", "cache", "images",
)  # fmt: skip
KINDS = (
    "chat", "completion", "responses", "tts", "image", "video", "embedding", "transcription", "decision", "prediction",
    "batch", "count", "agent", "client", "model", "agent-setup",
)  # fmt: skip
# What the methods of an object take over from its constructor; its cap and stop are judged where it is built.
_KEPT = ("structured", "timeout", "retries", "endpoint", "model", "modalities")
_OPTION = {
    "label?": str,
    "elsewhere?": str,
    "hosts?": _STRINGS,
    "call?": _STRINGS,
    "constructor?": _STRINGS,
    "bind?": _STRINGS,
    "module?": _STRINGS,
    "default?": _NUMBER,
    "known?": bool,
    "required?": bool,
    "none?": OneOf("default", "unlimited"),
    "zero?": OneOf("unlimited", "default"),
    "counts?": OneOf("retries", "attempts", "varies"),
    "timeouts?": bool,
    "only-with?": _STRINGS,
    "or-else?": _STRINGS,
    "milliseconds?": bool,
    "json?": Named((str, dict)),
}
_ENTRY = {
    "paths": _STRINGS,
    "input?": str,
    "positional?": _STRINGS,
    "quota-error?": bool,
    "local?": bool,
    "free?": bool,
    "envelope?": bool,
    "keeps?": bool,
    "limit?": int,
    "methods?": _STRINGS,
    "method-kind?": OneOf(*KINDS),
    "sample": str,
    **{f"{role}?": _OPTION for role in ROLES},
}
SCHEMA = {
    "modules": _STRINGS,
    "sdk": str,
    "language": OneOf("python", "typescript"),
    "packages": Named((str, float, int)),
    "needs?": _STRINGS,
    "aliases?": Named(str),
    "transparent?": _STRINGS,
    "fluent?": _STRINGS,
    "selectors?": Named(str),
    "passthrough?": Named(str),
    "objects?": _STRINGS,
    "groups?": Named(_STRINGS),
    "clients?": [_ENTRY],
    "operations": [{**_ENTRY, "kind": OneOf(*KINDS)}],
}

_LIBRARY = {
    "paths": _STRINGS,
    "address?": int,
    "settings?": int,
    "body": _STRINGS,
    "timeout": _OPTION,
    "envelope?": bool,
    "objects?": _STRINGS,
}
_ENDPOINT = {
    "addresses": _STRINGS,
    "name": str,
    "kind": OneOf(*KINDS),
    "cap?": _STRINGS,
    "cap-default?": int,
    "cap-required?": bool,
    "stop?": _STRINGS,
    "structured?": _STRINGS,
    "modalities?": _STRINGS,
    "images?": _STRINGS,
}
HTTP = {
    "modules": _STRINGS,
    "needs": _STRINGS,
    "sdk": str,
    "language": OneOf("python", "typescript"),
    "packages": Named((str, float, int)),
    "libraries": [_LIBRARY],
    "endpoints": [_ENDPOINT],
}
# What a function of JavaScript takes where nothing else is said: an object of settings, and another of options.
_OBJECTS = ["**", "**"]
_HTTP_FILE = "http.yaml"
_STEP = re.compile(r"[.(]")
_CALLED = re.compile(r"\(")


@frozen()
class Endpoint:
    """An address, and the operation that a request to it is. ``position``: where the address is given."""

    address: re.Pattern[str]
    operation: Operation
    position: int


class Sample(NamedTuple):
    """A program that calls the operation of the entry at ``route`` of a file."""

    file: Path
    route: Route
    code: str
    operation: Operation

    @property
    def line(self) -> int:
        return schema.line_of(self.file.read_text(encoding="utf-8"), self.route)


@dataclass(slots=True)
class Apis:
    """The operations of some SDKs by path (``openai.OpenAI().chat.completions.create``).

    ``transparent``: attributes that only lead to operations, and ``fluent``: methods that give back what they are
    called on, each with its package. ``endpoints``: what a request made by hand may be, by the path of the function
    that makes it.
    """

    operations: dict[str, Operation] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    transparent: set[tuple[str, str]] = field(default_factory=set)
    fluent: set[tuple[str, str]] = field(default_factory=set)
    selectors: dict[str, str] = field(default_factory=dict)
    passthrough: dict[str, str] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    endpoints: dict[str, list[Endpoint]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    _aliased: dict[str, str] = field(default_factory=dict)
    _calls: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, path: Path) -> None:
        """Read one API file. Raises CatalogError."""
        if path.name == _HTTP_FILE:
            _add_endpoints(self, schema.load(path, HTTP))
        else:
            _add(self, path, schema.load(path, SCHEMA))

    def aliased(self, path: str) -> str:
        """A path by the name that the catalogue gives its package."""
        known = self._aliased.get(path)
        if known is None:
            known = self._aliased[path] = self._resolve_alias(path)
        return known

    def _resolve_alias(self, path: str) -> str:
        for alias, original in self.aliases.items():
            if path == alias or path.startswith(alias + "."):
                return original + path[len(alias) :]
        return path

    def covers(self, path: str) -> bool:
        """Whether a path belongs to an SDK of the catalogue."""
        parts = path.split(".")
        return any(".".join(parts[:depth]) in self.prefixes for depth in range(1, min(len(parts), 4) + 1))

    def calls_on(self, path: str) -> frozenset[str]:
        """The last names of the operations that can be called on something; none of what no operation is called on."""
        if not self._calls:
            for name in self.operations:
                for match in _STEP.finditer(name):
                    self._calls[name[: match.start()]].add(name.rpartition(".")[2])
        return frozenset(self._calls.get(path, ()))

    def is_reply(self, path: str) -> bool:
        """Whether something is what a billed call gave back, or a part of it."""
        made = (self.operations.get(path[: match.start()]) for match in _CALLED.finditer(path))
        return any(operation is not None and operation.is_billed for operation in made)

    def leads_on(self, path: str) -> bool:
        """Whether a path is that of an operation, or of an object on which one can be called."""
        return path in self.operations or bool(self.calls_on(path))


def _add(apis: Apis, path: Path, data: dict[str, Any]) -> None:
    groups: dict[str, list[str]] = data.get("groups", {})
    for entry in (*data.get("clients", ()), *data["operations"]):
        entry["objects"] = data.get("objects", ())
        if data["language"] == LANGUAGE:
            entry.setdefault("positional", _OBJECTS)
    apis.aliases.update(data.get("aliases", {}))
    apis.selectors.update(data.get("selectors", {}))
    apis.passthrough.update(data.get("passthrough", {}))
    for module in data["modules"]:
        top = module.split(".")[0]
        apis.prefixes.add(module)
        apis.transparent.update((top, name) for name in data.get("transparent", ()))
        apis.fluent.update((top, name) for name in data.get("fluent", ()))
    makers: dict[str, dict[str, Option]] = {}
    for number, entry in enumerate(data.get("clients", ())):
        names = _expand(entry["paths"], groups, path)
        made = next((name for name in names if name.endswith(")")), names[0])
        operation = _operation(made, {**entry, "kind": "client"}, data["sdk"], {})
        inherited = {role: replace(option, is_inherited=True) for role, option in operation.options.items()}
        apis.samples.append(Sample(path, ("clients", number, "sample"), entry["sample"], operation))
        for name in names:
            makers[name] = inherited
            if name.endswith(")"):
                apis.operations[name] = operation
    for number, entry in enumerate(data["operations"]):
        names = _expand(entry["paths"], groups, path)
        shared: dict[str, Operation] = {}
        for name in names:
            maker = max((m for m in makers if name.startswith(m + ".")), key=len, default="")
            if maker not in shared:
                shared[maker] = _operation(names[0], entry, data["sdk"], makers.get(maker, {}))
            apis.operations[name] = shared[maker]
        route = ("operations", number, "sample")
        apis.samples.append(Sample(path, route, entry["sample"], apis.operations[names[0]]))
        for name in names if "methods" in entry else ():
            _add_methods(apis, name, entry, data["sdk"])


def _add_methods(apis: Apis, name: str, entry: Mapping[str, Any], sdk: str) -> None:
    """The billed calls on the object that a constructor builds; its own settings are what they run with."""
    kept = {role: apis.operations[name].options[role] for role in _KEPT if role in apis.operations[name].options}
    options = {role: replace(option, call=option.bind, constructor=option.call) for role, option in kept.items()}
    taken = entry.get("input", "")
    for method in entry["methods"]:
        path = name + method if method.startswith("(") else f"{name}.{method}"
        apis.operations[path] = Operation(
            path, sdk, entry.get("method-kind", "chat"), options, taken, (taken,) if taken else (),
            is_local=entry.get("local", False), is_free=entry.get("free", False),
            quota_error=entry.get("quota-error", False),
        )  # fmt: skip


def _add_endpoints(apis: Apis, data: Mapping[str, Any]) -> None:
    for library in data["libraries"]:
        endpoints = [
            Endpoint(re.compile(_glob(address)), _request(library, endpoint, data["sdk"]), library.get("address", 0))
            for endpoint in data["endpoints"]
            for address in endpoint["addresses"]
        ]
        apis.endpoints.update(dict.fromkeys(library["paths"], endpoints))


def _glob(address: str) -> str:
    return ".*".join(re.escape(part) for part in address.split("*")) + r"(?:\?.*)?"


def _request(library: Mapping[str, Any], endpoint: Mapping[str, Any], sdk: str) -> Operation:
    """The operation of a request: its settings are keys of the body."""
    options = {"timeout": _option(library["timeout"]), "retries": Option(default=0)}
    for role in ("cap", "stop", "structured", "modalities", "images"):
        if role in endpoint:
            places = tuple(f"{body}.{key}" for body in library["body"] for key in endpoint[role])
            options[role] = Option(places, label=endpoint[role][0])
    if "cap" in options:
        default, required = endpoint.get("cap-default"), endpoint.get("cap-required", False)
        options["cap"] = replace(options["cap"], default=default, required=required)
    options["model"] = Option(tuple(f"{body}.model" for body in library["body"]))
    objects = frozenset((*library["body"], *library.get("objects", ())))
    is_envelope = library.get("envelope", True)
    # An object of settings that is given by its name is looked into as one that is written out.
    positional = (*[""] * library["settings"], "**") if "settings" in library else ()
    return Operation(
        endpoint["name"],
        sdk,
        endpoint["kind"],
        options,
        positional=positional,
        is_envelope=is_envelope,
        objects=objects,
    )


def _expand(paths: Sequence[str], groups: Mapping[str, Sequence[str]], file: Path) -> list[str]:
    """Paths with ``{group}`` replaced by each member of the group."""
    expanded = []
    for path in paths:
        match = re.match(r"\{(\w+)\}(.*)", path)
        if match is None:
            expanded.append(path)
        elif match[1] in groups:
            expanded.extend(member + match[2] for member in groups[match[1]])
        else:
            raise CatalogError(str(file), f"{path!r} names a group that the file does not define")
    if not expanded:
        raise CatalogError(str(file), "a list of paths is empty")
    return expanded


def _operation(name: str, entry: Mapping[str, Any], sdk: str, inherited: Mapping[str, Option]) -> Operation:
    own = {role: _option(entry[role]) for role in ROLES if role in entry}
    if entry["kind"] == "client":
        own = {role: replace(option, call=option.call or option.constructor) for role, option in own.items()}
    for role, option in own.items():
        if role in inherited:
            own[role] = _joined(option, inherited[role], entry[role])
    options = {**inherited, **own}
    if "endpoint" in inherited and "endpoint" not in own:
        # No call of a client says to whom the client speaks.
        options["endpoint"] = replace(inherited["endpoint"], call=(), is_inherited=False)
    return Operation(
        name,
        sdk,
        entry["kind"],
        options,
        entry.get("input", ""),
        tuple(entry.get("positional", ())),
        entry.get("local", False),
        entry.get("free", False),
        entry.get("quota-error", False),
        entry.get("envelope", False),
        entry.get("limit", 0),
        frozenset(entry.get("objects", ())),
        entry.get("keeps", False),
    )


def _option(data: Mapping[str, Any]) -> Option:
    return Option(
        tuple(data.get("call", ())),
        tuple(data.get("constructor", ())),
        tuple(data.get("bind", ())),
        tuple(data.get("module", ())),
        data.get("default"),
        data.get("known", True),
        data.get("required", False),
        data.get("none", "unlimited"),
        data.get("zero", ""),
        data.get("counts", "retries"),
        tuple(data.get("only-with", ())),
        tuple(data.get("or-else", ())),
        data.get("timeouts", False),
        data.get("label", ""),
        data.get("elsewhere", ""),
        tuple(data.get("hosts", ())),
        data.get("milliseconds", False),
        next(iter(data["json"].items())) if "json" in data else None,
    )


def _joined(own: Option, client: Option, given: Mapping[str, Any]) -> Option:
    """An operation's option over its client's: what the operation leaves out of its entry is the client's."""
    changes = {name: getattr(own, name) for key in given for name in [key.replace("-", "_")]}
    changes |= {"known": own.known and ("default" in given or client.known), "is_inherited": False}
    return replace(client, **changes)
