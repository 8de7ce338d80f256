"""What a text says of keys that a build, a page or an app ships to everybody.

Only what the text itself shows: a name that a build writes into its output, and a request that carries a key to a
provider from a page or an app. A key that the user of the app types in is the user's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llmlint.keys import Keys

# Where people write about names, or where they mean something else.
_PROSE = re.compile(r"\.(?:md|mdx|markdown|rst|txt|adoc|csv|tsv|jsonl|log|py|pyi|ipynb|patch|diff|css|scss)$", re.I)
_SCRIPT = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?)$", re.I)
_PAGE = re.compile(r"\.(?:html?|astro|jinja2?|j2|ejs|hbs|njk|erb|tmpl|php)$", re.I)
_APP = {
    "swift": re.compile(rb"import (?:SwiftUI|UIKit|AppKit|WatchKit|WidgetKit)\b|Bundle\.main\b"),
    "kt": re.compile(rb"import android[.x]|\bBuildConfig\."),
    "java": re.compile(rb"import android[.x]|\bBuildConfig\."),
    "dart": re.compile(rb"package:flutter|String\.fromEnvironment"),
}
# Build files that write a variable into what they build, whatever its name.
_BUILDS = (
    (
        re.compile(r"\.gradle(?:\.kts)?$"),
        re.compile(rb"buildConfigField\s?\(?\s?[\"']String[\"'],\s?[\"'](\w{3,60})[\"']"),
    ),
    (re.compile(r"\.plist$"), re.compile(rb"<key>(\w{3,60})</key>")),
    (
        re.compile(r"(?:vite|webpack|rollup|esbuild|craco|vue|rsbuild|rspack|quasar)\.config\.\w+$"),
        re.compile(
            rb"(?:[\"'](?:process|import\.meta)\.env\.(?!\w{1,60}[\"']\s?:\s?JSON\.stringify\()"
            rb"|JSON\.stringify\(\s?(?:process\.)?env\.)(\w{3,60})"
        ),
    ),
    (
        re.compile(r"astro\.config\.\w+$"),
        re.compile(
            rb"\b(\w{3,60})[\"']?\s?:\s?envField\.\w{1,20}\(\s{0,80}\{[^{}]{0,400}?\bcontext:\s?[\"']client[\"']"
        ),
    ),
)
# Configuration files in which some object is given to every page, whatever it holds.
_PUBLIC = (
    (re.compile(r"nuxt\.config\.\w+$"), re.compile(rb"\bruntimeConfig\s?:\s?\{(?s:.){0,4000}?\bpublic\s?:\s?\{")),
    (re.compile(r"next\.config\.\w+$"), re.compile(rb"\bpublicRuntimeConfig\s?:\s?\{")),
    (re.compile(r"app\.(?:config\.\w+|json)$"), re.compile(rb"\bextra[\"']?\s?:\s?\{")),
)
_ENTRY = re.compile(rb"\b(\w{3,60})[\"']?\s?:\s{0,9}(?![\s!]|Boolean\(|true|false)(?:process\.env\.(\w{3,60}))?")
_BRACE = re.compile(rb"[{}]")
# How much of such an object is read.
_OBJECT = 4000
_CARRIES_KEY = re.compile(rb"Authorization|x-api-key|x-goog-api-key|xi-api-key|[?&]key=", re.I)
# How near to the address of a request its key is.
_NEAR = 1500
_INLINE = re.compile(rb"<script\b", re.I)
_CLIENT = re.compile(
    rb"\b(?:OpenAI|GenerativeModel|Anthropic|AnthropicServiceFactory)\s?\([^()]{0,200}\b(?:apiToken|token|apiKey)\s?[:=]"
    rb"|\bOpenAI\.apiKey\s?="
)
_TYPED_IN = re.compile(
    rb"localStorage|sessionStorage|\bprompt\(|type=[\"']?password|api-?key-?input|UserDefaults|AppStorage|SecureField|"
    rb"Keychain|SharedPreferences|DataStore|secure_storage|TextEditingController|EditText|user_?api_?key",
    re.I,
)
_ASSIGNED = re.compile(rb"[\"']?[ \t]{0,4}[=:]")
_ENVIRONMENT = re.compile(rb"(?:\benv(?:\.|\?\.|\[[\"'])|\{[\w ,]{0,200}|\b(?:ARG|ENV) )$")
_COMMENT = re.compile(rb"[ \t]*(?:#|//|\*|<!--|--)")


class Shipment(NamedTuple):
    """A key that is shipped: ``kind`` is variable, build, page or app; ``name`` the variable or the provider."""

    kind: str
    name: str
    start: int
    end: int


def shipments(path: str, data: bytes, keys: Keys) -> Iterator[Shipment]:
    name = path.rpartition("/")[2]
    if _PROSE.search(name):
        return
    if keys.may_expose(data):
        yield from _variables(name, data, keys)
    for files, pattern in _BUILDS:
        if files.search(name):
            for match in pattern.finditer(data):
                if keys.holds_key(match[1].decode()):
                    yield Shipment("build", match[1].decode(), *match.span(1))
    for files, pattern in _PUBLIC:
        if files.search(name):
            yield from _given(data, pattern, keys)
    app = _APP.get(name.rpartition(".")[2])
    if app is not None and app.search(data) and not _TYPED_IN.search(data):
        yield from _clients(data)
        yield from _requests("app", data, (0, len(data)), keys)
    if _PAGE.search(name) and not _TYPED_IN.search(data):
        for script in _scripts(data):
            yield from _requests("page", data, script, keys)


def _scripts(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the scripts of a page begin and end."""
    script = _INLINE.search(data)
    while script is not None:
        end = data.find(b"</script", script.end())
        end = end if end >= 0 else len(data)
        yield script.end(), end
        script = _INLINE.search(data, end)


def _variables(name: str, data: bytes, keys: Keys) -> Iterator[Shipment]:
    """Variables whose prefix has a build write them into what everybody downloads."""
    is_script = _SCRIPT.search(name) is not None
    spent: dict[str, bool] = {}
    for match in keys.exposed.finditer(data):
        variable = match[2].decode()
        line = data.rfind(b"\n", max(match.start() - 400, 0), match.start()) + 1
        before = data[max(line, match.start() - 400) : match.start()]
        is_used = _ENVIRONMENT.search(before) or (not is_script and _ASSIGNED.match(data, match.end()))
        if not is_used or _COMMENT.match(before):
            continue
        if variable not in spent:
            spent[variable] = keys.is_spent_with(variable, data)
        if spent[variable]:
            yield Shipment("variable", match[0].decode(), *match.span())


def _given(data: bytes, pattern: re.Pattern[bytes], keys: Keys) -> Iterator[Shipment]:
    """Keys among the entries of an object, by their names, or by those of the variables that they are read from."""
    for head in pattern.finditer(data):
        for entry in _ENTRY.finditer(data, head.end(), _end_of_object(data, head.end())):
            if any(keys.holds_key(name.decode()) for name in entry.groups(b"")):
                yield Shipment("build", entry[1].decode(), *entry.span(1))


def _end_of_object(data: bytes, start: int) -> int:
    depth = 1
    for brace in _BRACE.finditer(data, start, start + _OBJECT):
        depth += 1 if brace[0] == b"{" else -1
        if depth == 0:
            return brace.start()
    return start


def _clients(data: bytes) -> Iterator[Shipment]:
    for match in _CLIENT.finditer(data):
        yield Shipment("app", re.split(rb"\W", match[0])[0].decode(), match.start(), match.start() + 6)


def _requests(kind: str, data: bytes, within: tuple[int, int], keys: Keys) -> Iterator[Shipment]:
    """Requests that carry a key to a provider."""
    for match in keys.hosts.finditer(data, *within):
        if _CARRIES_KEY.search(data, max(match.start() - _NEAR, 0), match.end() + _NEAR):
            yield Shipment(kind, match[0].decode(), *match.span())
